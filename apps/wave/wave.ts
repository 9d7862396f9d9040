import { f32 } from '../../src/index.ts';
import { previous, stencilKernel, still } from '../../src/stencil/index.ts';

/** A damped membrane: displacement, the generation before, and walls that hold it still. */
export const membrane = stencilKernel({
  id: 'membrane', dims: 2, fields: { u: f32, prev: previous('u'), wall: still(f32) }, params: { c2: f32, keep: f32 },
}, (_g, { u, prev, wall }, { c2, keep }) => {
  const c = u.at(0, 0);
  const p = prev.at(0, 0);
  const sum = u.west() + u.east() + u.north() + u.south();
  u.set((1 - wall.at(0, 0)) * (c + keep * (c - p) + c2 * (sum - 4 * c)));
});
