/**
 * Boundary rules: what the ghost cells around a grid hold. Each ghost gets its value from one cell inside, found
 * axis by axis, so that edges and corners need no cases of their own.
 */
import { globalKernel, gridRead, gridRead3, gridReadWrite, gridReadWrite3 } from '../kernel/define.ts';
import { f32, i32, u32, type Scalar } from '../layout/types.ts';

export type Boundary<V = Readonly<Record<string, number>>> =
  /** The grid goes on at its other side. */
  | 'periodic'
  /** A mirror at the outer edge of the outermost cells: nothing flows through. */
  | 'reflecting'
  /** Ghosts hold this value for ever: a clamped edge. */
  | { readonly fixed: number }
  /** Waves leave (Mur's first-order condition). The number is their speed in cells per step, at most 1. */
  | { readonly absorbing: number | ((params: V) => number) };

/** How a ghost's coordinate becomes one inside. */
export const rules = { periodic: 0, reflecting: 1, nearest: 2 } as const;
export type Rule = keyof typeof rules;

/** Coordinate of the cell inside that stands for coordinate `x` of a padded axis with `n` cells inside. */
function source(x: number, h: number, n: number, rule: number): number {
  let i = x - h;
  if (i >= 0 && i < n) return x;
  if (rule === 0) i = i < 0 ? i + n : i - n;
  else if (rule === 1) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  else i = i < 0 ? 0 : n - 1;
  return i + h;
}

/** The `n`th of the ghost coordinates of an axis with `size` cells in all. */
const ghost = (n: number, h: number, size: number): number => (n < h ? n : size - 2 * h + n);
const apart = (a: number, b: number): number => (a < b ? b - a : a - b);
const uses = { source, ghost, apart };

/** Ghost cells of a padded grid. */
export function ghostCells(dims: 2 | 3, h: number, [w, y, z = 1]: readonly [number, number, number?]): number {
  const plane = 2 * h * w + 2 * h * (y - 2 * h);
  return dims === 2 ? plane : 2 * h * w * y + (z - 2 * h) * plane;
}

const fill2 = (elem: Scalar) => globalKernel({ id: `ringkernel.fill2.${elem.name}`, params: { u: gridReadWrite(elem), h: i32, rule: i32, count: u32 }, workgroup: 64, uses }, (g, { u, h, rule, count }, { source, ghost }) => {
  if (g.id >= count) return;
  const w = g.i32(u.w);
  const height = g.i32(u.h);
  let n = g.i32(g.id);
  let x = 0;
  let y = 0;
  if (n < 2 * h * w) {
    x = n % w;
    y = ghost(g.idiv(n, w), h, height);
  } else {
    n -= 2 * h * w;
    x = ghost(n % (2 * h), h, w);
    y = h + g.idiv(n, 2 * h);
  }
  u.put(x, y, u.get(source(x, h, w - 2 * h, rule), source(y, h, height - 2 * h, rule)));
});

const fill3 = (elem: Scalar) => globalKernel({ id: `ringkernel.fill3.${elem.name}`, params: { u: gridReadWrite3(elem), h: i32, rule: i32, count: u32 }, workgroup: 64, uses }, (g, { u, h, rule, count }, { source, ghost }) => {
  if (g.id >= count) return;
  const w = g.i32(u.w);
  const height = g.i32(u.h);
  const depth = g.i32(u.d);
  let n = g.i32(g.id);
  let x = 0;
  let y = 0;
  let z = 0;
  if (n < 2 * h * w * height) {
    x = n % w;
    y = g.idiv(n, w) % height;
    z = ghost(g.idiv(n, w * height), h, depth);
  } else {
    n -= 2 * h * w * height;
    const plane = 2 * h * w + 2 * h * (height - 2 * h);
    z = h + g.idiv(n, plane);
    n = n % plane;
    if (n < 2 * h * w) {
      x = n % w;
      y = ghost(g.idiv(n, w), h, height);
    } else {
      n -= 2 * h * w;
      x = ghost(n % (2 * h), h, w);
      y = h + g.idiv(n, 2 * h);
    }
  }
  u.put(x, y, z, u.get(source(x, h, w - 2 * h, rule), source(y, h, height - 2 * h, rule), source(z, h, depth - 2 * h, rule)));
});

