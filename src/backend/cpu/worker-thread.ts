import type { Answer, Order } from './worker/main.ts';
import { workerSource } from './worker-source.ts';

/** What Node's and a browser's worker have in common. */
export interface Thread {
  post(order: Order): void;
  /** Something is awaited of the thread: it keeps the process alive until as many `release` have followed. */
  hold(): void;
  release(): void;
  /** Resolves when the thread runs no more. */
  terminate(): Promise<void>;
}

export interface ThreadEvents {
  answer(answer: Answer): void;
  /** The thread ended by itself. */
  ended(cause: Error): void;
}

const isNode = typeof process === 'object' && typeof process.versions?.node === 'string';

/** Whether threads can share memory here: everywhere in Node, in pages only with cross-origin isolation. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === 'function' && (isNode || (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true);
}

/** Starts a thread that takes orders. */
export async function startThread(name: string, events: ThreadEvents): Promise<Thread> {
  return isNode ? nodeThread(name, events) : browserThread(name, events);
}

async function nodeThread(name: string, events: ThreadEvents): Promise<Thread> {
  const { Worker } = await import('node:worker_threads');
  // Loaders and coverage of the surrounding process are none of the thread's business and slow to start.
  const worker = new Worker(workerSource, { eval: true, name, execArgv: [], env: {} });
  let ending = false;
  let holders = 0;
  worker.unref();
  worker.on('message', (answer: Answer) => events.answer(answer));
  worker.on('error', (cause) => { if (!ending) events.ended(cause); });
  worker.on('exit', (code) => { if (!ending) events.ended(new Error(`the worker thread ended with code ${code}`)); });
  return {
    post: (order) => worker.postMessage(order),
    hold: () => { if (holders++ === 0) worker.ref(); },
    release: () => { if (--holders === 0) worker.unref(); },
    async terminate() {
      ending = true;
      // For good: an answer that still arrives releases only what it was awaited for.
      if (holders++ === 0) worker.ref();
      await worker.terminate();
    },
  };
}

async function browserThread(name: string, events: ThreadEvents): Promise<Thread> {
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(url, { name });
  URL.revokeObjectURL(url);
  worker.onmessage = ({ data }: MessageEvent<Answer>) => events.answer(data);
  worker.onerror = (event) => events.ended(new Error(event.message || "the worker did not start; the page's content security policy must allow workers from blob: URLs"));
  return {
    post: (order) => worker.postMessage(order),
    hold: () => undefined,
    release: () => undefined,
    terminate: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}
