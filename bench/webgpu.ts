/** Figures of the WebGPU backend, each beside the same work by hand and with TypeGPU on the same device in the same run. */
import { backend } from '../src/backend/webgpu/index.ts';
import type { WebGpuContext } from '../src/backend/webgpu/context.ts';
import { f32, globalKernel, gridRead, gridReadWrite, message, ringKernel, RingKernel, u32 } from '../src/index.ts';
import { handBatch, handMessage, handWave } from './webgpu-hand.ts';
import { typegpuBatch, typegpuMessage, typegpuWave } from './webgpu-typegpu.ts';
import { percentile, type Benchmark, type Report } from './harness.ts';

const Add = message('Add', { a: f32, b: f32 });
const Sum = message('Sum', { value: f32 });
const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.a + msg.b };
});
const pure = ringKernel({ id: 'pure', on: Add, reply: Sum }, (_ctx, msg) => ({ value: msg.a + msg.b }));
const wave = globalKernel({ id: 'wave', params: { u: gridRead(f32), next: gridReadWrite(f32), c2: f32 }, workgroup: [16, 16] }, (g, { u, next, c2 }) => {
  if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
  const c = u.at(0, 0);
  next.set(2 * c - next.at(0, 0) + c2 * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
});

const same = (got: number, wanted: number, what: string): void => {
  if (Math.fround(got) !== Math.fround(wanted)) throw new Error(`${what}: got ${got}, expected ${wanted}`);
};

/** Medians of several ways to do one thing, taken in turn so that all see the same machine. Microseconds. */
async function inTurn(ways: Readonly<Record<string, (i: number) => Promise<void>>>, rounds: number, warm: number): Promise<Record<string, number>> {
  const samples: Record<string, number[]> = {};
  for (let i = -warm; i < rounds; i++) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      await way(i);
      if (i >= 0) (samples[name] ??= []).push((performance.now() - start) * 1000);
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, percentile(list, 0.5)]));
}

async function measure(report: Report): Promise<void> {
  const ring = await RingKernel.open({ backend: 'webgpu' });
  try {
    const context = ring.context as WebGpuContext;
    const device = context.native;
    const on = context.device.name;

    const kernel = await ring.launch(adder);
    const hand = await handMessage(device);
    const typed = await typegpuMessage(device);
    const one = await inTurn({
      ours: async (i) => same((await kernel.call({ a: i, b: 0.5 })).value, i + 0.5, 'call'),
      hand: async (i) => same(await hand(i, 0.5), i + 0.5, 'by hand'),
    }, 1000, 3000);
    // By itself: the staging buffers it throws away are destroyed at somebody's next submission.
    const oneTyped = await inTurn({ typegpu: async (i) => same(await typed(i, 0.5), i + 0.5, 'TypeGPU') }, 1000, 1000);
    report({
      id: 'webgpu.roundtrip.p50', value: one['ours']!, unit: 'µs', budget: one['hand']! * 1.2, peer: { hand: one['hand']!, typegpu: oneTyped['typegpu']! },
      note: `one message, state kept, reply read; on ${on}`,
    });

    const count = 65_536;
    const a = Float32Array.from({ length: count }, (_, i) => i);
    const b = new Float32Array(count).fill(0.25);
    const handled = await handBatch(device, count);
    const typedBatch = await typegpuBatch(device, count);
    const parallel = await ring.launch(pure);
    const batch = await inTurn({
      ours: async () => same((await parallel.callBatch({ a, b })).value[count - 1]!, count - 0.75, 'callBatch'),
      hand: async () => same((await handled(a, b))[count - 1]!, count - 0.75, 'by hand'),
    }, 100, 50);
    const batchTyped = await inTurn({ typegpu: async () => same((await typedBatch(a, b))[count - 1]!, count - 0.75, 'TypeGPU') }, 50, 10);
    report({
      id: 'webgpu.batch.message', value: (batch['ours']! / count) * 1000, unit: 'ns', budget: ((batch['hand']! * 1.2) / count) * 1000,
      peer: { hand: (batch['hand']! / count) * 1000, typegpu: (batchTyped['typegpu']! / count) * 1000 }, note: `64k messages as columns, replies read as columns; on ${on}`,
    });

    const n = 1024;
    const c2 = 0.25;
    const byHand = await handWave(device, n, c2);
    const typedWave = await typegpuWave(device, n, c2);
    const compiled = await context.compile(wave.program);
    const fn = compiled.getFunction('wave');
    const grids = [context.allocate(n * n * 4), context.allocate(n * n * 4)] as const;
    // As many steps as take about as long as a frame of a page does.
    const steps = context.device.detail['software'] === true ? 10 : 400;
    const run = async (): Promise<void> => {
      const launched: Promise<void>[] = [];
      for (let s = 0; s < steps; s++) {
        const [u, next] = s % 2 === 0 ? grids : [grids[1], grids[0]];
        launched.push(fn.launch({ grid: [n / 16, n / 16] }, [{ buffer: u, size: [n, n] }, { buffer: next, size: [n, n] }, c2]));
      }
      await Promise.all(launched);
      await context.synchronize();
    };
    const waves = await inTurn({ ours: run, hand: () => byHand(steps), typegpu: () => typedWave(steps) }, 14, 1);
    report({
      id: 'webgpu.wave1024.step', value: waves['ours']! / steps, unit: 'µs', budget: (waves['hand']! / steps) * 1.1, peer: { hand: waves['hand']! / steps, typegpu: waves['typegpu']! / steps },
      note: `wave equation, 1024 x 1024, 16 x 16 workgroups, ${steps} steps at a time; on ${on}`,
    });
    compiled[Symbol.dispose]();
  } finally {
    await ring.close();
  }
}

export const webgpu: Benchmark = {
  id: 'webgpu',
  title: 'WebGPU: passes, beside hand-written calls and TypeGPU on the same device',
  async available() {
    const found = await backend.probe();
    return found.available ? null : `${found.reason} ${found.fix}`;
  },
  run: measure,
};

export const run = measure;
