/**
 * Figures of two CUDA devices, each beside the C++ program on the same machine in the same run (`bench/limit/p2p.cu`):
 *
 *   run.sh cuda-peer [part …] [--json FILE]      with RINGKERNEL_LIMITS naming what the C++ program printed
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { RingKernel } from '../src/runtime/ring-kernel.ts';
import { globalKernel, gridRead, gridWrite, ringKernel } from '../src/kernel/define.ts';
import { array, f32, u32 } from '../src/layout/types.ts';
import { message } from '../src/message/message.ts';
import { DeviceGroup, Slabs } from '../src/multi/index.ts';
import { line, percentile, record, type BenchRecord, type Measurement } from './harness.ts';

const args = process.argv.slice(2);
const option = (name: string): string | undefined => { const i = args.indexOf(name); return i < 0 ? undefined : args.splice(i, 2)[1]; };
const json = option('--json');
const records: BenchRecord[] = [];
const report = (m: Measurement): void => {
  const r = record(m);
  records.push(r);
  console.log(line(r));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(records, null, 1)}\n`);
};
const file = process.env['RINGKERNEL_LIMITS'];
const limits: Readonly<Record<string, number>> = file === undefined || !existsSync(file) ? {} :
  Object.fromEntries(readFileSync(file, 'utf8').trim().split('\n').map((l) => l.split(/\s+/)).map(([name, value]) => [name!, Number(value)]));
const limit = (name: string): { readonly limit?: number } => (limits[name] === undefined ? {} : { limit: limits[name] });

const Go = message('Go', { from: u32, count: u32 });
const Done = message('Done', { refused: u32 });
const Item = message('Item', { n: u32 });
const Ask = message('Ask', {});
const Tally = message('Tally', { count: u32, last: u32, disorder: u32 });
const source = ringKernel({ id: 'source', on: Go, reply: Done, sends: { out: Item } }, (ctx, msg) => {
  let refused = 0;
  for (let i = 0; i < msg.count; i++) if (!ctx.send.out({ n: msg.from + i })) refused++;
  return { refused };
});
const sink = ringKernel({ id: 'sink', state: { count: u32, last: u32, disorder: u32 } })
  .on(Item, (ctx, msg) => {
    if (msg.n <= ctx.state.last) ctx.state.disorder++;
    ctx.state.last = msg.n;
    ctx.state.count++;
  })
  .on(Ask, Tally, (ctx) => ({ count: ctx.state.count, last: ctx.state.last, disorder: ctx.state.disorder }));

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** Runs one part; what goes wrong in it does not keep the others from running. */
async function part(name: string, run: () => Promise<void>): Promise<void> {
  if (args.length > 0 && !args.includes(name)) return;
  try {
    await run();
  } catch (cause) {
    console.log(`${name} FAILED: ${(cause as Error).stack} ${(cause as { why?: string }).why ?? ''} ${String((cause as { cause?: unknown }).cause ?? '')}`);
    process.exitCode = 1;
  }
}

const open = (): Promise<DeviceGroup> => DeviceGroup.open({ devices: [0, 1].map((device) => ({ backend: 'cuda' as const, device })), linkCapacity: 256 });

await part('links', async () => {
  await using group = await open();
  console.log(JSON.stringify(group.topology()));
  for (const { from, to, route, roundTripUs, bandwidth } of await group.measureLinks({ ms: 200, bytes: 256 * 2 ** 20 })) {
    report({ id: `cuda.peer.${from}${to}.roundtrip`, value: roundTripUs, unit: 'us', budget: 1.5, ...limit('p2p.rally.16'), note: `two actors on two devices, by way of the ${route}` });
    report({ id: `cuda.peer.${from}${to}.bandwidth`, value: bandwidth!, unit: 'GB/s', better: 'larger', ...limit('p2p.copyOnce.256'), note: 'buffer to buffer, 256 MiB, until it is there' });
  }
});

await part('order', async () => {
  await using group = await open();
  const to = await group.launch(sink, { device: 1 });
  const from = await group.launch(source, { device: 0, connect: { out: to } });
  let sent = 0;
  let taken = 0;
  const start = performance.now();
  while (taken < 2_000_000) {
    const { refused } = await from.call({ from: sent + 1, count: 4096 });
    sent += 4096;
    taken += 4096 - refused;
  }
  let tally = await to.call(Ask, {});
  while (tally.count < taken) tally = await to.call(Ask, {});
  if (tally.count !== taken || tally.disorder !== 0) throw new Error(`${tally.count} of ${taken} messages, ${tally.disorder} out of order`);
  report({ id: 'cuda.peer.messages', value: taken / (performance.now() - start) / 1000, unit: 'M/s', better: 'larger', note: `one kernel to one on the other device; ${taken} taken, all there, in order` });
});

