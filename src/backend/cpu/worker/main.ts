/**
 * A worker thread: takes orders one at a time, and runs the engine's loop between them. The host adds 1 to
 * the block's `stop` before it posts an order; the loop ends when it sees that, and is entered again when
 * all orders are done.
 */
import { Linker, type EngineModules, type FaultNumbers, type KindOrder, type WorkerPlace } from './linker.ts';

export type Order =
  | {
    readonly op: 'start'; readonly memory: WebAssembly.Memory; readonly place: WorkerPlace; readonly modules: EngineModules;
    readonly faults: FaultNumbers; readonly kinds: readonly KindOrder[];
    /** Word index of `stop` in the memory. */
    readonly stop: number;
  }
  | { readonly op: 'link'; readonly kind: KindOrder }
  | { readonly op: 'unlink'; readonly entry: number; readonly count: number };

/** What a worker posts: that the `order`th order is done, or failed; or that the loop itself broke. */
export type Answer =
  | { readonly done: true; readonly error: string | null }
  | { readonly done: false; readonly error: string };

interface Port {
  postMessage(value: Answer): void;
  onmessage: ((event: { data: Order }) => void) | null;
}

declare const require: ((name: string) => { parentPort: Port }) | undefined;

const port: Port = typeof require === 'function' ? require('node:worker_threads').parentPort : globalThis as unknown as Port;
const describe = (error: unknown): string => String((error as Error)?.stack ?? error);

let linker: Linker;
let words: Int32Array;
let stop: number;

function take(order: Order): void {
  switch (order.op) {
    case 'start':
      words = new Int32Array(order.memory.buffer);
      stop = order.stop;
      linker = new Linker(order.memory, order.place, order.modules, order.faults);
      for (const kind of order.kinds) linker.link(kind);
      break;
    case 'link': linker.link(order.kind); break;
    case 'unlink': linker.unlink(order.entry, order.count); break;
  }
}

port.onmessage = ({ data }) => {
  let failure: string | null = null;
  try {
    take(data);
  } catch (error) {
    failure = describe(error);
  }
  port.postMessage({ done: true, error: failure });
  if (linker === undefined || Atomics.sub(words, stop, 1) !== 1) return;
  try {
    linker.run();
  } catch (error) {
    port.postMessage({ done: false, error: describe(error) });
  }
};
