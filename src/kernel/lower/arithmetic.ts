/** Operators: which types they take, what type they give, and the division that JavaScript does not have. */
import type { AnyNode } from '../parse/nodes.ts';
import { sameType } from '../../layout/types.ts';
import { compare as holds } from '../arithmetic.ts';
import type { BinaryOp, CompareOp, Expr } from '../ir.ts';
import { as, convertExpr, quotientOf, truth, wrap } from './convert.ts';
import { constant, isConst, isStable, literal, truthConst, type Lowering } from './lowering.ts';
import { anyTruth } from './unknown.ts';
import { called, fits, isBool, isFloat, isFractional, isInt, isInt32, isInt64, isUnsigned, rank, scalarOf, type Type } from './types.ts';
import { data, lit, type Data, type Flex, type Lit, type Value } from './value.ts';

/** Two operands brought to one type. */
export interface Pair {
  readonly left: Expr;
  readonly right: Expr;
  readonly type: Type;
  readonly flex: Flex | null;
}

const joinFlex = (a: Flex, b: Flex): Flex => ({ vars: [...a.vars, ...b.vars.filter((v) => !a.vars.includes(v))], frac: a.frac || b.frac });

/** A number (bool counts as 0 or 1, as in JavaScript), or an error. */
export function number(L: Lowering, value: Value, op: string, node: AnyNode): Lit | Data {
  if (value.kind === 'lit') return value;
  const d = L.data(value, node);
  if (isBool(d.type)) return { ...data(convertExpr(d.expr, d.type, scalarOf.i32), scalarOf.i32, { vars: [], frac: false }), nonneg: true };
  if (d.type.kind !== 'scalar') {
    const hint = d.type.kind === 'vec' ? `Use the methods of vectors: \`a.${({ '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' } as Record<string, string>)[op] ?? 'add'}(b)\`.` : 'Use its parts.';
    L.fail('RK209', node, { op, type: called(d.type), reason: 'Operators work on scalars', hint });
  }
  return d;
}

export function unify(L: Lowering, a: Lit | Data, b: Lit | Data, op: string, node: AnyNode): Pair {
  const big = (v: Lit | Data): boolean => (v.kind === 'lit' ? typeof v.value === 'bigint' : isInt64(v.type));
  if (big(a) !== big(b)) L.fail('RK205', node, { op });
  const left = a.kind === 'lit' ? literal(a.value) : a;
  const right = b.kind === 'lit' ? literal(b.value) : b;
  const pair = (type: Type, flex: Flex | null): Pair => ({ left: as(L, a, type, node), right: as(L, b, type, node), type, flex });
  if (left.flex !== null && right.flex !== null) {
    const flex = joinFlex(left.flex, right.flex);
    if (left.flex.vars.length > 0 && right.flex.vars.length > 0 && isInt(left.type) && isInt(right.type) && !sameType(left.type, right.type)) {
      // One of them has met an unsigned number: the other follows, unless it has met a signed one.
      const [signed, unsigned] = isUnsigned(left.type) ? [right, left] as const : [left, right] as const;
      L.meet(signed.flex, unsigned.type);
      L.report('RK201', node, { left: called(left.type), right: called(right.type), op });
    }
    // Locals decide before literals.
    const type = left.flex.vars.length === 0 && right.flex.vars.length > 0 ? joined(right.type, left.type) : joined(left.type, right.type);
    return { left: as(L, a.kind === 'lit' ? a : { ...left, flex: emptyFlex(left.flex) }, type, node), right: as(L, b.kind === 'lit' ? b : { ...right, flex: emptyFlex(right.flex) }, type, node), type, flex: isFloat(type) && !flex.frac ? { ...flex, frac: true } : flex };
  }
  if (left.flex !== null || right.flex !== null) {
    const [flexible, firm] = left.flex !== null ? [left, right] as const : [right, left] as const;
    if (isInt(firm.type)) {
      if (isFloat(flexible.type)) return pair(flexible.type, null);
      const clash = !sameType(flexible.type, firm.type) && flexible.flex!.vars.length > 0;
      const result = pair(firm.type, null);
      if (clash) L.report('RK201', node, { left: called(left.type), right: called(right.type), op });
      return result;
    }
    return pair(firm.type, null);
  }
  if (isInt(left.type) && isInt(right.type) && !sameType(left.type, right.type)) L.fail('RK201', node, { left: called(left.type), right: called(right.type), op });
  return pair(joined(left.type, right.type), null);
}

