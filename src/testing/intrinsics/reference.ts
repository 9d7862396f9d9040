/**
 * What every function of numbers in the table gives exactly: floats as `Big`, integers as bigint. Where there is
 * no finite exact value (poles, NaN, infinities), the plain double-precision function says which special one it is.
 */
import { f32Bits, f32FromBits } from '../../layout/half.ts';
import type { ScalarName } from '../../layout/types.ts';
import { mathImports } from '../../kernel/emit/wasm/math-imports.ts';
import { add, abs, compare, div, exponentOf, fixed, fromNumber, mul, neg, one, scale, sign, sqrt, sub, toNumber, whole, zero, type Big } from './big.ts';
import * as precise from './precise.ts';
import { pi } from './precise.ts';
import * as special from './precise-special.ts';

export type Operand = number | bigint;

interface FloatFunction {
  readonly exact: (...x: Big[]) => Big;
  /** What it gives where `exact` does not apply. */
  readonly edge: (...x: number[]) => number;
  /** Whether `exact` applies to these finite numbers. Default: always. */
  readonly domain?: (...x: number[]) => boolean;
}

const positive = (x: number): boolean => x > 0;
const inside = (x: number): boolean => Math.abs(x) < 1;
const notPole = (x: number): boolean => x > 0 || !Number.isInteger(x);
const math = mathImports as Readonly<Record<string, (...x: number[]) => number>>;
const known = (name: string, exact: FloatFunction['exact'], domain?: FloatFunction['domain']): [string, FloatFunction] =>
  [name, { exact, edge: math[name] ?? (Math as unknown as Record<string, (...x: number[]) => number>)[name]!, ...(domain === undefined ? {} : { domain }) }];

const floor = (x: Big): Big => whole(fixed(x, 0));
const ceil = (x: Big): Big => neg(floor(neg(x)));
const least = (a: Big, b: Big): Big => (compare(b, a) < 0 ? b : a);
const most = (a: Big, b: Big): Big => (compare(b, a) > 0 ? b : a);
const either = (pick: (a: number, b: number) => number) => (a: number, b: number): number => pick(a, b);
const fmod = (a: Big, b: Big): Big => {
  const q = div(abs(a), abs(b));
  // Exact: both are whole multiples of the smaller unit.
  const p = Math.max(0, -a.e, -b.e);
  const rest = fixed(abs(a), p) % fixed(abs(b), p);
  return q.m === 0n ? a : mul(whole(sign(a)), { m: rest, e: -p });
};
const ieeeRemainder = (x: Big, y: Big): Big => {
  const p = Math.max(0, -x.e, -y.e);
  const [a, b] = [fixed(abs(x), p), fixed(abs(y), p)];
  let rest = a % b;
  if (2n * rest > b || (2n * rest === b && (a / b) % 2n === 1n)) rest -= b;
  return mul(whole(sign(x)), { m: rest, e: -p });
};
const integerPower = (x: Big, n: Big): Big => {
  const k = Number(fixed(n, 0));
  let result = one;
  for (let i = 0; i < Math.abs(k); i++) result = mul(result, x);
  return k < 0 ? div(one, result) : result;
};
const signBit = (x: number): boolean => x < 0 || Object.is(x, -0);

