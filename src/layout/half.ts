/** IEEE 754 half precision and bfloat16 as 16 bits; hosts without `Float16Array` need them spelled out. */

const f32 = new Float32Array(1);
const bits = new Uint32Array(f32.buffer);

/** Nearest half-precision value, ties to even; overflow gives infinity. */
export function toHalfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 the spacing stops shrinking; scaled by it, the rounding is that of an integer.
  if (size < 2 ** -14) return sign | roundTiesToEven(size * 2 ** 24);
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent--;
  else if (2 ** (exponent + 1) <= size) exponent++;
  // A mantissa that rounds up to 2048 carries into the exponent, which is what adding does.
  return sign | (((exponent + 15) << 10) + roundTiesToEven(size * 2 ** (10 - exponent)) - 1024);
}

export function fromHalfBits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

function roundTiesToEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && (down & 1) === 1) ? down + 1 : down;
}

/** Bits of a single-precision float. */
export function f32Bits(value: number): number {
  f32[0] = value;
  return bits[0]!;
}

export function f32FromBits(value: number): number {
  bits[0] = value;
  return f32[0]!;
}

/** The bfloat16 nearest to the f32 nearest to the value, ties to even; overflow gives infinity. */
export function toBfloatBits(value: number): number {
  const word = f32Bits(value);
  return Number.isNaN(value) ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}

export const fromBfloatBits = (bits: number): number => f32FromBits((bits << 16) >>> 0);
