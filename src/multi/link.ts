import { ringKernel } from '../kernel/define.ts';
import { newViews } from '../layout/views.ts';
import { KernelHandle } from '../runtime/handle.ts';
import type { Ring } from '../runtime/ring.ts';
import type { KernelCore } from '../runtime/kernel-core.ts';
import { turn } from '../runtime/turn.ts';
import type { ActorDefinition, AnyMessage } from '../runtime/types.ts';
import { lanes } from '../engine/contract.ts';

type AnyHandle = KernelHandle<ActorDefinition>;

const standIns = new WeakMap<ActorDefinition, ActorDefinition>();

/** A kernel that answers every message the original takes with that message: so the host gets it. */
function standInFor(definition: ActorDefinition): ActorDefinition {
  let made = standIns.get(definition);
  if (made !== undefined) return made;
  let builder = ringKernel({ id: `${definition.id}.standIn` }) as unknown as { on(message: AnyMessage, reply: AnyMessage, fn: (ctx: unknown, msg: unknown) => unknown): unknown };
  for (const { message } of definition.handlers) builder = builder.on(message, message, (_, msg) => msg) as typeof builder;
  made = builder as unknown as ActorDefinition;
  standIns.set(definition, made);
  return made;
}

/**
 * Brings a kernel within reach of another device. A stand-in there has the kernel's id and takes its messages;
 * the host carries them over, in the order they came. When the kernel's inbox is full the stand-in's fills up,
 * and senders are refused as by the kernel itself.
 */
export class Bridge implements AsyncDisposable {
  readonly ring: Ring;
  readonly core: KernelCore;
  readonly #target: AnyHandle;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Messages carried so far. */
  carried = 0;

  private constructor(ring: Ring, core: KernelCore, target: AnyHandle) {
    this.ring = ring;
    this.core = core;
    this.#target = target;
  }

  /** Launches the stand-in; messages reach it after `ring.swap`, and the kernel after `start`. */
  static async prepare(ring: Ring, target: AnyHandle, capacity: number): Promise<Bridge> {
    const core = await ring.launch(standInFor(target.definition), { id: target.id, queueCapacity: capacity, outputCapacity: capacity }, true);
    return new Bridge(ring, core, target);
  }

  start(): void {
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const from = this.core.handle as AnyHandle;
    const { signal } = this.#stop;
    for (;;) {
      let message: AnyMessage;
      let value: unknown;
      try {
        ({ message, value } = await from.receiveTyped({ timeout: Infinity, signal }));
      } catch (error) {
        if (signal.aborted || from.state !== 'active') return;
        throw error;
      }
      await this.#carry(message, value, signal);
      this.carried++;
    }
  }

  async #carry(message: AnyMessage, value: unknown, signal: AbortSignal): Promise<void> {
    // Asked anew for every message: the kernel may have moved.
    const core = KernelHandle.inside(this.#target);
    const handler = core.handlerOf(message);
    const views = newViews(message.struct.size);
    message.codec.encode(views, 0, value as never);
    try {
      if (core.lifecycle.finished) throw core.terminatedError();
      await core.outgoing.enter(handler, views.u8.subarray(0, message.struct.size), { correlation: 0, lane: lanes.normal, deadline: 0n })?.promise();
    } catch (error) {
      if (!core.lifecycle.finished && !signal.aborted) throw error;
      core.host.deadLetter(core, handler, 'terminated', value);
    }
  }

  /** Resolves to true when everything that is in the stand-in now has reached the kernel, to false after `ms`. */
  async drained(ms: number): Promise<boolean> {
    const { time, engine } = this.ring;
    const end = time.now() + ms;
    // A pause between two messages brings what it counts up to date; the stand-in has no state to read.
    if (engine.peers !== undefined) await this.ring.ask(engine.readState(this.core.actor.id));
    let at = -1;
    for (;;) {
      this.ring.pump.poll();
      const { processed, inputDepth, inFlight } = this.core.counters();
      if (at < 0) at = processed + inputDepth + inFlight;
      // The figures are not of one moment: one that counted a message twice would wait for one that never comes.
      if (this.carried >= at || (inputDepth + inFlight === 0 && this.carried >= processed)) return true;
      if (time.now() >= end) return false;
      await turn();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    if (!this.core.lifecycle.finished) await this.core.terminate({ reason: 'terminated', error: null });
  }
}
