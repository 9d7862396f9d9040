/** Conway's Game of Life on a torus. */
import { globalKernel, read, u32, write } from '../../src/index.ts';

export const life = globalKernel({ id: 'life', params: { cells: read(u32), next: write(u32), width: u32, height: u32 }, workgroup: [8, 8] }, (g, { cells, next, width, height }) => {
  if (g.x >= width || g.y >= height) return;
  let around = g.u32(0);
  for (let dy = 0; dy < 3; dy++) {
    for (let dx = 0; dx < 3; dx++) {
      const x = (g.x + width + g.u32(dx) - 1) % width;
      const y = (g.y + height + g.u32(dy) - 1) % height;
      if (dx !== 1 || dy !== 1) around += cells[y * width + x]!;
    }
  }
  const alive = cells[g.y * width + g.x]! === 1;
  next[g.y * width + g.x] = around === 3 || (alive && around === 2) ? 1 : 0;
});
