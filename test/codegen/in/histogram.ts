/** Atomics in buffers and shared memory, and what lanes do together. */
import { globalKernel, i32, read, readwrite, u32 } from './face.ts';

export default globalKernel({ id: 'histogram', params: { x: read(u32), bins: readwrite(u32), best: readwrite(i32), n: u32 }, workgroup: 64 }, (g, { x, bins, best, n }) => {
  const part = g.shared.u32(16);
  if (g.localId < 16) part[g.localId] = 0;
  g.barrier();
  if (g.id < n) {
    const bin = x[g.id]! & 15;
    g.atomicAdd(part, bin, 1);
    g.atomicMax(best, 0, g.i32(bin));
  }
  g.barrier();
  if (g.localId < 16) g.atomicAdd(bins, g.localId, part[g.localId]!);
});
