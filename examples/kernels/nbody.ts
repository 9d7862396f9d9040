/** Accelerations of bodies that attract each other, softened. */
import { f32, globalKernel, read, u32, write } from '../../src/index.ts';

export const accelerations = globalKernel({ id: 'accelerations', params: { x: read(f32), y: read(f32), mass: read(f32), ax: write(f32), ay: write(f32), n: u32, softening: f32 }, workgroup: 64 }, (g, { x, y, mass, ax, ay, n, softening }) => {
  if (g.id >= n) return;
  const here = g.vec2(x[g.id]!, y[g.id]!);
  let total = g.vec2(0);
  for (let j = 0; j < n; j++) {
    const d = g.vec2(x[j]!, y[j]!).sub(here);
    const r2 = d.lengthSquared() + softening;
    total = total.add(d.mul(mass[j]! / (r2 * Math.sqrt(r2))));
  }
  ax[g.id] = total.x;
  ay[g.id] = total.y;
});
