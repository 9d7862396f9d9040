/** Every function of numbers, on every backend that is here, against arithmetic of many more bits: within the bound its row states. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../src/backend/contract.ts';
import { intrinsics, type Target } from '../../src/kernel/intrinsics/table.ts';
import { accuracyBatches, accuracyGroups, judged, runAccuracy, type AccuracyBatch, type AccuracyResult } from '../../src/testing/intrinsics/accuracy.ts';
import { globalAsJs } from '../../src/testing/run-global.ts';
import { places } from '../support/contexts.ts';

/** Runs the batches once, then tells of each row. */
function walk(name: string, target: Target, skip: boolean, run: (batch: AccuracyBatch) => Promise<AccuracyResult[]>, open: () => Promise<void>, close: () => Promise<void>): void {
  describe.skipIf(skip)(`accuracy on ${name}`, () => {
    const measured: string[] = [];
    beforeAll(open, 60_000);
    afterAll(async () => {
      await close();
      if (process.env['RK_ULP'] !== undefined) console.log(`${name}\n${measured.join('\n')}`);
    });
    for (const batch of skip ? [] : accuracyBatches(target)) {
      it(batch.cases.map((c) => c.label).join(', '), { timeout: 120_000 }, async () => {
        const results = await run(batch);
        for (const r of results) measured.push(`${r.label} ${r.ulp.toFixed(2)} of ${r.bound}`);
        expect(results.map((r) => r.text).filter((text) => text !== '')).toEqual([]);
      });
    }
  });
}

for (const place of places) {
  let context: Context;
  walk(place.name, place.target, place.skip, (batch) => runAccuracy(context, batch, place.leniency), async () => { context = await place.open(); }, async () => { await context[Symbol.asyncDispose](); });
}

walk('exact JavaScript', 'js', false, async (batch) => {
  const arrays = batch.arrays().map((a) => a.slice());
  globalAsJs(batch.definition.program, { buffers: Object.fromEntries(arrays.map((a, k) => [k === arrays.length - 1 ? 'out' : `p${k}`, a])), grid: [accuracyGroups] });
  return batch.judge(arrays.at(-1)!, { flush: false, finiteOnly: false });
}, async () => undefined, async () => undefined);

it('leaves no function of numbers out', () => {
  const numbers = new Set(['math', 'trigonometric', 'hyperbolic', 'exponential', 'special', 'classify', 'bits']);
  // Tested by themselves: `clz32` is only of `Math`, `sincos` gives a vector, `nan` has no operand.
  const apart = new Set(['clz32', 'sincos', 'nan']);
  expect([...intrinsics.values()].filter((row) => numbers.has(row.category) && !judged(row) && !apart.has(row.name)).map((row) => row.name)).toEqual([]);
});
