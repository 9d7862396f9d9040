/** Every kernel of this folder against results computed by other means. */
import assert from 'node:assert/strict';
import type { Bench } from '../../test/support/bench.ts';
import { bfsLevel, unreached } from './bfs.ts';
import { bitonicStep } from './bitonic.ts';
import { blackScholes } from './black-scholes.ts';
import { fftStage } from './fft.ts';
import { histogram } from './histogram.ts';
import { life } from './life.ts';
import { mandelbrot } from './mandelbrot.ts';
import { matrixProduct } from './matrix.ts';
import { accelerations } from './nbody.ts';
import { offset, scan, sum } from './reduce.ts';

/** A generator of the tests' own: the kernels' random numbers are under test elsewhere. */
const noise = (n: number, seed: number): number[] => {
  let state = seed;
  return Array.from({ length: n }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0));
};
const unit = (n: number, seed: number): Float32Array => Float32Array.from(noise(n, seed), (x) => x / 2 ** 32);
const groups = (n: number, size: number): number => Math.ceil(n / size);

const near = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void => {
  assert.equal(got.length, want.length);
  const worst = Array.from(got, (x, i) => Math.abs(x - want[i]!) / Math.max(1, Math.abs(want[i]!))).reduce((a, b) => Math.max(a, b), 0);
  assert.ok(worst <= tolerance, `off by ${worst}, ${tolerance} allowed`);
};
const equal = (got: ArrayLike<number>, want: ArrayLike<number>): void => assert.deepEqual(Array.from(got), Array.from(want));

export interface KernelCase {
  readonly name: string;
  /** Throws where a result is wrong. */
  run(bench: Bench): Promise<void>;
}