const absorb2 = () => globalKernel({ id: 'ringkernel.absorb2', params: { next: gridReadWrite(f32), now: gridRead(f32), h: i32, speed: f32, count: u32 }, workgroup: 64, uses }, (g, { next, now, h, speed, count }, { source, ghost, apart }) => {
  if (g.id >= count) return;
  const w = g.i32(now.w);
  const height = g.i32(now.h);
  let n = g.i32(g.id);
  let x = 0;
  let y = 0;
  if (n < 2 * h * w) {
    x = n % w;
    y = ghost(g.idiv(n, w), h, height);
  } else {
    n -= 2 * h * w;
    x = ghost(n % (2 * h), h, w);
    y = h + g.idiv(n, 2 * h);
  }
  const sx = source(x, h, w - 2 * h, 2);
  const sy = source(y, h, height - 2 * h, 2);
  const far = g.f32(Math.max(apart(x, sx), apart(y, sy)));
  next.put(x, y, now.get(sx, sy) + ((speed - far) / (speed + far)) * (next.get(sx, sy) - now.get(x, y)));
});

const absorb3 = () => globalKernel({ id: 'ringkernel.absorb3', params: { next: gridReadWrite3(f32), now: gridRead3(f32), h: i32, speed: f32, count: u32 }, workgroup: 64, uses }, (g, { next, now, h, speed, count }, { source, ghost, apart }) => {
  if (g.id >= count) return;
  const w = g.i32(now.w);
  const height = g.i32(now.h);
  const depth = g.i32(now.d);
  let n = g.i32(g.id);
  let x = 0;
  let y = 0;
  let z = 0;
  if (n < 2 * h * w * height) {
    x = n % w;
    y = g.idiv(n, w) % height;
    z = ghost(g.idiv(n, w * height), h, depth);
  } else {
    n -= 2 * h * w * height;
    const plane = 2 * h * w + 2 * h * (height - 2 * h);
    z = h + g.idiv(n, plane);
    n = n % plane;
    if (n < 2 * h * w) {
      x = n % w;
      y = ghost(g.idiv(n, w), h, height);
    } else {
      n -= 2 * h * w;
      x = ghost(n % (2 * h), h, w);
      y = h + g.idiv(n, 2 * h);
    }
  }
  const sx = source(x, h, w - 2 * h, 2);
  const sy = source(y, h, height - 2 * h, 2);
  const sz = source(z, h, depth - 2 * h, 2);
  const far = g.f32(Math.max(apart(x, sx), Math.max(apart(y, sy), apart(z, sz))));
  next.put(x, y, z, now.get(sx, sy, sz) + ((speed - far) / (speed + far)) * (next.get(sx, sy, sz) - now.get(x, y, z)));
});

const made = new Map<string, ReturnType<typeof fill2 | typeof fill3 | typeof absorb2 | typeof absorb3>>();
function once(key: string, make: () => ReturnType<typeof fill2 | typeof fill3 | typeof absorb2 | typeof absorb3>) {
  let found = made.get(key);
  if (found === undefined) made.set(key, found = make());
  return found.program;
}

/** Fills the ghosts of one grid from its own cells: arguments grid, halo, rule, ghost cells. */
export const fillProgram = (dims: 2 | 3, elem: Scalar) => once(`fill${dims}${elem.name}`, () => (dims === 2 ? fill2(elem) : fill3(elem)));
/** Moves the ghosts of a grid one step on: arguments next grid, current grid, halo, speed, ghost cells. */
export const absorbProgram = (dims: 2 | 3) => once(`absorb${dims}`, dims === 2 ? absorb2 : absorb3);
