/** CPU: messages per second, every reply read. */
import { CpuEngine } from '../src/backend/cpu/engine.ts';
import type { EngineSink } from '../src/engine/contract.ts';
import { slot } from '../src/engine/host-ring.ts';
import { actorOf, Add, adder, normal, SumSink } from './cpu-kit.ts';
import { percentile, type Benchmark } from './harness.ts';

const rounds = 9;

/** Median of millions per second. */
function rate(messages: number, run: () => void): number {
  run();
  return percentile(Array.from({ length: rounds }, () => {
    const start = performance.now();
    run();
    return messages / (performance.now() - start) / 1000;
  }), 0.5);
}

const benchmark: Benchmark = {
  id: 'cpu.throughput',
  title: 'CPU engine: messages per second, replies read',
  async run(report) {
    const engine = await CpuEngine.start();
    const actor = await actorOf(engine, adder, 4096);
    const sink = new SumSink();
    const value = { a: 1, b: 2 };
    const messages = 1_000_000;
    const single = rate(messages, () => {
      const goal = sink.got + messages;
      let sent = 0;
      while (sink.got < goal) {
        for (let k = 0; k < 256 && sent < messages; k++) {
          if (!actor.trySend(0, Add.codec, value, normal)) break;
          sent++;
        }
        engine.poll(sink);
      }
    });
    report({ id: 'cpu.throughput.single', value: single, unit: 'M messages/s', better: 'larger', budget: 10, note: 'one at a time' });

    const count = 1 << 20;
    const a = Float32Array.from({ length: count }, (_, i) => i);
    const b = new Float32Array(count).fill(0.5);
    const sums = new Float32Array(count);
    let filled = 0;
    const columns: EngineSink = Object.assign(new SumSink(), {
      message(_actor: number, views: Parameters<EngineSink['message']>[1], at: number): boolean {
        const head = (at >> 2) + slot.deadline + 2;
        const replies = views.u32[head]!;
        const area = Number(views.u64[(head + 2) >> 1]);
        sums.set(new Float32Array(views.buffer as ArrayBuffer, area, replies), filled);
        filled += replies;
        return true;
      },
    });
    const batched = rate(count, () => {
      filled = 0;
      let taken = 0;
      while (filled < count) {
        if (taken < count) taken += actor.trySendBatch(0, Add.codec, [a.subarray(taken), b.subarray(taken)], count - taken, normal);
        engine.poll(columns);
      }
    });
    for (let i = 0; i < count; i++) if (sums[i] !== i + 0.5) throw new Error(`reply ${i} is ${sums[i]}`);
    report({ id: 'cpu.throughput.batch', value: batched, unit: 'M messages/s', better: 'larger', budget: 50, note: 'columns of typed arrays, replies copied out and checked' });
    await engine[Symbol.asyncDispose]();
  },
};
export default benchmark;