export const kernelCases: readonly KernelCase[] = [
  { name: 'sum', async run(bench) {
    const n = 5000;
    const x = unit(n, 1);
    const partial = new Float32Array(groups(n, 128));
    const total = new Float32Array(1);
    await bench.run(sum, [partial.length], x, partial, n);
    await bench.run(sum, [1], partial, total, partial.length);
    near(await bench.read(total), [x.reduce((a, b) => a + b, 0)], 1e-6);
  } },

  { name: 'prefix sum', async run(bench) {
    const n = 5000;
    const x = Uint32Array.from(noise(n, 2), (v) => v & 1023);
    const parts = groups(n, 128);
    const out = new Uint32Array(n);
    const totals = new Uint32Array(parts);
    const before = new Uint32Array(parts);
    const none = new Uint32Array(1);
    await bench.run(scan, [parts], x, out, totals, n);
    await bench.run(scan, [1], totals, before, none, parts);
    await bench.run(offset, [parts], out, before, n);
    let running = 0;
    equal([...await bench.read(out)], [...x].map((v) => (running += v)));
  } },

  { name: 'histogram', async run(bench) {
    const words = Uint32Array.from(noise(3000, 3));
    const bins = new Uint32Array(256);
    await bench.run(histogram, [groups(words.length, 256)], words, bins, words.length);
    const expected = Array.from({ length: 256 }, () => 0);
    for (const byte of new Uint8Array(words.buffer)) expected[byte]!++;
    equal([...await bench.read(bins)], expected);
  } },

  { name: 'tiled matrix product', async run(bench) {
    const n = 29;
    const a = unit(n * n, 4);
    const b = unit(n * n, 5);
    const out = new Float32Array(n * n);
    await bench.run(matrixProduct, [groups(n, 8), groups(n, 8)], a, b, out, n);
    const exact = Array.from(out, (_, i) => Array.from({ length: n }, (__, k) => a[Math.floor(i / n) * n + k]! * b[k * n + (i % n)]!).reduce((x, y) => x + y, 0));
    near(await bench.read(out), exact, 1e-5);
  } },

  { name: 'Mandelbrot', async run(bench) {
    // Powers of two, few steps: every operation is exact or rounds the same in any order.
    const [width, height, scale, limit] = [48, 32, 1 / 16, 40];
    const out = new Uint32Array(width * height);
    await bench.run(mandelbrot, [groups(width, 8), groups(height, 8)], out, width, height, scale, limit);
    await bench.read(out);
    const differing = [...out].filter((steps, i) => {
      const c = [(i % width) * scale - 2, Math.floor(i / width) * scale - 1] as const;
      let [x, y] = [0, 0];
      let expected = 0;
      while (x * x + y * y <= 4 && expected < limit) {
        [x, y] = [x * x - y * y + c[0], 2 * x * y + c[1]];
        expected++;
      }
      return steps !== expected;
    });
    // Orbits at the edge of the set are chaotic: f32 and f64 may part there.
    assert.ok(differing.length < out.length / 50, `${differing.length} points differ`);
    equal([out[16 * width + 32]!, out[0]!], [limit, 1]);
  } },

  { name: 'bitonic sort', async run(bench) {
    const n = 1024;
    const x = Uint32Array.from(noise(n, 6));
    const sorted = x.slice().sort();
    for (let run = 2; run <= n; run *= 2) for (let step = run / 2; step >= 1; step /= 2) await bench.run(bitonicStep, [n / 64], x, run, step);
    equal(await bench.read(x), sorted);
  } },

  { name: 'Black-Scholes', async run(bench) {
    const n = 500;
    const spot = unit(n, 7).map((u) => 5 + 25 * u);
    const strike = unit(n, 8).map((u) => 1 + 99 * u);
    const years = unit(n, 9).map((u) => 0.25 + 9.75 * u);
    const [call, put] = [new Float32Array(n), new Float32Array(n)];
    const [rate, volatility] = [0.02, 0.3].map(Math.fround) as [number, number];
    await bench.run(blackScholes, [groups(n, 64)], spot, strike, years, call, put, rate, volatility, n);
    await bench.read(call);
    await bench.read(put);
    // Hull, "Options, Futures, and Other Derivatives": put-call parity, and prices by integration of the density.
    const normal = (x: number): number => {
      const h = (x + 10) / 2000;
      const density = (t: number): number => Math.exp(-t * t / 2) / Math.sqrt(2 * Math.PI);
      let s = density(-10) + density(x);
      for (let i = 1; i < 2000; i++) s += (i % 2 === 1 ? 4 : 2) * density(-10 + i * h);
      return s * h / 3;
    };
    const exact = Array.from(spot, (s, i) => {
      const [x, t] = [strike[i]!, years[i]!];
      const d1 = (Math.log(s / x) + (rate + volatility ** 2 / 2) * t) / (volatility * Math.sqrt(t));
      return s * normal(d1) - x * Math.exp(-rate * t) * normal(d1 - volatility * Math.sqrt(t));
    });
    near(call, exact, 2e-4);
    near(put, exact.map((c, i) => c - spot[i]! + strike[i]! * Math.exp(-rate * years[i]!)), 2e-4);
  } },

  { name: 'breadth-first search', async run(bench) {
    const n = 300;
    const edges = noise(n * 2, 10).map((v, i) => [i % n, v % n] as const).filter(([from]) => from % 7 !== 0);
    const first = new Uint32Array(n + 1);
    for (const [from] of edges) first[from + 1]!++;
    for (let i = 0; i < n; i++) first[i + 1]! += first[i]!;
    const targets = Uint32Array.from([...edges].sort((a, b) => a[0] - b[0]).map(([, to]) => to));
    const levels = new Uint32Array(n).fill(unreached);
    levels[1] = 0;
    const expected = levels.slice();
    for (let queue = [1]; queue.length > 0;) {
      const at = queue.shift()!;
      for (const to of targets.subarray(first[at]!, first[at + 1]!)) if (expected[to] === unreached) { expected[to] = expected[at]! + 1; queue.push(to); }
    }
    const changed = new Uint32Array(1);
    for (let level = 0; ; level++) {
      changed[0] = 0;
      await bench.write(changed);
      await bench.run(bfsLevel, [groups(n, 64)], first, targets, levels, changed, level, n);
      await bench.read(changed);
      if (changed[0] === 0) break;
    }
    equal(await bench.read(levels), expected);
    assert.ok(expected.filter((l) => l !== unreached).length > 100);
  } },

  { name: 'FFT', async run(bench) {
    const n = 256;
    let [re, im, nextRe, nextIm]: [Float32Array, Float32Array, Float32Array, Float32Array] = [unit(n, 11), unit(n, 12), new Float32Array(n), new Float32Array(n)];
    const exact = Array.from({ length: n }, (_, k) => {
      let [a, b] = [0, 0];
      for (let t = 0; t < n; t++) {
        const angle = -2 * Math.PI * ((k * t) % n) / n;
        a += re[t]! * Math.cos(angle) - im[t]! * Math.sin(angle);
        b += re[t]! * Math.sin(angle) + im[t]! * Math.cos(angle);
      }
      return [a, b] as const;
    });
    for (let half = 1; half < n; half *= 2) {
      await bench.run(fftStage, [groups(n / 2, 64)], re, im, nextRe, nextIm, n, half);
      [re, im, nextRe, nextIm] = [nextRe, nextIm, re, im];
    }
    near(await bench.read(re), exact.map(([a]) => a), 2e-4);
    near(await bench.read(im), exact.map(([, b]) => b), 2e-4);
  } },

  { name: 'Game of Life', async run(bench) {
    const [width, height] = [20, 17];
    let cells = Uint32Array.from(noise(width * height, 13), (v) => (v >>> 16) & 1);
    let next = new Uint32Array(width * height);
    let expected = [...cells];
    for (let turn = 0; turn < 6; turn++) {
      await bench.run(life, [groups(width, 8), groups(height, 8)], cells, next, width, height);
      [cells, next] = [next, cells];
      expected = expected.map((alive, i) => {
        const neighbours = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => (dx === 0 && dy === 0 ? 0
          : expected[((Math.floor(i / width) + dy + height) % height) * width + ((i % width) + dx + width) % width]!))).reduce((a, b) => a + b);
        return neighbours === 3 || (alive === 1 && neighbours === 2) ? 1 : 0;
      });
    }
    equal([...await bench.read(cells)], expected);
  } },

  { name: 'n bodies', async run(bench) {
    const n = 100;
    const [x, y, mass] = [unit(n, 14), unit(n, 15), unit(n, 16)];
    const [ax, ay] = [new Float32Array(n), new Float32Array(n)];
    const softening = Math.fround(0.01);
    await bench.run(accelerations, [groups(n, 64)], x, y, mass, ax, ay, n, softening);
    const exact = Array.from(x, (_, i) => Array.from(x, (__, j) => {
      const [dx, dy] = [x[j]! - x[i]!, y[j]! - y[i]!];
      const r2 = dx * dx + dy * dy + softening;
      return [dx, dy].map((d) => d * mass[j]! / r2 ** 1.5) as [number, number];
    }).reduce((a, b) => [a[0] + b[0], a[1] + b[1]]));
    near(await bench.read(ax), exact.map(([a]) => a), 1e-4);
    near(await bench.read(ay), exact.map(([, a]) => a), 1e-4);
  } },
];
