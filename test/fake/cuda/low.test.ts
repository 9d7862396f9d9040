/** The layer below actors on the fake driver, which refuses what would wait for ever beside a running kernel. */
import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { low, lowCases } from '../../../bench/cuda-low.ts';
import { fakeCuda } from './build.ts';

const fake = fakeCuda();

describe.skipIf('missing' in fake)('the layer below actors beside a running kernel', () => {
  if ('missing' in fake) return;
  const outcomes = new Map<string, unknown>();
  it('runs every case', { timeout: 120_000 }, async () => {
    await low({ ...fake.settings }, { watchdog: Infinity }, (name, error) => outcomes.set(name, error));
    expect([...outcomes.keys()]).toEqual(Object.keys(lowCases));
    expect((koffi.load(fake.library).func('int rk_fake_violations()') as () => number)(), 'calls that wait for ever while a kernel runs').toBe(0);
  });

  it.each(Object.keys(lowCases))('%s', (name) => { expect(outcomes.get(name)).toBeNull(); });
});
