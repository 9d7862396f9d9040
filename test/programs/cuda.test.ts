/** Random programs as actors of the CUDA engine on the fake driver, against the interpreter. `RK_PROGRAMS` of each variant. */
import { describe, expect, it } from 'vitest';
import { comparePrograms, programVariants } from '../../bench/cuda-programs.ts';
import { cudaBackend } from '../../src/backend/cuda/index.ts';
import { fakeCuda } from '../fake/cuda/build.ts';

const fake = fakeCuda();
const count = Number(process.env['RK_PROGRAMS'] ?? 8);

describe.skipIf('missing' in fake)('random programs on the CUDA engine', () => {
  it.each(programVariants)('$name', { timeout: 240_000 }, async (variant) => {
    if ('missing' in fake) return;
    await using context = await cudaBackend(fake.settings).createContext();
    const report = await comparePrograms(await context.engine({ watchdog: Infinity }), variant, 1, count);
    expect(report.differences).toEqual([]);
    expect(report.runs).toBe(count * 4);
  });
});
