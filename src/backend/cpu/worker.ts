import { WorkerBlock, bellGroup, faultNumber, scratchBytes, stagingBytes } from '../../engine/abi.ts';
import type { SharedHeap } from '../../engine/heap.ts';
import { bell as B, worker as W } from '../../engine/steps/offsets.ts';
import { fail } from '../../error/index.ts';
import { HostBell } from './host-bell.ts';
import { Linker, type EngineModules, type FaultNumbers, type KindOrder, type WorkerPlace } from './worker/linker.ts';
import type { Order } from './worker/main.ts';
import { startThread, type Thread } from './worker-thread.ts';

export const faultNumbers: FaultNumbers = {
  trap: faultNumber('trap'), outOfBounds: faultNumber('outOfBounds'), divisionByZero: faultNumber('divisionByZero'),
  overflow: faultNumber('overflow'), unreachable: faultNumber('unreachable'), stackOverflow: faultNumber('stackOverflow'),
};

/** Looks at a worker between two turns of the event loop, before the host lets others run. */
const looksPerTurn = 2000;

const turn = (): Promise<void> => new Promise((resolve) => {
  if (typeof setImmediate === 'function') setImmediate(resolve);
  else setTimeout(resolve, 0);
});

/** A worker's block and regions in memory, and what the host does to any worker. */
export abstract class CpuWorker {
  readonly index: number;
  readonly place: WorkerPlace;
  readonly bell: HostBell;
  protected readonly words: Int32Array;
  /** Actors placed on it. */
  actors = 0;

  constructor(index: number, heap: SharedHeap, engineBlock: number, maxActors: number, spin: number) {
    this.index = index;
    const block = heap.allocate(WorkerBlock.size);
    this.place = { block, scratch: heap.allocate(scratchBytes), staging: heap.allocate(stagingBytes), fault: block + W.fault.at };
    makeBell(heap, block + W.bell.at, maxActors);
    const { u32 } = heap.views;
    u32[(block + W.engine) >> 2] = engineBlock;
    u32[(block + W.spin) >> 2] = spin;
    this.words = heap.views.i32;
    this.bell = new HostBell(heap.views, block + W.bell.at);
  }

  protected word(offset: number): number {
    return (this.place.block + offset) >> 2;
  }

  /** Links a kind here. Resolves when its actors may run. */
  abstract link(kind: KindOrder): Promise<void>;
  abstract unlink(kind: KindOrder): Promise<void>;
  /** Resolves when everything stored before is seen by whatever the worker does next. */
  abstract settle(): Promise<void>;
  /** Answers may come within microseconds. */
  abstract readonly busy: boolean;
  abstract end(): Promise<void>;
}

/** Reserves the groups for actors up to `maxActors` and enters them into the `Bell` at `base`. */
export function makeBell(heap: SharedHeap, base: number, maxActors: number): void {
  const groups = heap.allocate(Math.ceil(maxActors / bellGroup.ids) * bellGroup.bytes);
  const { u32 } = heap.views;
  u32[(base + B.groups) >> 2] = groups;
  u32[(base + B.count) >> 2] = 1;
}

/** A worker in a thread of its own. */
export class ThreadWorker extends CpuWorker {
  readonly #heap: SharedHeap;
  readonly #modules: EngineModules;
  readonly #lost: (cause: Error) => void;
  /** Kinds a fresh thread has to know. */
  readonly #kinds = new Map<number, KindOrder>();
  readonly #pending: { resolve(): void; reject(cause: Error): void }[] = [];
  #thread: Thread | null = null;
  #ended = false;
  /** Threads this worker has had. */
  threads = 0;

  constructor(index: number, heap: SharedHeap, engineBlock: number, maxActors: number, spin: number, modules: EngineModules, lost: (cause: Error) => void) {
    super(index, heap, engineBlock, maxActors, spin);
    this.#heap = heap;
    this.#modules = modules;
    this.#lost = lost;
  }

