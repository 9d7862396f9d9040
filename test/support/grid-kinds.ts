/** Stencils that together use everything a grid can be asked for, each with the same step over plain arrays. */
import { f32 } from '../../src/index.ts';
import { previous, stencilKernel, still, type Boundary } from '../../src/stencil/index.ts';
import type { PlainField, Step } from './plain-grid.ts';

const f = Math.fround;

export const wave = stencilKernel({
  id: 'grid.wave', dims: 2, fields: { u: f32, prev: previous('u'), wall: still(f32) }, params: { c2: f32 },
  measures: { total: (_g, { u }) => u.at(0, 0), slope: (_g, { u, prev }) => u.east() - prev.at(0, 0) },
}, (_g, { u, prev, wall }, { c2 }) => {
  if (wall.at(0, 0) > 0) return;
  const c = u.at(0, 0);
  u.set(2 * c - prev.at(0, 0) + c2 * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
});
export const waveFields: PlainField[] = [{ name: 'u', role: 'evolving' }, { name: 'prev', role: 'previous', of: 'u' }, { name: 'wall', role: 'still' }];
export const waveStep: Step = (at, _cell, { c2 }) => {
  if (at('wall', 0, 0) > 0) return {};
  const c = at('u', 0, 0);
  const sum = f(f(f(at('u', -1, 0) + at('u', 1, 0)) + at('u', 0, -1)) + at('u', 0, 1));
  return { u: f(f(f(2 * c) - at('prev', 0, 0)) + f(f(c2!) * f(sum - f(4 * c)))) };
};

/** Two fields that hang on each other, a past that is read beside the own cell, corners, a halo of two, the cell's place. */
export const pair = stencilKernel({ id: 'grid.pair', dims: 2, halo: 2, fields: { a: f32, was: previous('a'), b: f32 }, params: { k: f32 } }, (g, { a, was, b }, { k }) => {
  a.set(0.5 * a.at(0, 0) + 0.25 * b.at(-2, 1) + k * (was.at(1, -1) + was.at(0, 2)));
  b.set(0.5 * b.at(0, 0) + 0.25 * a.at(2, 2) + (g.x > 3 ? k : 0));
});
export const pairFields: PlainField[] = [{ name: 'a', role: 'evolving' }, { name: 'was', role: 'previous', of: 'a' }, { name: 'b', role: 'evolving' }];
export const pairStep: Step = (at, [x], params) => {
  const k = f(params['k']!);
  return {
    a: f(f(f(0.5 * at('a', 0, 0)) + f(0.25 * at('b', -2, 1))) + f(k * f(at('was', 1, -1) + at('was', 0, 2)))),
    b: f(f(f(0.5 * at('b', 0, 0)) + f(0.25 * at('a', 2, 2))) + (x > 3 ? k : 0)),
  };
};

export const heat = stencilKernel({ id: 'grid.heat', dims: 3, fields: { u: f32 }, params: { k: f32 } }, (_g, { u }, { k }) => {
  const c = u.at(0, 0, 0);
  u.set(c + k * (u.east() + u.west() + u.south() + u.north() + u.up() + u.down() - 6 * c + u.at(1, 1, -1)));
});
export const heatStep: Step = (at, _cell, params) => {
  const c = at('u', 0, 0, 0);
  let sum = f(at('u', 1, 0, 0) + at('u', -1, 0, 0));
  for (const [x, y, z] of [[0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]] as const) sum = f(sum + at('u', x, y, z));
  return { u: f(c + f(f(params['k']!) * f(f(sum - f(6 * c)) + at('u', 1, 1, -1)))) };
};

/** Offsets that are computed. */
export const box = stencilKernel({ id: 'grid.box', dims: 2, fields: { u: f32 } }, (_g, { u }) => {
  let sum = 0;
  for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += u.at(dx, dy);
  u.set(sum / 9);
});
export const boxStep: Step = (at) => {
  let sum = 0;
  for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum = f(sum + at('u', dx, dy));
  return { u: f(sum / 9) };
};

export const bump = (size: readonly number[], shift = 0): Float32Array => {
  const [w, h, d = 1] = size as readonly [number, number, number?];
  return Float32Array.from({ length: w * h * d }, (_, i) => {
    const [x, y, z] = [(i % w) - w / 3 + shift, (Math.floor(i / w) % h) - h / 2, Math.floor(i / (w * h)) - d / 2];
    return Math.exp(-(x * x + y * y + z * z) / 12) + 0.01 * (i % 7);
  });
};
export const boundaries: readonly (readonly [string, Boundary])[] = [['fixed', { fixed: 0.25 }], ['periodic', 'periodic'], ['reflecting', 'reflecting'], ['absorbing', { absorbing: 0.5 }]];