const emptyFlex = (flex: Flex): Flex => ({ vars: [], frac: flex.frac });

function joined(a: Type, b: Type): Type {
  if (a.kind !== 'scalar' || b.kind !== 'scalar') return a;
  return rank[b.name] > rank[a.name] ? b : a;
}

const foldNumber: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b, '**': (a, b) => a ** b,
  '&': (a, b) => a & b, '|': (a, b) => a | b, '^': (a, b) => a ^ b, '<<': (a, b) => a << b, '>>': (a, b) => a >> b, '>>>': (a, b) => a >>> b,
};
const foldBig: Record<string, (a: bigint, b: bigint) => bigint> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => (b === 0n ? 0n : a / b), '%': (a, b) => (b === 0n ? 0n : a % b),
  '&': (a, b) => a & b, '|': (a, b) => a | b, '^': (a, b) => a ^ b, '<<': (a, b) => a << (b & 63n), '>>': (a, b) => a >> (b & 63n), '**': (a, b) => a ** b,
};

const names: Record<string, BinaryOp> = { '+': 'add', '-': 'sub', '*': 'mul', '&': 'and', '|': 'or', '^': 'xor' };
const nonneg = (v: Lit | Data): boolean => (v.kind === 'lit' ? v.value >= 0 : v.nonneg === true);

export function binary(L: Lowering, op: string, a: Value, b: Value, node: AnyNode): Value {
  if (a.kind === 'unknown' || b.kind === 'unknown') return { kind: 'unknown' };
  const left = number(L, a, op, node);
  const right = number(L, b, op, node);
  if (left.kind === 'lit' && right.kind === 'lit') {
    if (typeof left.value === 'number' && typeof right.value === 'number') return lit(foldNumber[op]!(left.value, right.value));
    if (typeof left.value === 'bigint' && typeof right.value === 'bigint' && foldBig[op] !== undefined) return lit(foldBig[op](left.value, right.value));
    L.fail('RK205', node, { op });
  }
  switch (op) {
    case '+': case '-': case '*': {
      const p = unify(L, left, right, op, node);
      return { ...data({ kind: 'binary', op: names[op]!, left: p.left, right: p.right, type: p.type, pos: L.pos(node) }, p.type, p.flex), nonneg: op !== '-' && nonneg(left) && nonneg(right) };
    }
    case '/': return divide(L, left, right, node);
    case '%': {
      const p = unify(L, left, right, op, node);
      return { ...data({ kind: 'binary', op: isInt(p.type) ? 'imod' : 'rem', left: p.left, right: p.right, type: p.type, pos: L.pos(node) }, p.type, p.flex), nonneg: nonneg(left) };
    }
    case '**': return power(L, left, right, node);
    case '&': case '|': case '^': return bitwise(L, op, left, right, node);
    case '<<': case '>>': case '>>>': return shift(L, op, left, right, node);
    default: L.fail('RK110', node, { what: `\`${op}\``, hint: 'Write it with the operators of numbers.' });
  }
}

function divide(L: Lowering, left: Lit | Data, right: Lit | Data, node: AnyNode): Value {
  const p = unify(L, left, right, '/', node);
  if (isInt64(p.type)) return data({ kind: 'binary', op: 'idiv', left: p.left, right: p.right, type: p.type, pos: L.pos(node) }, p.type, p.flex);
  if (isFloat(p.type)) return data({ kind: 'binary', op: 'div', left: p.left, right: p.right, type: p.type, pos: L.pos(node) }, p.type, p.flex);
  return quotientOf({ left: p.left, right: p.right, type: p.type, flex: p.flex }, L.pos(node), p.flex === null ? null : { vars: [], frac: true });
}

