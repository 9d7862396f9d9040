/** Scalars in JavaScript: literals, arithmetic, conversions. i64 and u64 are bigints, bool is a boolean, all else numbers. */
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../../../layout/half.ts';
import type { ScalarName } from '../../../layout/types.ts';
import type { BinaryOp, ConvertMode } from '../../ir.ts';

export const isBig = (t: ScalarName): boolean => t === 'i64' || t === 'u64';
export const isFloat = (t: ScalarName): boolean => t === 'f16' || t === 'bf16' || t === 'f32' || t === 'f64';
const isInteger = (t: ScalarName): boolean => !isFloat(t) && t !== 'bool';

export function literal(type: ScalarName, value: number | bigint | boolean): string {
  if (type === 'bool') return value ? 'true' : 'false';
  if (isBig(type)) return `${value}n`;
  const x = type === 'f32' ? Math.fround(Number(value)) : type === 'f16' ? fromHalfBits(toHalfBits(Number(value))) : type === 'bf16' ? fromBfloatBits(toBfloatBits(Number(value))) : Number(value);
  return Object.is(x, -0) ? '-0' : String(x);
}

export const zero = (type: ScalarName): string => (type === 'bool' ? 'false' : isBig(type) ? '0n' : '0');

/** Rounds or wraps a JavaScript result to the type. */
export function wrap(type: ScalarName, text: string): string {
  switch (type) {
    case 'bool': return text;
    case 'f64': return `(${text})`;
    case 'i32': return `(${text} | 0)`;
    case 'u32': return `(${text} >>> 0)`;
    case 'i64': return `BigInt.asIntN(64, ${text})`;
    case 'u64': return `BigInt.asUintN(64, ${text})`;
    case 'f32': return `Math.fround(${text})`;
    case 'f16': return `rk_half(${text})`;
    case 'bf16': return `rk_f32_of_bits(rk_bfloat_bits(${text}) << 16)`;
  }
}

const tokens: { readonly [O in BinaryOp]?: string } = { add: '+', sub: '-', mul: '*', div: '/', rem: '%', and: '&', or: '|', xor: '^' };

/** `pos`: `source, start, end` of the operator where it must fault instead of wrapping; null: it wraps. `a` and `b` are atomic texts. */
export function binary(op: BinaryOp, type: ScalarName, a: string, b: string, pos: string | null): string {
  const big = isBig(type);
  switch (op) {
    case 'add': case 'sub': case 'mul':
      if (isInteger(type) && pos !== null) return `rk_fit_${type}(${a} ${tokens[op]} ${b}, ${pos})`;
      if (op === 'mul' && (type === 'i32' || type === 'u32')) return type === 'i32' ? `Math.imul(${a}, ${b})` : `(Math.imul(${a}, ${b}) >>> 0)`;
      return wrap(type, `${a} ${tokens[op]} ${b}`);
    case 'div': case 'rem': return wrap(type, `${a} ${tokens[op]} ${b}`);
    case 'and': case 'or': case 'xor':
      return type === 'bool' ? `!!(${a} ${tokens[op]} ${b})` : type === 'u32' ? wrap(type, `(${a} ${tokens[op]} ${b})`) : `(${a} ${tokens[op]} ${b})`;
    case 'shl':
      return big ? wrap(type, `${a} << (${b} & 63n)`) : type === 'u32' ? `((${a} << ${b}) >>> 0)` : `(${a} << ${b})`;
    case 'shr':
      return big ? `(${a} >> (${b} & 63n))` : `(${a} ${type === 'u32' ? '>>>' : '>>'} ${b})`;
    default: return division(op, type, a, pos === null ? b : `rk_divisor(${b}, ${pos})`, pos);
  }
}

function division(op: 'idiv' | 'imod' | 'floordiv' | 'ceildiv', type: ScalarName, a: string, b: string, pos: string | null): string {
  if (isBig(type)) {
    const name = { idiv: 'rk_div', imod: 'rk_mod', floordiv: 'rk_floordiv', ceildiv: 'rk_ceildiv' }[op];
    const value = `${name}(${a}, ${b})`;
    return pos !== null && op !== 'imod' ? `rk_fit_${type}(${value}, ${pos})` : op === 'imod' ? value : wrap(type, value);
  }
  const quotient = `${a} / ${b}`;
  switch (op) {
    case 'imod': return wrap(type, `${a} % ${b}`);
    case 'idiv': return pos === null ? wrap(type, `(${quotient})`) : `rk_fit_${type}(Math.trunc(${quotient}), ${pos})`;
    case 'floordiv': case 'ceildiv': {
      const rounded = `Math.${op === 'floordiv' ? 'floor' : 'ceil'}(${quotient})`;
      return pos === null ? wrap(type, rounded) : `rk_fit_${type}(${rounded}, ${pos})`;
    }
  }
}

const limits = {
  i32: ['-2147483648', '2147483647'], u32: ['0', '4294967295'],
  i64: ['-9223372036854775808n', '9223372036854775807n'], u64: ['0n', '18446744073709551615n'],
} as const;

export function convert(mode: ConvertMode, from: ScalarName, to: ScalarName, x: string): string {
  switch (mode) {
    case 'truth': return from === 'bool' ? x : `!!${x}`;
    case 'bits': return wrap(to, x);
    case 'bitcast': return bitcast(from, to, x);
    case 'saturate': {
      const [low, high] = limits[to as keyof typeof limits];
      return isBig(to) ? `rk_sat_big(${x}, ${low}, ${high})` : `rk_sat(${x}, ${low}, ${high})`;
    }
    case 'wrap':
      if (isBig(from)) return isBig(to) ? wrap(to, x) : `Number(BigInt.as${to === 'i32' ? 'Int' : 'Uint'}N(32, ${x}))`;
      return isBig(to) ? wrap(to, isFloat(from) ? `rk_wrap_big(${x})` : `BigInt(${x})`) : wrap(to, x);
    case 'exact': case 'round':
      if (isBig(to)) return isBig(from) ? wrap(to, x) : wrap(to, `BigInt(${x})`);
      if (isBig(from)) return to === 'f32' ? `rk_single(${x})` : wrap(to, `Number(${x})`);
      if (from === 'bool') return `(${x} ? 1 : 0)`;
      return mode === 'exact' ? x : wrap(to, x);
  }
}

function bitcast(from: ScalarName, to: ScalarName, x: string): string {
  if (from === to) return x;
  if (from === 'f32') return wrap(to, `rk_bits_of_f32(${x})`);
  if (to === 'f32') return `rk_f32_of_bits(${x})`;
  if (from === 'f64') return wrap(to, `rk_bits_of_f64(${x})`);
  if (to === 'f64') return `rk_f64_of_bits(${x})`;
  if (from === 'f16') return wrap(to, `rk_half_bits(${x})`);
  if (to === 'f16') return `rk_half_value(${x})`;
  return wrap(to, x);
}
