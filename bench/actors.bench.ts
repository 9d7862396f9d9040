/** CPU: what many actors cost. */
import { CpuEngine } from '../src/backend/cpu/engine.ts';
import type { EngineActor } from '../src/engine/contract.ts';
import { ringBytes } from '../src/engine/host-ring.ts';
import { ringKernel } from '../src/kernel/define.ts';
import { actorOf, Add, adder, normal, SumSink } from './cpu-kit.ts';
import { percentile, type Benchmark } from './harness.ts';

const many = 10_000;
const capacity = 16;

const benchmark: Benchmark = {
  id: 'cpu.actors',
  title: 'CPU engine: launching, and 10,000 actors',
  async run(report) {
    const quiet = await idleShare();
    const engine = await CpuEngine.start();
    const launches: number[] = [];
    for (let i = 0; i < 30; i++) {
      // A definition of its own: each is a new kind, compiled and linked.
      const definition = ringKernel({ id: `fresh${i}`, on: Add, reply: Add }, (_ctx, msg) => ({ a: msg.b, b: msg.a }));
      const start = performance.now();
      await actorOf(engine, definition, 64);
      launches.push(performance.now() - start);
    }
    report({ id: 'cpu.launch', value: percentile(launches, 0.5), unit: 'ms', budget: 20, note: 'a new kind: emit, compile, link, activate' });

    const before = engine.memory.device;
    const start = performance.now();
    const actors: EngineActor[] = [];
    for (let i = 0; i < many; i++) actors.push(await actorOf(engine, adder, capacity));
    const took = performance.now() - start;
    report({ id: 'cpu.actors.launch', value: took / many * 1000, unit: 'us', note: 'one more actor of a known kind' });
    const rings = 2 * ringBytes(capacity, 64);
    report({ id: 'cpu.actors.bytes', value: (engine.memory.device - before) / many - rings, unit: 'B', budget: 1024, note: 'each, besides its rings' });

    const sink = new SumSink();
    const value = { a: 1, b: 2 };
    const sweep = (): void => {
      const goal = sink.got + many;
      for (const actor of actors) actor.trySend(0, Add.codec, value, normal);
      while (sink.got < goal) engine.poll(sink);
    };
    sweep();
    const sweeps = Array.from({ length: 15 }, () => {
      const from = performance.now();
      sweep();
      return many / (performance.now() - from) / 1000;
    });
    report({ id: 'cpu.actors.throughput', value: percentile(sweeps, 0.5), unit: 'M messages/s', better: 'larger', note: `one message to each of ${many}, replies read` });

    const trips: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      const actor = actors[(i * 7919) % many]!;
      const goal = sink.got + 1;
      const from = performance.now();
      actor.trySend(0, Add.codec, value, normal);
      while (sink.got < goal) engine.poll(sink);
      if (i > 5000) trips.push((performance.now() - from) * 1000);
    }
    report({ id: 'cpu.actors.roundtrip', value: percentile(trips, 0.5), unit: 'us', note: `p50, a different one of ${many} each time` });

    report({ id: 'cpu.actors.idle', value: await idleShare(), unit: '% CPU', budget: 1, peer: { 'the process before': quiet }, note: `${many} actors, three seconds, after one without messages` });
    await engine[Symbol.asyncDispose]();
  },
};
/** Per cent of one core that this process uses while nothing is asked of it. */
async function idleShare(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const used = process.cpuUsage();
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const { user, system } = process.cpuUsage(used);
  return (user + system) / 10 / (performance.now() - from);
}

export default benchmark;
