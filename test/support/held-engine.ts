/** An engine that does nothing by itself: the test answers, faults and loses it when it wants to. */
import type { ActorCounters, ActorFault, ActorSpec, DeviceEngine, EngineActor, EngineSink, SendOptions } from '../../src/engine/contract.ts';
import { slot, tagOf } from '../../src/engine/host-ring.ts';
import { SlotHead } from '../../src/layout/structures.ts';
import { newViews } from '../../src/layout/views.ts';
import type { Codec } from '../../src/message/codec.ts';

export interface HeldMessage extends SendOptions {
  readonly handler: number;
  readonly value: unknown;
}

const counters: ActorCounters = {
  processed: 0, inFlight: 0, inputDepth: 0, outputDepth: 0, dropped: 0, errors: 0, lastError: 0, sent: 0, refused: 0,
  latency: { total: 0, min: 0, max: 0 },
};

export class HeldEngine implements DeviceEngine {
  readonly backend = 'held';
  hot = false;
  /** Messages that found room, oldest first. */
  readonly inbox: HeldMessage[] = [];
  /** Room for more. */
  room = Infinity;
  readonly restarts: (Uint8Array | null)[] = [];
  readonly memory = { host: 0, device: 0 };
  failPoll: Error | null = null;
  #spec: ActorSpec | null = null;
  readonly #tell: ((sink: EngineSink) => boolean)[] = [];
  #wake: (() => void) | null = null;
  #fail: ((error: Error) => void) | null = null;

  async launch(spec: ActorSpec): Promise<EngineActor> {
    this.#spec = spec;
    const put = (handler: number, value: unknown, options: SendOptions): boolean => {
      if (this.room <= 0) return false;
      this.room--;
      this.inbox.push({ handler, value, ...options });
      return true;
    };
    return {
      id: 1,
      trySend: (handler, codec: Codec, value, options) => {
        codec.encode(newViews(codec.struct.size), 0, value);
        return put(handler, value, options);
      },
      trySendBytes: (handler, payload, _header, options) => put(handler, payload, options),
      trySendBatch: (handler, _codec, columns, count, options) => (put(handler, columns, options) ? count : 0),
    };
  }

  #post(tell: (sink: EngineSink) => boolean): void {
    this.#tell.push(tell);
    this.#wake?.();
    this.#wake = null;
  }

  /** Makes handler `handler` answer. */
  reply(correlation: number, value: unknown, handler = 0): void {
    const codec = this.#spec!.source!.handlers[handler]!.reply!;
    const views = newViews(SlotHead.size + codec.struct.size);
    codec.encode(views, SlotHead.size, value);
    views.u32[slot.tag] = tagOf(handler, 2, 0);
    views.u32[slot.correlation] = correlation;
    this.#post((sink) => sink.message(1, views, 0));
  }

  fault(fault: Partial<ActorFault> = {}): void {
    this.#post((sink) => {
      sink.fault({ actor: 1, handler: 0, correlation: 0, kind: 'trap', ...fault });
      return true;
    });
  }

  lose(cause: Error): void {
    this.#post((sink) => {
      sink.lost(cause);
      return true;
    });
  }

  /** `wait` rejects. */
  break(cause: Error): void {
    this.#fail?.(cause);
  }

  poll(sink: EngineSink): number {
    if (this.failPoll !== null) throw this.failPoll;
    let taken = 0;
    while (this.#tell.length > 0 && this.#tell[0]!(sink)) {
      this.#tell.shift();
      taken++;
    }
    return taken;
  }

  wait(signal?: AbortSignal): Promise<void> {
    if (this.#tell.length > 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      this.#fail = reject;
      signal?.addEventListener('abort', () => resolve());
    });
  }

  /** Set: control operations never end. */
  stuck = false;
  async setActive(): Promise<void> {
    if (this.stuck) await new Promise(() => undefined);
  }
  async remove(): Promise<void> {
    if (this.stuck) await new Promise(() => undefined);
  }
  async restart(_actor: number, state: Uint8Array | null): Promise<void> {
    this.restarts.push(state);
  }
  async connect(): Promise<void> {}
  async readState(): Promise<Uint8Array> {
    return new Uint8Array(this.#spec?.program.state?.size ?? 0);
  }
  async writeState(): Promise<void> {}
  counters(): ActorCounters {
    return counters;
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}
