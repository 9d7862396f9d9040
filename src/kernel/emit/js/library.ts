import { ActorRow, offsetOf } from '../../../engine/abi.ts';
import { SlotHead } from '../../../layout/structures.ts';
import type { Library } from '../library.ts';

const row = (...path: string[]): number => offsetOf(ActorRow, ...path);
/** Address of the head of the message in hand. */
const slot = `v.u32[(a + ${row('slot')}) >> 2]`;
const inSlot = (view: string, shift: number, field: string): string => `v.${view}[(${slot} + ${offsetOf(SlotHead, field)}) >> ${shift}]`;

/** Routines of the emitted JavaScript. Those that fault take the position (`source, start, end`) last. */
export const jsLibrary: Library = {
  rk_fault: `function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }`,

  // Integer results that must fit.
  rk_fit_i32: `function rk_fit_i32(x, s, a, b) { const r = x | 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }`,
  rk_fit_u32: `function rk_fit_u32(x, s, a, b) { const r = x >>> 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }`,
  rk_fit_i64: `function rk_fit_i64(x, s, a, b) { const r = BigInt.asIntN(64, x); if (r !== x) rk_fault('overflow', s, a, b); return r; }`,
  rk_fit_u64: `function rk_fit_u64(x, s, a, b) { const r = BigInt.asUintN(64, x); if (r !== x) rk_fault('overflow', s, a, b); return r; }`,
  rk_divisor: `function rk_divisor(x, s, a, b) { if (x == 0) rk_fault('divisionByZero', s, a, b); return x; }`,
  rk_index: `function rk_index(i, length, s, a, b) { if ((i >>> 0) >= length) rk_fault('outOfBounds', s, a, b); return i; }`,

  // 64-bit division: 0 for a zero divisor.
  rk_div: `const rk_div = (a, b) => b === 0n ? 0n : a / b;`,
  rk_mod: `const rk_mod = (a, b) => b === 0n ? 0n : a % b;`,
  rk_floordiv: `const rk_floordiv = (a, b) => b === 0n ? 0n : a / b - (a % b !== 0n && (a < 0n) !== (b < 0n) ? 1n : 0n);`,
  rk_ceildiv: `const rk_ceildiv = (a, b) => b === 0n ? 0n : a / b + (a % b !== 0n && (a < 0n) === (b < 0n) ? 1n : 0n);`,

  // Conversions.
  rk_sat: `const rk_sat = (x, low, high) => x !== x ? 0 : Math.trunc(Math.min(Math.max(x, low), high)) + 0;`,
  rk_sat_big: `const rk_sat_big = (x, low, high) => x !== x ? 0n : x <= Number(low) ? low : x >= Number(high) ? high : BigInt(Math.trunc(x));`,
  rk_wrap_big: `const rk_wrap_big = (x) => Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n;`,
  rk_single: `
/** The f32 nearest to a 64-bit integer: digits beyond the 53 of a double are gathered in its last bit. */
function rk_single(x) {
  const m = x < 0n ? -x : x;
  if (m < 9007199254740992n) return Math.fround(Number(x));
  const r = Math.fround(Number((m >> 11n) | ((m & 2047n) !== 0n ? 1n : 0n))) * 2048;
  return x < 0n ? -r : r;
}`.trim(),
  rk_half: `
/** The nearest half-precision number, ties to even. */
function rk_half(x) {
  const a = Math.abs(x);
  if (!(a < 65520)) return x !== x ? x : Math.sign(x) * Infinity;
  if (a === 0) return x;
  const unit = 2 ** (Math.max(-14, Math.floor(Math.log2(a))) - 10);
  const step = a / unit >= 2048 ? unit * 2 : a / unit < 1024 && unit > 2 ** -24 ? unit / 2 : unit;
  const q = a / step;
  const f = Math.floor(q);
  const r = (q - f > 0.5 || (q - f === 0.5 && f % 2 === 1) ? f + 1 : f) * step;
  return x < 0 ? -r : r;
}`.trim(),
  rk_half_bits: `
function rk_half_bits(x) {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const a = Math.abs(x);
  if (a !== a) return 0x7e00;
  if (a === Infinity) return sign | 0x7c00;
  if (a < 2 ** -14) return sign | (a * 2 ** 24);
  const bits = rk_bits_of_f32(a);
  return sign | (((bits >>> 13) - (112 << 10)) & 0x7fff);
}`.trim(),
  rk_half_value: `
function rk_half_value(bits) {
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  const a = exponent === 31 ? (fraction === 0 ? Infinity : NaN) : exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -a : a;
}`.trim(),
  rk_scratch: `const rk_scratch = new DataView(new ArrayBuffer(8));`,
  rk_bits_of_f32: `const rk_bits_of_f32 = (x) => (rk_scratch.setFloat32(0, x), rk_scratch.getUint32(0));`,
  rk_f32_of_bits: `const rk_f32_of_bits = (x) => (rk_scratch.setUint32(0, x), rk_scratch.getFloat32(0));`,
  rk_bfloat_bits: `
/** The bits of the nearest bfloat16, ties to even. */
function rk_bfloat_bits(x) {
  const word = rk_bits_of_f32(x);
  return x !== x ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}`.trim(),
  rk_bits_of_f64: `const rk_bits_of_f64 = (x) => (rk_scratch.setFloat64(0, x), rk_scratch.getBigUint64(0));`,
  rk_f64_of_bits: `const rk_f64_of_bits = (x) => (rk_scratch.setBigUint64(0, BigInt.asUintN(64, x)), rk_scratch.getFloat64(0));`,

  // Values with parts.
  rk_copy: `
function rk_copy(v) {
  if (Array.isArray(v)) return v.map(rk_copy);
  return typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, rk_copy(x)])) : v;
}`.trim(),
  rk_map: `const rk_map = (f, ...vectors) => vectors[0].map((_, i) => f(...vectors.map((v) => v[i])));`,
  rk_same: `const rk_same = (a, b) => a.every((x, i) => x === b[i]);`,

  rk_clamp64: `const rk_clamp64 = (x, low, high) => { const m = x > low ? x : low; return m < high ? m : high; };`,

  // Bits.
  rk_popcount: `
function rk_popcount(x) {
  let n = 0;
  for (let rest = x >>> 0; rest !== 0; rest &= rest - 1) n++;
  return n;
}`.trim(),
  rk_popcount64: `const rk_popcount64 = (x) => BigInt.asUintN(64, x).toString(2).replaceAll('0', '').length;`,
  rk_clz64: `const rk_clz64 = (x) => x === 0n ? 64 : 64 - BigInt.asUintN(64, x).toString(2).length;`,
  rk_ctz64: `const rk_ctz64 = (x) => x === 0n ? 64 : BigInt.asUintN(64, x & -x).toString(2).length - 1;`,
  rk_rotl64: `
function rk_rotl64(x, n) {
  const u = BigInt.asUintN(64, x);
  const k = BigInt(n & 63);
  return u << k | u >> (64n - k);
}`.trim(),
  rk_reverse: `
function rk_reverse(x) {
  let r = 0;
  for (let i = 0; i < 32; i++) r = r << 1 | x >>> i & 1;
  return r;
}`.trim(),

  rk_actor: `
/** What a handler knows about itself and its message: v are the views, a is the actor's row. */
const rk_actor = {
  self: (v, a) => v.u32[(a + ${row('id')}) >> 2],
  sender: (v, a) => ${inSlot('u32', 2, 'source')},
  correlation: (v, a) => ${inSlot('u32', 2, 'correlation')},
  timestamp: (v, a) => ${inSlot('u64', 3, 'timestamp')},
  deadline: (v, a) => ${inSlot('u64', 3, 'deadline')},
  hlcPhysical: (v, a) => v.u64[(a + ${row('control', 'hlc', 'physical')}) >> 3],
  hlcLogical: (v, a) => v.u64[(a + ${row('control', 'hlc', 'logical')}) >> 3],
};`.trim(),

  rk_hlc_update: `
/** The actor's clock moves past a stamp and past its own. */
function rk_hlc_update(rk, a, stamp) {
  const v = rk.views.u64;
  const [physical, logical] = [(a + ${row('control', 'hlc', 'physical')}) >> 3, (a + ${row('control', 'hlc', 'logical')}) >> 3];
  if (stamp > (v[physical] << 12n | v[logical])) {
    v[physical] = stamp >> 12n;
    v[logical] = stamp & 4095n;
  }
  return rk.tick(a);
}`.trim(),

  // Atomic operations that JavaScript spells differently.
  rk_atomic: `
/** Replaces element i of a view by what f makes of it; the old value. */
function rk_atomic(view, i, f) {
  for (;;) {
    const old = Atomics.load(view, i);
    if (Atomics.compareExchange(view, i, old, f(old)) === old) return old;
  }
}`.trim(),
  rk_atomic_add_f32: `
/** Adds to element i of a view of floats, by its bits; the old value. */
function rk_atomic_add_f32(view, i, x) {
  const words = new Int32Array(view.buffer, view.byteOffset, view.length);
  const float = new Float32Array(1), bits = new Int32Array(float.buffer);
  for (;;) {
    const seen = bits[0] = Atomics.load(words, i);
    const old = float[0];
    float[0] = old + x;
    if (Atomics.compareExchange(words, i, seen, bits[0]) === seen) return old;
  }
}`.trim(),
};
