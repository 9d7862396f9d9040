/** A stencil over 2-D grids. */
import { f32, globalKernel, gridRead, gridWrite } from './face.ts';

export default globalKernel({ id: 'heat', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [16, 16] }, (g, { u, out, k }) => {
  if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
  const c = u.at(0, 0);
  out.set(c + k * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
});
