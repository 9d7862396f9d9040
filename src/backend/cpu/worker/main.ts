/**
 * A worker thread: takes orders one at a time, and runs actors or jobs between them. The host adds 1 to the
 * word `stop` before it posts an order; the loop ends when it sees that, and is entered again when
 * all orders are done.
 */
import { breakDown, GridWorker, type GridPart } from '../grid/worker.ts';
import { Crew, type CrewKernel } from './crew.ts';
import { Linker, type EngineModules, type FaultNumbers, type KindOrder, type WorkerPlace } from './linker.ts';

export type Order =
  | {
    readonly op: 'start'; readonly memory: WebAssembly.Memory; readonly place: WorkerPlace; readonly modules: EngineModules;
    readonly faults: FaultNumbers; readonly kinds: readonly KindOrder[];
    /** Word index of `stop` in the memory. */
    readonly stop: number;
  }
  | {
    /** This thread serves a board of jobs instead of actors. */
    readonly op: 'crew'; readonly memory: WebAssembly.Memory; readonly board: number; readonly thread: number; readonly scratch: number; readonly fault: number;
    readonly kernels: readonly CrewKernel[]; readonly stop: number;
  }
  /** This thread steps tiles of a persistent grid. */
  | { readonly op: 'grid'; readonly memory: WebAssembly.Memory; readonly part: GridPart }
  | { readonly op: 'kernel'; readonly kernel: CrewKernel }
  | { readonly op: 'dropKernel'; readonly index: number }
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

// Bundlers give every file a `require`; only a browser's worker has this.
const port: Port = 'WorkerGlobalScope' in globalThis ? globalThis as unknown as Port : require!('node:worker_threads').parentPort;
const describe = (error: unknown): string => String((error as Error)?.stack ?? error);

let linker: Linker;
let crew: Crew;
/** What runs between orders. */
let run: (() => void) | undefined;
let words: Int32Array;
let stop: number;

function take(order: Order): void {
  switch (order.op) {
    case 'start':
      words = new Int32Array(order.memory.buffer);
      stop = order.stop;
      linker = new Linker(order.memory, order.place, order.modules, order.faults);
      for (const kind of order.kinds) linker.link(kind);
      run = () => linker.run();
      break;
    case 'crew':
      words = new Int32Array(order.memory.buffer);
      stop = order.stop;
      crew = new Crew(order.memory, order.board, order.thread, order.scratch, order.fault, order.stop);
      for (const kernel of order.kernels) crew.link(kernel);
      run = () => crew.run();
      break;
    case 'grid': {
      words = new Int32Array(order.memory.buffer);
      stop = order.part.stop;
      const grid = new GridWorker(order.memory, order.part);
      run = () => {
        try {
          grid.run();
        } catch (error) {
          breakDown(order.memory, order.part);
          throw error;
        }
      };
      break;
    }
    case 'kernel': crew.link(order.kernel); break;
    case 'dropKernel': crew.unlink(order.index); break;
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
  if (run === undefined || Atomics.sub(words, stop, 1) !== 1) return;
  try {
    run();
  } catch (error) {
    port.postMessage({ done: false, error: describe(error) });
  }
};
