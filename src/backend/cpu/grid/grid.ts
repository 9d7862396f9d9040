/** A grid that a crew of threads keeps stepping: the host's side. */
import { FaultRecord, faultKinds, scratchBytes } from '../../../engine/abi.ts';
import type { GridAnswer, GridCommand, GridOrder, GridSpec, PersistentGrid } from '../../../engine/grid.ts';
import type { SharedHeap } from '../../../engine/heap.ts';
import { fail, reasonOf } from '../../../error/index.ts';
import { hostMemory, type RawMemory } from '../../../queue/memory.ts';
import { startThread, type Thread } from '../worker-thread.ts';
import { Orders, type Posting } from './commands.ts';
import { Ground, GridPlan } from './plan.ts';
import { head, laneCapacity, laneCount, lanes, place, placeAt, post, rouse, tile, tileAt } from './protocol.ts';
import { dealTiles } from './tiles.ts';
import type { GridPart } from './worker.ts';

interface Waiting {
  readonly command: Exclude<GridCommand, { readonly op: 'progress' }>;
  readonly hold: boolean;
  readonly resolve: (answer: GridAnswer) => void;
  readonly reject: (cause: unknown) => void;
}

interface Lane {
  /** Commands that have no place yet. */
  readonly backlog: Waiting[];
  /** Commands with a place, in order; each goes when it is answered. */
  readonly posted: (Waiting & { readonly posting: Posting; readonly number: number })[];
  next: number;
}

interface GridSettings {
  /** Threads. Default: those of the context. */
  readonly threads: number;
  /** Layers of a tile; 0: as suits the machine. */
  readonly rows: number;
  /** Steps that are decided ahead, which commands come behind. More than one let a tile go several steps while its cells are in the cache. */
  readonly window: number;
}

const bounds: Readonly<Record<keyof GridSettings, readonly [number, number]>> = { threads: [1, 256], rows: [0, 2 ** 20], window: [1, 1024] };

function settingsOf(given: Readonly<Record<string, unknown>>, threads: number, cells: number): GridSettings {
  const byDefault: GridSettings = { threads, rows: 0, window: cells >= 2 ** 21 ? 8 : cells >= 2 ** 16 ? 4 : 16 };
  for (const [name, value] of Object.entries(given)) {
    const range = bounds[name as keyof GridSettings] as readonly [number, number] | undefined;
    if (range === undefined) throw fail('InvalidConfig', { option: `grid setting '${name}'`, value: String(value), reason: `A grid on the CPU knows ${Object.keys(bounds).join(', ')}.` });
    if (!Number.isInteger(value) || (value as number) < range[0] || (value as number) > range[1]) throw fail('InvalidConfig', { option: `grid setting '${name}'`, value: String(value), reason: `It is a whole number from ${range[0]} to ${range[1]}.` });
  }
  return { ...byDefault, ...given };
}

interface Member {
  readonly thread: Thread;
  readonly fault: number;
  readonly stop: number;
}

export class CpuGrid implements PersistentGrid {
  readonly facts: Readonly<Record<string, number | boolean>>;
  readonly #spec: GridSpec;
  readonly #heap: SharedHeap;
  readonly #ground: Ground;
  readonly #plan: GridPlan;
  readonly #orders: Orders;
  readonly #m: RawMemory;
  readonly #members: Member[] = [];
  readonly #lanes: readonly Lane[] = Array.from({ length: laneCount }, () => ({ backlog: [], posted: [], next: 0 }));
  readonly #ended: (grid: CpuGrid) => void;
  /** What threads may still work on until they have ended. */
  readonly #unanswered: Posting[] = [];
  #known = 0;
  #watching = false;
  #failure: unknown = null;
  #closed = false;
  #ending: Promise<void> | null = null;

  private constructor(spec: GridSpec, heap: SharedHeap, ground: Ground, plan: GridPlan, { threads, window }: GridSettings, ended: (grid: CpuGrid) => void) {
    this.#ended = ended;
    this.#spec = spec;
    this.#heap = heap;
    this.#ground = ground;
    this.#plan = plan;
    this.#orders = new Orders(plan, heap);
    this.#m = hostMemory(heap.views);
    const { from, to } = plan.tiles[0]!;
    this.facts = { threads: Math.min(threads, plan.tiles.length), tiles: plan.tiles.length, rows: to - from, window, period: plan.period };
  }

