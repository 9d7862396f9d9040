/** Figures of the CUDA backend, each beside the C++ program on the same machine in the same run (`bench/limit/cuda.cu`). */
import { existsSync, readFileSync } from 'node:fs';
import { cudaBackend } from '../src/backend/cuda/index.ts';
import { ringKernel } from '../src/kernel/define.ts';
import { message } from '../src/message/message.ts';
import { f32, u32 } from '../src/layout/types.ts';
import type { ActorSpec, EngineActor, EngineSink, SendOptions } from '../src/engine/contract.ts';
import { Compiler } from '../src/backend/cuda/compiler.ts';
import { Driver } from '../src/backend/cuda/driver.ts';
import { Device, deviceFacts } from '../src/backend/cuda/device.ts';
import { CudaEngine } from '../src/backend/cuda/engine.ts';
import type { KernelDefinition } from '../src/kernel/define.ts';
import type { Views } from '../src/message/codec.ts';
import { percentile, type Benchmark, type Report } from './harness.ts';

export const Add = message('Add', { a: f32, b: f32 });
export const Sum = message('Sum', { value: f32 });
export const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.a + msg.b };
});
export const pure = ringKernel({ id: 'pure', on: Add, reply: Sum }, (_ctx, msg) => ({ value: msg.a + msg.b }));

export const plain: SendOptions = { correlation: 0, lane: 2, deadline: 0n };

export const specOf = (d: KernelDefinition, more: Partial<ActorSpec> = {}): ActorSpec => ({
  name: d.id, program: d.program, inboxCapacity: 4096, outboxCapacity: 4096, priorities: false, overflow: 'refuse', envelope: 'compact',
  placement: {}, arithmetic: 'fast', ...more,
});

/** Counts what comes and keeps the last payload word. */
export class Counter implements EngineSink {
  count = 0;
  value = 0;
  sum = 0;
  readonly by = new Map<number, number>();
  message(_actor: number, views: Views, slot: number): boolean {
    this.count++;
    // Behind the slot's head, and behind the header of a full envelope.
    this.value = views.f32[(slot >> 2) + ((views.u32[(slot >> 2) + 1]! & 0x10000) === 0 ? 8 : 72)]!;
    this.sum += this.value;
    return true;
  }
  fault(fault: unknown): void { throw new Error(`fault ${JSON.stringify(fault)}`); }
  debug(): void { /* none is expected */ }
  deadLetter(letter: unknown): void { throw new Error(`dead letter ${JSON.stringify(letter)}`); }
  lost(cause: Error): void { throw cause; }
}

export async function openEngine(settings: Readonly<Record<string, unknown>> = {}): Promise<{ device: Device; engine: CudaEngine }> {
  const driver = Driver.load();
  const device = new Device(driver, new Compiler(), deviceFacts(driver)[0]!);
  return { device, engine: new CudaEngine(device, settings) };
}

const nowNs = (): number => Number(process.hrtime.bigint() & 0xfffffffffffffn);

/** Polls until `count` messages have come, at most `ms` milliseconds. */
export function collect(engine: CudaEngine, sink: Counter, count: number, ms = 5000): void {
  const end = performance.now() + ms;
  for (let i = 0; sink.count < count; i++) {
    engine.poll(sink);
    if ((i & 0xffff) === 0xffff && performance.now() > end) throw new Error(`only ${sink.count} of ${count} messages after ${ms} ms`);
  }
}

export function roundTrips(engine: CudaEngine, actors: readonly EngineActor[], sink: Counter, n: number, warm: number): Float64Array {
  const samples = new Float64Array(n);
  for (let i = -warm; i < n; i++) {
    const actor = actors[Math.abs(i * 7919) % actors.length]!;
    const t = nowNs();
    actor.trySend(0, Add.codec, { a: i, b: 2 }, plain);
    const want = sink.count + 1;
    let spins = 0;
    while (sink.count < want) { engine.poll(sink); if (++spins > 5e7) throw new Error(`no answer to message ${i}`); }
    if (i >= 0) samples[i] = (nowNs() - t) / 1000;
    if (sink.value !== i + 2) throw new Error(`answer ${sink.value} to ${i} + 2`);
  }
  return samples;
}

