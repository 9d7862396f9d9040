/** Every function of numbers, on every backend that is here, against arithmetic of many more bits: within the bound its row states. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../src/backend/contract.ts';
import { intrinsics } from '../../src/kernel/intrinsics/table.ts';
import { accuracyCases, claims, judged, runAccuracy } from '../../src/testing/intrinsics/accuracy.ts';
import { places } from '../support/contexts.ts';

for (const place of places) {
  describe.skipIf(place.skip)(`accuracy on ${place.name}`, () => {
    let context: Context;
    const measured: string[] = [];
    beforeAll(async () => { context = await place.open(); }, 60_000);
    afterAll(async () => {
      await context[Symbol.asyncDispose]();
      if (process.env['RK_ULP'] !== undefined) console.log(`${place.name}\n${measured.join('\n')}`);
    });

    it.each(accuracyCases().filter((c) => claims(place.target, c)))('$label', { timeout: 60_000 }, async (test) => {
      const result = await runAccuracy(context, test, place.leniency);
      measured.push(`${result.label} ${result.ulp.toFixed(2)} of ${result.bound}`);
      expect(result.text).toBe('');
    });
  });
}

it('leaves no function of numbers out', () => {
  const numbers = new Set(['math', 'trigonometric', 'hyperbolic', 'exponential', 'special', 'classify', 'bits']);
  // Tested by themselves: `clz32` is only of `Math`, `sincos` gives a vector.
  const apart = new Set(['clz32', 'sincos']);
  expect([...intrinsics.values()].filter((row) => numbers.has(row.category) && !judged(row) && !apart.has(row.name)).map((row) => row.name)).toEqual([]);
});
