/** Shared memory and barriers: the sum of each workgroup. */
import { f32, globalKernel, read, u32, write } from './face.ts';

export default globalKernel({ id: 'reduce', params: { x: read(f32), sums: write(f32), n: u32, scale: f32 }, workgroup: 64 }, (g, { x, sums, n, scale }) => {
  const part = g.shared.f32(64);
  part[g.localId] = g.id < n ? x[g.id]! * scale : 0;
  g.barrier();
  for (let half = 32; half > 0; half >>= 1) {
    if (g.localId < half) part[g.localId] = part[g.localId]! + part[g.localId + half]!;
    g.barrier();
  }
  if (g.localId === 0) sums[g.groupId] = part[0]!;
});
