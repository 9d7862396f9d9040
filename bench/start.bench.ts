/** What starting costs: importing the package, defining a handler, launching a kernel. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RingKernel, f32, message, ringKernel, u32 } from '../src/index.ts';
import { percentile, type Benchmark } from './harness.ts';

const root = join(import.meta.dirname, '..');

/** Milliseconds, each in a process of its own; the median of `runs`. */
function importTime(what: string, runs = 9): number {
  const script = `const t=performance.now();await import(${JSON.stringify(what)});console.log(performance.now()-t)`;
  return percentile(Array.from({ length: runs }, () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' }))), 0.5);
}

const Job = message('BenchJob', { n: u32, x: f32 });
const Part = message('BenchPart', { sum: f32 });
let made = 0;

const define = () => ringKernel({ id: `bench-worker-${made++}`, on: Job, reply: Part, state: { count: u32, best: f32 } }, (ctx, msg) => {
  let acc = 0;
  for (let i = 0; i < msg.n; i++) acc += Math.sqrt(msg.x) * i;
  ctx.state.count += 1;
  if (acc > ctx.state.best) ctx.state.best = acc;
  return { sum: acc };
});

async function times(count: number, work: () => unknown): Promise<number[]> {
  const out: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await work();
    out.push(performance.now() - start);
  }
  return out;
}

export default {
  id: 'start',
  title: 'import, definition, launch',
  available: async () => (existsSync(join(root, 'dist/index.js')) ? null : 'the package is not built: npm run build'),
  async run(report) {
    report({ id: 'start.import', value: importTime('ringkernel'), unit: 'ms', budget: 50, peer: { 'import acorn': importTime('acorn'), 'import vite': importTime('vite') }, note: "import('ringkernel'), built, in a fresh process" });
    const first = (await times(1, define))[0]!;
    const warm = await times(200, define);
    report({ id: 'start.define.first', value: first, unit: 'ms', note: 'the first handler of a process, code not yet compiled by the engine' });
    report({ id: 'start.define', value: percentile(warm, 0.5), unit: 'ms', budget: 1, note: 'parse, type and lower one handler, median of 200' });
    await using ring = await RingKernel.open({ backend: 'cpu' });
    const definition = define();
    let n = 0;
    const launched = await times(30, async () => {
      const kernel = await ring.launch(definition, { id: `bench-${n++}` });
      await kernel.call({ n: 1, x: 1 });
    });
    report({ id: 'start.launch.cpu', value: percentile(launched, 0.5), unit: 'ms', budget: 20, note: 'launch of one more kernel until its first answer is read' });
    const kinds = await times(30, async () => {
      const kernel = await ring.launch(define());
      await kernel.call({ n: 1, x: 1 });
    });
    report({ id: 'start.launchKind.cpu', value: percentile(kinds, 0.5), unit: 'ms', budget: 20, note: 'define, compile and launch a new kind until its first answer is read' });
  },
} satisfies Benchmark;
