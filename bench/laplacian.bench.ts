/** One sweep of a 5-point laplacian over 2048 x 2048 single-precision cells, one thread, against the same loop in C. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { globalKernel, gridRead, gridWrite } from '../src/kernel/define.ts';
import { globalArguments } from '../src/kernel/emit/wasm/index.ts';
import { f32 } from '../src/layout/types.ts';
import { codecOf } from '../src/message/codec.ts';
import { runWasm } from '../src/testing/run-wasm.ts';
import type { Benchmark } from './harness.ts';

const side = 2048;
const sweeps = 60;

const laplacian = globalKernel({ id: 'laplacian', params: { u: gridRead(f32), out: gridWrite(f32) }, workgroup: [16, 16] }, (g, { u, out }) => {
  if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
  out.set(u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * u.at(0, 0));
});

const program = `
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e3 + t.tv_nsec * 1e-6; }
__attribute__((noinline)) void sweep(const float *restrict u, float *restrict out, int w, int h) {
  for (int y = 1; y < h - 1; y++)
    for (int x = 1; x < w - 1; x++)
      out[y * w + x] = u[y * w + x - 1] + u[y * w + x + 1] + u[(y - 1) * w + x] + u[(y + 1) * w + x] - 4.0f * u[y * w + x];
}
int main(int argc, char **argv) {
  int n = atoi(argv[1]), sweeps = atoi(argv[2]);
  float *u = aligned_alloc(64, sizeof(float) * n * n), *out = aligned_alloc(64, sizeof(float) * n * n);
  for (int i = 0; i < n * n; i++) { u[i] = (float)(i % 1000) / 1000; out[i] = 0; }
  for (int i = 0; i < sweeps; i++) { double start = now(); sweep(u, out, n, n); printf("%f\\n", now() - start); }
  fprintf(stderr, "%f\\n", out[n + 5]);
  return 0;
}
`;

/** What the code can do; the rest is what else the machine was doing. */
const best = (times: readonly number[]): number => times.reduce((a, b) => Math.min(a, b), Infinity);

/** Times of the C program's sweeps in milliseconds; null without a compiler. */
function compiledC(): (() => number[]) & Disposable | null {
  const folder = mkdtempSync(join(tmpdir(), 'laplacian-'));
  try {
    writeFileSync(join(folder, 'sweep.c'), program);
    execFileSync('gcc', ['-O3', '-march=native', '-o', join(folder, 'sweep'), join(folder, 'sweep.c')], { stdio: 'pipe' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  const run = (): number[] => execFileSync(join(folder, 'sweep'), [String(side), String(sweeps)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').map(Number);
  return Object.assign(run, { [Symbol.dispose]: () => { rmSync(folder, { recursive: true }); } });
}

/** One sweep of the emitted module over its own memory. */
function emitted(): { sweep(): void; result(index: number): number } {
  const bytes = side * side * 4;
  const { views, exports, free } = runWasm(laplacian.program, { pages: 2 + Math.ceil((2 * bytes + 65_536) / 65_536), memory: { initial: 1, maximum: 65_536, shared: true } });
  const layout = globalArguments(laplacian.program);
  const grid = (address: number): object => ({ address, length: side * side, width: side, height: side, depth: 1 });
  const [u, out] = [65_536, 65_536 + bytes];
  codecOf(layout).encode(views, free, { u: grid(u), out: grid(out) } as never);
  for (let i = 0; i < side * side; i++) views.f32[u / 4 + i] = (i % 1000) / 1000;
  const groups = side / 16;
  return {
    sweep: () => { exports['run']!(free, groups, groups, 1, 0, groups * groups); },
    result: (index) => views.f32[out / 4 + index]!,
  };
}

function timed(count: number, work: () => void): number[] {
  return Array.from({ length: count }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

const benchmark: Benchmark = {
  id: 'cpu.laplacian',
  title: '2048 x 2048 laplacian sweep, one thread',
  async run(report) {
    const kernel = emitted();
    using c = compiledC();
    const source = new Float32Array(side * side).fill(1);
    const target = new Float32Array(side * side);
    timed(20, kernel.sweep);
    // Turn about, so that both see the machine in the same moods.
    const own: number[] = [];
    const peer: number[] = [];
    const copies: number[] = [];
    for (let round = 0; round < 8; round++) {
      own.push(...timed(sweeps / 4, kernel.sweep));
      if (c !== null) peer.push(...c());
      copies.push(...timed(sweeps / 4, () => { target.set(source); }));
    }
    const value = best(own);
    report({
      id: 'cpu.laplacian.sweep', value, unit: 'ms', limit: best(copies),
      ...(peer.length > 0 ? { peer: { 'gcc -O3': best(peer) }, budget: best(peer) } : {}),
      note: 'best sweep; limit: copying the grid once',
    });
  },
};

export default benchmark;