  /** Starts a thread, or a fresh one after `kill`. */
  async start(): Promise<void> {
    this.threads++;
    this.#thread = await startThread(`ringkernel cpu ${this.index}`, {
      answer: (answer) => {
        if (!answer.done) return this.#lost(new Error(answer.error));
        const order = this.#pending.shift();
        this.#thread?.release();
        if (answer.error === null) order?.resolve();
        else order?.reject(fail('CompilationFailed', { kernel: 'a kernel', log: answer.error }));
      },
      ended: (cause) => {
        // Nobody will answer what it was asked, the order to start included.
        for (const order of this.#pending.splice(0)) order.reject(cause);
        this.#lost(cause);
      },
    });
    Atomics.store(this.words, this.word(W.stop), 0);
    await this.#order({
      op: 'start', memory: this.#heap.memory, place: this.place, modules: this.#modules, faults: faultNumbers,
      kinds: [...this.#kinds.values()], stop: this.word(W.stop),
    });
  }

  async link(kind: KindOrder): Promise<void> {
    this.#kinds.set(kind.entry, kind);
    await this.#order({ op: 'link', kind });
  }

  async unlink(kind: KindOrder): Promise<void> {
    this.#kinds.delete(kind.entry);
    await this.#order({ op: 'unlink', entry: kind.entry, count: kind.count });
  }

  async settle(): Promise<void> {
    const epoch = Atomics.load(this.words, this.word(W.epoch));
    for (;;) {
      for (let i = 0; i < looksPerTurn; i++) {
        if (this.#ended || this.#thread === null || this.bell.parked || Atomics.load(this.words, this.word(W.epoch)) !== epoch) return;
      }
      await turn();
    }
  }

  get busy(): boolean {
    return !this.bell.parked;
  }

  /** What the watchdog looks at: the actor whose handler runs (0: none), and a number that moves with every message. */
  get current(): number {
    return Atomics.load(this.words, this.word(W.current)) >>> 0;
  }

  /** It waits at its bell; what wakes it is counted by `wakeups`. */
  get asleep(): boolean {
    // In this order: about to sleep it takes its sign down before it answers the bell.
    return !this.bell.rung && this.bell.parked;
  }

  get wakeups(): number {
    return Atomics.load(this.words, this.bell.wakeWord);
  }

  get beats(): number {
    return Atomics.load(this.words, this.word(W.beats));
  }

  /** Ends the thread wherever it stands. */
  async kill(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.terminate();
    // Orders that were on their way are carried out by the fresh thread's start.
    for (const order of this.#pending.splice(0)) order.resolve();
    Atomics.store(this.words, this.word(W.stop), 0);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.kill();
  }

  #order(order: Order): Promise<void> {
    const thread = this.#thread;
    if (thread === null) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      thread.hold();
      Atomics.add(this.words, this.word(W.stop), 1);
      this.bell.wake();
      thread.post(order);
    });
  }
}

/** A worker on the host's own thread, run by `pass`. A handler that never ends cannot be stopped here. */
export class InlineWorker extends CpuWorker {
  readonly linker: Linker;

  constructor(index: number, heap: SharedHeap, engineBlock: number, maxActors: number, modules: EngineModules) {
    super(index, heap, engineBlock, maxActors, 0);
    this.linker = new Linker(heap.memory, this.place, modules, faultNumbers);
  }

  link(kind: KindOrder): Promise<void> {
    this.linker.link(kind);
    return Promise.resolve();
  }

  unlink(kind: KindOrder): Promise<void> {
    this.linker.unlink(kind.entry, kind.count);
    return Promise.resolve();
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  get busy(): boolean {
    return this.bell.rung;
  }

  /** Gives everybody who has rung a turn. */
  pass(): void {
    if (!this.bell.rung) return;
    this.linker.call('beat', this.place.block);
    this.linker.pass();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