await part('moving', async () => {
  await using group = await open();
  const to = await group.launch(sink, { device: 0 });
  const from = await group.launch(source, { device: 0, connect: { out: to } });
  let sent = 0;
  let taken = 0;
  const stop = new AbortController();
  const load = (async () => {
    while (!stop.signal.aborted) {
      const { refused } = await from.call({ from: sent + 1, count: 64 });
      sent += 64;
      taken += 64 - refused;
      await turn();
    }
  })();
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const t = performance.now();
    await group.migrate(i % 4 < 2 ? to : from, [1, 0, 1, 0][i % 4]!).catch((error: unknown) => { if ((error as { code?: string }).code !== 'MigrationFailed') throw error; console.log(String(error)); });
    times.push(performance.now() - t);
  }
  stop.abort();
  await load;
  let tally = await to.call(Ask, {});
  const late = performance.now() + 5000;
  while (tally.count < taken && performance.now() < late) tally = await to.call(Ask, {});
  if (tally.count !== taken || tally.disorder !== 0) throw new Error(`${tally.count} of ${taken} messages, ${tally.disorder} out of order`);
  report({ id: 'cuda.peer.migrate', value: percentile(times, 0.5), unit: 'ms', note: `moving a kernel under load, 40 times; ${taken} messages, all there, in order` });
});

await part('state', async () => {
  const words = 64 * 2 ** 20;
  const Poke = message('Poke', { at: u32, value: f32 });
  const Peek = message('Peek', { at: u32 });
  const Cell = message('Cell', { value: f32 });
  const large = ringKernel({ id: 'large', state: { cells: array(f32, words) } })
    .on(Poke, Cell, (ctx, msg) => {
      ctx.state.cells[msg.at] = msg.value;
      return { value: msg.value };
    })
    .on(Peek, Cell, (ctx, msg) => ({ value: ctx.state.cells[msg.at]! }));
  await using group = await open();
  const kernel = await group.launch(large, { device: 0 });
  for (let i = 0; i < 1000; i++) await kernel.call(Poke, { at: (i * 7919 * 8) % words, value: i });
  const rates: number[] = [];
  const times: number[] = [];
  for (let i = 0; i < 6; i++) {
    const t = performance.now();
    const moved = await group.migrate(kernel, 1 - (i % 2));
    times.push(performance.now() - t);
    rates.push(moved.stateBytes / moved.copyMs / 1e6);
    if (moved.route !== 'device') throw new Error('it went over the host');
  }
  for (let i = 0; i < 1000; i++) {
    const { value } = await kernel.call(Peek, { at: (i * 7919 * 8) % words });
    if (value !== i) throw new Error(`cell ${i} holds ${value}`);
  }
  report({ id: 'cuda.peer.state', value: Math.max(...rates), unit: 'GB/s', better: 'larger', ...(limits['p2p.copyOnce.256'] === undefined ? {} : { limit: limits['p2p.copyOnce.256'], budget: limits['p2p.copyOnce.256'] / 1.2 }), note: 'copy of 256 MiB of state while the kernel is moved; checksums equal' });
  report({ id: 'cuda.peer.stateMove', value: percentile(times, 0.5), unit: 'ms', note: 'the whole move of it: pauses, two checksums, copy, routes' });
});

await part('halo', async () => {
  const heat = globalKernel({ id: 'heat', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [32, 8] }, (g, { u, out, k }) => {
    if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
    const c = u.at(0, 0);
    out.set(c + k * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
  });
  await using group = await open();
  const size = [2048, 2048] as const;
  const values = Float32Array.from({ length: size[0] * size[1] }, (_, i) => Math.fround(Math.sin(i * 0.37)));
  using slabs = await Slabs.create(group, f32, size, values);
  const whole = group.ring(0);
  let [now, next] = [await whole.grid(f32, size, values), await whole.grid(f32, size, values)];
  const steps = 50;
  await slabs.step(heat, (s) => ({ u: s.now, out: s.next, k: 0.2 }));
  const t = performance.now();
  for (let i = 1; i < steps; i++) await slabs.step(heat, (s) => ({ u: s.now, out: s.next, k: 0.2 }));
  const each = ((performance.now() - t) * 1000) / (steps - 1);
  for (let i = 0; i < steps; i++) {
    await whole.run(heat, { u: now, out: next, k: 0.2 });
    [now, next] = [next, now];
  }
  const [a, b] = [await slabs.gather(), await now.buffer.read()];
  const wrong = a.findIndex((v, i) => v !== b[i]);
  if (wrong >= 0) throw new Error(`cell ${wrong} is ${a[wrong]}, not ${b[wrong]}`);
  report({ id: 'cuda.peer.halo', value: each, unit: 'us', note: `step and exchange of a 2048 x 2048 grid on two devices; ${slabs.stats().direct} of ${slabs.stats().copies} copies direct; equal to one device` });
});

await part('pinned', async () => {
  await using ring = await RingKernel.open({ backend: 'cuda' });
  const { context } = ring;
  const bytes = 256 * 2 ** 20;
  using device = context!.allocate(bytes);
  using pinned = context!.allocate(bytes, { pinned: true });
  const host = new Uint8Array(bytes).fill(1);
  await context!.write(pinned, host);
  const best = async (run: () => Promise<void>): Promise<number> => {
    let ms = Infinity;
    for (let i = 0; i < 5; i++) {
      const t = performance.now();
      await run();
      ms = Math.min(ms, performance.now() - t);
    }
    return bytes / ms / 1e6;
  };
  const fast = await best(() => context!.copy(pinned, device, bytes));
  const slow = await best(() => context!.write(device, host));
  report({ id: 'cuda.host.pinned', value: fast, unit: 'GB/s', better: 'larger', peer: { pageable: slow }, ...limit('host.pinned'), note: 'a pinned buffer to device memory, 256 MiB; pageable: a typed array' });
});

process.exit();
