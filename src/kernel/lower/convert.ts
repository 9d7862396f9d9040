/** Conversions: what widens silently, what a store accepts, what a cast does. */
import type { AnyNode } from '../parse/nodes.ts';
import { sameType } from '../../layout/types.ts';
import { Bail } from '../diagnostics.ts';
import type { ConvertMode, Expr, FieldValue, Pos } from '../ir.ts';
import { constant, literal, typed, type Lowering } from './lowering.ts';
import { called, fits, isBool, isFloat, isHalf, isInt, isInt32, isInt64, isUnsigned, limits, rank, scalarOf, type Struct, type Type } from './types.ts';
import { anyTruth, ofUnknownType, unknownOf } from './unknown.ts';
import { data, lit, type Data, type Flex, type Quotient, type Value } from './value.ts';
import type { ScalarName } from '../../layout/types.ts';

/** How a cast between two scalars works; `saturate` is what casts mean, `wrap` what `|` and `>>>` mean. */
export function modeOf(from: Type, to: Type, floats: 'saturate' | 'wrap' = 'saturate'): ConvertMode {
  if (isBool(to)) return 'truth';
  if (isBool(from)) return 'exact';
  if (isFloat(from)) return isInt(to) ? floats : widerFloat(from, to) ? 'exact' : 'round';
  if (isFloat(to)) return isInt32(from) && to.kind === 'scalar' && to.name === 'f64' ? 'exact' : 'round';
  if (from.size === to.size) return 'bits';
  if (from.size > to.size) return 'wrap';
  return isUnsigned(to) && !isUnsigned(from) ? 'wrap' : 'exact';
}

const widerFloat = (from: Type, to: Type): boolean => from.kind === 'scalar' && to.kind === 'scalar' && rank[to.name] > rank[from.name];

/** The value of a constant after a conversion that the language defines exactly. */
function fold(value: number | bigint | boolean, mode: ConvertMode, to: Type): number | bigint | boolean | undefined {
  if (to.kind !== 'scalar') return undefined;
  const name: ScalarName = to.name;
  if (name === 'bool') return mode === 'truth' ? Boolean(value) : undefined;
  if (typeof value === 'boolean') return name === 'i64' || name === 'u64' ? (value ? 1n : 0n) : Number(value);
  switch (name) {
    case 'i64': case 'u64': {
      let whole: bigint;
      if (typeof value === 'bigint') whole = value;
      else if (mode === 'saturate') {
        if (Number.isNaN(value)) return 0n;
        const [low, high] = limits[name] as [bigint, bigint];
        if (value <= Number(low)) return low;
        if (value >= Number(high)) return high;
        whole = BigInt(Math.trunc(value));
      } else whole = BigInt(Math.trunc(Number.isFinite(value) ? value : 0));
      return name === 'i64' ? BigInt.asIntN(64, whole) : BigInt.asUintN(64, whole);
    }
    case 'i32': case 'u32': {
      if (typeof value === 'bigint') return name === 'i32' ? Number(BigInt.asIntN(32, value)) : Number(BigInt.asUintN(32, value));
      if (mode === 'saturate') {
        if (Number.isNaN(value)) return 0;
        const [low, high] = limits[name] as [number, number];
        return Math.trunc(Math.min(high, Math.max(low, value))) + 0;
      }
      return name === 'i32' ? value | 0 : value >>> 0;
    }
    case 'f32': return Math.fround(Number(value));
    case 'f64': return Number(value);
    default: return undefined;
  }
}

export function convertExpr(expr: Expr, from: Type, to: Type, floats: 'saturate' | 'wrap' = 'saturate'): Expr {
  if (sameType(from, to)) return expr;
  // bfloat16 is rounded from f32, and read as f32, whatever lies beyond.
  if ((isBfloat(from) || isBfloat(to)) && !sameType(from, scalarOf.f32) && !sameType(to, scalarOf.f32)) {
    return convertExpr(convertExpr(expr, from, scalarOf.f32), scalarOf.f32, to, floats);
  }
  const mode = modeOf(from, to, floats);
  if (expr.kind === 'const') {
    const value = fold(expr.value, mode, to);
    if (value !== undefined) return constant(value, to);
  }
  return { kind: 'convert', mode, value: expr, type: to };
}

