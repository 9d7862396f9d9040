/** Steps until a point of the plane leaves the circle of radius 2. */
import { f32, globalKernel, u32, write } from '../../src/index.ts';

export const mandelbrot = globalKernel({ id: 'mandelbrot', params: { out: write(u32), width: u32, height: u32, scale: f32, limit: u32 }, workgroup: [8, 8] }, (g, { out, width, height, scale, limit }) => {
  if (g.x >= width || g.y >= height) return;
  const cx = g.f32(g.x) * scale - 2;
  const cy = g.f32(g.y) * scale - 1;
  let x = g.f32(0);
  let y = g.f32(0);
  let steps = 0;
  while (x * x + y * y <= 4 && steps < limit) {
    const next = x * x - y * y + cx;
    y = 2 * x * y + cy;
    x = next;
    steps++;
  }
  out[g.y * width + g.x] = steps;
});
