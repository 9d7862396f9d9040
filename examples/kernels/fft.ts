/** One stage of a radix-2 Stockham FFT of complex numbers in two arrays; `half` is 1, 2, 4, … n / 2. */
import { f32, globalKernel, read, u32, write } from '../../src/index.ts';

export const fftStage = globalKernel({ id: 'fft_stage', params: { re: read(f32), im: read(f32), outRe: write(f32), outIm: write(f32), n: u32, half: u32 }, workgroup: 64 }, (g, { re, im, outRe, outIm, n, half }) => {
  const pairs = n >>> 1;
  if (g.id >= pairs) return;
  const within = g.id % half;
  const angle = (-Math.PI * g.f32(within)) / g.f32(half);
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const ar = re[g.id]!;
  const ai = im[g.id]!;
  const br = re[g.id + pairs]!;
  const bi = im[g.id + pairs]!;
  const tr = br * c - bi * s;
  const ti = br * s + bi * c;
  const to = (g.id - within) * 2 + within;
  outRe[to] = ar + tr;
  outIm[to] = ai + ti;
  outRe[to + half] = ar - tr;
  outIm[to + half] = ai - ti;
});