const isBfloat = (type: Type): boolean => type.kind === 'scalar' && type.name === 'bf16';

/** Gives a flexible expression another type, from its literals on where that is exact. */
function retype(expr: Expr, from: Type, to: Type): Expr {
  if (sameType(from, to)) return expr;
  if (expr.kind === 'select') return { ...expr, then: retype(expr.then, from, to), else: retype(expr.else, from, to), type: to };
  if (expr.kind === 'convert' && expr.mode === 'exact' && isInt32(expr.value.type!) && isInt64(from) && isInt64(to)) return convertExpr(expr.value, expr.value.type!, to);
  return convertExpr(expr, from, to);
}

/** A literal as a constant of a type it may meet in an expression: integers keep their bits. */
export function literalAs(value: number | bigint, type: Type): Expr {
  if (type.kind === 'scalar') {
    if (type.name === 'i32') return constant(Number(value) | 0, type);
    if (type.name === 'u32') return constant(Number(value) >>> 0, type);
    if (type.name === 'i64') return constant(BigInt.asIntN(64, BigInt(value)), type);
    if (type.name === 'u64') return constant(BigInt.asUintN(64, BigInt(value)), type);
  }
  return constant(Number(value), type);
}

/** The value as an expression of `type`, to which it may go silently in arithmetic. Nothing is checked. */
export function as(L: Lowering, value: Value, type: Type, node: AnyNode, strength: 'place' | 'meet' = 'meet'): Expr {
  if (value.kind === 'lit') return literalAs(value.value, type);
  const d = L.data(value, node);
  if (d.flex !== null) {
    const intoFloat = isInt(d.type) && isFloat(type);
    if (!intoFloat || strength === 'place') L.meet(d.flex, type, strength);
    return retype(d.expr, d.type, type);
  }
  return convertExpr(d.expr, d.type, type);
}

export const range = (type: Type): string => {
  if (type.kind === 'scalar' && (type.name === 'i32' || type.name === 'u32' || type.name === 'i64' || type.name === 'u64')) {
    return `whole numbers from ${limits[type.name][0]} to ${limits[type.name][1]}${isInt64(type) ? ', written as bigint' : ''}`;
  }
  return isBool(type) ? 'true and false' : 'numbers';
};

/** The value for a place of this type: widens, never narrows. `where` names the place in messages. */
export function store(L: Lowering, value: Value, type: Type, node: AnyNode, where: string): Expr {
  if (ofUnknownType(type)) throw new Bail();
  if (value.kind === 'unknown') return unknownOf(type).expr;
  switch (type.kind) {
    case 'scalar': return storeScalar(L, value, type, node, where);
    case 'vec': {
      const length = type.length;
      if (value.kind === 'record') return { kind: 'construct', type, parts: storeFields(L, value, ['x', 'y', 'z', 'w'].slice(0, length).map((name) => ({ name, type: type.elem })), node, where) };
      if (value.kind === 'list' && value.items.length === length) return { kind: 'construct', type, parts: value.items.map((v) => store(L, v, type.elem, node, where)) };
      break;
    }
    case 'array':
      if (value.kind === 'list') {
        if (value.items.length !== type.length) L.fail('RK210', node, { actual: `array of ${value.items.length}`, expected: called(type), where });
        return { kind: 'construct', type, parts: value.items.map((v) => store(L, v, type.elem, node, where)) };
      }
      break;
    case 'struct':
      if (value.kind === 'record') return { kind: 'construct', type, parts: storeFields(L, value, type.fields, node, called(type)) };
      break;
  }
  const d = L.data(value, node);
  if (!sameType(d.type, type)) L.fail('RK210', node, { actual: called(d.type), expected: called(type), where });
  return d.expr;
}

