import { HlcClock } from '../../clock/hlc.ts';
import type { ActorCounters, ActorSpec, DeviceEngine, EngineActor, EngineSink } from '../../engine/contract.ts';
import { fail } from '../../error/index.ts';
import { Fifo } from '../../queue/fifo.ts';
import { SourceActor, type SourceHost } from './source-actor.ts';

/** Handlers run by one `poll`, so that a program of endless messages still lets others run. */
const stepsPerPoll = 256;

/**
 * Runs the user's functions as they are, in the thread that polls: breakpoints, stack traces and `console`
 * work. State and messages have the bytes they have on a device; arithmetic in between is JavaScript's (f64,
 * no wrapping). A handler that does not end cannot be stopped.
 */
export class SourceEngine implements DeviceEngine, SourceHost {
  readonly backend = 'cpu';
  readonly clock = new HlcClock();
  readonly #actors = new Map<number, SourceActor>();
  readonly #ready = new Fifo<SourceActor>();
  readonly #notices = new Fifo<(sink: EngineSink) => void>();
  /** Actors whose replies wait for the sink to have room. */
  readonly #stalled = new Set<SourceActor>();
  #lastId = 0;
  #wake: (() => void) | null = null;

  launch(spec: ActorSpec): Promise<EngineActor> {
    if (spec.source === undefined) {
      return Promise.reject(fail('InvalidConfig', { option: 'debug', value: 'source', reason: `Kernel '${spec.name}' comes without its functions.` }));
    }
    const actor = new SourceActor(++this.#lastId, spec, this);
    this.#actors.set(actor.id, actor);
    return Promise.resolve(actor);
  }

  find(actor: number): SourceActor | undefined {
    return this.#actors.get(actor);
  }

  #actor(id: number): SourceActor {
    const actor = this.#actors.get(id);
    if (actor === undefined) throw fail('KernelNotFound', { kernel: `#${id}` });
    return actor;
  }

  ready(actor: SourceActor): void {
    if (actor.queued || !actor.runnable) return;
    actor.queued = true;
    this.#ready.push(actor);
    this.#rouse();
  }

  notice(tell: (sink: EngineSink) => void): void {
    this.#notices.push(tell);
    this.#rouse();
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = null;
  }

  async setActive(id: number, active: boolean): Promise<void> {
    const actor = this.#actor(id);
    actor.active = active;
    this.ready(actor);
  }

  async remove(id: number): Promise<void> {
    const actor = this.#actor(id);
    actor.removed = true;
    actor.empty();
    // The row lives on until the sink has been told of what waited in it.
    this.notice((sink) => {
      actor.flush(sink);
      this.#stalled.delete(actor);
    });
    this.#actors.delete(id);
  }

  async restart(id: number, state: Uint8Array | null): Promise<void> {
    const actor = this.#actor(id);
    if (state !== null) actor.state.u8.set(state);
    actor.faulted = false;
    this.ready(actor);
  }

  async connect(from: number, port: number, to: number, handler: number): Promise<void> {
    this.#actor(from).routes[port] = to === 0 ? null : { to, handler };
  }

  async readState(id: number): Promise<Uint8Array> {
    const actor = this.#actor(id);
    return actor.state.u8.slice(0, actor.spec.program.state?.size ?? 0);
  }

  async writeState(id: number, state: Uint8Array): Promise<void> {
    this.#actor(id).state.u8.set(state);
  }

  counters(id: number): ActorCounters {
    return this.#actor(id).counters();
  }

  poll(sink: EngineSink, limit = Infinity): number {
    let taken = 0;
    for (const actor of this.#stalled) {
      taken += actor.flush(sink);
      if (actor.unread > 0) continue;
      this.#stalled.delete(actor);
      this.ready(actor);
    }
    for (let steps = 0; steps < stepsPerPoll && taken < limit; steps++) {
      const actor = this.#ready.shift();
      if (actor === undefined) break;
      actor.queued = false;
      if (!actor.runnable) continue;
      taken += actor.step(sink);
      if (actor.unread > 0) this.#stalled.add(actor);
      this.ready(actor);
    }
    for (let tell = this.#notices.shift(); tell !== undefined; tell = this.#notices.shift()) {
      tell(sink);
      taken++;
    }
    return taken;
  }

  get hot(): boolean {
    return this.#ready.length > 0 || this.#notices.length > 0;
  }

  wait(signal?: AbortSignal): Promise<void> {
    if (this.hot || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#wake = done;
      signal?.addEventListener('abort', done);
    });
  }

  get memory(): { readonly host: number; readonly device: number } {
    let host = 0;
    for (const actor of this.#actors.values()) host += actor.state.buffer.byteLength;
    return { host, device: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#actors.clear();
    this.#rouse();
  }
}
