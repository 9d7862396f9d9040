import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { compiledToJs, compiledToWasm, interpreted, type Outcome } from '../../src/testing/run-actor.ts';
import { randomProgram, randomValue } from '../../src/testing/programs.ts';
import { Random } from '../../src/testing/random.ts';

const programs = fc.record({ size: fc.integer({ min: 1, max: 14 }), seed: fc.nat() });
const numRuns = Number(process.env['RK_PROGRAMS'] ?? 150);

/** Which of several faults in one expression comes first is not promised. */
const seen = (outcome: Outcome): Outcome => ('fault' in outcome ? { fault: 'some' } : outcome);

for (const { exact, faults } of [{ exact: false, faults: false }, { exact: false, faults: true }, { exact: true, faults: true }]) {
  it(`interpreter, JavaScript and WebAssembly agree on random programs, ${exact ? 'exact' : 'wrapping'}, ${faults ? 'with stray indices' : 'without faults'}`, { timeout: 120_000 }, () => {
    fc.assert(fc.property(programs, ({ size, seed }) => {
      const program = randomProgram(seed, { size, stray: faults, faults });
      const random = new Random(seed + 1);
      const input = { state: randomValue(program.state!, random), message: randomValue(program.handlers[0]!.message, random) };
      const expected = seen(interpreted(program, input, exact));
      expect(seen(compiledToJs(program, input, exact))).toEqual(expected);
      expect(seen(compiledToWasm(program, input, { exact, optimise: !exact }))).toEqual(expected);
    }), { numRuns });
  });
}