/** Integer division with a given rounding, where `value` is a quotient of integers; else null. */
export function rounded(value: Value, how: 'idiv' | 'floordiv' | 'ceildiv'): Value | null {
  if (value.kind !== 'data' || value.quotient === undefined) return null;
  const q = value.quotient;
  return data({ kind: 'binary', op: how, left: q.left, right: q.right, type: q.type }, q.type, q.flex);
}

function power(L: Lowering, left: Lit | Data, right: Lit | Data, node: AnyNode): Value {
  const exponent = right.kind === 'lit' ? Number(right.value) : NaN;
  if (left.kind === 'data' && isInt(left.type) && Number.isInteger(exponent) && exponent >= 0 && exponent <= 64) {
    if (isInt64(left.type) !== (right.kind === 'lit' && typeof right.value === 'bigint')) L.fail('RK205', node, { op: '**' });
    const type = left.type;
    const times = (x: Expr, y: Expr): Expr => ({ kind: 'binary', op: 'mul', left: x, right: y, type, pos: L.pos(node) });
    let result: Expr | null = null;
    let square = exponent > 1 ? L.spill(left.expr, type) : left.expr;
    for (let e = exponent; e > 0; e >>= 1) {
      if (e & 1) result = result === null ? square : times(result, square);
      if (e > 1) square = L.spill(times(square, square), type);
    }
    return data(result ?? constant(isInt64(type) ? 1n : 1, type), type, left.flex);
  }
  if (left.kind === 'data' && isInt64(left.type)) L.fail('RK209', node, { op: '**', type: called(left.type), reason: 'Powers of 64-bit integers need a constant exponent', hint: 'Write a loop of multiplications.' });
  const p = unify(L, left, right, '**', node);
  const type = isFloat(p.type) ? p.type : scalarOf.f32;
  return data({ kind: 'call', name: 'pow', args: [convertExpr(p.left, p.type, type), convertExpr(p.right, p.type, type)], places: [], type, pos: L.pos(node) }, type);
}

/** An operand of a bit operator: floats wrap as in JavaScript. */
function bits(L: Lowering, v: Lit | Data, node: AnyNode): Lit | Data {
  return v.kind === 'data' && isFloat(v.type) ? wrap(L, v, 'i32', node) as Data : v;
}

function bitwise(L: Lowering, op: string, a: Lit | Data, b: Lit | Data, node: AnyNode): Value {
  if (op === '|' && b.kind === 'lit' && b.value === 0) return wrap(L, a, 'i32', node);
  if (op === '|' && a.kind === 'lit' && a.value === 0) return wrap(L, b, 'i32', node);
  const left = bits(L, a, node);
  const right = bits(L, b, node);
  const leftType = left.kind === 'data' ? left.type : null;
  const rightType = right.kind === 'data' ? right.type : null;
  const mixed = left.kind === 'data' && right.kind === 'data' && left.flex === null && right.flex === null && isInt32(left.type) && isInt32(right.type) && !sameType(left.type, right.type);
  if (mixed) {
    const i = scalarOf.i32;
    return data({ kind: 'binary', op: names[op]!, left: as(L, left, i, node), right: as(L, right, i, node), type: i, pos: L.pos(node) }, i);
  }
  // A fractional literal wraps to an integer first.
  const whole = (v: Lit | Data): Lit | Data => (v.kind === 'lit' && isFractional(v.value) ? lit(Number(v.value) | 0) : v);
  const p = unify(L, whole(left), whole(right), op, node);
  if (!isInt(p.type)) L.fail('RK209', node, { op, type: called(leftType ?? rightType ?? p.type), reason: 'Bit operators work on integers', hint: 'Convert with `ctx.i32(...)` or `ctx.u32(...)`.' });
  const masked = op === '&' ? nonneg(left) || nonneg(right) : nonneg(left) && nonneg(right);
  return { ...data({ kind: 'binary', op: names[op]!, left: p.left, right: p.right, type: p.type, pos: L.pos(node) }, p.type, p.flex), nonneg: masked };
}