/** The fields of an object literal in the order of the type; reports each missing and each unknown one. */
export function storeFields(L: Lowering, value: Extract<Value, { kind: 'record' }>, fields: readonly { name: string; type: Type }[], node: AnyNode, type: string): Expr[] {
  const known = fields.map((f) => f.name).join(', ') || 'none';
  let bad = false;
  for (const name of value.fields.keys()) {
    if (!fields.some((f) => f.name === name)) { L.report('RK126', node, { type, problem: 'unknown field', name, known }); bad = true; }
  }
  const parts: Expr[] = [];
  for (const field of fields) {
    const given = value.fields.get(field.name);
    if (given === undefined) { L.report('RK126', node, { type, problem: 'missing field', name: field.name, known }); bad = true; continue; }
    const part = L.attempt(() => store(L, given, field.type, node, `field '${field.name}'`));
    if (part === undefined) bad = true;
    else parts.push(part);
  }
  if (bad) throw new Bail();
  return parts;
}

/** The parts of a message or reply, from an object literal or from a value of the same struct. */
export function messageFields(L: Lowering, value: Value, message: Struct, node: AnyNode): FieldValue[] {
  if (ofUnknownType(message) || value.kind === 'unknown') return [];
  if (value.kind === 'record') {
    return storeFields(L, value, message.fields, node, message.name).map((expr, k) => ({ name: message.fields[k]!.name, offset: message.fields[k]!.offset, value: expr }));
  }
  const d = L.data(value, node);
  const type = d.type;
  if (type.kind !== 'struct' || !sameType(type, message)) L.fail('RK210', node, { actual: typed(d), expected: message.name, where: 'message' });
  return message.fields.map((f, k) => ({ name: f.name, offset: f.offset, value: partOf(d, k, f.name, f.offset, f.type) }));
}

function partOf(d: Data, part: number, name: string, offset: number, type: Type): Expr {
  if (d.expr.kind === 'load') return { kind: 'load', place: { kind: 'field', base: d.expr.place, name, offset, type }, type };
  return { kind: 'extract', value: d.expr, part, type };
}

function storeScalar(L: Lowering, value: Value, type: Extract<Type, { kind: 'scalar' }>, node: AnyNode, where: string): Expr {
  if (value.kind === 'lit') {
    if (isBool(type)) L.fail('RK203', node, { from: 'number', to: 'bool', where });
    if ((typeof value.value === 'bigint') !== isInt64(type)) L.fail('RK205', node, { op: where });
    if (!fits(value.value, type)) {
      if (isFractional32(value.value) && isInt32(type)) L.fail('RK202', node, { from: String(value.value), to: type.name, where });
      L.fail('RK211', node, { value: value.value, type: type.name, range: range(type), where });
    }
    return constant(Object.is(value.value, -0) && isInt(type) ? 0 : value.value, type);
  }
  // From one place to another of its kind nothing is lost.
  if (isHalf(type) && value.kind === 'data' && sameType(value.type, type)) return value.expr;
  const d = L.data(value, node);
  const from = d.type;
  if (from.kind !== 'scalar') L.fail('RK210', node, { actual: called(from), expected: called(type), where });
  if (isBool(from) !== isBool(type)) L.fail('RK203', node, { from: from.name, to: type.name, where });
  if (isInt64(from) !== isInt64(type)) L.fail(isInt64(from) && isInt64(type) ? 'RK201' : 'RK205', node, { op: where });
  if (sameType(from, type)) { L.meet(d.flex, type, 'place'); return d.expr; }
  if (d.flex !== null && !isHalf(type)) {
    L.meet(d.flex, type, 'place');
    if (isInt(from) === isInt(type) || isFloat(type)) {
      // Literals that do not fit were found above or when the local was decided.
      if (isInt(type) && d.flex.vars.length > 0) L.report('RK201', node, { left: from.name, right: type.name, op: where });
      return as(L, d, type, node, 'place');
    }
    L.fail('RK202', node, { from: from.name, to: type.name, where });
  }
  if (isInt(from) && isInt(type)) L.fail('RK201', node, { left: from.name, right: type.name, op: where });
  if (isInt32(from) && isFloat(type) && !isHalf(type)) return convertExpr(d.expr, from, type);
  if (isFloat(from) && widerFloat(from, type)) return convertExpr(d.expr, from, type);
  L.fail('RK202', node, { from: from.name, to: type.name, where });
}

