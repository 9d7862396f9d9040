/** A stencil as a grid that the host steps: launches, many for each time the device is waited for, and commands in between. */
import type { Context } from '../backend/contract.ts';
import type { GridAnswer, GridCommand, GridOrder, PersistentGrid } from '../engine/grid.ts';
import { fail } from '../error/index.ts';
import type { DeviceMemory } from '../memory/device-memory.ts';
import type { Boundary } from './boundary.ts';
import type { StencilDefinition } from './define.ts';
import { StencilState, type Cell } from './state.ts';

interface Waiting {
  readonly command: GridCommand;
  readonly hold: boolean;
  readonly resolve: (answer: GridAnswer) => void;
  readonly reject: (cause: unknown) => void;
}

/** First guess of the steps of a submission; measured from then on. */
const firstSlice = 4;

export class LaunchedGrid implements PersistentGrid {
  readonly #state: StencilState;
  readonly #slice: number;
  /** Normal and urgent. */
  readonly #lanes: readonly [Waiting[], Waiting[]] = [[], []];
  /** Numbers of sources as the state counts them. */
  readonly #sources = new Map<number, number>();
  #wake: (() => void) | null = null;
  #playing = false;
  #paused = false;
  #held = false;
  #running = 0;
  #ended: unknown = null;
  #perSlice = firstSlice;
  readonly #loop: Promise<void>;

  private constructor(state: StencilState, slice: number) {
    this.#state = state;
    this.#slice = slice;
    this.#loop = this.#serve();
  }

  /** `slice`: milliseconds of steps between two looks at the commands. */
  static async open(context: Context, memory: DeviceMemory, definition: StencilDefinition, options: {
    readonly size: readonly number[]; readonly params: Readonly<Record<string, number>>; readonly boundary: Boundary; readonly slice: number;
  }): Promise<LaunchedGrid> {
    return new LaunchedGrid(await StencilState.open(context, memory, definition, options.size, { ...options.params }, options.boundary), options.slice);
  }

  get step(): number {
    return this.#state.step;
  }

  get facts(): Readonly<Record<string, number | boolean>> {
    return { perSlice: this.#perSlice };
  }

  command(command: GridCommand, { urgent = false, hold = false }: GridOrder = {}): Promise<GridAnswer> {
    if (this.#ended !== null) return Promise.reject(this.#ended as Error);
    return new Promise((resolve, reject) => {
      this.#lanes[urgent ? 1 : 0].push({ command, hold, resolve, reject });
      this.#rouse();
    });
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => { this.#wake = resolve; });
  }

  async #serve(): Promise<void> {
    const [normal, urgent] = this.#lanes;
    while (this.#ended === null) {
      await this.#serveUrgent();
      const next = normal.shift();
      if (next !== undefined) await this.#answer(next);
      else if (this.#playing && !this.#paused && !this.#held) await this.#advance(Infinity).catch((cause: unknown) => { this.#ended ??= cause; });
      else if (urgent.length === 0 && this.#ended === null) await this.#idle();
    }
    for (const { reject } of [...urgent.splice(0), ...normal.splice(0)]) reject(this.#ended);
    await this.#state[Symbol.asyncDispose]();
  }

  async #serveUrgent(): Promise<void> {
    const [, urgent] = this.#lanes;
    do {
      for (let next = urgent.shift(); next !== undefined; next = urgent.shift()) await this.#answer(next);
      if (this.#held && this.#ended === null && this.#running > 0) await this.#idle();
    } while (urgent.length > 0);
  }

  async #answer({ command, hold, resolve, reject }: Waiting): Promise<void> {
    try {
      this.#held = hold;
      resolve({ ...await this.#do(command), step: this.#state.step });
    } catch (cause) {
      reject(cause);
    }
  }

  async #do(c: GridCommand): Promise<Omit<GridAnswer, 'step'>> {
    const state = this.#state;
    const { definition } = state;
    const field = 'field' in c ? Object.keys(definition.fields)[c.field]! : '';
    switch (c.op) {
      case 'run': await this.#run(c.steps); break;
      case 'play': this.#playing = true; this.#paused = false; break;
      case 'pause': this.#paused = true; break;
      case 'resume': this.#paused = false; break;
      case 'set': state.params = Object.fromEntries(Object.keys(definition.params).map((name, i) => [name, c.values[i]!])); break;
      case 'brush': await state.brush(field, c.at as unknown as Cell, c.radius, c.amount, c.mode); break;
      case 'load': await state.load(field, c.values); break;
      case 'addSource': this.#sources.set(c.source, await state.addSource(field, { at: c.at as unknown as Cell, amplitude: c.amplitude, period: c.period })); break;
      case 'removeSource': {
        const id = this.#sources.get(c.source);
        this.#sources.delete(c.source);
        if (id !== undefined) await state.removeSource(id);
        break;
      }
      case 'snapshot': return { cells: await state.cells(field) };
      case 'measure': return { value: await state.measure(c.name) };
      case 'reset':
        await state.clearSources();
        this.#sources.clear();
        for (const [name, kind] of Object.entries(definition.fields)) if (kind.kind !== 'still') await state.load(name, null);
        state.step = 0;
        break;
      case 'progress': return { running: !this.#paused && (this.#playing || this.#running > 0) };
    }
    return {};
  }

  async #run(steps: number): Promise<void> {
    const goal = this.#state.step + steps;
    this.#running++;
    try {
      while (this.#state.step < goal) {
        while (this.#paused && this.#ended === null) {
          await this.#serveUrgent();
          if (this.#paused && this.#ended === null && this.#lanes[1].length === 0) await this.#idle();
        }
        if (this.#ended !== null) throw this.#ended;
        await this.#advance(goal - this.#state.step);
        await this.#serveUrgent();
      }
    } finally {
      this.#running--;
    }
  }

  async #advance(most: number): Promise<void> {
    const steps = Math.max(1, Math.min(most, this.#perSlice));
    const start = performance.now();
    await this.#state.advance(steps);
    const took = Math.max(0.001, performance.now() - start);
    // A full slice tells how many steps fit the time; a short one says nothing about that.
    if (steps === this.#perSlice) this.#perSlice = Math.max(1, Math.min(this.#perSlice * 2, Math.floor((steps * this.#slice) / took)));
    // Whoever wants to post a command gets a turn, also where stepping itself never leaves the thread.
    await turn();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= fail('KernelTerminated', { kernel: this.#state.definition.id, reason: 'the simulation was terminated' });
    this.#rouse();
    return this.#loop;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => {
  if (typeof setImmediate === 'function') setImmediate(resolve);
  else {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => { port1.close(); resolve(); }, { once: true });
    port1.start();
    port2.postMessage(null);
  }
});
