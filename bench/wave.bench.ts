/** Steps of the wave equation on each backend that is here, beside the same loop by hand in the same run. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendName } from '../src/backend/contract.ts';
import { f32, RingKernel } from '../src/index.ts';
import { previous, Simulation, stencilKernel } from '../src/stencil/index.ts';
import { percentile, type Benchmark, type Report } from './harness.ts';

const wave = stencilKernel({ id: 'bench.wave', dims: 2, fields: { u: f32, prev: previous('u') }, params: { c2: f32 } }, (_g, { u, prev }, { c2 }) => {
  const c = u.at(0, 0);
  u.set(2 * c - prev.at(0, 0) + c2 * (u.west() + u.east() + u.north() + u.south() - 4 * c));
});

const program = `
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e6 + t.tv_nsec * 1e-3; }
int main(int argc, char **argv) {
  int n = atoi(argv[1]), rounds = atoi(argv[2]), steps = atoi(argv[3]), w = n + 2;
  float *u = calloc((size_t)w * w, 4), *prev = calloc((size_t)w * w, 4), *next = calloc((size_t)w * w, 4);
  u[(w / 2) * w + w / 2] = 1;
  for (int r = 0; r < rounds; r++) {
    double start = now();
    for (int s = 0; s < steps; s++) {
      #pragma omp parallel for schedule(static)
      for (int y = 1; y <= n; y++) {
        const float *restrict a = u + y * w, *restrict b = prev + y * w;
        float *restrict o = next + y * w;
        for (int x = 1; x <= n; x++) o[x] = 2 * a[x] - b[x] + 0.2f * (a[x - 1] + a[x + 1] + a[x - w] + a[x + w] - 4 * a[x]);
      }
      float *t = prev; prev = u; u = next; next = t;
    }
    printf("%f\\n", (now() - start) / steps);
  }
  fprintf(stderr, "%f\\n", u[w + 1]);
  return 0;
}
`;

/** Runs the C loop: microseconds of a step, a number for each round. Null without a compiler. */
function compiledC(): ((n: number, rounds: number, steps: number) => number[]) & Disposable | null {
  const folder = mkdtempSync(join(tmpdir(), 'wave-'));
  try {
    writeFileSync(join(folder, 'wave.c'), program);
    execFileSync('gcc', ['-O3', '-march=native', '-fopenmp', '-o', join(folder, 'wave'), join(folder, 'wave.c')], { stdio: 'pipe' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  const run = (n: number, rounds: number, steps: number): number[] =>
    execFileSync(join(folder, 'wave'), [n, rounds, steps].map(String), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').map(Number);
  return Object.assign(run, { [Symbol.dispose]: () => { rmSync(folder, { recursive: true }); } });
}

/** Answer times of a command to a simulation that steps, in microseconds. */
async function commands(sim: { play(): Promise<unknown>; set(params: { c2: number }, options: { urgent: boolean }): Promise<unknown>; pause(): Promise<unknown> }): Promise<number[]> {
  await sim.play();
  const answers: number[] = [];
  for (let i = 0; i < 60; i++) {
    // Away for a while, so that steps are under way again when the command comes.
    await new Promise((resolve) => { setTimeout(resolve, 1 + Math.random() * 8); });
    const start = performance.now();
    await sim.set({ c2: 0.2 }, { urgent: true });
    answers.push((performance.now() - start) * 1000);
  }
  await sim.pause();
  return answers;
}

async function measure(backend: BackendName, report: Report): Promise<void> {
  await using ring = await RingKernel.open({ backend });
  using c = backend === 'cpu' ? compiledC() : null;
  const software = ring.context!.device.detail['software'] === true;
  // On CUDA the persistent grid has a benchmark of its own, beside kernels by hand.
  const executions = backend === 'cpu' ? ['launched', 'persistent'] as const : ['launched'] as const;
  for (const n of backend === 'cpu' ? [512, 1024, 2048] : [512, 1024]) {
    const sims = [];
    for (const execution of executions) {
      const sim = await Simulation.open(ring, wave, { size: [n, n], params: { c2: 0.2 }, execution });
      await sim.inject({ at: [n / 2, n / 2], amount: 1, radius: n / 32 });
      sims.push({ execution, sim, own: [] as number[] });
    }
    const steps = software ? 8 : backend === 'cpu' ? 64 : 512;
    for (const { sim } of sims) await sim.run(steps);
    const peer: number[] = [];
    for (let round = 0; round < 8; round++) {
      for (const { sim, own } of sims) {
        const start = performance.now();
        await sim.run(steps);
        own.push(((performance.now() - start) * 1000) / steps);
      }
      if (c !== null) peer.push(...c(n, 1, steps));
    }
    const by = percentile(peer, 0);
    const where = backend === 'cpu' ? `${availableParallelism()} threads` : ring.context!.device.name;
    for (const { execution, own } of sims) {
      const others = sims.filter((s) => s.execution !== execution).map((s) => [s.execution, percentile(s.own, 0)]);
      report({
        id: `wave.${backend}.${n}.${execution === 'launched' ? 'step' : 'persistent'}`, value: percentile(own, 0), unit: 'µs',
        peer: { ...Object.fromEntries(others), ...(peer.length > 0 ? { 'gcc -O3 -fopenmp': by } : {}) }, ...(n === 2048 && peer.length > 0 ? { budget: by } : {}),
        note: `${n} x ${n} f32, ${execution} steps, best of 8 runs of ${steps}, in turn with the others; ${where}`,
      });
    }
    for (const { execution, sim } of sims) {
      if (n !== 1024 && execution === 'launched') continue;
      const answers = await commands(sim);
      report({
        id: `wave.${backend}.${n}.command.${execution}.p50`, value: percentile(answers, 0.5), unit: 'µs',
        note: execution === 'launched' ? `${n} x ${n} while it steps in slices of 8 ms: one command, answer read` : `${n} x ${n} while it steps by itself, ${sim.facts['window']} steps ahead: one command, answer read`,
      });
    }
    for (const { sim } of sims) await sim.terminate();
  }
}

const benchmark = (backend: BackendName): Benchmark => ({
  id: `wave.${backend}`,
  title: `Wave equation on ${backend}`,
  async available() {
    const found = (await RingKernel.availability()).get(backend)!;
    return found.available ? null : `${found.reason} ${found.fix}`;
  },
  run: (report) => measure(backend, report),
});

export const run = measure;

export default [benchmark('cpu'), benchmark('webgpu'), benchmark('cuda'), benchmark('metal')];
