/**
 * Arithmetic of the kernel language on plain values, one operation at a time: the definition that emitters are
 * compared with. Numbers hold bool-free 32-bit integers and floats, bigints hold 64-bit integers.
 */
import { f32Bits, f32FromBits, fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../layout/half.ts';
import type { ScalarName } from '../layout/types.ts';
import type { BinaryOp, CompareOp, ConvertMode, UnaryOp } from './ir.ts';

export type ScalarLike = number | bigint | boolean;

/** Raised where the language has no result to give. */
export class InterpretedFault extends Error {
  readonly kind: 'overflow' | 'divisionByZero' | 'outOfBounds' | 'steps';

  constructor(kind: InterpretedFault['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

const isWide = (type: ScalarName): boolean => type === 'i64' || type === 'u64';
const isFloat = (type: ScalarName): boolean => type === 'f16' || type === 'bf16' || type === 'f32' || type === 'f64';

/** The nearest value of the type: wraps integers, rounds floats. */
export function fit(type: ScalarName, value: number | bigint): number | bigint {
  switch (type) {
    case 'i32': return Number(value) | 0;
    case 'u32': return Number(value) >>> 0;
    case 'i64': return BigInt.asIntN(64, BigInt(value));
    case 'u64': return BigInt.asUintN(64, BigInt(value));
    case 'f16': return fromHalfBits(toHalfBits(Number(value)));
    case 'bf16': return fromBfloatBits(toBfloatBits(Number(value)));
    case 'f32': return Math.fround(Number(value));
    case 'f64': return Number(value);
    case 'bool': return value;
  }
}

/** `exact`: the negative of the smallest signed integer faults. Negation of an unsigned one is meant to wrap. */
export function unary(op: UnaryOp, type: ScalarName, value: ScalarLike, exact = false): ScalarLike {
  switch (op) {
    case 'not': return !value;
    case 'neg': {
      if (isFloat(type)) return -(value as number);
      if (exact && (type === 'i32' || type === 'i64')) return binary('sub', type, type === 'i64' ? 0n : 0, value, true);
      return typeof value === 'bigint' ? fit(type, -value) : fit(type, -(value as number));
    }
    case 'bnot': return fit(type, ~(value as number));
  }
}

/** `exact`: overflow and division by zero of integers fault instead of wrapping and giving 0. */
export function binary(op: BinaryOp, type: ScalarName, a: ScalarLike, b: ScalarLike, exact = false): ScalarLike {
  if (type === 'bool') return logic(op, a, b);
  if (isFloat(type)) return fit(type, float(op, a as number, b as number));
  const x = BigInt(a);
  const y = BigInt(b);
  if (op === 'shl' || op === 'shr') {
    const count = y & (isWide(type) ? 63n : 31n);
    return fit(type, narrow(type, op === 'shl' ? x << count : x >> count));
  }
  if (exact && divides(op) && y === 0n) throw new InterpretedFault('divisionByZero', `${a} ${op} 0`);
  const result = integer(op, x, y);
  const wrapped = fit(type, narrow(type, result));
  if (exact && BigInt(wrapped) !== result && (op === 'add' || op === 'sub' || op === 'mul' || divides(op))) {
    throw new InterpretedFault('overflow', `${a} ${op} ${b} does not fit ${type}`);
  }
  return wrapped;
}

const divides = (op: BinaryOp): boolean => op === 'idiv' || op === 'imod' || op === 'floordiv' || op === 'ceildiv';

/** As a number where the type holds numbers; the low 32 bits are what counts. */
const narrow = (type: ScalarName, value: bigint): number | bigint => (isWide(type) ? value : Number(BigInt.asIntN(32, value)));

function logic(op: BinaryOp, a: ScalarLike, b: ScalarLike): boolean {
  switch (op) {
    case 'and': return Boolean(a) && Boolean(b);
    case 'or': return Boolean(a) || Boolean(b);
    case 'xor': return Boolean(a) !== Boolean(b);
    default: throw new Error(`${op} of bool`);
  }
}

function float(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case 'add': return a + b;
    case 'sub': return a - b;
    case 'mul': return a * b;
    case 'div': return a / b;
    case 'rem': return a % b;
    default: throw new Error(`${op} of floats`);
  }
}

function integer(op: BinaryOp, a: bigint, b: bigint): bigint {
  switch (op) {
    case 'add': return a + b;
    case 'sub': return a - b;
    case 'mul': return a * b;
    case 'and': return a & b;
    case 'or': return a | b;
    case 'xor': return a ^ b;
    case 'idiv': return b === 0n ? 0n : a / b;
    case 'imod': return b === 0n ? 0n : a % b;
    case 'floordiv': return b === 0n ? 0n : a / b - (a % b !== 0n && (a < 0n) !== (b < 0n) ? 1n : 0n);
    case 'ceildiv': return b === 0n ? 0n : a / b + (a % b !== 0n && (a < 0n) === (b < 0n) ? 1n : 0n);
    default: throw new Error(`${op} of integers`);
  }
}

export function compare(op: CompareOp, a: ScalarLike, b: ScalarLike): boolean {
  switch (op) {
    case 'eq': return a === b;
    case 'ne': return a !== b;
    case 'lt': return a < b;
    case 'le': return a <= b;
    case 'gt': return a > b;
    case 'ge': return a >= b;
  }
}

export function convert(mode: ConvertMode, from: ScalarName, to: ScalarName, value: ScalarLike): ScalarLike {
  if (mode === 'truth') return typeof value === 'bigint' ? value !== 0n : typeof value === 'boolean' ? value : value !== 0 && value === value;
  if (mode === 'bitcast') return bitcast(from, to, value as number | bigint);
  const v = typeof value === 'boolean' ? Number(value) : value;
  if (isFloat(to)) return typeof v === 'bigint' ? roundInteger(to, v) : fit(to, v);
  if (!isFloat(from)) return fit(to, isWide(to) ? BigInt(v) : Number(BigInt.asIntN(32, BigInt(v))));
  const x = v as number;
  if (mode === 'saturate') return saturate(to, x);
  if (!Number.isFinite(x)) return isWide(to) ? 0n : 0;
  return fit(to, isWide(to) ? BigInt(Math.trunc(x)) : x);
}

const limits: { readonly [T in ScalarName]?: readonly [bigint, bigint] } = {
  i32: [-(2n ** 31n), 2n ** 31n - 1n], u32: [0n, 2n ** 32n - 1n], i64: [-(2n ** 63n), 2n ** 63n - 1n], u64: [0n, 2n ** 64n - 1n],
};

function saturate(to: ScalarName, x: number): number | bigint {
  const [low, high] = limits[to]!;
  const clamped = Number.isNaN(x) ? 0n : x <= Number(low) ? low : x >= Number(high) ? high : BigInt(Math.trunc(x));
  return isWide(to) ? clamped : Number(clamped);
}

/** Rounds once: through f64 a 64-bit integer would be rounded twice on its way to f32. */
function roundInteger(to: ScalarName, value: bigint): number {
  if (to === 'f64') return Number(value);
  const size = value < 0n ? -value : value;
  const excess = Math.max(0, size.toString(2).length - 40);
  const low = size & ((1n << BigInt(excess)) - 1n);
  const kept = Number((size >> BigInt(excess)) | (low === 0n ? 0n : 1n)) * 2 ** excess;
  return Number(fit(to, value < 0n ? -kept : kept));
}

const f64 = new Float64Array(1);
const u64 = new BigUint64Array(f64.buffer);

function bitcast(from: ScalarName, to: ScalarName, value: number | bigint): number | bigint {
  if (from === 'f32') return fit(to, f32Bits(value as number));
  if (to === 'f32') return f32FromBits(Number(value) >>> 0);
  if (from === 'f64') {
    f64[0] = value as number;
    return fit(to, u64[0]!);
  }
  if (to === 'f64') {
    u64[0] = BigInt.asUintN(64, value as bigint);
    return f64[0]!;
  }
  return fit(to, value);
}
