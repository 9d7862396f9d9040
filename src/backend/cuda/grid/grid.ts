/** The host's side of a persistent grid on CUDA: writes commands, reads answers, brings the kernel in and out. */
import { fail } from '../../../error/index.ts';
import type { GridAnswer, GridArray, GridCommand, GridOrder, GridSpec, PersistentGrid } from '../../../engine/grid.ts';
import { systemTime } from '../../../clock/time.ts';
import { offsetOf } from '../../../layout/access.ts';
import type { Device } from '../device.ts';
import { functionAttributes } from '../functions.ts';
import type { DeviceBlock, MappedBlock } from '../memory.ts';
import type { Quiet, Resident } from '../pause.ts';
import { arrayOf, encode, homeOf } from './encode.ts';
import { fixedShared, planGrid, type GridPlan } from './plan.ts';
import { bitsOf, entry, gridSource, sourceWords } from './source.ts';
import { answerBytes, entryBytes, GridControl, GridParts, holdFlag, laneSlots, logSlots, shareSlots, slotBytes } from './structures.ts';

/** Microseconds of looking for an answer before the event loop gets a turn; milliseconds before a timer takes over. */
const spinFor = 60;
const hotFor = 4;
/** Milliseconds between two looks of the timer. */
const slowly = 1;
/** Milliseconds until a kernel that does not leave its loop counts as stuck. */
const patience = 5000;

interface Waiting {
  readonly resolve: (answer: GridAnswer) => void;
  readonly reject: (cause: unknown) => void;
  /** What the answer needs beside its words. */
  readonly finish: (step: number, running: boolean, number: number) => GridAnswer | Promise<GridAnswer>;
}

interface Post {
  readonly slots: readonly Uint32Array[];
  readonly waiting: Waiting;
}

interface Lane {
  /** Slots written and answers read. */
  sent: number;
  read: number;
  /** For each slot on its way; null: a part of a command whose last part answers. */
  readonly expected: (Waiting | null)[];
  /** Commands that wait for room in the ring. */
  readonly queue: Post[];
}

const control = { stop: offsetOf(GridControl, 'stop') >> 2, step: offsetOf(GridControl, 'step') >> 3 } as const;

/** Grids of each device that are not ended. */
const open = new WeakMap<Device, Set<CudaGrid>>();

export class CudaGrid implements PersistentGrid, Resident {
  readonly #device: Device;
  readonly #plan: GridPlan;
  readonly #stream: bigint;
  readonly #lanes: readonly [Lane, Lane] = [{ sent: 0, read: 0, expected: [], queue: [] }, { sent: 0, read: 0, expected: [], queue: [] }];
  readonly #blocks: DeviceBlock[] = [];
  readonly #mapped: { readonly commands: MappedBlock; readonly answers: MappedBlock; readonly control: MappedBlock; readonly shares: MappedBlock };
  readonly #parts: DeviceBlock;
  /** Device memory that snapshots and loads went through, by its size. */
  readonly #idle = new Map<number, DeviceBlock[]>();
  readonly #copies: bigint;
  #module = 0n;
  #function = 0n;
  #running = false;
  #ended: Error | null = null;
  #reading = false;

