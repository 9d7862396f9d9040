/**
 * Global kernels on several threads: the host puts jobs on a board in shared memory, and every thread of the
 * crew takes portions of the job in turn, waits for the others, and goes on to the next, without asking the
 * host in between.
 */

import { mathImports } from '../../../kernel/emit/wasm/math-imports.ts';
import { Divergence, together } from '../../../kernel/lanes.ts';
import { viewsOf, type Views } from '../../../layout/views.ts';

/** Word offsets of the board, from its address. Jobs follow its head. */
export const board = {
  /** Jobs posted so far. */
  posted: 0,
  /** Jobs done so far; on a cache line of its own. */
  done: 16,
  /** 1 + number of the first job that trapped; 0: none. */
  failed: 17,
  /** Threads asleep, and the word they sleep on. */
  sleepers: 32,
  wake: 33,
  /** Jobs each thread has been through. */
  passed: 48,
  /** Most threads of a crew. */
  threads: 256,
  jobs: 304,
  /** Words of a job. */
  jobWords: 16,
  /** Jobs the board has room for. */
  capacity: 64,
} as const;

/** Word offsets of a job. */
export const job = { kernel: 0, args: 1, x: 2, y: 3, z: 4, total: 5, portion: 6, next: 7, left: 8 } as const;

/** A kernel to know: the module of one global kernel and the address of its constants, or its JavaScript. */
export interface CrewKernel {
  readonly index: number;
  readonly code: CrewCode;
}
export type CrewCode =
  | { readonly module: WebAssembly.Module; readonly constants: number }
  | { readonly script: string; readonly constants: readonly ArrayBufferView[] };

/** Runs workgroups `first` to `first + count` of a launch of `x * y * z`; `args`: address of the arguments. */
export type Run = (args: number, x: number, y: number, z: number, first: number, count: number) => void;

/** Makes kernels runnable on this thread; `scratch`, `fault`: its regions. */
export function kernelLinker(memory: WebAssembly.Memory, scratch: number, fault: number): (code: CrewCode) => Run {
  const constant = (value: number): WebAssembly.Global => new WebAssembly.Global({ value: 'i32', mutable: false }, value);
  const imports = { memory, scratch: constant(scratch), fault: constant(fault) };
  return (code) => {
    if ('script' in code) {
      const trap = (kind: string): never => { throw new Error(kind); };
      const make = new Function('rk', code.script) as (given: object) => { run: Run };
      const over = (views: Views): Run => make({ views, math: mathImports, together, constants: code.constants, fault: trap }).run;
      let buffer = memory.buffer;
      let run = over(viewsOf(buffer));
      return (...args) => {
        // The memory may have grown: what was allocated since lies beyond the old views.
        if (memory.buffer !== buffer) run = over(viewsOf(buffer = memory.buffer));
        run(...args);
      };
    }
    return new WebAssembly.Instance(code.module, { rk: { ...imports, constants: constant(code.constants) }, math: mathImports }).exports['run'] as Run;
  };
}

/** Number of the fault in `faultKinds`. */
const divergence = 9;

/** Looks at the board before a thread sleeps. */
const looks = 20_000;

export class Crew {
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #stop: number;
  readonly #passed: number;
  readonly #fault: number;
  readonly #link: (code: CrewCode) => Run;
  readonly #kernels: (Run | undefined)[] = [];
  /** Jobs this thread has been through. */
  #seen: number;
  /** What the last trap said. */
  trap = '';

  /** `address` of the board; `scratch`, `fault`: this thread's regions; `stop`: word that ends `run`, 0: none. */
  constructor(memory: WebAssembly.Memory, address: number, thread: number, scratch: number, fault: number, stop: number) {
    this.#passed = (address >> 2) + board.passed + thread;
    this.#words = new Int32Array(memory.buffer);
    this.#link = kernelLinker(memory, scratch, fault);
    this.#fault = fault;
    this.#at = address >> 2;
    this.#stop = stop;
    this.#seen = Atomics.load(this.#words, this.#at + board.done);
  }

  link({ index, code }: CrewKernel): void {
    this.#kernels[index] = this.#link(code);
  }

  unlink(index: number): void {
    this.#kernels[index] = undefined;
  }

  /** Works until `stop` is set. */
  run(): void {
    const words = this.#words;
    const posted = this.#at + board.posted;
    const done = this.#at + board.done;
    while (this.#stopped() === 0) {
      const seen = this.#seen;
      if (Atomics.load(words, posted) === seen) {
        this.#sleep(posted, seen);
        continue;
      }
      this.#work(seen);
      while (Atomics.load(words, done) === seen) {
        if (this.#stopped() !== 0) return;
        this.#sleep(done, seen);
      }
      this.#pass();
    }
  }

  /** All posted jobs, on this thread alone. */
  drain(): void {
    const words = this.#words;
    while (Atomics.load(words, this.#at + board.posted) !== this.#seen) {
      this.#work(this.#seen);
      this.#pass();
    }
  }

  /** Goes on to the next job; the place of this one may be used again. */
  #pass(): void {
    this.#seen = (this.#seen + 1) | 0;
    Atomics.store(this.#words, this.#passed, this.#seen);
  }

  #stopped(): number {
    return this.#stop === 0 ? 0 : Atomics.load(this.#words, this.#stop);
  }

  /** Takes portions of one job until there are none. */
  #work(number: number): void {
    const words = this.#words;
    const at = this.#at + board.jobs + (number & (board.capacity - 1)) * board.jobWords;
    const word = (offset: number): number => words[at + offset]!;
    const run = this.#kernels[word(job.kernel)]!;
    const total = word(job.total);
    const portion = word(job.portion);
    let mine = 0;
    for (;;) {
      const first = Atomics.add(words, at + job.next, portion);
      if (first >= total) break;
      const count = Math.min(portion, total - first);
      try {
        run(word(job.args), word(job.x), word(job.y), word(job.z), first, count);
      } catch (error) {
        this.trap = String((error as Error).message);
        if (error instanceof Divergence) words[this.#fault >> 2] = divergence;
        Atomics.compareExchange(words, this.#at + board.failed, 0, (number + 1) | 0);
      }
      mine += count;
    }
    // Who finishes last announces it. A thread that came too late for any portion announces nothing.
    if (mine === 0 || Atomics.sub(words, at + job.left, mine) !== mine) return;
    Atomics.store(words, this.#at + board.done, (number + 1) | 0);
    Atomics.notify(words, this.#at + board.done);
    rouse(words, this.#at);
  }

  /** While the word holds `value`: looks for a while, then sleeps until something changes. */
  #sleep(word: number, value: number): void {
    const words = this.#words;
    for (let i = 0; i < looks; i++) if (Atomics.load(words, word) !== value) return;
    Atomics.add(words, this.#at + board.sleepers, 1);
    const ticket = Atomics.load(words, this.#at + board.wake);
    if (Atomics.load(words, word) === value && this.#stopped() === 0) Atomics.wait(words, this.#at + board.wake, ticket);
    Atomics.sub(words, this.#at + board.sleepers, 1);
  }
}

/** Wakes the threads that sleep, after what they wait for has been stored. `at`: word index of the board. */
export function rouse(words: Int32Array, at: number): void {
  if (Atomics.load(words, at + board.sleepers) === 0) return;
  Atomics.add(words, at + board.wake, 1);
  Atomics.notify(words, at + board.wake);
}
