import type { ActorCounters, ActorSpec, DeviceEngine, EngineActor, SendOptions } from '../../engine/contract.ts';
import { fail } from '../../error/index.ts';
import { viewsOf, type Codec } from '../../message/codec.ts';
import { compileForAll } from './targets.ts';

/** An actor that takes every message, checks it against its layout, and handles none. */
class NullActor implements EngineActor {
  readonly id: number;
  readonly spec: ActorSpec;
  state: Uint8Array;
  taken = 0;

  constructor(id: number, spec: ActorSpec) {
    this.id = id;
    this.spec = spec;
    this.state = spec.initialState?.slice() ?? new Uint8Array(spec.program.state?.size ?? 0);
  }

  trySend(_handler: number, codec: Codec, value: unknown, _options: SendOptions): boolean {
    codec.encode(viewsOf(new ArrayBuffer(Math.ceil(codec.struct.size / 8) * 8)), 0, value);
    this.taken++;
    return true;
  }

  trySendBytes(): boolean {
    this.taken++;
    return true;
  }

  trySendBatch(_handler: number, _codec: Codec, _columns: readonly ArrayBufferView[], count: number): number {
    this.taken += count;
    return count;
  }
}

/** Compiles each kernel for every target and runs nothing. */
export class NullEngine implements DeviceEngine {
  readonly backend = 'null';
  readonly hot = false;
  readonly memory = { host: 0, device: 0 };
  readonly #actors = new Map<number, NullActor>();
  #lastId = 0;

  async launch(spec: ActorSpec): Promise<EngineActor> {
    compileForAll(spec.program);
    const actor = new NullActor(++this.#lastId, spec);
    this.#actors.set(actor.id, actor);
    return actor;
  }

  #actor(id: number): NullActor {
    const actor = this.#actors.get(id);
    if (actor === undefined) throw fail('KernelNotFound', { kernel: `#${id}` });
    return actor;
  }

  async setActive(actor: number): Promise<void> {
    this.#actor(actor);
  }

  async remove(actor: number): Promise<void> {
    this.#actor(actor);
    this.#actors.delete(actor);
  }

  async restart(actor: number, state: Uint8Array | null): Promise<void> {
    if (state !== null) this.#actor(actor).state = state.slice();
  }

  async connect(from: number, _port: number, to: number): Promise<void> {
    this.#actor(from);
    if (to !== 0) this.#actor(to);
  }

  async readState(actor: number): Promise<Uint8Array> {
    return this.#actor(actor).state.slice();
  }

  async writeState(actor: number, state: Uint8Array): Promise<void> {
    this.#actor(actor).state = state.slice();
  }

  counters(actor: number): ActorCounters {
    return {
      processed: 0, inFlight: 0, inputDepth: this.#actor(actor).taken, outputDepth: 0, dropped: 0, errors: 0, lastError: 0, sent: 0, refused: 0,
      latency: { total: 0, min: 0, max: 0 },
    };
  }

  poll(): number {
    return 0;
  }

  /** Nothing ever arrives. */
  wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) resolve();
      else signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#actors.clear();
  }
}
