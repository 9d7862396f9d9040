/** CPU: from sending a message to having read its answer. */
import { CpuEngine } from '../src/backend/cpu/engine.ts';
import { RingKernel } from '../src/index.ts';
import { actorOf, Add, adder, bareRing, bareSleeper, normal, postMessageEcho, SumSink } from './cpu-kit.ts';
import { callPeers } from './call-peers.ts';
import { percentile, type Benchmark } from './harness.ts';

const samples = 20_000;
/** Round trips timed together: reading the clock costs a third of one. */
const together = 10;

function timed(trip: () => void): Float64Array {
  for (let i = 0; i < 20_000; i++) trip();
  const times = new Float64Array(samples);
  for (let s = 0; s < samples; s++) {
    const start = performance.now();
    for (let i = 0; i < together; i++) trip();
    times[s] = (performance.now() - start) * 1000 / together;
  }
  return times;
}

/** Microseconds of each of many calls, one after the other, after some to warm up. */
async function timedCalls(call: (a: number, b: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 3000; i++) {
    const start = performance.now();
    await call(1, 2);
    if (i >= 500) times.push((performance.now() - start) * 1000);
  }
  return times;
}

/** Calls before each of which the worker has gone to sleep. */
const sleepyCalls = 300;
/** The host was busy meanwhile, or slept as well; in milliseconds, longer than a worker looks for messages. */
const pauses = {
  awake: async (): Promise<void> => {
    for (const end = performance.now() + 1; performance.now() < end;) { /* other work */ }
    await new Promise((resolve) => setImmediate(resolve));
  },
  asleep: (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3)),
} as const;

/** Median microseconds of a call with a pause before it. */
async function timedAfter(pause: () => Promise<void>, call: () => Promise<unknown> | void): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < sleepyCalls; i++) {
    await pause();
    const start = performance.now();
    await call();
    times.push((performance.now() - start) * 1000);
  }
  return percentile(times, 0.5);
}

const benchmark: Benchmark = {
  id: 'cpu.roundtrip',
  title: 'CPU engine: round trip of one message',
  async run(report) {
    let bare = new Float64Array();
    await bareRing((words) => {
      const floats = new Float32Array(words.buffer);
      let n = 0;
      bare = timed(() => {
        n = (n + 1) | 0;
        floats[1] = 1;
        floats[2] = 2;
        Atomics.store(words, 0, n);
        while (Atomics.load(words, 32) !== n) { /* spin */ }
      }) as Float64Array<ArrayBuffer>;
    });
    const posted: number[] = await postMessageEcho(async (ask) => {
      const times: number[] = [];
      for (let i = 0; i < 3000; i++) {
        const start = performance.now();
        await ask({ a: 1, b: 2 });
        if (i >= 500) times.push((performance.now() - start) * 1000);
      }
      return times;
    });

    const engine = await CpuEngine.start({ spin: 1000 });
    const actor = await actorOf(engine, adder);
    const sink = new SumSink();
    const value = { a: 1, b: 2 };
    const times = timed(() => {
      const goal = sink.got + 1;
      actor.trySend(0, Add.codec, value, normal);
      while (sink.got < goal) engine.poll(sink);
    });
    const peer = (p: number): Record<string, number> => ({ 'bare SharedArrayBuffer': percentile(bare, p), postMessage: percentile(posted, p) });
    report({ id: 'cpu.roundtrip.p50', value: percentile(times, 0.5), unit: 'us', peer: peer(0.5), limit: percentile(bare, 0.5), budget: 0.3, note: 'both sides spinning' });
    report({ id: 'cpu.roundtrip.p99', value: percentile(times, 0.99), unit: 'us', peer: peer(0.99) });
    await engine[Symbol.asyncDispose]();

    const sleepy = await CpuEngine.start({ spin: 0 });
    const sleeper = await actorOf(sleepy, adder);
    const parked: number[] = [];
    for (let i = 0; i < 300; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const goal = sink.got + 1;
      const start = performance.now();
      sleeper.trySend(0, Add.codec, value, normal);
      while (sink.got < goal) sleepy.poll(sink);
      parked.push((performance.now() - start) * 1000);
    }
    report({ id: 'cpu.roundtrip.parked', value: percentile(parked, 0.5), unit: 'us', peer: { postMessage: percentile(posted, 0.5) }, budget: 40, note: 'worker asleep, host spinning' });
    await sleepy[Symbol.asyncDispose]();

    await using ring = await RingKernel.open({ backend: 'cpu' });
    const handle = await ring.launch(adder);
    const called = await timedCalls((a, b) => handle.call({ a, b }));
    const peers: Record<string, number> = { postMessage: percentile(posted, 0.5) };
    for (const [name, times] of Object.entries(await callPeers(timedCalls))) peers[name] = percentile(times, 0.5);
    report({ id: 'cpu.roundtrip.call', value: percentile(called, 0.5), unit: 'us', peer: peers, budget: 3, note: '`await call`, one after the other' });

    for (const [id, pause, note] of [['parked', pauses.awake, 'the worker asleep, the host busy with other work before'], ['asleep', pauses.asleep, 'worker and host asleep for 3 ms before']] as const) {
      // One after the other, each with its own thread alone: threads that wake by turns keep each other from their cores.
      const value = await timedAfter(pause, () => handle.call({ a: 1, b: 2 }));
      const limit = await bareSleeper((bare) => timedAfter(pause, bare));
      const postMessage = await postMessageEcho((ask) => timedAfter(pause, () => ask({ a: 1, b: 2 })));
      report({
        id: `cpu.roundtrip.call.${id}`, value, unit: 'us', peer: { postMessage }, limit, budget: 40,
        note: `\`await call\`, ${note}; limit: a bare Atomics.wait thread, the host spinning`,
      });
    }
  },
};
export default benchmark;
