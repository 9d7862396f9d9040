/** Calls of rows of the intrinsics table: the overload, the conversions, the addresses. */
import type { AnyNode } from '../parse/nodes.ts';
import type { Scalar, Vec, VecElem } from '../../layout/types.ts';
import type { IntrinsicRow } from '../intrinsics/table.ts';
import type { Expr, Place } from '../ir.ts';
import { as, convertExpr, store } from './convert.ts';
import { effect } from './effect.ts';
import { literal, type CallNode, type Lowering } from './lowering.ts';
import type { AnyFunction } from '../syntax.ts';
import { element } from './places.ts';
import { called, isBool, isFloat, isFractional, isInt32, isInt64, rank, scalarOf, type Type } from './types.ts';
import { data, lit, nothing, type Data, type Flex, type Value } from './value.ts';
import { component } from './vectors.ts';

export function callIntrinsic(L: Lowering, row: IntrinsicRow, path: string, given: readonly Value[], node: AnyNode, discard: boolean): Value {
  const places: Place[] = [];
  let args = given;
  for (let k = 0; k < (row.places ?? 0); k++) {
    // An address is written as an array and an index.
    if (args.length < 2) L.fail('RK122', node, { name: path, expected: row.params.length + 2 * (row.places ?? 0), actual: given.length });
    places.push(addressOf(L, row, args[0]!, args[1]!, path, node));
    args = args.slice(2);
  }
  // `Math.max(a, b, c)` is `Math.max(Math.max(a, b), c)`; of one value it is that value.
  if (path.startsWith('Math.') && associative.has(row.name) && args.length !== 2 && args.length > 0) {
    const [first, ...rest] = args as [Value, ...Value[]];
    return rest.reduce((a, b) => callIntrinsic(L, row, path, [a, b], node, false), row.name === 'hypot' && rest.length === 0 ? callIntrinsic(L, row, path, [first, lit(0)], node, false) : first);
  }
  if (args.length !== row.params.length) L.fail('RK122', node, { name: path, expected: row.params.length + given.length - args.length, actual: given.length });
  const folded = foldMath(row, path, args);
  if (folded !== null) return folded;
  const vector = args.find((a): a is Data => a.kind === 'data' && a.type.kind === 'vec');
  if (vector !== undefined && row.params.includes('T') && row.effects !== true) return byComponent(L, row, path, args, vector, node);
  const { type, flex, undecided } = overload(L, row, path, args, places, node);
  const exprs = row.params.map((p, k) => {
    if (p !== 'T') return argument(L, args[k]!, scalarOf[p], path, node);
    if (type === null) throw new Error(`row '${row.name}' has an operand T but no types`);
    const arg = args[k]!;
    // Where all operands are undecided, the function decides nothing for them.
    return as(L, undecided && arg.kind === 'data' && arg.flex !== null ? { ...arg, flex: { vars: [], frac: arg.flex.frac } } : arg, type, node);
  });
  const result: Type | null = row.result === null ? null : row.result === 'T' ? type : scalarOf[row.result];
  if (L.assembly.flavor === 'actor' && row.alone !== undefined) {
    if (row.alone === 'nothing') return nothing(`\`${path}\``);
    return data(row.alone === 'count' ? convertExpr(exprs[0]!, scalarOf.bool, scalarOf.u32) : exprs[0]!, result!);
  }
  if (row.written !== undefined) {
    const operands = exprs.map((e) => data(e, e.type!));
    const before = row.tile === true ? [tileOf(L, type as Scalar)] : given.slice(0, 2 * places.length);
    return L.parts.written(L, row.name, row.written as unknown as AnyFunction, row.effects === true, before, operands, node as CallNode, discard);
  }
  const call: Expr = { kind: 'call', name: row.name, args: exprs, places, type: result, pos: L.pos(node) };
  if (row.effects === true || result === null) return effect(L, call, discard, row.name);
  return { ...data(call, result, row.result === 'T' ? flex : null), nonneg: row.category === 'index' };
}

/** One element for each thread of the largest workgroup; one for all reductions of a type. */
function tileOf(L: Lowering, elem: Scalar): Value {
  const shared = L.assembly.sharedArray(`tile of ${elem.name}`, 'tile', elem, 1024);
  return { kind: 'array', name: shared.name, base: { kind: 'shared', shared }, source: shared, elem, length: shared.length, grid: 0, readable: true, writable: true };
}

const associative = new Set(['min', 'max', 'hypot']);

/** A parameter of a fixed type: integers go between signed and unsigned only by a cast, floats widen. */
function argument(L: Lowering, value: Value, type: Type, path: string, node: AnyNode): Expr {
  return store(L, value, type, node, `argument of ${path}`);
}

