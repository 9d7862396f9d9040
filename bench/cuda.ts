/** Figures of the CUDA backend, each beside the C++ program on the same machine in the same run (`bench/limit/cuda.cu`). */
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

const latency: Benchmark = {
  id: 'cuda.roundtrip', title: 'CUDA: round trip of one actor',
  async run(report: Report) {
    const { engine, device } = await openEngine();
    for (const [name, more] of [['compact', {}], ['full', { envelope: 'full' }], ['shared', { placement: { ring: 'shared' } }]] as const) {
      const actor = await engine.launch(specOf(adder, more));
      const sink = new Counter();
      const rt = roundTrips(engine, [actor], sink, 50_000, 20_000);
      report({ id: `cuda.roundtrip.${name}.p50`, value: percentile(rt, 0.5), unit: 'us' });
      report({ id: `cuda.roundtrip.${name}.p99`, value: percentile(rt, 0.99), unit: 'us' });
      const inject: number[] = [];
      for (let k = 0; k < 200; k++) {
        const from = sink.count;
        const t = nowNs();
        for (let i = 0; i < 1024; i++) actor.trySend(0, Add.codec, { a: i, b: 1 }, plain);
        inject.push((nowNs() - t) / 1024);
        collect(engine, sink, from + 1024);
      }
      report({ id: `cuda.inject.${name}.p50`, value: percentile(inject, 0.5), unit: 'ns' });
      const total = 2_000_000;
      const from = sink.count;
      let sent = 0;
      const t = nowNs();
      while (sink.count - from < total) {
        for (let k = 0; k < 256 && sent < total; k++) { if (!actor.trySend(0, Add.codec, { a: 1, b: 1 }, plain)) break; sent++; }
        engine.poll(sink);
      }
      report({ id: `cuda.throughput.${name}`, value: total / ((nowNs() - t) / 1000), unit: 'M/s', better: 'larger' });
      await engine.remove(actor.id);
    }
    await engine[Symbol.asyncDispose]();
    await device.close();
  },
};

export const cudaBenchmarks: readonly Benchmark[] = [latency];
