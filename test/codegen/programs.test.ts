/** Random programs as CUDA C++ and as MSL, executed, against the interpreter. */
import { describe, expect, it } from 'vitest';
import { bool, f16, f32, i32, i64, u32, u64 } from '../../src/layout/types.ts';
import { randomProgram, randomValue } from '../../src/testing/programs.ts';
import { interpreted } from '../../src/testing/run-actor.ts';
import { Random } from '../../src/testing/random.ts';
import { missing } from '../support/tools.ts';
import { CudaHandlers } from './run-cuda.ts';
import { MslHandlers } from './run-msl.ts';

const count = Number(process.env['RK_PROGRAMS'] ?? 40);
const first = Number(process.env['RK_SEED'] ?? 1);
const seeds = Array.from({ length: count }, (_, i) => first + i);
const inputs = 4;

/** Values of a program's state and message, at the corners of their types. */
const inputFor = (program: ReturnType<typeof randomProgram>, seed: number) => {
  const random = new Random(seed);
  return { state: randomValue(program.state!, random), message: randomValue(program.handlers[0]!.message, random) };
};

describe.skipIf(missing('clang'))('random programs', () => {
  it('as CUDA C++', { timeout: 120_000 }, () => {
    const programs = seeds.map((seed) => randomProgram(seed, { size: 1 + (seed % 14) }));
    using handlers = new CudaHandlers(programs, false);
    programs.forEach((program, i) => {
      for (let n = 0; n < inputs; n++) {
        const input = inputFor(program, seeds[i]! * 100 + n);
        expect(handlers.run(i, input), `seed ${seeds[i]}, input ${n}`).toEqual(interpreted(program, input, false));
      }
    });
  });

  it('as MSL', { timeout: 120_000 }, () => {
    const programs = seeds.map((seed) => randomProgram(seed, { size: 1 + (seed % 14), scalars: [bool, i32, u32, i64, u64, f16, f32] }));
    using handlers = new MslHandlers(programs);
    programs.forEach((program, i) => {
      for (let n = 0; n < inputs; n++) {
        const input = inputFor(program, seeds[i]! * 100 + n);
        expect(handlers.run(i, input), `seed ${seeds[i]}, input ${n}`).toEqual(interpreted(program, input, false));
      }
    });
  });
});