/** Functions of floats with a float as result. */
export const floatFunctions: ReadonlyMap<string, FloatFunction> = new Map<string, FloatFunction>([
  known('sqrt', sqrt, (x) => x >= 0),
  ['rsqrt', { exact: (x) => div(one, sqrt(x)), edge: (x) => 1 / Math.sqrt(x!), domain: positive }],
  ['rcp', { exact: (x) => div(one, x), edge: (x) => 1 / x!, domain: (x) => x !== 0 }],
  known('abs', abs), known('floor', floor), known('ceil', ceil), known('trunc', (x) => (sign(x) < 0 ? ceil(x) : floor(x))), known('round', (x) => floor(add(x, scale(one, -1)))),
  known('sign', (x) => whole(sign(x))),
  known('min', least), known('max', most),
  ['fmin', { exact: least, edge: either(Math.min) }], ['fmax', { exact: most, edge: either(Math.max) }],
  ['fma', { exact: (a, b, c) => add(mul(a, b), c), edge: (a, b, c) => a! * b! + c! }],
  ['clamp', { exact: (x, low, high) => least(most(x, low), high), edge: (x, low, high) => Math.min(Math.max(x!, low!), high!) }],
  ['saturate', { exact: (x) => least(most(x, zero), one), edge: (x) => Math.min(Math.max(x!, 0), 1) }],
  ['copysign', { exact: (a) => a, domain: () => false, edge: (a, b) => (signBit(b!) ? -Math.abs(a!) : Math.abs(a!)) }],
  ['fdim', { exact: (a, b) => (compare(a, b) > 0 ? sub(a, b) : zero), edge: (a, b) => (a! > b! ? a! - b! : a! <= b! ? 0 : NaN) }],
  ['fract', { exact: (x) => sub(x, floor(x)), edge: (x) => x! - Math.floor(x!) }],
  ['mix', { exact: (a, b, t) => add(a, mul(sub(b, a), t)), edge: (a, b, t) => a! + (b! - a!) * t! }],
  ['step', { exact: (edge, x) => (compare(x, edge) < 0 ? zero : one), edge: (edge, x) => (x! < edge! ? 0 : 1) }],
  known('hypot', (a, b) => sqrt(add(mul(a, a), mul(b, b)))),
  known('cbrt', precise.cbrt),
  ['fmod', { exact: fmod, domain: (_, b) => b !== 0, edge: (a, b) => a! % b! }],
  ['remainder', { exact: ieeeRemainder, domain: (_, b) => b !== 0, edge: (a, b) => (Number.isFinite(a) && Math.abs(b!) === Infinity ? a! : NaN) }],
  known('sin', (x) => precise.sincos(x).sin), known('cos', (x) => precise.sincos(x).cos),
  known('tan', (x) => { const { sin, cos } = precise.sincos(x); return div(sin, cos); }),
  known('asin', precise.asin, (x) => Math.abs(x) <= 1), known('acos', precise.acos, (x) => Math.abs(x) <= 1), known('atan', precise.atan),
  known('atan2', precise.atan2, (y, x) => y !== 0 && x !== 0),
  ['sinpi', { exact: special.sinPi, edge: () => NaN }], ['cospi', { exact: special.cosPi, edge: () => NaN }],
  ['radians', { exact: (x) => div(mul(x, pi()), whole(180)), edge: (x) => x! }], ['degrees', { exact: (x) => div(mul(x, whole(180)), pi()), edge: (x) => x! }],
  known('sinh', precise.sinh, (x) => Math.abs(x) < 1000), known('cosh', precise.cosh, (x) => Math.abs(x) < 1000), known('tanh', precise.tanh, (x) => Math.abs(x) < 1000),
  known('asinh', precise.asinh), known('acosh', precise.acosh, (x) => x >= 1), known('atanh', precise.atanh, inside),
  known('exp', precise.exp, (x) => Math.abs(x) < 1000), known('expm1', precise.expm1, (x) => Math.abs(x) < 1000),
  ['exp2', { exact: (x) => precise.exp(mul(x, precise.ln2())), edge: (x) => 2 ** x!, domain: (x) => Math.abs(x) < 1200 }],
  ['exp10', { exact: (x) => precise.exp(mul(x, precise.log(whole(10)))), edge: (x) => 10 ** x!, domain: (x) => Math.abs(x) < 400 }],
  known('log', precise.log, positive), known('log1p', precise.log1p, (x) => x > -1),
  known('log2', (x) => div(precise.log(x), precise.ln2()), positive), known('log10', (x) => div(precise.log(x), precise.log(whole(10))), positive),
  ['pow', {
    exact: (x, y) => (sign(x) > 0 ? precise.pow(x, y) : mul(whole((fixed(y, 0) & 1n) === 1n ? -1 : 1), precise.pow(neg(x), y))),
    domain: (x, y) => x !== 0 && (x > 0 || Number.isInteger(y)) && Math.abs(y * Math.log2(Math.abs(x))) < 1200, edge: (x, y) => x! ** y!,
  }],
  ['powi', { exact: integerPower, domain: (x) => x !== 0, edge: (x, n) => x! ** n! }],
  ['ldexp', { exact: (x, n) => scale(x, Number(fixed(n, 0))), edge: (x) => x! }],
  ['scalbn', { exact: (x, n) => scale(x, Number(fixed(n, 0))), edge: (x) => x! }],
  known('erf', special.erf), known('erfc', special.erfc, (x) => x < 40), known('tgamma', special.tgamma, (x) => notPole(x) && Math.abs(x) < 200),
  known('lgamma', special.lgamma, notPole), known('normcdf', special.normcdf, (x) => x > -50),
  known('normcdfinv', special.normcdfinv, (x) => x > 0 && x < 1), known('erfinv', special.erfinv, inside), known('erfcinv', special.erfcinv, (x) => x > 0 && x < 2),
  known('j0', (x) => special.besselJ(0, x)), known('j1', (x) => special.besselJ(1, x)),
  known('y0', (x) => special.besselY(0, x), positive), known('y1', (x) => special.besselY(1, x), positive),
  ['jn', { exact: (n, x) => special.besselJ(toNumber(n), x), edge: (n, x) => math['jn']!(n!, x!), domain: (n) => n >= 0 }],
  ['yn', { exact: (n, x) => special.besselY(toNumber(n), x), edge: (n, x) => math['yn']!(n!, x!), domain: (n, x) => n >= 0 && x > 0 }],
  ['besselI0', { exact: (x) => special.besselJ(0, x, true), edge: (x) => Math.abs(x!) * Infinity, domain: (x) => Math.abs(x) < 100 }],
  ['besselI1', { exact: (x) => special.besselJ(1, x, true), edge: (x) => x! * Infinity, domain: (x) => Math.abs(x) < 100 }],
]);

