/** Product of two square matrices in tiles of 8 by 8. */
import { f32, globalKernel, read, u32, write } from '../../src/index.ts';

export const matrixProduct = globalKernel({ id: 'matrix_product', params: { a: read(f32), b: read(f32), out: write(f32), n: u32 }, workgroup: [8, 8] }, (g, { a, b, out, n }) => {
  const left = g.shared.f32(64);
  const right = g.shared.f32(64);
  const at = g.localY * 8 + g.localX;
  let sum = g.f32(0);
  const tiles = (n + 7) >>> 3;
  for (let t = 0; t < tiles; t++) {
    const column = t * 8 + g.localX;
    const row = t * 8 + g.localY;
    left[at] = g.y < n && column < n ? a[g.y * n + column]! : 0;
    right[at] = row < n && g.x < n ? b[row * n + g.x]! : 0;
    g.barrier();
    for (let k = 0; k < 8; k++) sum += left[g.localY * 8 + k]! * right[k * 8 + g.localX]!;
    g.barrier();
  }
  if (g.x < n && g.y < n) out[g.y * n + g.x] = sum;
});
