/** Methods of grids and local arrays. */
import type { AnyNode } from '../parse/nodes.ts';
import type { Expr } from '../ir.ts';
import { convertExpr, store } from './convert.ts';
import { constant, type Lowering } from './lowering.ts';
import { arrayElement, extent, indexExpr, writePlace } from './places.ts';
import { scalarOf } from './types.ts';
import { data, lit, nothing, type ArrayHandle, type Data, type Value } from './value.ts';

const i32 = scalarOf.i32;

/** Steps to the neighbours: y grows to the south, z upwards. */
const neighbours: Readonly<Record<string, readonly [number, number, number]>> = {
  north: [0, -1, 0], south: [0, 1, 0], east: [1, 0, 0], west: [-1, 0, 0], up: [0, 0, 1], down: [0, 0, -1],
};

export function arrayMethod(L: Lowering, self: Value, name: string, args: readonly Value[], node: AnyNode): Value {
  if (self.kind === 'array' && self.grid !== 0) return gridMethod(L, self, self.grid, name, args, node);
  if (self.kind === 'data' && self.type.kind === 'array' && name === 'fill') return fill(L, self, args, node);
  L.fail('RK121', node, { name: `\`${name}\`` });
}

/**
 * `at(dx, dy)`: the cell that many steps from this thread's own; `get(x, y)`: the cell there; `set(value)`:
 * this thread's cell; `put(x, y, value)`: the cell there. 3-D grids take three coordinates.
 */
function gridMethod(L: Lowering, grid: ArrayHandle, dims: 2 | 3, name: string, args: readonly Value[], node: AnyNode): Value {
  const step = neighbours[name];
  const need = (expected: number): void => {
    if (args.length !== expected) L.fail('RK122', node, { name: `${grid.name}.${name}`, expected, actual: args.length });
  };
  if (step !== undefined) {
    need(0);
    if (dims === 2 && step[2] !== 0) L.fail('RK123', node, { object: `'${grid.name}'`, name, known: 'north, south, east, west' });
    return arrayElement(L, grid, cell(L, grid, dims, step.slice(0, dims).map(lit), true, node), null, node, false);
  }
  switch (name) {
    case 'at': need(dims); return arrayElement(L, grid, cell(L, grid, dims, args, true, node), null, node, false);
    case 'get': need(dims); return arrayElement(L, grid, cell(L, grid, dims, args, false, node), null, node, false);
    case 'set': {
      need(1);
      setCell(L, grid, args[0]!, node);
      return nothing('`set`');
    }
    default: {
      need(dims + 1);
      const there = cell(L, grid, dims, args.slice(0, dims), false, node);
      writePlace(L, arrayElement(L, grid, there, null, node, true), args[dims]!, node, node);
      return nothing('`put`');
    }
  }
}

/** Writes this thread's cell. */
export function setCell(L: Lowering, grid: ArrayHandle, value: Value, node: AnyNode): void {
  const target = grid.next ?? grid;
  writePlace(L, arrayElement(L, target, ownCell(L, target, node), null, node, true), value, node, node);
}

/** What this thread's cell holds. */
export const cellValue = (L: Lowering, grid: ArrayHandle, node: AnyNode): Value => arrayElement(L, grid, ownCell(L, grid, node), null, node, false);

const ownCell = (L: Lowering, grid: ArrayHandle, node: AnyNode): Expr =>
  cell(L, grid, grid.grid as 2 | 3, Array.from({ length: grid.grid }, () => lit(0)), true, node);

/** Whether this thread lies beyond the cells of a grid: launches are rounded up to whole workgroups. */
export function outsideGrid(L: Lowering, grid: ArrayHandle, node: AnyNode): Expr {
  const ghosts = 2 * (grid.halo ?? 0);
  const tests = (['width', 'height', 'depth'] as const).slice(0, grid.grid).map((row, k): Expr => {
    const own: Expr = { kind: 'call', name: 'xyz'[k]!, args: [], places: [], type: scalarOf.u32 };
    const size = (extent(L, grid, row, node) as Data).expr;
    const right: Expr = ghosts === 0 ? size : { kind: 'binary', op: 'sub', left: size, right: constant(ghosts, scalarOf.u32), type: scalarOf.u32 };
    return { kind: 'compare', op: 'ge', left: own, right, type: scalarOf.bool };
  });
  return tests.reduce((left, right) => ({ kind: 'logical', op: 'or', left, right, type: scalarOf.bool }));
}

/** Index of a cell, row by row: ((z * h) + y) * w + x. */
function cell(L: Lowering, grid: ArrayHandle, dims: 2 | 3, coordinates: readonly Value[], relative: boolean, node: AnyNode): Expr {
  const own = (axis: string): Expr => convertExpr({ kind: 'call', name: axis, args: [], places: [], type: scalarOf.u32 }, scalarOf.u32, i32);
  const size = (row: 'width' | 'height'): Expr => convertExpr((extent(L, grid, row, node) as Data).expr, scalarOf.u32, i32);
  const binary = (op: 'add' | 'mul', left: Expr, right: Expr): Expr => ({ kind: 'binary', op, left, right, type: i32 });
  const at = coordinates.map((c, k) => {
    const index = indexExpr(L, c, node);
    const halo = grid.halo ?? 0;
    const given = index.kind === 'const' ? constant((Number(index.value) | 0) + halo, i32) : convertExpr(index, index.type ?? i32, i32);
    const offset = given.kind === 'const' || halo === 0 ? given : binary('add', given, constant(halo, i32));
    if (!relative) return offset;
    const here = own('xyz'[k]!);
    return offset.kind === 'const' && offset.value === 0 ? here : binary('add', here, offset);
  });
  const row = dims === 3 ? binary('add', binary('mul', at[2]!, size('height')), at[1]!) : at[1]!;
  return binary('add', binary('mul', row, size('width')), at[0]!);
}

/** `a.fill(value)`. */
function fill(L: Lowering, self: Data, args: readonly Value[], node: AnyNode): Value {
  if (args.length !== 1) L.fail('RK122', node, { name: 'fill', expected: 1, actual: args.length });
  if (self.type.kind !== 'array' || self.expr.kind !== 'load') L.fail('RK121', node, { name: '`fill`' });
  const { elem, length } = self.type;
  const base = self.expr.place;
  const owner = base.kind === 'local' ? L.owners.get(base.local) : undefined;
  const value = data(L.spill(store(L, args[0]!, elem, node, 'argument of fill'), elem), elem, owner?.flexible ? { vars: [], frac: false } : null);
  const counter = L.newLocal('k', scalarOf.i32);
  const k: Expr = { kind: 'load', place: { kind: 'local', local: counter }, type: i32 };
  const place = { kind: 'index' as const, base, index: k, type: elem, proven: true };
  L.emit({ kind: 'let', local: counter, init: constant(0, i32) });
  const { stmts } = L.collect(() => writePlace(L, data({ kind: 'load', place, type: elem }, elem), value, node, node));
  L.emit({
    kind: 'loop', id: L.label(), pretest: { kind: 'compare', op: 'lt', left: k, right: constant(length, i32), type: scalarOf.bool }, body: stmts, posttest: null,
    update: [{ kind: 'assign', place: { kind: 'local', local: counter }, value: { kind: 'binary', op: 'add', left: k, right: constant(1, i32), type: i32 } }], pos: L.pos(node),
  });
  return nothing('`fill`');
}
