import { FaultRecord, faultKinds, faultNumber, scratchBytes } from '../../engine/abi.ts';
import type { SharedHeap } from '../../engine/heap.ts';
import { fail } from '../../error/index.ts';
import { board, Crew, job, rouse, type CrewCode, type CrewKernel } from './worker/crew.ts';
import type { Order } from './worker/main.ts';
import { startThread, type Thread } from './worker-thread.ts';

const boardBytes = (board.jobs + board.capacity * board.jobWords) * 4;
/** Portions per thread: enough to even out unequal ones, few enough to cost nothing. */
const portionsPerThread = 8;

const turn = (): Promise<void> => new Promise((resolve) => {
  if (typeof setImmediate === 'function') setImmediate(resolve);
  else setTimeout(resolve, 0);
});

/** A launch, ready to be posted. */
export interface Job {
  readonly kernel: number;
  readonly args: number;
  readonly grid: readonly [number, number, number];
}

interface Member {
  readonly scratch: number;
  readonly fault: number;
  readonly stop: number;
  thread: Thread | null;
  readonly pending: { resolve(): void; reject(cause: Error): void }[];
}

/** The threads that run global kernels, as the host sees them; or none, and then jobs run where they are posted. */
export class JobBoard {
  readonly #heap: SharedHeap;
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #address: number;
  readonly #members: readonly Member[];
  /** Runs jobs on this thread, where there are no others. */
  readonly #own: Crew | null;
  readonly #regions: readonly { readonly scratch: number; readonly fault: number }[];
  readonly #kernels = new Map<number, CrewKernel>();
  #nextKernel = 0;
  #posted = 0;
  /** The last job that is to be posted: those behind it wait for their turn. */
  #posting: Promise<void> = Promise.resolve();
  #started: Promise<void> | null = null;
  #broken: Error | null = null;

  /** `threads` 0: on this thread. */
  constructor(heap: SharedHeap, threads: number) {
    this.#heap = heap;
    this.#address = heap.allocate(boardBytes);
    this.#at = this.#address >> 2;
    this.#words = heap.views.i32;
    const regions = Array.from({ length: Math.max(1, threads) }, () => ({ scratch: heap.allocate(scratchBytes), fault: heap.allocate(FaultRecord.size), stop: heap.allocate(4) >> 2 }));
    this.#members = threads === 0 ? [] : regions.map((region) => ({ ...region, thread: null, pending: [] }));
    this.#own = threads === 0 ? new Crew(heap.memory, this.#address, 0, regions[0]!.scratch, regions[0]!.fault, 0) : null;
    this.#regions = regions;
  }

