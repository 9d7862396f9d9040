import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { fail, reasonOf, RingKernelError } from './index.ts';

test('a message says what, why and how to fix it, once', () => {
  const error = fail('InvalidConfig', { option: 'lanes', value: 7, reason: 'There are four.' });
  expect(error.message).toBe('InvalidConfig: Invalid value for lanes: 7.\n  There are four.\n  Pass a value that fits.');
  expect([error.what, error.why, error.fix]).toEqual(['Invalid value for lanes: 7.', 'There are four.', 'Pass a value that fits.']);
  expect(inspect(error).split('There are four.').length - 1).toBe(2); // The message, and the value in `detail`.
  expect(error).toBeInstanceOf(RingKernelError);
});

test('as the reason of another it is one line', () => {
  expect(reasonOf(fail('InvalidConfig', { option: 'lanes', value: 7, reason: 'There are four.' }))).toBe('Invalid value for lanes: 7. There are four.');
  expect(reasonOf(new Error('no'))).toBe('no');
  expect(reasonOf('text')).toBe('text');
});