interface Limits { readonly [name: string]: number }

/** What the C++ program on this machine reached, as it printed it: `name value` lines in RINGKERNEL_LIMITS. */
export function limits(): Limits {
  const file = process.env['RINGKERNEL_LIMITS'];
  if (file === undefined || !existsSync(file)) return {};
  return Object.fromEntries(readFileSync(file, 'utf8').trim().split('\n').map((l) => l.split(/\s+/)).map(([name, value]) => [name!, Number(value)]));
}
export const limit = (name: string): { readonly limit?: number } => { const value = limits()[name]; return value === undefined ? {} : { limit: value }; };

async function cuda(run: (engine: CudaEngine, device: Device) => Promise<void>, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { engine, device } = await openEngine(settings);
  try {
    await run(engine, device);
  } finally {
    await engine[Symbol.asyncDispose]();
    await device.close();
  }
}

/** Sends as fast as room allows and reads all answers; millions per second. */
function throughput(engine: CudaEngine, actors: readonly EngineActor[], sink: Counter, total: number): number {
  const from = sink.count;
  const value = { a: 1, b: 1 };
  let sent = 0;
  let next = 0;
  const t = nowNs();
  for (let idle = 0; sink.count - from < total;) {
    for (let k = 0; k < 128 && sent < total; k++) {
      if (!actors[next]!.trySend(0, Add.codec, value, plain)) { next = (next + 1) % actors.length; break; }
      next = (next + 1) % actors.length;
      sent++;
    }
    if (engine.poll(sink) === 0) { if (++idle > 2e7) throw new Error(`stalled at ${sink.count - from} of ${total}`); } else idle = 0;
  }
  return total / ((nowNs() - t) / 1000);
}

const latency: Benchmark = {
  id: 'cuda.roundtrip', title: 'CUDA: one actor, one message at a time',
  run: (report: Report) => cuda(async (engine) => {
    for (const [name, more, ring, budget] of [
      ['compact', {}, 'ringB', 20], ['full', { envelope: 'full', inboxCapacity: 1024 }, 'ringA', 40], ['shared', { placement: { ring: 'shared' } }, 'ringB', 20],
    ] as const) {
      const actor = await engine.launch(specOf(adder, more));
      const sink = new Counter();
      const rt = roundTrips(engine, [actor], sink, 50_000, 20_000);
      const bound = limits()[`${ring}.p50`];
      report({ id: `cuda.roundtrip.${name}.p50`, value: percentile(rt, 0.5), unit: 'us', ...limit(`${ring}.p50`), ...(bound === undefined ? {} : { budget: bound * 1.15 }), note: 'send, handler, reply decoded' });
      report({ id: `cuda.roundtrip.${name}.p99`, value: percentile(rt, 0.99), unit: 'us', ...limit(`${ring}.p99`) });
      const inject: number[] = [];
      for (let k = 0; k < 200; k++) {
        const from = sink.count;
        const t = nowNs();
        for (let i = 0; i < 1024; i++) actor.trySend(0, Add.codec, { a: i, b: 1 }, plain);
        inject.push((nowNs() - t) / 1024);
        collect(engine, sink, from + 1024);
      }
      report({ id: `cuda.inject.${name}.p50`, value: percentile(inject, 0.5), unit: 'ns', budget, ...limit(`${ring}.inject`), note: 'encode and publish' });
      report({ id: `cuda.throughput.${name}`, value: throughput(engine, [actor], sink, 2_000_000), unit: 'M/s', better: 'larger', budget: 10, ...limit('ringC.throughput'), note: 'one kernel with state, replies read' });
      await engine.remove(actor.id);
    }
    const parallel = await engine.launch(specOf(pure));
    report({ id: 'cuda.throughput.stateless', value: throughput(engine, [parallel], new Counter(), 3_000_000), unit: 'M/s', better: 'larger', budget: 10, ...limit('ringC.throughput') });
  }),
};

