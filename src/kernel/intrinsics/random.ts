/** Philox4x32-10, counter-based random numbers (Salmon et al. 2011): the same bits on every target. */
import type { Intrinsics } from '../face.ts';
import { multiplyHigh } from './written.ts';
import type { IntrinsicRow } from './table.ts';

/** Four random words for a counter of 128 bits and a key of 64: words of a vector. */
export function philox(m: Intrinsics, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): ReturnType<Intrinsics['uvec4']> {
  let a = c0 >>> 0;
  let b = c1 >>> 0;
  let c = c2 >>> 0;
  let d = c3 >>> 0;
  let p = k0 >>> 0;
  let q = k1 >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = m.mulhi(0xd2511f53, a) >>> 0;
    const low0 = Math.imul(0xd2511f53, a) >>> 0;
    const high1 = m.mulhi(0xcd9e8d57, c) >>> 0;
    const low1 = Math.imul(0xcd9e8d57, c) >>> 0;
    a = (high1 ^ b ^ p) >>> 0;
    b = low1;
    c = (high0 ^ d ^ q) >>> 0;
    d = low0;
    p = (p + 0x9e3779b9) >>> 0;
    q = (q + 0xbb67ae85) >>> 0;
  }
  return m.uvec4(a, b, c, d);
}

/** One random word for (seed, index): the first of the four. */
export function randomWord(m: Intrinsics, seed: number, index: number): number {
  return m.philox(index, 0, 0, 0, seed, 0).x >>> 0;
}

/** Uniform in [0, 1): 24 random bits, exact in f32. */
export function randomUniform(m: Intrinsics, seed: number, index: number): number {
  return m.f32(m.random(seed, index) >>> 8) * 5.960464477539063e-8;
}

/** Standard normal by Box-Muller from two of the four words. */
export function randomNormal(m: Intrinsics, seed: number, index: number): number {
  const r = m.philox(index, 0, 0, 0, seed, 0);
  const u = m.f32((r.x >>> 8) + 1) * 5.960464477539063e-8;
  const v = m.f32(r.y >>> 8) * 5.960464477539063e-8;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(6.283185307179586 * v);
}

const row = (name: string, doc: string, params: IntrinsicRow['params'], result: IntrinsicRow['result'], written: IntrinsicRow['written'], rest: Partial<IntrinsicRow> = {}): IntrinsicRow =>
  ({ name, category: 'random', doc, on: ['ctx'], types: [], params, result, emit: {}, written: written!, ...rest });

export const randomRows: readonly IntrinsicRow[] = [
  row('mulhi', 'High 32 bits of the product of two unsigned words.', ['u32', 'u32'], 'u32', multiplyHigh, { category: 'bits' }),
  row('philox', 'Philox4x32-10 (counter: four words, key: two words); four random words as a vector of u32. The same on every target.', ['u32', 'u32', 'u32', 'u32', 'u32', 'u32'], 'u32', philox),
  row('random', 'A random word for (seed, index).', ['u32', 'u32'], 'u32', randomWord),
  row('randomUniform', 'Uniform in [0, 1) for (seed, index), a multiple of 2^-24. The same on every target.', ['u32', 'u32'], 'f32', randomUniform),
  row('randomNormal', 'Standard normal for (seed, index), within the errors of `log` and `cos`.', ['u32', 'u32'], 'f32', randomNormal, { ulp: 32, near: 1 }),
];
