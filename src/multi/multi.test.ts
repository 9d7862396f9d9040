import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import koffi from 'koffi';
import { fakeCuda } from '../../test/fake/cuda/build.ts';
import { codeOf } from '../../test/support/errors.ts';
import type { DeviceInfo } from '../backend/contract.ts';
import { f32, message, ringKernel, u32 } from '../index.ts';
import { KernelHandle } from '../runtime/handle.ts';
import { globalKernel, gridRead, gridRead3, gridWrite, gridWrite3 } from '../kernel/define.ts';
import { DeviceGroup, Slabs, type DeviceChoice } from './index.ts';
import { Placer, type Candidate, type Placement } from './placement.ts';
import { topologyOf } from './topology.ts';

const Go = message('Go', { from: u32, count: u32 });
const Done = message('Done', { refused: u32 });
const Item = message('Item', { n: u32 });
const Ask = message('Ask', {});
const Report = message('Report', { count: u32, last: u32, disorder: u32, sum: u32 });

const source = ringKernel({ id: 'source', on: Go, reply: Done, sends: { out: Item } }, (ctx, msg) => {
  let refused = 0;
  for (let i = 0; i < msg.count; i++) {
    if (!ctx.send.out({ n: msg.from + i })) refused++;
  }
  return { refused };
});
const sink = ringKernel({ id: 'sink', state: { count: u32, last: u32, disorder: u32, sum: u32 } })
  .on(Item, (ctx, msg) => {
    if (msg.n <= ctx.state.last) ctx.state.disorder++;
    ctx.state.last = msg.n;
    ctx.state.count++;
    ctx.state.sum += msg.n;
  })
  .on(Ask, Report, (ctx) => ({ count: ctx.state.count, last: ctx.state.last, disorder: ctx.state.disorder, sum: ctx.state.sum }));

