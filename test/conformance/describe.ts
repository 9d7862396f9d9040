/** Runs the conformance suite on one target as tests: `conformance({ name: 'cpu', open: { backend: 'cpu' }, features })`. */
import { describe, test } from 'vitest';
import { conformanceCases, judgeCase, lacks, type ConformanceTarget } from '../../src/testing/conformance/index.ts';

const longest = 120_000;

/** `unavailable`: why the target is not there on this machine; then every case is skipped. */
export function conformance(target: ConformanceTarget, unavailable: string | boolean | null = null): void {
  if (unavailable) {
    describe.skip(`conformance: ${target.name}${unavailable === true ? '' : ` (${unavailable})`}`, () => test('unavailable', () => undefined));
    return;
  }
  describe(`conformance: ${target.name}`, () => {
    for (const name of Object.keys(target.expectations ?? {})) {
      if (!conformanceCases.some((entry) => entry.name === name)) test(name, () => { throw new Error('an expectation for a case there is not'); });
    }
    for (const entry of conformanceCases) {
      const missing = lacks(target, entry);
      if (missing !== null) {
        test.skip(`${entry.name} (${missing})`);
        continue;
      }
      test(entry.name, { timeout: longest }, async (context) => {
        const result = await judgeCase(target, entry);
        if (result.outcome === 'failed') throw result.error;
        if (result.outcome === 'expected') context.skip(`fails as expected: ${result.reason}`);
      });
    }
  });
}