const batches: Benchmark = {
  id: 'cuda.batch', title: 'CUDA: batches',
  run: (report: Report) => cuda(async (engine) => {
    for (const [name, definition] of [['stateless', pure], ['stateful', adder]] as const) {
      const actor = await engine.launch(specOf(definition));
      const n = 65_536;
      const columns = [Float32Array.from({ length: n }, (_, i) => i), new Float32Array(n).fill(2)];
      let replies = 0;
      let wrong = 0;
      const sink: EngineSink = Object.assign(new Counter(), {
        message(_actor: number, views: Views, slot: number): boolean {
          const count = views.u32[(slot >> 2) + 8]!;
          const at = Number(views.u64[(slot >> 3) + 5]! & 0xffffffffn) >> 2;
          for (let i = 0; i < count; i += 4096) if (views.f32[at + i] !== i + 2) wrong++;
          replies += count;
          return true;
        },
      });
      const run = (total: number): number => {
        replies = 0;
        let sent = 0;
        const t = nowNs();
        while (replies < total) {
          if (sent < total) sent += actor.trySendBatch(0, Add.codec, columns, Math.min(n, total - sent), plain);
          engine.poll(sink);
        }
        return total / ((nowNs() - t) / 1000);
      };
      run(n * 8);
      const rates = [0, 1, 2].map(() => run(n * 128)).sort((a, b) => a - b);
      if (wrong > 0) throw new Error(`${wrong} wrong answers in batches`);
      report({ id: `cuda.batch.${name}`, value: rates[1]!, unit: 'M/s', better: 'larger', ...(name === 'stateless' ? { budget: 50 } : {}), note: 'batches of 65536, replies read' });
      await engine.remove(actor.id);
    }
  }),
};

const many: Benchmark = {
  id: 'cuda.many', title: 'CUDA: many actors',
  run: async (report: Report) => {
    for (const [count, budget] of [[1000, [3.5, 6, 20]], [10_000, null]] as const) {
      await cuda(async (engine) => {
        const t = performance.now();
        const actors = await Promise.all(Array.from({ length: count }, (_, i) => engine.launch(specOf(adder, { name: `a${i}`, inboxCapacity: 64, outboxCapacity: 64, placement: { ring: 'shared' } }))));
        report({ id: `cuda.many.${count}.launch`, value: performance.now() - t, unit: 'ms' });
        const sink = new Counter();
        for (const actor of actors) actor.trySend(0, Add.codec, { a: 1, b: 1 }, plain);
        collect(engine, sink, count);
        const rt = roundTrips(engine, actors, sink, 40_000, 10_000);
        report({ id: `cuda.many.${count}.p50`, value: percentile(rt, 0.5), unit: 'us', ...(budget === null ? {} : { budget: budget[0] }) });
        report({ id: `cuda.many.${count}.p99`, value: percentile(rt, 0.99), unit: 'us', ...(budget === null ? {} : { budget: budget[1] }) });
        report({ id: `cuda.many.${count}.throughput`, value: throughput(engine, actors, sink, 2_000_000), unit: 'M/s', better: 'larger', ...(budget === null ? {} : { budget: budget[2] }) });
      });
    }
  },
};

const Ball = message('Ball', { left: u32, tag: u32 });
const Done = message('Done', { rounds: u32 });
const player = ringKernel({ id: 'player', on: Ball, state: { seen: u32 }, sends: { peer: Ball } }, (ctx, msg) => {
  ctx.state.seen += 1;
  if (msg.left > 0) ctx.send.peer({ left: msg.left - 1, tag: msg.tag });
});
const last = ringKernel({ id: 'last', on: Ball, reply: Done, sends: { peer: Ball } }, (ctx, msg) => {
  if (msg.left > 0) ctx.send.peer({ left: msg.left - 1, tag: msg.tag });
  return { rounds: msg.left };
});

