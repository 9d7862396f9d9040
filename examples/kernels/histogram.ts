/** Histogram of bytes: counted in shared memory by each workgroup, then added to the whole. */
import { globalKernel, read, readwrite, u32 } from '../../src/index.ts';

export const histogram = globalKernel({ id: 'histogram', params: { words: read(u32), bins: readwrite(u32), n: u32 }, workgroup: 256 }, (g, { words, bins, n }) => {
  const own = g.shared.u32(256);
  g.atomicStore(own, g.localId, 0);
  g.barrier();
  if (g.id < n) {
    const word = words[g.id]!;
    for (let k = 0; k < 4; k++) g.atomicAdd(own, (word >>> (8 * k)) & 255, 1);
  }
  g.barrier();
  const count = g.atomicLoad(own, g.localId);
  if (count > 0) g.atomicAdd(bins, g.localId, count);
});