  private constructor(device: Device, plan: GridPlan) {
    this.#device = device;
    this.#plan = plan;
    this.#stream = device.createStream();
    this.#copies = device.createStream();
    const { mapped } = device;
    this.#mapped = {
      commands: mapped.allocate(2 * laneSlots * slotBytes), answers: mapped.allocate(2 * laneSlots * answerBytes),
      control: mapped.allocate(GridControl.size), shares: mapped.allocate(shareSlots * plan.workers * 8),
    };
    this.#parts = this.#give(GridParts.size);
  }

  static async open(device: Device, spec: GridSpec): Promise<CudaGrid> {
    const plan = planGrid(spec, device.facts);
    const code = await device.compiler.compile(gridSource(plan), device.facts.architecture, spec.id);
    const grid = new CudaGrid(device, plan);
    try {
      await grid.#prepare();
      await device.gate.quiet((quiet) => grid.#load(quiet, code));
    } catch (cause) {
      grid.#release();
      throw cause;
    }
    return grid;
  }

  get step(): number {
    const { piece, offset } = this.#mapped.control;
    return Number(piece.views.u64[(offset >> 3) + control.step]!);
  }

  get facts(): Readonly<Record<string, number | boolean>> {
    const { workers, threads, most, tile, buffers, shared, ahead } = this.#plan;
    return { workers, threads, layers: most, tileBytes: tile * buffers * 4, buffers, shared, ahead };
  }

  // ---------------------------------------------------------------- memory

  #give(bytes: number): DeviceBlock {
    const block = this.#device.heap.allocate(bytes);
    this.#blocks.push(block);
    return block;
  }

  /** Allocates what the kernel works on and writes the fields as they are at step 0. */
  async #prepare(): Promise<void> {
    const { heap } = this.#device;
    const plan = this.#plan;
    const { spec } = plan;
    const homes = this.#give(plan.fields.length * plan.home * 4);
    const edge = spec.boundary.rule === 'fixed' ? spec.boundary.value : 0;
    if (edge !== 0) for (const f of plan.fields) if (f.role !== 'still') heap.write(homes.address + BigInt(f.index * plan.home * 4), homeOf(plan, f.index, null));
    const params = this.#give((spec.params.length + 1) * 4);
    heap.write(params.address, Uint32Array.from([...spec.values.map((v, i) => bitsOf(spec.params[i]!.type.name as 'f32', v)), bitsOf('f32', spec.speed)]));
    const haloed = plan.fields.filter((f) => f.halo >= 0).length;
    const grant = this.#give(256);
    const words: Record<string, bigint | number> = {
      commands: this.#mapped.commands.address, answers: this.#mapped.answers.address, control: this.#mapped.control.address, shares: this.#mapped.shares.address,
      grant: grant.address, flags: this.#give(plan.workers * 8).address, log: this.#give(logSlots * entryBytes).address,
      halos: this.#give(Math.max(8, 2 * plan.workers * 2 * haloed * spec.halo * plan.columns * 8)).address,
      homes: homes.address, params: params.address, sources: this.#give(plan.workers * sourceWords * 4).address, conductor: this.#give(4096).address,
      tiles: plan.shared ? 0n : this.#give(plan.workers * plan.buffers * plan.tile * 4).address, ahead: plan.ahead,
    };
    const image = new DataView(new ArrayBuffer(GridParts.size));
    for (const [name, value] of Object.entries(words)) {
      if (typeof value === 'bigint') image.setBigUint64(offsetOf(GridParts, name), value, true);
      else image.setUint32(offsetOf(GridParts, name), value, true);
    }
    heap.write(this.#parts.address, image);
  }

  /** Device memory for what a command carries, its own until it is answered. */
  #borrow(bytes: number): DeviceBlock {
    const known = this.#idle.get(bytes)?.pop();
    if (known !== undefined) return known;
    const block = this.#give(bytes);
    // It is zeroed in the stream's order, and the kernel stands in none.
    this.#device.heap.settle();
    return block;
  }

  #return(bytes: number, block: DeviceBlock): void {
    const list = this.#idle.get(bytes);
    if (list === undefined) this.#idle.set(bytes, [block]);
    else list.push(block);
  }

  // ---------------------------------------------------------------- commands

  command(command: GridCommand, order: GridOrder = {}): Promise<GridAnswer> {
    const lane = order.urgent === true ? 1 : 0;
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) throw this.#ended;
      this.#device.use();
      // What is refused is refused before anything is set aside for it.
      let words = encode(this.#plan, command, 0n);
      let block: DeviceBlock | null = null;
      if (command.op === 'snapshot' || command.op === 'load') {
        const values = command.op === 'load' ? homeOf(this.#plan, command.field, command.values) : null;
        block = this.#borrow(values === null ? this.#cells * 4 : this.#plan.home * 4);
        if (values !== null) this.#device.heap.write(block.address, values);
        words = encode(this.#plan, command, block.address);
      }
      const finish = this.#finisher(command, block);
      const slots = words.map((w, k) => Uint32Array.of(w[0]!, k + 1 < words.length || order.hold === true ? holdFlag : 0, ...w.slice(1)));
      this.#lanes[lane].queue.push({ slots, waiting: { resolve, reject, finish } });
      this.#flush(lane);
      this.#read();
    });
  }

  get #cells(): number {
    return this.#plan.columns * this.#plan.layers;
  }

  #finisher(command: GridCommand, block: DeviceBlock | null): Waiting['finish'] {
    switch (command.op) {
      case 'progress': return (step, running) => ({ step, running });
      case 'measure': return (step, _running, number) => {
        const { piece, offset } = this.#mapped.shares;
        const first = (offset >> 3) + (number % shareSlots) * this.#plan.workers;
        let value = 0;
        for (let k = 0; k < this.#plan.workers; k++) value += piece.views.f64[first + k]!;
        return { step, value };
      };
      case 'snapshot': return (step) => {
        const copy = this.#download(command.field, block!).then((cells) => ({ step, cells }));
        this.#downloads.add(copy);
        return copy.finally(() => this.#downloads.delete(copy));
      };
      case 'load': return (step) => {
        this.#return(this.#plan.home * 4, block!);
        return { step };
      };
      default: return (step) => ({ step });
    }
  }

  /** Copies under way: the stream they are on must outlive them. */
  readonly #downloads = new Set<Promise<GridAnswer>>();

  async #download(field: number, block: DeviceBlock): Promise<GridArray> {
    const cells = arrayOf(this.#plan, field, this.#cells);
    this.#device.driver.call('copyToHost', cells, block.address, cells.byteLength, this.#copies);
    await this.#device.finished(this.#copies);
    this.#return(cells.byteLength, block);
    return cells;
  }

  #flush(which: 0 | 1): void {
    const lane = this.#lanes[which];
    const { piece, offset } = this.#mapped.commands;
    const { u32, i32 } = piece.views;
    while (lane.queue.length > 0 && lane.sent - lane.read + lane.queue[0]!.slots.length <= laneSlots) {
      const { slots, waiting } = lane.queue.shift()!;
      slots.forEach((words, k) => {
        const slot = (offset + (which * laneSlots + (lane.sent % laneSlots)) * slotBytes) >> 2;
        const stamp = ++lane.sent;
        for (let c = 0; c < 4; c++) for (let w = 0; w < 3; w++) u32[slot + 4 * c + 1 + w] = words[3 * c + w] ?? 0;
        for (let c = 0; c < 4; c++) Atomics.store(i32, slot + 4 * c, stamp | 0);
        lane.expected.push(k + 1 < slots.length ? null : waiting);
      });
    }
  }

  /** Takes the answers that are there; whether there were any. */
  #take(): boolean {
    const { piece, offset } = this.#mapped.answers;
    const { u32, i32 } = piece.views;
    let any = false;
    for (const which of [1, 0] as const) {
      const lane = this.#lanes[which];
      while (lane.expected.length > 0) {
        const slot = (offset + (which * laneSlots + (lane.read % laneSlots)) * answerBytes) >> 2;
        const stamp = (lane.read + 1) | 0;
        if (Atomics.load(i32, slot) !== stamp || Atomics.load(i32, slot + 4) !== stamp) break;
        lane.read++;
        any = true;
        const step = u32[slot + 1]! + u32[slot + 2]! * 2 ** 32;
        const [running, number] = [u32[slot + 3] === 1, u32[slot + 5]!];
        const waiting = lane.expected.shift();
        if (waiting === null || waiting === undefined) continue;
        try {
          const answer = waiting.finish(step, running, number);
          if (answer instanceof Promise) answer.then(waiting.resolve, waiting.reject);
          else waiting.resolve(answer);
        } catch (cause) {
          waiting.reject(cause);
        }
      }
      this.#flush(which);
    }
    return any;
  }

  get #outstanding(): boolean {
    return this.#lanes.some((l) => l.expected.length > 0 || l.queue.length > 0);
  }

  /** Reads answers until none is owed: spinning at first, then between turns of the event loop, then now and then. */
  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    queueMicrotask(() => this.#look(performance.now()));
  }

  #look(since: number): void {
    try {
      const start = performance.now();
      for (;;) {
        if (this.#take()) since = performance.now();
        if (!this.#outstanding) { this.#reading = false; return; }
        if ((performance.now() - start) * 1000 > spinFor) break;
      }
      this.#alive();
      const again = (): void => this.#look(since);
      if (performance.now() - since < hotFor) setImmediate(again);
      else setTimeout(again, slowly);
    } catch (cause) {
      this.#reading = false;
      this.#end(cause as Error);
    }
  }

  /** Throws when the kernel is gone though nobody asked it to leave. */
  #alive(): void {
    this.#device.use();
    if (this.#ended !== null) throw this.#ended;
    if (!this.#running || this.#leaving || !this.#device.idle(this.#stream)) return;
    const gone = fail('EngineEnded', { blocks: this.#plan.workers + 1, pauses: this.#device.gate.pauses });
    this.#device.lose(gone);
    throw gone;
  }

  /** Nobody is answered any more. */
  #end(cause: Error): void {
    this.#ended ??= cause;
    for (const lane of this.#lanes) {
      for (const waiting of lane.expected.splice(0)) waiting?.reject(cause);
      for (const { waiting } of lane.queue.splice(0)) waiting.reject(cause);
    }
  }

  // ---------------------------------------------------------------- the kernel's comings and goings

  #leaving = false;
  #slice: (() => void) | null = null;

  #load(quiet: Quiet, code: Uint8Array): void {
    const plan = this.#plan;
    const { driver, facts } = this.#device;
    const module = quiet.handle('moduleLoad', code);
    const word = new BigUint64Array(1);
    quiet.call('moduleFunction', word, module, entry);
    this.#module = module;
    this.#function = word[0]!;
    const bytes = this.#sharedBytes;
    if (bytes + fixedShared > facts.attributes.maxSharedPerBlock) quiet.call('functionSetAttribute', this.#function, functionAttributes.maxDynamicShared, bytes);
    const resident = driver.int('occupancy', this.#function, plan.threads, bytes) * facts.attributes.multiprocessors;
    // A block may take a whole multiprocessor: beside others, more of them than there are might wait for each other for ever.
    const others = open.get(this.#device) ?? new Set<CudaGrid>();
    const taken = [...others].reduce((sum, grid) => sum + grid.#plan.workers + 1, 0);
    const room = taken === 0 ? resident : facts.attributes.multiprocessors - taken;
    if (room < plan.workers + 1) {
      quiet.call('moduleUnload', module);
      throw fail('LimitExceeded', { what: 'Blocks of a persistent grid', needed: plan.workers + 1, limit: Math.max(0, room), hint: taken === 0 ? 'Use fewer workers or threads.' : 'End the other persistent grid of this device, or give each fewer `workers`.' });
    }
    open.set(this.#device, others.add(this));
    this.#device.gate.add(this);
  }

  get #sharedBytes(): number {
    return this.#plan.shared ? this.#plan.tile * this.#plan.buffers * 4 : 0;
  }

  get #stop(): { readonly words: Int32Array; readonly at: number } {
    const { piece, offset } = this.#mapped.control;
    return { words: piece.views.i32, at: (offset >> 2) + control.stop };
  }

  async leave(): Promise<void> {
    this.#slice?.();
    this.#slice = null;
    if (!this.#running) return;
    this.#leaving = true;
    const { words, at } = this.#stop;
    Atomics.store(words, at, 1);
    const start = performance.now();
    while (!this.#device.idle(this.#stream)) {
      const waited = performance.now() - start;
      if (waited > 1) {
        await new Promise<void>((resolve) => { setImmediate(resolve); });
        this.#device.use();
      }
      if (waited > patience) {
        const stuck = fail('EngineStuck', { ms: Math.round(waited) });
        this.#device.lose(stuck);
        throw stuck;
      }
    }
    this.#running = false;
  }

  async enter(_quiet: Quiet): Promise<void> {
    if (this.#ended !== null) return;
    const { driver, heap } = this.#device;
    const { words, at } = this.#stop;
    Atomics.store(words, at, 0);
    heap.settle();
    const store = BigUint64Array.of(this.#parts.address, 0n);
    store[1] = BigInt(driver.koffi.address(store));
    try {
      driver.call('launchCooperative', this.#function, this.#plan.workers + 1, 1, 1, this.#plan.threads, 1, 1, this.#sharedBytes, this.#stream, store.subarray(1));
    } catch (cause) {
      this.#end(cause as Error);
      throw cause;
    }
    this.#running = true;
    this.#leaving = false;
    if (this.#plan.slice > 0) this.#slice = systemTime.after(this.#plan.slice, () => { void this.#device.gate.quiet(() => undefined).catch((cause: unknown) => this.#end(cause as Error)); });
  }

  #release(): void {
    const { heap, mapped } = this.#device;
    if (this.#device.lost !== null) return;
    for (const block of this.#blocks.splice(0)) heap.free(block);
    for (const block of Object.values(this.#mapped)) mapped.free(block);
    this.#device.driver.call('streamDestroy', this.#stream);
    this.#device.driver.call('streamDestroy', this.#copies);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended !== null && !this.#running) return;
    open.get(this.#device)?.delete(this);
    this.#end(fail('KernelTerminated', { kernel: this.#plan.spec.id, reason: 'the grid was ended' }));
    if (this.#device.lost !== null) return;
    await Promise.allSettled(this.#downloads);
    await this.#device.gate.quiet((quiet) => {
      quiet.call('moduleUnload', this.#module);
      this.#device.gate.remove(this);
      this.#running = false;
      this.#release();
    });
  }
}