  /** `threads`: how many, where the description does not say; `ended`: called when it is closed. */
  static async open(spec: GridSpec, heap: SharedHeap, threads: number, ended: (grid: CpuGrid) => void = () => undefined): Promise<CpuGrid> {
    const settings = settingsOf(spec.settings ?? {}, threads, spec.size.reduce((a, b) => a * b, 1));
    const ground = new Ground(heap);
    let grid: CpuGrid | null = null;
    try {
      grid = new CpuGrid(spec, heap, ground, await GridPlan.make(spec, ground, settings.threads, settings.rows), settings, ended);
      await grid.#start(settings);
      return grid;
    } catch (cause) {
      if (grid !== null) await grid[Symbol.asyncDispose]();
      else ground.free();
      throw cause;
    }
  }

  async #start({ threads, window }: GridSettings): Promise<void> {
    const { fields, tiles, kernels, head: at, period, padded } = this.#plan;
    const { dims, halo, size } = this.#spec;
    const deal = dealTiles(tiles.length, threads);
    await Promise.all(deal.map(async (own, thread) => {
      const part: GridPart = {
        head: at, thread, tiles, own, window, period, kernels: kernels.map(({ code }) => code), fields,
        cleared: this.#spec.fields.flatMap(({ role }, f) => (role === 'still' ? [] : [f])),
        shape: { dims, w: size[0]!, h: size[1]!, halo, haloZ: dims === 3 ? halo : 0, paddedW: padded[0]!, paddedH: padded[1]! },
        scratch: this.#ground.take(scratchBytes), fault: this.#ground.take(FaultRecord.size), stop: this.#ground.take(4) >> 2,
      };
      let ready: (error: string | null) => void = () => undefined;
      const started = new Promise<void>((resolve, reject) => {
        ready = (error) => (error === null ? resolve() : reject(fail('CompilationFailed', { kernel: this.#spec.id, log: error })));
      });
      const member = await startThread(`ringkernel grid ${thread}`, {
        answer: (answer) => {
          if (answer.done) ready(answer.error);
          else this.#broke(this.#faultOf(answer.error));
        },
        ended: (cause) => {
          ready(cause.message);
          this.#broke(fail('EngineLost', { backend: 'cpu', reason: reasonOf(cause) }, cause));
        },
      });
      this.#members.push({ thread: member, fault: part.fault, stop: part.stop });
      Atomics.add(this.#heap.views.i32, part.stop, 1);
      member.hold();
      member.post({ op: 'grid', memory: this.#heap.memory, part });
      await started;
      member.release();
    }));
  }

  /** What a thread's own words about its end mean. */
  #faultOf(text: string): Error {
    const kind = this.#members.map(({ fault }) => this.#heap.views.u32[fault >> 2]!).find((k) => k !== 0);
    return fail('DeviceError', {
      call: `The grid '${this.#spec.id}'`, backend: 'cpu', text: kind === undefined ? `it trapped: ${text}` : `it trapped (${faultKinds[kind]!})`,
      hint: 'Check indices against the sizes of the buffers.',
    });
  }

  get step(): number {
    if (this.#closed) return this.#known;
    const { u32 } = this.#heap.views;
    // Tiles count in 32 bits; answers have told the rest.
    const least = Math.min(...this.#plan.tiles.map(({ index }) => (u32[(tileAt(this.#plan.head, index) + tile.clock) >> 2]! - this.#known) | 0));
    return this.#known + least;
  }

  command(command: GridCommand, { urgent = false, hold = false }: GridOrder = {}): Promise<GridAnswer> {
    if (this.#failure !== null || this.#closed) return Promise.reject(this.#end());
    if (command.op === 'progress') return Promise.resolve({ step: this.step, running: this.#running() });
    if (command.op === 'run' && !(Number.isInteger(command.steps) && command.steps >= 0 && command.steps <= 0xffff_ffff)) {
      return Promise.reject(fail('InvalidConfig', { option: 'steps', value: command.steps, reason: 'It is a whole number from 0 to 4294967295.' }));
    }
    return new Promise((resolve, reject) => {
      const lane = urgent ? lanes.urgent : lanes.normal;
      this.#lanes[lane]!.backlog.push({ command, hold, resolve, reject });
      this.#fill(lane);
      void this.#watch();
    });
  }

  /** Threads that are asleep at this moment. */
  get sleeping(): number {
    return Atomics.load(this.#heap.views.i32, (this.#plan.head + head.sleepers) >> 2);
  }

  #running(): boolean {
    const { u32 } = this.#heap.views;
    const word = (offset: number): number => Atomics.load(u32, (this.#plan.head + offset) >> 2);
    return word(head.paused) === 0 && (word(head.playing) !== 0 || word(head.remaining) !== 0 || word(head.remaining + 4) !== 0);
  }

  /** Posts what waits, as far as there are places. */
  #fill(number: number): void {
    const lane = this.#lanes[number]!;
    while (lane.backlog.length > 0 && lane.posted.length < laneCapacity) {
      const waiting = lane.backlog.shift()!;
      try {
        const posting = this.#orders.prepare(waiting.command);
        post(this.#m, this.#plan.head, number, lane.next, { ...posting, hold: waiting.hold });
        lane.posted.push({ ...waiting, posting, number: lane.next });
        lane.next = (lane.next + 1) >>> 0;
      } catch (cause) {
        waiting.reject(cause);
      }
    }
  }

  /** Hands out answers until no command is under way. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    const answers = (this.#plan.head + head.answers) >> 2;
    for (const { thread } of this.#members) thread.hold();
    for (;;) {
      const seen = Atomics.load(this.#heap.views.i32, answers);
      if (this.#failure !== null || this.#closed) break;
      this.#collect();
      if (this.#lanes.every(({ posted }) => posted.length === 0)) break;
      await changed(this.#heap.views.i32, answers, seen);
    }
    for (const { thread } of this.#members) thread.release();
    this.#watching = false;
  }

  #collect(): void {
    const { u32 } = this.#heap.views;
    this.#lanes.forEach((lane, number) => {
      while (lane.posted.length > 0) {
        const { posting, number: n, resolve } = lane.posted[0]!;
        const at = placeAt(this.#plan.head, number, n);
        if (this.#m.loadAcquire(at + place.answered) === 0) break;
        lane.posted.shift();
        const step = u32[(at + place.stepHigh) >> 2]! * 2 ** 32 + u32[(at + place.step) >> 2]!;
        this.#known = step;
        const answer = { step, ...posting.answer() };
        posting.free();
        resolve(answer);
      }
      this.#fill(number);
    });
  }

  #end(): unknown {
    return this.#failure ?? fail('KernelTerminated', { kernel: this.#spec.id, reason: 'the grid was closed' });
  }

  /** Nobody gets an answer any more. */
  #rejectAll(): void {
    for (const lane of this.#lanes) {
      this.#unanswered.push(...lane.posted.map(({ posting }) => posting));
      for (const { reject } of [...lane.posted.splice(0), ...lane.backlog.splice(0)]) reject(this.#end());
    }
    // Whoever waits for answers looks again.
    Atomics.add(this.#heap.views.i32, (this.#plan.head + head.answers) >> 2, 1);
    Atomics.notify(this.#heap.views.i32, (this.#plan.head + head.answers) >> 2);
  }

  #broke(cause: unknown): void {
    if (this.#closed || this.#failure !== null) return;
    // What has been answered was done.
    this.#collect();
    this.#failure = cause;
    // The other threads wait for a neighbour that will not come.
    Atomics.store(this.#heap.views.i32, (this.#plan.head + head.broken) >> 2, 1);
    rouse(this.#m, this.#plan.head);
    this.#rejectAll();
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (this.#ending === null) {
      this.#known = this.step;
      this.#closed = true;
      this.#ending = this.#close();
    }
    return this.#ending;
  }

  async #close(): Promise<void> {
    this.#rejectAll();
    for (const { stop } of this.#members) Atomics.add(this.#heap.views.i32, stop, 1);
    rouse(this.#m, this.#plan.head);
    await Promise.all(this.#members.map(({ thread }) => thread.terminate()));
    for (const posting of this.#unanswered.splice(0)) posting.free();
    this.#ground.free();
    this.#ended(this);
  }
}

/** Resolves when the word no longer holds `seen`. */
async function changed(words: Int32Array, word: number, seen: number): Promise<void> {
  const { waitAsync } = Atomics as unknown as { waitAsync?(w: Int32Array, i: number, v: number): { readonly async: boolean; readonly value: Promise<string> | string } };
  if (waitAsync === undefined) return new Promise((resolve) => { setTimeout(resolve, 0); });
  const outcome = waitAsync.call(Atomics, words, word, seen);
  if (outcome.async) await outcome.value;
}