const width = (type: ScalarName | null): number => (type === 'i64' || type === 'u64' ? 64 : 32);
const lowFirst = (type: ScalarName | null, x: bigint): string => [...BigInt.asUintN(width(type), x).toString(2).padStart(width(type), '0')].toReversed().join('');
const fromBits = (bits: string): bigint => BigInt(`0b${[...bits].toReversed().join('')}`);
const rotated = (bits: string, right: number): string => bits.slice(right % bits.length) + bits.slice(0, right % bits.length);
const low = (x: bigint, n = 32): bigint => BigInt.asUintN(n, x);

function bytePermute(a: bigint, b: bigint, selector: bigint): bigint {
  const both = (low(b) << 32n) | low(a);
  let picked = 0n;
  for (let i = 0n; i < 4n; i++) {
    const pick = (selector >> (4n * i)) & 15n;
    const byte = (both >> (8n * (pick & 7n))) & 255n;
    picked |= (pick < 8n ? byte : byte < 128n ? 0n : 255n) << (8n * i);
  }
  return picked;
}

type IntegerFunction = (type: ScalarName | null, ...x: bigint[]) => bigint;
/** Functions of integers; results count modulo the width of the result. */
export const integerFunctions: ReadonlyMap<string, IntegerFunction> = new Map<string, IntegerFunction>([
  ['abs', (_, x) => (x! < 0n ? -x! : x!)], ['sign', (_, x) => (x! > 0n ? 1n : x! < 0n ? -1n : 0n)],
  ['min', (_, a, b) => (b! < a! ? b! : a!)], ['max', (_, a, b) => (b! > a! ? b! : a!)],
  ['clamp', (_, x, from, to) => { const raised = x! > from! ? x! : from!; return raised < to! ? raised : to!; }],
  ['clz32', (t, x) => BigInt(width(t) - 1 - lowFirst(t, x!).lastIndexOf('1'))], ['clz', (t, x) => BigInt(width(t) - 1 - lowFirst(t, x!).lastIndexOf('1'))],
  ['ctz', (t, x) => BigInt(lowFirst(t, x!).includes('1') ? lowFirst(t, x!).indexOf('1') : width(t))], ['ffs', (t, x) => BigInt(lowFirst(t, x!).indexOf('1') + 1)],
  ['popcount', (t, x) => BigInt(lowFirst(t, x!).split('1').length - 1)], ['brev', (t, x) => fromBits([...lowFirst(t, x!)].toReversed().join(''))],
  ['rotl', (t, x, n) => fromBits(rotated(lowFirst(t, x!), width(t) - Number(n! % BigInt(width(t)))))], ['rotr', (t, x, n) => fromBits(rotated(lowFirst(t, x!), Number(n! % BigInt(width(t)))))],
  ['mulhi', (_, a, b) => (low(a!) * low(b!)) >> 32n], ['bytePermute', (_, a, b, s) => bytePermute(a!, b!, s!)],
  ['funnelShiftLeft', (_, a, b, n) => (((low(b!) << 32n) | low(a!)) << (n! & 31n)) >> 32n], ['funnelShiftRight', (_, a, b, n) => ((low(b!) << 32n) | low(a!)) >> (n! & 31n)],
]);

const smallest = { f32: 2 ** -126, f64: 2 ** -1022 } as const;
type OtherFunction = (type: 'f32' | 'f64', ...x: number[]) => number | boolean;
const others: readonly (readonly [string, OtherFunction])[] = [
  ['isNaN', (_, x) => Number.isNaN(x)], ['isInfinite', (_, x) => Math.abs(x!) === Infinity], ['isFinite', (_, x) => Number.isFinite(x)],
  ['isNormal', (t, x) => Math.abs(x!) >= smallest[t] && Math.abs(x!) < Infinity], ['signbit', (_, x) => signBit(x!)],
  ['bitsOf', (_, x) => f32Bits(x!)], ['floatOf', (_, x) => f32FromBits(x!)],
  ['ilogb', (_, x) => (x === 0 ? -2147483648 : Number.isFinite(x) ? exponentOf(fromNumber(x!)) : 2147483647)],
  ['nextafter', (_, a, b) => next(a!, b!)],
];
/** Functions whose result is of another kind than their operands, or no function of real numbers. */
export const otherFunctions: ReadonlyMap<string, OtherFunction> = new Map(others);

function next(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
  if (a === b) return b;
  if (a === 0) return b > 0 ? 2 ** -149 : -(2 ** -149);
  return f32FromBits(f32Bits(a) + (a < b === a > 0 ? 1 : -1));
}