  /** Makes a kernel known to all threads. Returns its number. */
  async link(code: CrewCode): Promise<number> {
    const kernel: CrewKernel = { index: this.#nextKernel++, code };
    this.#kernels.set(kernel.index, kernel);
    this.#own?.link(kernel);
    if (this.#started !== null) {
      await this.#started;
      await this.#order({ op: 'kernel', kernel });
    }
    return kernel.index;
  }

  async unlink(index: number): Promise<void> {
    this.#kernels.delete(index);
    this.#own?.unlink(index);
    if (this.#started !== null) await this.#order({ op: 'dropKernel', index });
  }

  /** Posts a job behind all others, however many wait for room; resolves when it stands on the board. `prepare` runs right before. */
  post(work: Job, prepare: () => void): Promise<void> {
    const placed = this.#posting.then(() => this.#place(work, prepare));
    this.#posting = placed.catch(() => undefined);
    return placed;
  }

  async #place({ kernel, args, grid: [x, y, z] }: Job, prepare: () => void): Promise<void> {
    const total = x * y * z;
    if (total === 0) return;
    await (this.#started ??= this.#start());
    while (this.#members.some((_, i) => ((this.#posted - Atomics.load(this.#words, this.#at + board.passed + i)) | 0) >= board.capacity)) await turn();
    this.#check();
    prepare();
    const at = this.#at + board.jobs + (this.#posted & (board.capacity - 1)) * board.jobWords;
    const words = this.#words;
    words[at + job.kernel] = kernel;
    words[at + job.args] = args;
    words[at + job.x] = x;
    words[at + job.y] = y;
    words[at + job.z] = z;
    words[at + job.total] = total;
    words[at + job.portion] = Math.max(1, Math.ceil(total / (Math.max(1, this.#members.length) * portionsPerThread)));
    Atomics.store(words, at + job.next, 0);
    Atomics.store(words, at + job.left, total);
    this.#posted = (this.#posted + 1) | 0;
    Atomics.store(words, this.#at + board.posted, this.#posted);
    if (this.#own !== null) this.#own.drain();
    else rouse(words, this.#at);
  }

  /** Resolves when every job posted so far is done. Throws if one trapped. */
  async finished(): Promise<void> {
    await this.#posting;
    const goal = this.#posted;
    const done = this.#at + board.done;
    for (const { thread } of this.#members) thread?.hold();
    try {
      for (let seen = Atomics.load(this.#words, done); ((goal - seen) | 0) > 0; seen = Atomics.load(this.#words, done)) {
        this.#check();
        await this.#change(done, seen);
      }
    } finally {
      for (const { thread } of this.#members) thread?.release();
    }
    this.#check();
    const failed = Atomics.exchange(this.#words, this.#at + board.failed, 0);
    if (failed === 0) return;
    const kinds = this.#regions.map(({ fault }) => this.#words[fault >> 2]!).filter((kind) => kind !== 0);
    for (const { fault } of this.#regions) this.#words[fault >> 2] = 0;
    throw fail('DeviceError', {
      call: 'A global kernel', backend: 'cpu', text: `it trapped (${kinds.length > 0 ? faultKinds[kinds[0]!] : 'memory access or arithmetic'})`,
      hint: kinds[0] === faultNumber('divergence') ? 'Every thread of a workgroup must come to a barrier, every lane of 32 to an operation among lanes.' : 'Check indices against the sizes of the buffers.',
    });
  }

  /** Resolves when the word no longer holds `seen`. */
  async #change(word: number, seen: number): Promise<void> {
    for (let i = 0; i < 2000; i++) if (Atomics.load(this.#words, word) !== seen) return;
    const { waitAsync } = Atomics as unknown as { waitAsync?(w: Int32Array, i: number, v: number): { readonly async: boolean; readonly value: Promise<string> | string } };
    if (waitAsync === undefined) return turn();
    const outcome = waitAsync.call(Atomics, this.#words, word, seen);
    if (outcome.async) await outcome.value;
  }

  #check(): void {
    if (this.#broken !== null) throw fail('EngineLost', { backend: 'cpu', reason: this.#broken.message }, this.#broken);
  }

  async #start(): Promise<void> {
    await Promise.all(this.#members.map(async (member, i) => {
      const broken = (cause: Error): void => {
        this.#broken ??= cause;
        Atomics.notify(this.#words, this.#at + board.done);
        for (const order of member.pending.splice(0)) {
          member.thread?.release();
          order.reject(cause);
        }
      };
      member.thread = await startThread(`ringkernel compute ${i}`, {
        answer: (answer) => {
          if (!answer.done) return broken(new Error(answer.error));
          const order = member.pending.shift();
          member.thread?.release();
          if (answer.error === null) order?.resolve();
          else order?.reject(fail('CompilationFailed', { kernel: 'a kernel', log: answer.error }));
        },
        ended: broken,
      });
      await this.#orderOne(member, {
        op: 'crew', memory: this.#heap.memory, board: this.#address, thread: i, scratch: member.scratch, fault: member.fault,
        kernels: [...this.#kernels.values()], stop: member.stop,
      });
    }));
  }

  async #order(order: Order): Promise<void> {
    await Promise.all(this.#members.map((member) => this.#orderOne(member, order)));
  }

  #orderOne(member: Member, order: Order): Promise<void> {
    return new Promise((resolve, reject) => {
      member.pending.push({ resolve, reject });
      member.thread!.hold();
      Atomics.add(this.#words, member.stop, 1);
      rouse(this.#words, this.#at);
      member.thread!.post(order);
    });
  }

  async end(): Promise<void> {
    await this.#started?.catch(() => undefined);
    await Promise.all(this.#members.map(({ thread }) => thread?.terminate()));
  }
}