const isFractional32 = (value: number | bigint): boolean => typeof value === 'number' && !Number.isInteger(value);

/** `a / b` of 32-bit integers: real division, of which the integers are remembered. */
export function quotientOf(q: Quotient, pos: Pos | undefined, flex: Flex | null): Data {
  const type = scalarOf.f32;
  const part = (e: Expr): Expr => convertExpr(e, q.type, type);
  return { ...data({ kind: 'binary', op: 'div', left: part(q.left), right: part(q.right), type, ...(pos === undefined ? {} : { pos }) }, type, flex), quotient: q };
}

/** `ctx.i32(x)` and its like; a division is truncated exactly, a constant folds. */
export function cast(L: Lowering, value: Value, to: ScalarName, node: AnyNode): Value {
  const type = scalarOf[to];
  // Whatever it is, it has this type behind the cast.
  if (value.kind === 'unknown') return unknownOf(type);
  if (value.kind === 'lit') {
    const folded = fold(value.value, modeOf(literal(value.value).type, type), type);
    return data(folded === undefined ? convertExpr(literal(value.value).expr, literal(value.value).type, type) : constant(folded, type), type);
  }
  const d = L.data(value, node);
  if (d.type.kind !== 'scalar') L.fail('RK214', node, { name: to, type: called(d.type), types: 'scalars' });
  if (isInt(type) && d.quotient !== undefined) {
    const q = d.quotient;
    return data(convertExpr({ kind: 'binary', op: 'idiv', left: q.left, right: q.right, type: q.type }, q.type, type), type);
  }
  const expr = d.flex !== null ? retype(d.expr, d.type, type) : convertExpr(d.expr, d.type, type);
  return { ...data(expr, type), nonneg: d.nonneg === true && isInt32(d.type) };
}

/** `x | 0` and `x >>> 0`: modulo 2^32, exact for a division. */
export function wrap(L: Lowering, value: Value, to: 'i32' | 'u32', node: AnyNode): Value {
  const type = scalarOf[to];
  if (value.kind === 'lit') {
    if (typeof value.value === 'bigint') L.fail('RK205', node, { op: to === 'i32' ? '|' : '>>>' });
    return lit(to === 'i32' ? value.value | 0 : value.value >>> 0);
  }
  const d = L.data(value, node);
  if (isInt64(d.type)) L.fail('RK205', node, { op: to === 'i32' ? '|' : '>>>' });
  if (d.type.kind !== 'scalar') L.fail('RK209', node, { op: to === 'i32' ? '|' : '>>>', type: called(d.type), reason: 'Bit operators work on integers', hint: 'Use a component.' });
  if (d.quotient !== undefined) {
    const q = d.quotient;
    return data(convertExpr({ kind: 'binary', op: 'idiv', left: q.left, right: q.right, type: q.type }, q.type, type), type);
  }
  return { ...data(convertExpr(d.expr, d.type, type, 'wrap'), type), nonneg: d.nonneg === true && isInt32(d.type) };
}

/** As a condition: zero and NaN are false. */
export function truth(L: Lowering, value: Value, node: AnyNode): Data {
  if (value.kind === 'lit') return data(constant(Boolean(value.value), scalarOf.bool), scalarOf.bool);
  if (value.kind === 'unknown') return anyTruth;
  const d = L.data(value, node);
  if (isBool(d.type)) return d;
  if (d.type.kind !== 'scalar') L.fail('RK203', node, { from: called(d.type), to: 'bool', where: 'condition' });
  return data(convertExpr(d.expr, d.type, scalarOf.bool), scalarOf.bool);
}
