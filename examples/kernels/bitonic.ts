/** One step of a bitonic sort: compares and swaps across distance `step` within runs of `run`. */
import { globalKernel, readwrite, u32 } from '../../src/index.ts';

export const bitonicStep = globalKernel({ id: 'bitonic_step', params: { x: readwrite(u32), run: u32, step: u32 }, workgroup: 64 }, (g, { x, run, step }) => {
  const other = (g.id ^ step) >>> 0;
  if (other <= g.id || other >= x.length) return;
  const a = x[g.id]!;
  const b = x[other]!;
  const rising = (g.id & run) === 0;
  if (a > b === rising) {
    x[g.id] = b;
    x[other] = a;
  }
});
