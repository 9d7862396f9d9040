import type { StateCopy } from '../engine/contract.ts';
import { fail, reasonOf } from '../error/index.ts';
import { crc32 } from '../message/hash.ts';
import { KernelHandle } from '../runtime/handle.ts';
import type { DeadLetterOf, KernelCore } from '../runtime/kernel-core.ts';
import type { LaunchOptions } from '../runtime/options.ts';
import type { Ring } from '../runtime/ring.ts';
import { turn } from '../runtime/turn.ts';

export interface Migration {
  readonly kernel: string;
  /** Messages that waited in the inbox and were moved. */
  readonly moved: number;
  /** Bytes of state, and their checksum, found equal at the target: the CRC-32 where the state went over the host. */
  readonly stateBytes: number;
  readonly checksum: number;
  /** How the state went: from device to device, or over the host; milliseconds that took, checksums left out. */
  readonly route: 'device' | 'host';
  readonly copyMs: number;
}

/** What the group does around the move of one kernel. */
export interface MoveSteps {
  /** The kernel stands still: what it has sent must arrive before it sends from elsewhere. */
  settle(): Promise<void>;
  /** Messages of the source device to the kernel go to a stand-in from now on, which holds them. */
  divert(): Promise<void>;
  /** The kernel at the target has its messages. */
  arrived(core: KernelCore): Promise<void>;
}

/** The options a kernel was launched with, without what is moved otherwise. */
function optionsOf({ settings }: KernelCore): LaunchOptions {
  const { initialState: _, autoActivate: __, ...rest } = settings;
  return { ...rest, autoActivate: false };
}

/**
 * Moves a kernel to another ring: stops it between two messages, copies its state, hands over what waits in its
 * inbox, its callers and its unread replies, and goes on there. Senders meanwhile find the inbox full.
 */
export async function move(old: KernelCore, from: Ring, to: Ring, steps: MoveSteps): Promise<Migration> {
  const wasActive = old.state === 'active';
  let core: KernelCore | null = null;
  let copy: CopiedState;
  old.outgoing.held = true;
  try {
    await from.ask(from.engine.setActive(old.actor.id, false));
    await emptied(old, from);
    await steps.settle();
    core = await to.launch(old.definition, optionsOf(old), true);
    copy = await copyState(old, from, core, to);
    if (copy.copied !== copy.checksum) throw new Error(`the copy of its state has checksum ${copy.copied}, not ${copy.checksum}`);
    await steps.divert();
  } catch (cause) {
    await core?.terminate({ reason: 'terminated', error: null }).catch(() => undefined);
    old.outgoing.held = false;
    old.replies.open = false;
    if (wasActive) await from.ask(from.engine.setActive(old.actor.id, true));
    if (old.outgoing.waiting > 0) from.pump.block(old.outgoing);
    throw fail('MigrationFailed', {
      kernel: old.id, from: from.engine.backend, to: to.engine.backend, reason: reasonOf(cause),
      consequence: 'Nothing was moved; it goes on where it was.',
    }, cause as Error);
  }

  // From here on the kernel is neither here nor there; nothing below can be refused.
  const letters: DeadLetterOf[] = (old.leaving = []);
  await from.ask(from.engine.remove(old.actor.id));
  from.pump.poll();
  const target = core;
  target.arriving = wasActive;
  const renumber = renumbering(old, target);
  target.outgoing.held = false;
  for (const { handler, payload, correlation, lane = 2, deadline = 0n } of letters) {
    target.outgoing.enter(handler, payload, { correlation: renumber(correlation), lane, deadline });
  }
  target.outgoing.takeOver(old.outgoing, renumber);
  for (const correlation of old.pending.correlations()) renumber(correlation);
  old.replies.open = false;
  target.replies = old.replies;
  target.handle = old.handle;
  KernelHandle.move(old.handle!, target);
  old.becomes(target);
  await steps.arrived(target);
  if (wasActive) await target.setActive(true);
  target.arriving = false;
  return { kernel: target.id, moved: letters.length, stateBytes: copy.bytes, checksum: copy.checksum, route: copy.route, copyMs: copy.ms };
}

type CopiedState = StateCopy & Pick<Migration, 'route'>;

/** Both kernels stand still. */
async function copyState(old: KernelCore, from: Ring, core: KernelCore, to: Ring): Promise<CopiedState> {
  const { peers } = from.engine;
  if (peers?.reaches(to.engine) === true) {
    return { route: 'device', ...await from.ask(peers.copyState(old.actor.id, to.engine, core.actor.id)) };
  }
  const start = from.time.now();
  const state = (await from.ask(from.engine.readState(old.actor.id))).slice();
  if (state.length > 0) await to.ask(to.engine.writeState(core.actor.id, state));
  const ms = from.time.now() - start;
  const copied = state.length > 0 ? crc32(await to.ask(to.engine.readState(core.actor.id))) : 0;
  return { route: 'host', bytes: state.length, ms, checksum: crc32(state), copied };
}

/** Everything the kernel has answered is with the host. */
async function emptied(core: KernelCore, ring: Ring): Promise<void> {
  core.replies.open = true;
  for (ring.pump.poll(); ring.engine.counters(core.actor.id).outputDepth > 0; ring.pump.poll()) await turn();
}

/** Correlations of the old ring as those of the new one, with whoever waits for them. */
function renumbering(old: KernelCore, core: KernelCore): (correlation: number) => number {
  const known = new Map<number, number>([[0, 0]]);
  return (correlation) => {
    let renewed = known.get(correlation);
    if (renewed !== undefined) return renewed;
    known.set(correlation, renewed = core.host.nextCorrelation());
    const pending = old.pending.get(correlation);
    if (pending !== undefined) core.pending.set(renewed, pending);
    const forwarded = old.forwarded.get(correlation);
    if (forwarded !== undefined) core.forwarded.set(renewed, forwarded);
    return renewed;
  };
}
