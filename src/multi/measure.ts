/** What the way between two devices can do, measured with the library's own messages and copies. */
import type { Context } from '../backend/contract.ts';
import { ringKernel } from '../kernel/define.ts';
import { u32 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import type { DeviceGroup } from './group.ts';
import type { Link } from './topology.ts';

export interface MeasuredLink extends Link {
  /** Microseconds from a kernel on the first device to one on the second and back. */
  readonly roundTripUs: number;
  /** 10^9 bytes a second, from memory of the first device to memory of the second; null where a device has no memory to copy. */
  readonly bandwidth: number | null;
}

export interface MeasureOptions {
  /** Milliseconds each figure may take, at least. Default 20. */
  readonly ms?: number;
  /** Bytes of a copy. Default 64 MiB. */
  readonly bytes?: number;
}

const Ball = message('LinkBall', { left: u32 });
const Over = message('LinkOver', {});
/** Plays the ball back until it is spent. */
const player = ringKernel({ id: 'linkPlayer', on: Ball, state: { seen: u32 }, sends: { peer: Ball, over: Over } }, (ctx, msg) => {
  ctx.state.seen += 1;
  if (msg.left === 0) ctx.send.over({});
  else ctx.send.peer({ left: msg.left - 1 });
});
/** Tells the host of it. */
const referee = ringKernel({ id: 'linkReferee', on: Over, reply: Over }, () => ({}));

const mostRounds = 1 << 20;

/** Every ordered pair of two different devices. Launches small kernels of its own; nothing else should run meanwhile. */
export async function measureLinks(group: DeviceGroup, { ms = 20, bytes = 64 * 2 ** 20 }: MeasureOptions = {}): Promise<MeasuredLink[]> {
  const links: MeasuredLink[] = [];
  for (const link of group.topology()) {
    if (link.from === link.to) continue;
    links.push({ ...link, roundTripUs: await roundTrip(group, link, ms), bandwidth: await bandwidth(group, link, ms, bytes) });
  }
  return links;
}

async function roundTrip(group: DeviceGroup, { from, to }: Link, ms: number): Promise<number> {
  const name = `link.${from}.${to}`;
  await using end = await group.launch(referee, { id: `${name}.referee`, device: from });
  await using here = await group.launch(player, { id: `${name}.here`, device: from, connect: { over: end } });
  await using there = await group.launch(player, { id: `${name}.there`, device: to, connect: { peer: here } });
  await here.connect('peer', there);
  const rally = async (rounds: number): Promise<number> => {
    const start = performance.now();
    await here.send({ left: 2 * rounds });
    await end.receive({ timeout: 60_000 });
    return performance.now() - start;
  };
  await rally(8);
  for (let rounds = 8; ; rounds *= 5) {
    // The host's part in starting and hearing is in both, and falls out of their difference.
    const short = await rally(rounds);
    const long = await rally(rounds * 5);
    // Where chance decides, more rounds are needed.
    if ((long >= ms && long > 2 * short) || rounds * 5 >= mostRounds) return ((long - short) * 1000) / (rounds * 4);
  }
}

async function bandwidth(group: DeviceGroup, { from, to }: Link, ms: number, bytes: number): Promise<number | null> {
  const source = group.ring(from).context;
  const target = group.ring(to).context;
  if (source === null || target === null) return null;
  using a = source.allocate(bytes, { label: 'link' });
  using b = target.allocate(bytes, { label: 'link' });
  const copy = source.copyToPeer === undefined || !(await source.copyToPeer(a, target, b, bytes))
    ? await overHost(source, target, a, b, bytes)
    : async (): Promise<void> => { await source.copyToPeer!(a, target, b, bytes); };
  await copy();
  const start = performance.now();
  let copies = 0;
  do {
    await copy();
    copies++;
  } while (performance.now() - start < ms);
  return (copies * bytes) / ((performance.now() - start) * 1e6);
}

type Buffers = Parameters<Context['copy']>;

async function overHost(source: Context, target: Context, a: Buffers[0], b: Buffers[1], bytes: number): Promise<() => Promise<void>> {
  const stage = new Uint8Array(bytes);
  return async () => {
    await source.read(a, stage);
    await target.write(b, stage);
  };
}
