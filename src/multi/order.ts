/** Waiting until messages that took one way have been handled, before the next ones take another. */
import type { TimeSource } from '../clock/time.ts';
import type { KernelCore } from '../runtime/kernel-core.ts';
import type { Ring } from '../runtime/ring.ts';
import { turn } from '../runtime/turn.ts';

/** Whether `done` becomes true within `ms`. */
async function soon(time: TimeSource, ms: number, done: () => boolean): Promise<boolean> {
  const end = time.now() + ms;
  for (;;) {
    if (done()) return true;
    if (time.now() >= end) return false;
    await turn();
  }
}

/**
 * Whether everything these kernels of one ring have sent so far has been taken, in `ms`. True at once where counters know
 * of every message that waits.
 */
export async function settled(ring: Ring, senders: readonly KernelCore[], ms: number): Promise<boolean> {
  const { engine } = ring;
  if (engine.peers === undefined || senders.length === 0) return true;
  return soon(ring.time, ms, () => {
    ring.pump.poll();
    return senders.every((sender) => engine.peers!.settled(sender.actor.id));
  });
}

/**
 * Whether the kernel handles what the host has put into its inbox within `ms`; the host's senders wait meanwhile. True at
 * once where an inbox is one ring for all senders: there order needs no care.
 */
export async function taken(core: KernelCore, ms: number): Promise<boolean> {
  const { host, outgoing } = core;
  if (host.engine.peers === undefined) return true;
  const wasHeld = outgoing.held;
  outgoing.held = true;
  try {
    return await soon(host.time, ms, () => {
      host.pump.poll();
      return core.lifecycle.finished || core.counters().inputDepth === 0;
    });
  } finally {
    outgoing.held = wasHeld;
    if (!wasHeld && outgoing.waiting > 0) host.pump.block(outgoing);
  }
}