function shift(L: Lowering, op: string, a: Lit | Data, b: Lit | Data, node: AnyNode): Value {
  if (op === '>>>' && b.kind === 'lit' && b.value === 0) return wrap(L, a, 'u32', node);
  let left = bits(L, a, node);
  const count = bits(L, b, node);
  const big = (v: Lit | Data): boolean => (v.kind === 'lit' ? typeof v.value === 'bigint' : isInt64(v.type));
  if (big(left) !== big(count)) L.fail('RK205', node, { op });
  if (left.kind === 'lit') left = isFractional(left.value) ? literal(Number(left.value) | 0) : literal(left.value);
  let type = left.type;
  if (op === '>>' && isUnsigned(type) && !isInt64(type) && left.flex === null) L.fail('RK207', node, { type: called(type) });
  if (op === '>>>') {
    if (isInt64(type)) L.fail('RK209', node, { op, type: called(type), reason: 'JavaScript has no `>>>` for bigint', hint: 'Use `>>` on a u64.' });
    left = data(convertExpr(left.expr, type, scalarOf.u32), scalarOf.u32);
    type = scalarOf.u32;
  }
  const right = count.kind === 'lit' ? as(L, count, type, node) : convertExpr(count.expr, count.type, type);
  return { ...data({ kind: 'binary', op: op === '<<' ? 'shl' : 'shr', left: left.expr, right, type, pos: L.pos(node) }, type, left.flex), nonneg: op === '>>' && nonneg(a) };
}

export function unary(L: Lowering, op: string, value: Value, node: AnyNode): Value {
  if (value.kind === 'unknown' && op !== '!') return value;
  switch (op) {
    case '!': {
      const t = truth(L, value, node);
      return t.expr.kind === 'const' ? truthConst(t.expr.value !== true) : data(negated(t.expr, L.pos(node)), t.type);
    }
    case '-': case '+': {
      const v = number(L, value, op, node);
      if (v.kind === 'lit') return op === '-' ? lit(-v.value) : v;
      if (op === '+') {
        if (isInt64(v.type)) L.fail('RK205', node, { op: '+' });
        return v;
      }
      return data({ kind: 'unary', op: 'neg', value: v.expr, type: v.type, pos: L.pos(node) }, v.type, v.flex);
    }
    case '~': {
      const v = number(L, value, op, node);
      if (v.kind === 'lit') return lit(typeof v.value === 'bigint' ? ~v.value : ~v.value);
      const d = bits(L, v, node) as Data;
      return data({ kind: 'unary', op: 'bnot', value: d.expr, type: d.type, pos: L.pos(node) }, d.type, d.flex);
    }
    default: L.fail('RK110', node, { what: `\`${op}\``, hint: 'The language has no run-time types.' });
  }
}