function addressOf(L: Lowering, row: IntrinsicRow, array: Value, index: Value, path: string, node: AnyNode): Place {
  const at = element(L, array, index, node);
  if (at.kind !== 'data' || at.expr.kind !== 'load' || at.expr.place.kind !== 'index') L.fail('RK214', node, { name: path, type: 'this', types: 'an element of a buffer or of shared memory' });
  const { base } = at.expr.place;
  if (row.reads !== true && (base.kind === 'constant' || (base.kind === 'buffer' && base.param.access === 'read'))) L.fail('RK124', node, { what: 'An element that is only read', reason: 'Atomics write', hint: 'Declare the buffer with `readwrite(...)`.' });
  return at.expr.place;
}

/** Constant arguments of `Math` functions are computed now, as bundlers do. */
function foldMath(row: IntrinsicRow, path: string, args: readonly Value[]): Value | null {
  if (!path.startsWith('Math.') || args.length === 0) return null;
  const values: number[] = [];
  for (const a of args) {
    if (a.kind !== 'lit' || typeof a.value !== 'number') return null;
    values.push(a.value);
  }
  const fn = Math[row.name as 'max'] as ((...xs: number[]) => number) | undefined;
  return typeof fn === 'function' ? lit(fn(...values)) : null;
}

/** The type that `T` stands for in this call. */
function overload(L: Lowering, row: IntrinsicRow, path: string, args: readonly Value[], places: readonly Place[], node: AnyNode): { type: Type | null; flex: Flex | null; undecided?: true } {
  if (row.types.length === 0) return { type: null, flex: null };
  const operands: Data[] = [];
  row.params.forEach((p, k) => {
    if (p !== 'T') return;
    const a = args[k]!;
    const d = a.kind === 'lit' ? literal(a.value) : L.data(a, node);
    operands.push(isBool(d.type) && !row.types.includes('bool') ? data(convertExpr(d.expr, d.type, scalarOf.i32), scalarOf.i32, { vars: [], frac: false }) : d);
  });
  const place = places[0];
  const fixed: Type | null = place !== undefined && 'type' in place ? place.type : null;
  if (fixed !== null) return { type: allowed(L, row, path, fixed, node), flex: null };
  if (operands.some((d) => isInt64(d.type)) && operands.some((d) => !isInt64(d.type))) L.fail('RK205', node, { op: path });
  let joined: Type | null = null;
  let flex: Flex | null = { vars: [], frac: false };
  for (const d of operands) {
    if (d.type.kind !== 'scalar') L.fail('RK214', node, { name: path, type: called(d.type), types: row.types.join(', ') });
    if (d.flex !== null) { if (flex !== null) flex = { vars: [...flex.vars, ...d.flex.vars], frac: flex.frac || d.flex.frac }; continue; }
    flex = null;
    if (joined === null || joined.kind !== 'scalar') joined = d.type;
    else if (isInt32(joined) && isInt32(d.type) && joined.name !== d.type.name) L.fail('RK201', node, { left: called(joined), right: called(d.type), op: path });
    else if (rank[d.type.name] > rank[joined.name]) joined = d.type;
  }
  const fractional = args.some((a, k) => row.params[k] === 'T' && ((a.kind === 'lit' && isFractional(a.value)) || (a.kind === 'data' && a.flex?.frac === true)));
  if (joined === null) {
    const decided = operands.find((d) => (d.flex?.vars.length ?? 0) > 0)?.type ?? operands[0]?.type ?? scalarOf[row.types[0]!];
    const type = fractional && !isFloat(decided) ? scalarOf.f32 : decided;
    const chosen = allowed(L, row, path, type, node);
    return { type: chosen, flex: chosen === type ? flex : null, undecided: true };
  }
  if (fractional && isInt32(joined)) joined = scalarOf.f32;
  return { type: allowed(L, row, path, joined, node), flex: null };
}

/** The type itself where the row has it; integers go into the row's f32 otherwise. */
function allowed(L: Lowering, row: IntrinsicRow, path: string, type: Type, node: AnyNode): Type {
  if (type.kind === 'scalar') {
    if (row.types.includes(type.name)) return type;
    if (isInt32(type) && row.types.includes('f32')) return scalarOf.f32;
    if (isInt32(type) && row.types.length > 0 && row.types.every((t) => t === 'i32' || t === 'u32')) return scalarOf[row.types[0]!];
  }
  L.fail('RK214', node, { name: path, type: called(type), types: row.types.join(', ') });
}

/** A vector argument: the function of each component. */
function byComponent(L: Lowering, row: IntrinsicRow, path: string, args: readonly Value[], vector: Data, node: AnyNode): Value {
  const type = vector.type as Vec<VecElem>;
  const fixed = args.map((a) => (a.kind === 'data' ? { ...a, expr: L.spill(a.expr, a.type, 'v') } : a));
  const parts = Array.from({ length: type.length }, (_, k) => {
    const each = fixed.map((a) => (a.kind === 'data' && a.type.kind === 'vec' ? data(component(a, k), a.type.elem) : a));
    return L.data(callIntrinsic(L, row, path, each, node, false), node);
  });
  if (parts.some((p) => called(p.type) !== called(type.elem))) L.fail('RK214', node, { name: path, type: called(type), types: row.types.join(', ') });
  return data({ kind: 'construct', parts: parts.map((p) => p.expr), type }, type);
}
