/** Sum of an array: a tree in shared memory for each workgroup, then once more over the partial sums. */
import { f32, globalKernel, read, readwrite, u32, write } from '../../src/index.ts';

export const sum = globalKernel({ id: 'sum', params: { x: read(f32), partial: write(f32), n: u32 }, workgroup: 128 }, (g, { x, partial, n }) => {
  const tile = g.shared.f32(128);
  tile[g.localId] = g.id < n ? x[g.id]! : 0;
  g.barrier();
  for (let step = 64; step > 0; step = step >>> 1) {
    if (g.localId < step) tile[g.localId] = tile[g.localId]! + tile[g.localId + step]!;
    g.barrier();
  }
  if (g.localId === 0) partial[g.groupId] = tile[0]!;
});

/** Inclusive prefix sum of each workgroup's part (Hillis and Steele), and the part's total. */
export const scan = globalKernel({ id: 'scan', params: { x: read(u32), out: write(u32), totals: write(u32), n: u32 }, workgroup: 128 }, (g, { x, out, totals, n }) => {
  const tile = g.shared.u32(128);
  tile[g.localId] = g.id < n ? x[g.id]! : 0;
  g.barrier();
  for (let step = 1; step < 128; step = step << 1) {
    let add = 0;
    if (g.localId >= step) add = tile[g.localId - step]!;
    g.barrier();
    tile[g.localId] = tile[g.localId]! + add;
    g.barrier();
  }
  if (g.id < n) out[g.id] = tile[g.localId]!;
  if (g.localId === 127) totals[g.groupId] = tile[127]!;
});

/** Adds to each part what stands before it. */
export const offset = globalKernel({ id: 'offset', params: { out: readwrite(u32), before: read(u32), n: u32 }, workgroup: 128 }, (g, { out, before, n }) => {
  if (g.id < n && g.groupId > 0) out[g.id] = out[g.id]! + before[g.groupId - 1]!;
});