const opposite: Record<CompareOp, CompareOp> = { eq: 'ne', ne: 'eq', lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' };

/** `!x`, simplified where that is exact (comparisons of floats are not: NaN). */
export function negated(expr: Expr, pos?: Expr['pos']): Expr {
  if (expr.kind === 'unary' && expr.op === 'not') return expr.value;
  if (expr.kind === 'compare' && (!isFloat(expr.left.type!) || expr.op === 'eq' || expr.op === 'ne')) return { ...expr, op: opposite[expr.op] };
  return { kind: 'unary', op: 'not', value: expr, type: scalarOf.bool, ...(pos === undefined ? {} : { pos }) };
}

const compares: Record<string, CompareOp> = { '==': 'eq', '===': 'eq', '!=': 'ne', '!==': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' };
export const isComparison = (op: string): boolean => op in compares;
const mirrored: Record<CompareOp, CompareOp> = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' };

export function compare(L: Lowering, spelled: string, a: Value, b: Value, node: AnyNode): Value {
  if (a.kind === 'unknown' || b.kind === 'unknown') return anyTruth;
  const op = compares[spelled]!;
  const bool = scalarOf.bool;
  const made = (left: Expr, right: Expr, how = op): Data => data({ kind: 'compare', op: how, left, right, type: bool, pos: L.pos(node) }, bool);
  if (a.kind === 'lit' && b.kind === 'lit') return truthConst(holds(op, a.value, b.value));
  if (a.kind !== 'lit' && b.kind !== 'lit') {
    const left = L.data(a, node);
    const right = L.data(b, node);
    if (isBool(left.type) && isBool(right.type)) {
      if (op !== 'eq' && op !== 'ne') L.fail('RK209', node, { op: spelled, type: 'bool', reason: 'Truth values have no order', hint: 'Combine them with `&&`, `||` and `!`.' });
      return isConst(left) && isConst(right) ? truthConst(holds(op, left.expr.value, right.expr.value)) : made(left.expr, right.expr);
    }
  }
  const left = number(L, a, spelled, node);
  const right = number(L, b, spelled, node);
  if (right.kind === 'lit' && left.kind === 'data') return withLiteral(L, op, spelled, left, right.value, node);
  if (left.kind === 'lit' && right.kind === 'data') return withLiteral(L, mirrored[op], spelled, right, left.value, node);
  if (left.kind === 'data' && right.kind === 'data' && isInt(left.type) && isInt(right.type) && !sameType(left.type, right.type) && isInt64(left.type) === isInt64(right.type)) {
    return isUnsigned(left.type) ? mixed(L, mirrored[op], right, left, node) : mixed(L, op, left, right, node);
  }
  // A comparison gives no type to what it meets, unless the other side is a float.
  const quiet = (v: Lit | Data): Lit | Data => (v.kind === 'data' && v.flex !== null && v.flex.vars.length > 0 && isInt(v.type) ? { ...v, flex: null } : v);
  const p = unify(L, quiet(left), quiet(right), spelled, node);
  return made(p.left, p.right);
}

/** Comparison with a number that is known: exact whatever its size. */
function withLiteral(L: Lowering, op: CompareOp, spelled: string, left: Data, value: number | bigint, node: AnyNode): Value {
  if ((typeof value === 'bigint') !== isInt64(left.type)) L.fail('RK205', node, { op: spelled });
  const bool = scalarOf.bool;
  if (isInt(left.type) && (typeof value === 'bigint' || Number.isInteger(value))) {
    if (isUnsigned(left.type) && value == 0 && (op === 'ge' || op === 'lt')) {
      L.report('RK206', node, { op: spelled, type: called(left.type), value, result: op === 'ge' });
      return truthConst(op === 'ge');
    }
    if (!fits(value, left.type) && !Object.is(value, -0)) {
      const above = value > 0;
      const result = op === 'ne' || (above ? op === 'lt' || op === 'le' : op === 'gt' || op === 'ge');
      L.report('RK206', node, { op: spelled, type: called(left.type), value, result });
      return truthConst(result);
    }
    return data({ kind: 'compare', op, left: left.expr, right: constant(Object.is(value, -0) ? 0 : value, left.type), type: bool, pos: L.pos(node) }, bool);
  }
  const p = unify(L, isInt(left.type) && left.flex !== null ? { ...left, flex: null } : left, lit(value), spelled, node);
  return data({ kind: 'compare', op, left: p.left, right: p.right, type: bool, pos: L.pos(node) }, bool);
}

/** Signed with unsigned: exact. A signed value that is never negative needs no test. */
function mixed(L: Lowering, op: CompareOp, signed: Data, unsigned: Data, node: AnyNode): Value {
  const bool = scalarOf.bool;
  const once: Expr = signed.nonneg === true || isStable(signed.expr) ? signed.expr : isPureLoad(signed.expr) ? signed.expr : L.spill(signed.expr, signed.type);
  const plain: Expr = { kind: 'compare', op, left: convertExpr(once, signed.type, unsigned.type), right: unsigned.expr, type: bool, pos: L.pos(node) };
  if (signed.nonneg === true) return data(plain, bool);
  const zero = constant(isInt64(signed.type) ? 0n : 0, signed.type);
  const lessWins = op === 'lt' || op === 'le' || op === 'ne';
  const sign: Expr = { kind: 'compare', op: lessWins ? 'lt' : 'ge', left: once, right: zero, type: bool };
  return data({ kind: 'logical', op: lessWins ? 'or' : 'and', left: sign, right: plain, type: bool, pos: L.pos(node) }, bool);
}

const isPureLoad = (expr: Expr): boolean => expr.kind === 'load' && expr.place.kind === 'local';