async function until(kernel: KernelHandle<typeof sink>, count: number) {
  for (;;) {
    const report = await kernel.call(Ask, {});
    if (report.count >= count) return report;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('placement', () => {
  const candidate = (index: number, over: Partial<Candidate> = {}): Candidate =>
    ({ index, device: { backend: 'cpu', index: 0, name: 'd', memory: 0, detail: {} }, kernels: 0, freeMemory: null, computeCapability: null, ...over });
  const pick = (placement: Placement, ...candidates: Candidate[]): number => new Placer(placement).choose(candidates, sink);

  it('chooses by its strategy', () => {
    expect(pick('firstAvailable', candidate(2), candidate(5))).toBe(2);
    expect(pick('leastLoaded', candidate(0, { kernels: 3 }), candidate(1, { kernels: 1 }), candidate(2, { kernels: 1 }))).toBe(1);
    expect(pick('memory', candidate(0), candidate(1, { freeMemory: 5 }), candidate(2, { freeMemory: 9 }))).toBe(2);
    expect(pick('computeCapability', candidate(0, { computeCapability: 80 }), candidate(1, { computeCapability: 90 }), candidate(2))).toBe(1);
    expect(pick((all) => all.at(-1)!.index, candidate(0), candidate(7))).toBe(7);
    const robin = new Placer('roundRobin');
    const all = [candidate(0), candidate(1), candidate(2)];
    expect([0, 1, 2, 3].map(() => robin.choose(all, sink))).toEqual([0, 1, 2, 0]);
    expect(robin.choose([candidate(0), candidate(2)], sink)).toBe(2);
  });

  it('never takes a device that was not offered', () => {
    expect(codeOf(() => pick('leastLoaded'))).toBe('NoDevice');
    expect(codeOf(() => pick(() => 3, candidate(0)))).toBe('NoDevice');
    expect(codeOf(() => new Placer('best' as never))).toBe('InvalidConfig');
  });
});

it('topology says what is reported and nothing else', () => {
  const device = (backend: DeviceInfo['backend'], index: number, peers?: number[]): DeviceInfo =>
    ({ backend, index, name: '', memory: 0, detail: {}, ...(peers === undefined ? {} : { peers }) });
  const links = topologyOf([device('cuda', 0, [1]), device('cuda', 1, []), device('webgpu', 0), device('webgpu', 1)], (from, to) => from === 0 && to === 1);
  expect(links.filter(({ route }) => route === 'device').map(({ from, to }) => `${from}${to}`)).toEqual(['00', '01', '11', '22', '33']);
  expect(Object.fromEntries(links.map(({ from, to, access }) => [`${from}${to}`, access]))).toMatchObject({
    '00': 'same', '01': 'peer', '10': 'none', '02': 'none', '23': 'unknown', '32': 'unknown' });
});

it('spreads kernels, and says when all is full', async () => {
  await using small = await DeviceGroup.open({ devices: ['cpu', 'cpu'], maxKernels: 1 });
  const a = await small.launch(sink, { id: 'a' });
  const b = await small.launch(sink, { id: 'b' });
  expect([small.deviceOf(a), small.deviceOf('b'), small.devices.length]).toEqual([0, 1, 2]);
  await expect(small.launch(sink, { id: 'c' })).rejects.toMatchObject({ code: 'NoDevice' });
  await expect(small.launch(sink, { id: 'a' })).rejects.toMatchObject({ code: 'KernelAlreadyExists' });
  await expect(small.launch(sink, { id: 'c', device: 9 })).rejects.toMatchObject({ code: 'UnknownDevice' });
  await expect(small.migrate('a', 1)).rejects.toMatchObject({ code: 'MigrationFailed' });
  await b.terminate();
  await small.launch(sink, { id: 'c' });
  expect(small.deviceOf('c')).toBe(1);
});

const relax = globalKernel({ id: 'relax', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [8, 8] }, (g, { u, out, k }) => {
  if (g.x < 1 || g.y < 1 || g.x >= u.w - 1 || g.y >= u.h - 1) return;
  const c = u.at(0, 0);
  out.set(c + k * (u.at(-1, 0) + u.at(1, 0) + u.at(0, -1) + u.at(0, 1) - 4 * c));
});
const wide = globalKernel({ id: 'wide', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [8, 8] }, (g, { u, out, k }) => {
  if (g.x < 2 || g.y < 2 || g.x >= u.w - 2 || g.y >= u.h - 2) return;
  const c = u.at(0, 0);
  out.set(c + k * (u.at(-2, 0) + u.at(2, 0) + u.at(0, -2) + u.at(0, 2) + u.at(0, 1) - 5 * c));
});
const relax3 = globalKernel({ id: 'relax3', params: { u: gridRead3(f32), out: gridWrite3(f32), k: f32 }, workgroup: [4, 4, 4] }, (g, { u, out, k }) => {
  if (g.x < 1 || g.y < 1 || g.z < 1 || g.x >= u.w - 1 || g.y >= u.h - 1 || g.z >= u.d - 1) return;
  const c = u.at(0, 0, 0);
  out.set(c + k * (u.at(-1, 0, 0) + u.at(1, 0, 0) + u.at(0, -1, 0) + u.at(0, 1, 0) + u.at(0, 0, -1) + u.at(0, 0, 1) - 6 * c));
});

const fake = fakeCuda();
const cudaDevices = 'missing' in fake ? [] : Array.from({ length: 3 }, (_, device): DeviceChoice => ({ backend: 'cuda', device, settings: { ...fake.settings }, engine: { watchdog: Infinity } }));
/** What the fake driver is told before the devices are opened, and what it has to say afterwards. */
const driver = 'missing' in fake ? null : (() => {
  const library = koffi.load(fake.library);
  return {
    devices: library.func('void rk_fake_devices(int)') as (count: number) => void,
    access: library.func('void rk_fake_peer_access(int)') as (can: number) => void,
    violations: library.func('int rk_fake_violations()') as () => number,
    copies: library.func('int rk_fake_peer_copies()') as () => number,
  };
})();

/** Where kernels on several devices are to behave alike. */
const targets = [
  { name: 'the CPU', devices: ['cpu', 'cpu', 'cpu'] as readonly DeviceChoice[], cuda: false, direct: false },
  { name: 'CUDA devices that reach each other (fake driver)', devices: cudaDevices, cuda: true, direct: true },
  { name: 'CUDA devices that do not (fake driver)', devices: cudaDevices, cuda: true, direct: false },
];

describe.each(targets)('several devices on $name', { timeout: 300_000 }, ({ devices, cuda, direct }) => {
  if (cuda && 'missing' in fake) return it.skip(fake.missing, () => undefined);
  let group: DeviceGroup;
  let copies = 0;
  beforeEach(async () => {
    driver?.devices(3);
    driver?.access(direct ? 1 : 0);
    copies = driver?.copies() ?? 0;
    // Several engines spin on a few cores here: patience is the machine's matter.
    group = await DeviceGroup.open({ devices, linkCapacity: 64, timeout: 200_000 });
  });
  afterEach(async () => {
    await group.close();
    expect(driver?.violations() ?? 0, 'calls that wait for ever while a kernel runs').toBe(0);
  });

  it('says which way messages take', () => {
    const all = [0, 1, 2].flatMap((from) => [0, 1, 2].map((to) => [from, to] as const));
    expect(group.topology().map(({ from, to, access, route }) => [from, to, access, route])).toEqual(all.map(([from, to]) => [
      from, to, from === to || !cuda ? 'same' : direct ? 'peer' : 'none', from === to || direct ? 'device' : 'host']));
  });

  it('measures the ways', async () => {
    await using pair = await DeviceGroup.open({ devices: devices.slice(0, 2) });
    const links = await pair.measureLinks({ ms: 1, bytes: 4096 });
    expect(links.map(({ from, to }) => [from, to])).toEqual([[0, 1], [1, 0]]);
    for (const { roundTripUs, bandwidth, facts } of links) {
      expect(roundTripUs).toBeGreaterThan(0);
      expect(bandwidth).toBeGreaterThan(0);
      expect(facts).toEqual(direct ? { nativeAtomics: true, performanceRank: 0 } : undefined);
    }
    expect(driver === null ? false : driver.copies() > copies).toBe(direct);
    while (pair.kernels().length > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it.each([{ size: [13, 17], halo: 1 }, { size: [5, 6, 11], halo: 1 }, { size: [9, 14], halo: 2 }] as const)('a grid of $size over three devices steps as a whole one, halo $halo', async ({ size, halo }) => {
    const cells = size.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: cells }, (_, i) => Math.fround(Math.sin(i * 1.3)));
    const kernel = (size.length === 3 ? relax3 as never : halo === 1 ? relax : wide) as typeof relax;
    using slabs = await Slabs.create(group, f32, size, values, { halo });
    const whole = group.ring(1);
    let now = await whole.grid(f32, size, values);
    let next = await whole.grid(f32, size, values);
    for (let step = 0; step < 6; step++) {
      await slabs.step(kernel, (slab) => ({ u: slab.now, out: slab.next, k: 0.2 }) as never);
      await whole.run(kernel, { u: now, out: next, k: 0.2 } as never);
      [now, next] = [next, now];
    }
    expect(await slabs.gather()).toEqual(await now.buffer.read());
    expect(slabs.stats()).toMatchObject({ rounds: 6, copies: 24, direct: direct ? 24 : 0 });
    now[Symbol.dispose]();
    next[Symbol.dispose]();
    await expect(Slabs.create(group, f32, [4, 4], undefined, { halo: 2 })).rejects.toMatchObject({ code: 'InvalidConfig' });
  });

  it('kernels reach each other across devices, in order', async () => {
    const to = await group.launch(sink, { device: 1 });
    const from = await group.launch(source, { device: 0, connect: { out: to } });
    let sent = 0;
    for (let i = 0; i < 20; i++) {
      const { refused } = await from.call({ from: 1 + sent, count: 50 });
      expect(refused).toBeGreaterThanOrEqual(0);
      sent += 50 - refused;
      if (refused > 0) break;
      await until(to, sent);
    }
    const report = await until(to, sent);
    expect([report.count, report.disorder]).toEqual([sent, 0]);
  });

  it('a route may be made before its target is launched, on whichever device', async () => {
    const from = await group.launch(source, { device: 0, connect: { out: 'sink' } });
    const to = await group.launch(sink, { device: 2 });
    await from.call({ from: 1, count: 10 });
    expect(await until(to, 10)).toMatchObject({ last: 10, disorder: 0 });
  });

  it('a sender is told when the inbox far away is full, and what was taken arrives', async () => {
    await using tight = await DeviceGroup.open({ devices: devices.slice(0, 2), linkCapacity: 4 });
    const to = await tight.launch(sink, { device: 1, queueCapacity: 4, autoActivate: false });
    const from = await tight.launch(source, { device: 0, connect: { out: to } });
    const { refused } = await from.call({ from: 1, count: 1000 });
    expect(refused).toBeGreaterThan(0);
    await to.activate();
    expect(await until(to, 1000 - refused)).toMatchObject({ count: 1000 - refused, disorder: 0 });
  });

  it('moves a kernel with its state, its inbox, its callers and its replies', async () => {
    const kernel = await group.launch(sink, { device: 0, queueCapacity: 64 });
    for (let n = 1; n <= 10; n++) await kernel.send(Item, { n });
    await kernel.call(Ask, {});
    await kernel.send(Ask, {});
    while (kernel.status().unread === 0) await new Promise((resolve) => setImmediate(resolve));
    await kernel.deactivate();
    const moved = await group.migrate(kernel, 1);
    expect(moved).toMatchObject({ kernel: 'sink', moved: 0, stateBytes: 16, route: direct ? 'device' : 'host' });
    expect(moved.checksum).not.toBe(0);
    expect(driver === null ? 0 : driver.copies()).toBe(direct ? ++copies : copies);
    expect([group.deviceOf('sink'), kernel.status().unread]).toEqual([1, 1]);
    await kernel.activate();
    expect(await kernel.receive()).toEqual({ count: 10, last: 10, disorder: 0, sum: 55 });
    const calls = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? kernel.send(Item, { n: 11 + i }) : kernel.call(Ask, {})));
    await group.migrate(kernel, 2);
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => answer !== undefined).map((answer) => answer!.count)).toEqual(Array.from({ length: 100 }, (_, i) => 11 + i));
    expect(await kernel.call(Ask, {})).toMatchObject({ count: 110, disorder: 0 });
    expect(group.ring(0).deadLetters.total + group.ring(1).deadLetters.total).toBe(0);
    const end = kernel.wait();
    await kernel.terminate();
    expect((await end).reason).toBe('terminated');
  });

  it('what waits for a kernel that stands still goes with it, in order', async () => {
    const to = await group.launch(sink, { device: 0, autoActivate: false });
    const from = await group.launch(source, { device: 0, connect: { out: to } });
    await from.call({ from: 1, count: 40 });
    expect((await group.migrate(to, 1)).moved).toBe(40);
    // These go by way of the host, behind those that were moved.
    await from.call({ from: 41, count: 40 });
    expect((await group.migrate(from, 2)).moved).toBe(0);
    await from.call({ from: 81, count: 40 });
    await to.activate();
    expect(await until(to, 120)).toMatchObject({ count: 120, last: 120, disorder: 0 });
  });

  it('messages keep lane and deadline when they are moved', async () => {
    const kernel = await group.launch(sink, { device: 0, autoActivate: true, priorities: true });
    await kernel.deactivate();
    // The engine takes what a kernel that stands still is sent: as a broker's messages from before.
    const core = KernelHandle.inside(kernel as never);
    const put = (n: number, lane: number, deadline: bigint): void => { expect(core.actor.trySend(0, Item.codec as never, { n }, { correlation: 0, lane, deadline })).toBe(true); };
    put(7, 3, 0n);
    put(8, 2, 1n << 12n);
    put(5, 1, (1n << 63n) - 1n);
    put(3, 0, 0n);
    put(9, 2, 0n);
    expect((await group.migrate(kernel, 1)).moved).toBe(5);
    await kernel.activate();
    // 3, 5, 9, 7 in the order of their lanes; 8 was late before it was moved.
    expect(await until(kernel, 4)).toMatchObject({ count: 4, sum: 24, last: 7, disorder: 1 });
    while (group.ring(1).deadLetters.counts.expired === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(group.ring(1).deadLetters.drain()).toMatchObject([{ reason: 'expired', value: { n: 8 } }]);
  });

  it('a kernel that cannot be moved goes on where it is', async () => {
    const to = await group.launch(sink, { device: 0 });
    await expect(group.migrate(to, 0)).rejects.toMatchObject({ code: 'MigrationFailed' });
    await expect(group.migrate('nobody', 1)).rejects.toMatchObject({ code: 'KernelNotFound' });
    const from = await group.launch(source, { device: 0, connect: { out: to } });
    await group.ring(1).close();
    await expect(group.migrate(to, 1)).rejects.toMatchObject({ code: 'MigrationFailed' });
    await from.call({ from: 1, count: 20 });
    expect(await until(to, 20)).toMatchObject({ last: 20, disorder: 0 });
    expect(group.deviceOf(to)).toBe(0);
  });

  it('moving under load loses, repeats and reorders nothing', async () => {
    const to = await group.launch(sink, { device: 0 });
    const from = await group.launch(source, { device: 0, connect: { out: to } });
    let sent = 0;
    let expected = 0;
    const stop = new AbortController();
    const load = (async () => {
      while (!stop.signal.aborted) {
        // What was refused leaves a gap in the numbers, never a message too few.
        const { refused } = await from.call({ from: sent + 1, count: 32 });
        sent += 32;
        expected += 32 - refused;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const calls: number[] = [];
    const asking = (async () => {
      while (!stop.signal.aborted) {
        calls.push((await to.call(Ask, {})).count);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (const device of cuda ? [1, 2, 0] : [1, 2, 0, 1, 0, 2, 1, 0]) {
      await group.migrate(to, device);
      expect(group.deviceOf(to)).toBe(device);
      await group.migrate(from, (device + 1) % 3);
    }
    stop.abort();
    await Promise.all([load, asking]);
    const report = await until(to, expected);
    expect([report.count, report.disorder]).toEqual([expected, 0]);
    expect(calls).toEqual(calls.toSorted((a, b) => a - b));
    expect([0, 1, 2].map((device) => group.ring(device).deadLetters.total)).toEqual([0, 0, 0]);
    expect(expected).toBeGreaterThan(0);
  });
});
