/**
 * Waits for the device without holding the event loop: a thread of its own looks at the next line of every
 * ring, often at first, then once a millisecond, and wakes the host. It maps the same memory by address.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** One place to look at: the word changes to `stamp` when there is something. */
export interface Watched {
  readonly pointer: bigint;
  readonly stamp: number;
}

const capacity = 4096;
/** Words of the order: state (0 nothing, 1 look, 2 end), wake ticket, number of places, whether the thread is there. */
const [stateAt, wakeAt, countAt, readyAt, firstAt] = [0, 1, 2, 3, 4];

const source = `
const { workerData } = require('node:worker_threads');
const koffi = require(workerData.koffi);
const words = new Int32Array(workerData.shared);
const pointers = new BigInt64Array(workerData.shared, ${firstAt * 4 + capacity * 4});
const views = new Map();
const view = (pointer) => {
  let v = views.get(pointer);
  if (v === undefined) views.set(pointer, v = new Int32Array(koffi.view(BigInt.asUintN(64, pointer), 4)));
  return v;
};
Atomics.store(words, ${readyAt}, 1);
for (;;) {
  Atomics.wait(words, ${stateAt}, 0);
  if (Atomics.load(words, ${stateAt}) === 2) break;
  const count = words[${countAt}];
  const places = [];
  for (let i = 0; i < count; i++) places.push([view(pointers[i]), words[${firstAt} + i]]);
  let found = false;
  for (let turn = 0; !found && Atomics.load(words, ${stateAt}) === 1; turn++) {
    for (const [v, stamp] of places) if (Atomics.load(v, 0) === stamp) { found = true; break; }
    if (!found && turn > 200) Atomics.wait(words, ${stateAt}, 1, turn < 2000 ? 0.05 : 1);
  }
  if (Atomics.compareExchange(words, ${stateAt}, 1, 0) === 1) { Atomics.add(words, ${wakeAt}, 1); Atomics.notify(words, ${wakeAt}); }
}
`;

type WaitAsync = (words: Int32Array, index: number, value: number, ms?: number) => { readonly async: boolean; readonly value: Promise<string> | string };

export class Poller {
  readonly #shared = new SharedArrayBuffer(firstAt * 4 + capacity * 12);
  readonly #words = new Int32Array(this.#shared);
  readonly #pointers = new BigInt64Array(this.#shared, firstAt * 4 + capacity * 4);
  #worker: Worker | null = null;

  /** Starts the thread, which takes some milliseconds. */
  start(): void {
    if (this.#worker !== null) return;
    const koffi = createRequire(import.meta.url).resolve('koffi');
    this.#worker = new Worker(source, { eval: true, workerData: { shared: this.#shared, koffi }, execArgv: [] });
    this.#worker.unref();
  }

  /** Resolves when one of the places has its stamp, at `cancel`, or, as long as the thread is not there, at once. */
  async watch(places: readonly Watched[], signal?: AbortSignal): Promise<void> {
    const words = this.#words;
    if (Atomics.load(words, readyAt) === 0) return new Promise((resolve) => { setImmediate(resolve); });
    const count = Math.min(places.length, capacity);
    for (let i = 0; i < count; i++) {
      this.#pointers[i] = BigInt.asIntN(64, places[i]!.pointer);
      words[firstAt + i] = places[i]!.stamp;
    }
    words[countAt] = count;
    const ticket = Atomics.load(words, wakeAt);
    Atomics.store(words, stateAt, 1);
    Atomics.notify(words, stateAt);
    const cancel = (): void => this.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const outcome = (Atomics as unknown as { waitAsync: WaitAsync }).waitAsync(words, wakeAt, ticket);
    if (outcome.async) await outcome.value;
    signal?.removeEventListener('abort', cancel);
  }

  /** Ends a watch that is under way. */
  cancel(): void {
    if (Atomics.compareExchange(this.#words, stateAt, 1, 0) !== 1) return;
    Atomics.notify(this.#words, stateAt);
    Atomics.add(this.#words, wakeAt, 1);
    Atomics.notify(this.#words, wakeAt);
  }

  async close(): Promise<void> {
    this.cancel();
    Atomics.store(this.#words, stateAt, 2);
    Atomics.notify(this.#words, stateAt);
    Atomics.notify(this.#words, stateAt);
    // It ends by itself: ended from outside while it loads koffi, it would take the process with it.
    const worker = this.#worker;
    this.#worker = null;
    if (worker === null || worker.threadId < 0) return;
    worker.ref();
    await new Promise<void>((resolve) => { worker.once('exit', () => resolve()); });
  }
}
