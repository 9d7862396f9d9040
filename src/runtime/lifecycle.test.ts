import { expect, test } from 'vitest';
import { codeOf } from '../../test/support/errors.ts';
import { canStep, Lifecycle, type KernelState } from './lifecycle.ts';

const states: readonly KernelState[] = ['created', 'launched', 'active', 'deactivated', 'terminating', 'terminated'];

test('of all steps only the legal ones are possible', () => {
  const legal = states.flatMap((from) => states.filter((to) => canStep(from, to)).map((to) => `${from} ${to}`));
  expect(legal).toEqual([
    'created launched', 'created terminated', 'launched active', 'launched terminating', 'active deactivated', 'active terminating',
    'deactivated active', 'deactivated terminating', 'terminating terminated',
  ]);
});

test('an illegal step is refused and changes nothing', () => {
  const lifecycle = new Lifecycle('k');
  lifecycle.step('launched');
  expect(codeOf(() => lifecycle.step('deactivated'))).toBe('InvalidStateTransition');
  expect(lifecycle.state).toBe('launched');
  expect(lifecycle.finished).toBe(false);
  lifecycle.step('terminating');
  expect(lifecycle.finished).toBe(true);
});
