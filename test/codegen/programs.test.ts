/** Random programs as CUDA C++ and as MSL, executed, against the interpreter. */
import { describe, expect, it } from 'vitest';
import { bool, f16, f32, i32, i64, u32, u64 } from '../../src/layout/types.ts';
import type { ActorProgram } from '../../src/kernel/ir.ts';
import { randomProgram, randomValue, type RandomProgramOptions } from '../../src/testing/programs.ts';
import { interpreted, type ActorInput, type Outcome } from '../../src/testing/run-actor.ts';
import { Random } from '../../src/testing/random.ts';
import { missing } from '../support/tools.ts';
import { CudaHandlers } from './run-cuda.ts';
import { MslHandlers } from './run-msl.ts';

const count = Number(process.env['RK_PROGRAMS'] ?? 24);
const first = Number(process.env['RK_SEED'] ?? 1);
const seeds = Array.from({ length: count }, (_, i) => first + i);
const inputs = 4;

/** Values of a program's state and message, at the corners of their types. */
const inputFor = (program: ReturnType<typeof randomProgram>, seed: number) => {
  const random = new Random(seed);
  return { state: randomValue(program.state!, random), message: randomValue(program.handlers[0]!.message, random) };
};

/** Which fault it was is another test's matter. */
const seen = (outcome: Outcome): Outcome => ('fault' in outcome ? { fault: 'some' } : outcome);

interface Handlers extends Disposable { run(index: number, input: ActorInput): Outcome }

function compare(programs: readonly ActorProgram[], handlers: Handlers, exact: boolean): void {
  programs.forEach((program, i) => {
    for (let n = 0; n < inputs; n++) {
      const input = inputFor(program, seeds[i]! * 100 + n);
      expect(seen(handlers.run(i, input)), `seed ${seeds[i]}, input ${n}`).toEqual(seen(interpreted(program, input, exact)));
    }
  });
}

describe.skipIf(missing('clang'))('random programs', () => {
  const metal = [bool, i32, u32, i64, u64, f16, f32];
  const programs = (options: Partial<RandomProgramOptions>): ActorProgram[] => seeds.map((seed) => randomProgram(seed, { size: 1 + (seed % 14), ...options }));

  it.each([
    { name: 'wrapping', exact: false, options: {} }, { name: 'stray indices', exact: false, options: { stray: true, faults: true } },
    { name: 'exact', exact: true, options: { stray: true, faults: true } },
  ])('as CUDA C++, $name', { timeout: 240_000 }, ({ exact, options }) => {
    const all = programs(options);
    using handlers = new CudaHandlers(all, exact);
    compare(all, handlers, exact);
  });

  it.each([{ name: 'wrapping', options: {} }, { name: 'stray indices', options: { stray: true, faults: true } }])('as MSL, $name', { timeout: 240_000 }, ({ options }) => {
    const all = programs({ ...options, scalars: metal });
    using handlers = new MslHandlers(all);
    compare(all, handlers, false);
  });
});
