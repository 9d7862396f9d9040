/**
 * Ghost cells around a grid. Each gets its value from one cell inside, found axis by axis, so that edges and corners
 * need no cases of their own. A grid of two dimensions is one plane of a grid of three with no ghosts along z.
 */
import { globalKernel, read, readwrite } from '../../kernel/define.ts';
import type { GlobalProgram } from '../../kernel/ir.ts';
import { f32, i32, type Scalar } from '../../layout/types.ts';

/** How a ghost's coordinate becomes one inside. */
export const rules = { periodic: 0, reflecting: 1, nearest: 2 } as const;
export type Rule = keyof typeof rules;

/** Coordinate of the cell inside that stands for coordinate `x` of a padded axis with `n` cells inside. */
export function source(x: number, h: number, n: number, rule: number): number {
  let i = x - h;
  if (i >= 0 && i < n) return x;
  if (rule === 0) i = i < 0 ? i + n : i - n;
  else if (rule === 1) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  else i = i < 0 ? 0 : n - 1;
  return i + h;
}

/** The `n`th of the ghost coordinates of an axis with `size` cells in all. */
export const ghost = (n: number, h: number, size: number): number => (n < h ? n : size - 2 * h + n);

interface Helpers {
  readonly source: typeof source;
  readonly ghost: typeof ghost;
}

/**
 * Index of the `n`th ghost cell: first whole planes (z), then, plane by plane, whole rows (y) and the ends of the
 * rows between them (x). `h`, `hz`: ghosts along x and y, and along z; the others are cells with ghosts.
 */
function ghostAt(n: number, h: number, hz: number, w: number, height: number, depth: number, { ghost }: Helpers): number {
  const cells = w * height;
  if (n < 2 * hz * cells) return ghost(Math.trunc(n / cells), hz, depth) * cells + (n % cells);
  const plane = 2 * h * w + 2 * h * (height - 2 * h);
  const z = hz + Math.trunc((n - 2 * hz * cells) / plane);
  const k = (n - 2 * hz * cells) % plane;
  if (k < 2 * h * w) return (z * height + ghost(Math.trunc(k / w), h, height)) * w + (k % w);
  const j = k - 2 * h * w;
  return (z * height + h + Math.trunc(j / (2 * h))) * w + ghost(j % (2 * h), h, w);
}

/** Index of the cell inside that stands for the ghost with index `at`. */
function insideOf(at: number, rule: number, h: number, hz: number, w: number, height: number, depth: number, { source }: Helpers): number {
  const row = Math.trunc(at / w);
  const z = source(Math.trunc(row / height), hz, depth - 2 * hz, rule);
  return (z * height + source(row % height, h, height - 2 * h, rule)) * w + source(at % w, h, w - 2 * h, rule);
}

/** The largest distance along an axis between two cells. */
function apart(a: number, b: number, w: number, height: number): number {
  const rowA = Math.trunc(a / w);
  const rowB = Math.trunc(b / w);
  const flat = Math.max(Math.abs(a % w - b % w), Math.abs(rowA % height - rowB % height));
  return Math.max(flat, Math.abs(Math.trunc(rowA / height) - Math.trunc(rowB / height)));
}

const uses = { source, ghost, ghostAt, insideOf, apart };

/** Ghost cells of a padded grid. */
export function ghostCells(dims: 2 | 3, h: number, [w, y, z = 1]: readonly [number, number, number?]): number {
  const plane = 2 * h * w + 2 * h * (y - 2 * h);
  return dims === 2 ? plane : 2 * h * w * y + (z - 2 * h) * plane;
}

/** Arguments that say which ghosts of which grid a launch fills: those from `first` to `last`, not counting `last`. */
const range = { h: i32, hz: i32, w: i32, height: i32, depth: i32, first: i32, last: i32 } as const;

const fill = (elem: Scalar) => globalKernel({ id: `ringkernel.fill.${elem.name}`, params: { u: readwrite(elem), rule: i32, ...range }, workgroup: 64, uses }, (g, { u, rule, h, hz, w, height, depth, first, last }, uses) => {
  const n = first + g.i32(g.x);
  if (n >= last) return;
  const at = uses.ghostAt(n, h, hz, w, height, depth, uses);
  u[at] = u[uses.insideOf(at, rule, h, hz, w, height, depth, uses)]!;
});

const absorb = () => globalKernel({ id: 'ringkernel.absorb', params: { next: readwrite(f32), now: read(f32), speed: f32, ...range }, workgroup: 64, uses }, (g, { next, now, speed, h, hz, w, height, depth, first, last }, uses) => {
  const n = first + g.i32(g.x);
  if (n >= last) return;
  const at = uses.ghostAt(n, h, hz, w, height, depth, uses);
  const inside = uses.insideOf(at, 2, h, hz, w, height, depth, uses);
  const far = g.f32(uses.apart(at, inside, w, height));
  next[at] = now[inside]! + ((speed - far) / (speed + far)) * (next[inside]! - now[at]!);
});

const made = new Map<string, GlobalProgram>();
function once(key: string, make: () => { readonly program: GlobalProgram }): GlobalProgram {
  let found = made.get(key);
  if (found === undefined) made.set(key, found = make().program);
  return found;
}

/** Fills ghosts of one field from its own cells: arguments field, rule, then those of `ghostRange`. */
export const fillProgram = (elem: Scalar): GlobalProgram => once(elem.name, () => fill(elem));
/** Moves ghosts of a field one step on: arguments next generation, current one, speed, then those of `ghostRange`. */
export const absorbProgram = (): GlobalProgram => once('absorb', absorb);

/** The arguments, in order, that name the ghosts from `first` to `last` (default: all) of a padded grid. */
export function ghostRange(dims: 2 | 3, halo: number, padded: readonly [number, number, number?], first = 0, last = ghostCells(dims, halo, padded)): number[] {
  const [w, height, depth = 1] = padded;
  return [halo, dims === 3 ? halo : 0, w, height, depth, first, last];
}
