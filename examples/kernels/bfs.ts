/** One level of a breadth-first search on a graph in CSR form: from the vertices at `level` to those not reached yet. */
import { globalKernel, read, readwrite, u32 } from '../../src/index.ts';

export const unreached = 0xffffffff;

export const bfsLevel = globalKernel(
  { id: 'bfs_level', params: { first: read(u32), targets: read(u32), levels: readwrite(u32), changed: readwrite(u32), level: u32, n: u32 }, workgroup: 64, uses: { unreached } },
  (g, { first, targets, levels, changed, level, n }, { unreached }) => {
    if (g.id >= n) return;
    const own = g.atomicLoad(levels, g.id);
    if (own !== level) return;
    for (let e = first[g.id]!; e < first[g.id + 1]!; e++) {
      const seen = g.atomicCompareExchange(levels, targets[e]!, unreached, level + 1);
      if (seen === unreached) g.atomicStore(changed, 0, 1);
    }
  },
);
