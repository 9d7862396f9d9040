import { expect, test } from 'vitest';
import { codeOf } from '../../test/support/errors.ts';
import { Supervisor } from './supervision.ts';

test('stop is the plain answer', () => {
  expect(new Supervisor('stop').decide(0)).toEqual({ action: 'stop', reason: 'its handler failed' });
});

test('faults within the window are counted, older ones forgotten', () => {
  const supervisor = new Supervisor({ onFault: 'restart', maxRestarts: 2, withinMs: 100 });
  expect(supervisor.decide(0)).toEqual({ action: 'restart', attempt: 1, delayMs: 0 });
  expect(supervisor.decide(50)).toEqual({ action: 'restart', attempt: 2, delayMs: 0 });
  expect(supervisor.decide(101)).toMatchObject({ attempt: 2 });
  expect(supervisor.decide(102)).toEqual({ action: 'stop', reason: 'its handler failed 3 times within 100 ms' });
});

test('the pause doubles up to its limit', () => {
  const supervisor = new Supervisor({ onFault: 'resume', maxRestarts: 9, withinMs: 1e6, backoffMs: 10, maxBackoffMs: 35 });
  expect([0, 1, 2, 3].map((now) => (supervisor.decide(now) as { delayMs: number }).delayMs)).toEqual([10, 20, 35, 35]);
});

test('bad options are refused', () => {
  expect(codeOf(() => new Supervisor({ onFault: 'restart', maxRestarts: -1 }))).toBe('InvalidConfig');
  expect(codeOf(() => new Supervisor({ onFault: 'restart', withinMs: NaN }))).toBe('InvalidConfig');
  expect(codeOf(() => new Supervisor('never' as 'stop'))).toBe('InvalidConfig');
});
