/** Pieces the benchmarks of the CPU engine share. */
import { Worker } from 'node:worker_threads';
import { CpuEngine } from '../src/backend/cpu/engine.ts';
import type { EngineActor, EngineSink } from '../src/engine/contract.ts';
import { slot } from '../src/engine/host-ring.ts';
import { ringKernel, type KernelDefinition } from '../src/kernel/define.ts';
import { f32, u32 } from '../src/layout/types.ts';
import { message } from '../src/message/message.ts';

export const Add = message('Add', { a: f32, b: f32 });
export const Sum = message('Sum', { value: f32 });

export const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.a + msg.b };
});

export const normal = { correlation: 0, lane: 2, deadline: 0n } as const;

export async function actorOf(engine: CpuEngine, definition: KernelDefinition, capacity = 1024): Promise<EngineActor> {
  const actor = await engine.launch({
    name: definition.id, program: definition.program, inboxCapacity: capacity, outboxCapacity: capacity, priorities: false, overflow: 'refuse',
    envelope: 'compact', placement: {}, arithmetic: 'fast',
  });
  await engine.setActive(actor.id, true);
  return actor;
}

/** Reads one f32 of every reply. */
export class SumSink implements EngineSink {
  got = 0;
  last = 0;
  message(_actor: number, views: Parameters<EngineSink['message']>[1], at: number): boolean {
    this.last = views.f32[(at >> 2) + slot.deadline + 2]!;
    this.got++;
    return true;
  }
  fault(fault: unknown): never {
    throw new Error(`fault: ${JSON.stringify(fault)}`);
  }
  debug(): void {}
  deadLetter(): void {}
  lost(cause: Error): never {
    throw cause;
  }
}

/** A thread that answers on a bare shared array: the least a round trip between two JavaScript threads can cost. */
export async function bareRing(run: (words: Int32Array) => void): Promise<void> {
  const words = new Int32Array(new SharedArrayBuffer(4096));
  const worker = new Worker(`
    const words = require('node:worker_threads').workerData;
    const f = new Float32Array(words.buffer);
    for (let n = 1; ; n = (n + 1) | 0) {
      while (Atomics.load(words, 0) !== n) if (Atomics.load(words, 64) !== 0) process.exit(0);
      f[33] = f[1] + f[2];
      Atomics.store(words, 32, n);
    }`, { eval: true, workerData: words, execArgv: [] });
  await new Promise((resolve) => worker.once('online', resolve));
  run(words);
  Atomics.store(words, 64, 1);
  await new Promise((resolve) => worker.once('exit', resolve));
}

/** A thread that sleeps on a bare shared array until it is asked: the least that waking one can cost. */
export async function bareSleeper<T>(run: (ask: () => void) => Promise<T>): Promise<T> {
  const words = new Int32Array(new SharedArrayBuffer(4096));
  const worker = new Worker(`
    const words = require('node:worker_threads').workerData;
    for (let n = 0; ;) {
      Atomics.wait(words, 0, n);
      n = Atomics.load(words, 0);
      if (n < 0) break;
      Atomics.store(words, 32, n);
    }`, { eval: true, workerData: words, execArgv: [] });
  await new Promise((resolve) => worker.once('online', resolve));
  let n = 0;
  try {
    return await run(() => {
      Atomics.store(words, 0, ++n);
      Atomics.notify(words, 0);
      while (Atomics.load(words, 32) !== n) { /* spin */ }
    });
  } finally {
    Atomics.store(words, 0, -1);
    Atomics.notify(words, 0);
    await worker.terminate();
  }
}

/** A thread that answers messages of `worker_threads`. */
export async function postMessageEcho<T>(run: (ask: (value: object) => Promise<unknown>) => Promise<T>): Promise<T> {
  const worker = new Worker(`
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ a, b }) => parentPort.postMessage({ value: a + b }));`, { eval: true, execArgv: [] });
  try {
    return await run((value) => new Promise((resolve) => {
      worker.once('message', resolve);
      worker.postMessage(value);
    }));
  } finally {
    await worker.terminate();
  }
}