const k2k: Benchmark = {
  id: 'cuda.k2k', title: 'CUDA: kernel to kernel on the device',
  run: (report: Report) => cuda(async (engine) => {
    const [a, b] = await Promise.all([engine.launch(specOf(player, { name: 'a', placement: { ring: 'shared' } })), engine.launch(specOf(player, { name: 'b', placement: { ring: 'shared' } }))]);
    const end = await engine.launch(specOf(last));
    await engine.connect(a.id, 0, b.id, 0);
    await engine.connect(b.id, 0, a.id, 0);
    void end;
    // The rally ends by itself; its end is seen in the counters.
    const rally = (rounds: number): number => {
      const before = engine.counters(b.id).processed;
      const t = nowNs();
      a.trySend(0, Ball.codec, { left: rounds * 2, tag: 0 }, plain);
      while (engine.counters(b.id).processed < before + rounds) if (nowNs() - t > 5e9) throw new Error('the rally stopped');
      return (nowNs() - t) / 1000;
    };
    rally(1000);
    const short = [0, 1, 2].map(() => rally(50_000)).sort((x, y) => x - y)[1]!;
    const long = [0, 1, 2].map(() => rally(450_000)).sort((x, y) => x - y)[1]!;
    report({ id: 'cuda.k2k.roundtrip', value: (long - short) / 400_000, unit: 'us', budget: 0.6, ...limit('k2k.slots'), note: 'two actors, two handlers a round; difference of two rallies' });
  }),
};

const live: Benchmark = {
  id: 'cuda.launch', title: 'CUDA: launching further kinds while others run',
  async run(report: Report) {
    const kinds = Array.from({ length: 6 }, (_, i) => ringKernel({ id: `kind${i}`, on: Add, reply: Sum, state: { handled: u32 }, uses: { K: i } }, (ctx, msg, { K }) => {
      ctx.state.handled += 1;
      return { value: msg.a + msg.b + K };
    }));
    const times: number[] = [];
    const sink = new Counter();
    // The first pass fills the cache; the second is timed, in an engine of its own.
    await cuda(async (engine) => {
      await engine.launch(specOf(adder));
      for (const d of kinds) await engine.launch(specOf(d));
    });
    await cuda(async (second) => {
      const actor = await second.launch(specOf(adder));
      for (const d of kinds) {
        for (let i = 0; i < 100; i++) actor.trySend(0, Add.codec, { a: 1, b: 1 }, plain);
        const from = sink.count;
        const t = performance.now();
        await second.launch(specOf(d));
        times.push(performance.now() - t);
        collect(second, sink, from + 100);
      }
      const again: number[] = [];
      for (let i = 0; i < 50; i++) { const t = performance.now(); await second.setActive(actor.id, i % 2 === 1); again.push(performance.now() - t); }
      report({ id: 'cuda.pause', value: percentile(again, 0.5), unit: 'ms', note: 'leave the loop and enter it again' });
    });
    report({ id: 'cuda.launch.kind', value: percentile(times, 0.5), unit: 'ms', budget: 1, note: 'warm cache, emit, hash, read, pause, load, enter' });
  },
};

const traditional: Benchmark = {
  id: 'cuda.traditional', title: 'CUDA: the traditional way from TypeScript',
  async run(report: Report) {
    await using context = await cudaBackend().createContext();
    const source = 'extern "C" __global__ void add(const float* in, float* out) { out[0] = in[0] + in[1]; }';
    using kernel = await context.compile({ source, entries: ['add'] });
    const add = kernel.getFunction('add');
    using input = context.allocate(8);
    using output = context.allocate(4);
    const host = new Float32Array(2);
    const answer = new Float32Array(1);
    const times: number[] = [];
    for (let i = 0; i < 5000; i++) {
      host[0] = i; host[1] = 1;
      const t = nowNs();
      await context.write(input, host);
      await add.launch({ grid: 1, block: 32 }, [input, output]);
      await context.read(output, answer);
      times.push((nowNs() - t) / 1000);
      if (answer[0] !== i + 1) throw new Error('wrong answer');
    }
    report({ id: 'cuda.traditional.command', value: percentile(times.slice(1000), 0.5), unit: 'us', ...limit('traditional.p50'), note: 'copy in, launch, copy out' });
  },
};

export const cudaBenchmarks: readonly Benchmark[] = [latency, batches, many, k2k, live, traditional];
