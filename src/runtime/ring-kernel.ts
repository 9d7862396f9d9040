import { availability as probeAll, availabilityOf, openBackend, openSourceEngine, type Skipped } from '../backend/select.ts';
import type { Availability, BackendName, Context } from '../backend/contract.ts';
import { checkNeeds } from '../backend/capabilities.ts';
import { systemTime, type TimeSource } from '../clock/time.ts';
import type { DeviceEngine } from '../engine/contract.ts';
import { fail } from '../error/index.ts';
import { Broker } from '../k2k/broker.ts';
import type { GlobalDefinition, GlobalParams } from '../kernel/define.ts';
import { registered, type Registered } from '../kernel/registry.ts';
import type { AnyType, InputOf } from '../layout/types.ts';
import { DeviceMemory } from '../memory/device-memory.ts';
import { cellsOf, DeviceGrid, type GridSize } from '../memory/grid.ts';
import type { TypedBuffer } from '../memory/typed-buffer.ts';
import { DeadLetters } from './dead-letters.ts';
import type { EventHub, RingEvent } from './events.ts';
import type { KernelHandle } from './handle.ts';
import { checkKnown } from './launch.ts';
import { oneOf, timeoutOf, type LaunchOptions, type OpenOptions } from './options.ts';
import type { Observer } from './observers.ts';
import { Ring } from './ring.ts';
import { Launcher, type RunArguments, type RunOptions } from './run.ts';
import type { ActorDefinition, AnyMessage } from './types.ts';

const known: Readonly<Record<keyof OpenOptions, true>> = {
  backend: true, device: true, debug: true, timeout: true, deadLetters: true, print: true, leaks: true, settings: true, engine: true, time: true,
};

export interface RingMetrics {
  readonly backend: string;
  readonly activeKernels: number;
  readonly totalLaunched: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly faults: number;
  readonly restarts: number;
  readonly deadLetters: number;
  /** Bytes held by the engine. */
  readonly hostMemory: number;
  readonly deviceMemory: number;
}

/**
 * One device with the kernels that run on it.
 *
 * ```ts
 * await using ring = await RingKernel.open();
 * const kernel = await ring.launch(adder);
 * const { value } = await kernel.call({ a: 1, b: 2 });
 * ```
 */
export class RingKernel implements AsyncDisposable {
  readonly #ring: Ring;
  readonly #launcher: Launcher | null;
  readonly #memory: DeviceMemory | null;
  readonly #leaks: 'warn' | 'error' | 'ignore';
  #closing: Promise<void> | null = null;

  /** Delivery by id from the host, with routes and receipts. */
  readonly broker: Broker<AnyMessage>;
  /** Messages that were not handled, the latest ones and counts by reason. */
  readonly deadLetters: DeadLetters;
  /** The backend's context, for buffers and plain launches; null with `debug: 'source'`. */
  readonly context: Context | null;
  /** Backends `auto` passed over, and why. */
  readonly skipped: readonly Skipped[];

  /** @internal What other rooms of the library work on. */
  static readonly inside = (ring: RingKernel): Ring => ring.#ring;

  private constructor(ring: Ring, context: Context | null, skipped: readonly Skipped[], leaks: 'warn' | 'error' | 'ignore') {
    this.#ring = ring;
    this.#leaks = leaks;
    this.context = context;
    this.#launcher = context === null ? null : new Launcher(context);
    this.#memory = context === null ? null : new DeviceMemory(context);
    this.skipped = skipped;
    this.deadLetters = ring.deadLetters;
    this.broker = new Broker((id, message, value) => ring.offer(id, message, value));
  }

  /**
   * Opens the best backend there is, or the one asked for. Throws `BackendUnavailable` with the reason and
   * what to do where that one is not available, `InvalidConfig` for options there are not.
   */
  static async open(options: OpenOptions = {}): Promise<RingKernel> {
    checkKnown('open', options, known);
    const choice = oneOf('backend', options.backend ?? 'auto', ['auto', 'cuda', 'metal', 'webgpu', 'cpu', 'null']);
    const time: TimeSource = options.time ?? systemTime;
    const kept = options.deadLetters ?? 1024;
    if (!Number.isInteger(kept) || kept < 0) throw fail('InvalidConfig', { option: 'deadLetters', value: kept, reason: 'It is a whole number, zero or more.' });
    const settings = {
      time, deadLetters: kept, timeout: timeoutOf(options.timeout, 30_000), print: options.print ?? printToConsole,
      arithmetic: options.debug === 'exact' ? 'exact' as const : 'fast' as const,
    };
    if (options.debug !== undefined) {
      oneOf('debug', options.debug, ['source', 'exact']);
      if (choice !== 'auto' && choice !== 'cpu') {
        throw fail('InvalidConfig', { option: 'backend', value: choice, reason: `\`debug: '${options.debug}'\` runs on the CPU.` });
      }
    }
    const leaks = oneOf('leaks', options.leaks ?? 'warn', ['warn', 'error', 'ignore']);
    if (options.debug === 'source') return new RingKernel(new Ring(await openSourceEngine(), settings), null, [], leaks);
    const backend: BackendName | 'auto' = options.debug === 'exact' ? 'cpu' : choice;
    const { context, skipped } = await openBackend(backend, {
      ...(options.device === undefined ? {} : { device: options.device }),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
    });
    let engine: DeviceEngine;
    try {
      engine = await context.engine(options.engine);
    } catch (cause) {
      await context[Symbol.asyncDispose]();
      throw cause;
    }
    return new RingKernel(new Ring(engine, settings, context), context, skipped, leaks);
  }

  /** Which backends can be used here, and why others cannot. */
  static availability(): Promise<ReadonlyMap<BackendName, Availability>> {
    return probeAll();
  }

  /** Whether one backend can be used here. */
  static async isAvailable(backend: BackendName): Promise<boolean> {
    return (await availabilityOf(backend)).available;
  }

  /** Every kernel and function defined so far, launched or not. */
  static registeredKernels(): readonly Registered[] {
    return registered();
  }

  /** Name of the backend in use. */
  get backend(): string {
    return this.#ring.engine.backend;
  }

  /** Launches a kernel; active when this resolves unless `autoActivate` is false. */
  async launch<D extends ActorDefinition>(definition: D, options: LaunchOptions<D> = {}): Promise<KernelHandle<D>> {
    if (this.context !== null) checkNeeds(definition.program, this.context.capabilities, this.backend);
    const core = await this.#ring.launch(definition, options as LaunchOptions);
    return core.handle as KernelHandle<D>;
  }

  /** The launched kernel of that id; undefined where there is none. */
  kernel(id: string): KernelHandle | undefined {
    return this.#ring.find(id)?.handle as KernelHandle | undefined;
  }

  /** Every launched kernel. */
  kernels(): KernelHandle[] {
    return this.#ring.kernels().map((core) => core.handle as KernelHandle);
  }

  metrics(): RingMetrics {
    return this.#ring.metrics();
  }

  /** What happens on this ring from now on, as it happens. A reader that falls 1,024 behind misses the oldest. */
  events(): AsyncIterableIterator<RingEvent> {
    return this.#ring.events.read();
  }

  /** Shows `observer` every call and send of the host to kernels of this ring until disposed. */
  observe(observer: Observer): Disposable {
    return this.#ring.observers.add(observer);
  }

  /** Calls `listener` with every event until disposed. */
  on(listener: Parameters<EventHub['listen']>[0]): Disposable {
    return this.#ring.events.listen(listener);
  }

  /** Device memory with its books kept. `debug: 'source'` has none. */
  get memory(): DeviceMemory {
    if (this.#memory === null) throw noDevice('memory');
    return this.#memory;
  }

  /** Device memory for `length` elements of one type, zeroed. */
  buffer<T extends AnyType>(type: T, length: number, options: { readonly label?: string } = {}): TypedBuffer<T> {
    return this.memory.typed(type, length, options);
  }

  /** Device memory with the shape of a grid, zeroed or filled with `values` (x varies fastest). */
  async grid<T extends AnyType>(type: T, size: GridSize, values?: ArrayLike<InputOf<T>> | ArrayBufferView, options: { readonly label?: string } = {}): Promise<DeviceGrid<T>> {
    const grid = new DeviceGrid(this.memory.typed(type, cellsOf(size), options), size);
    if (values !== undefined) await grid.buffer.write(values);
    return grid;
  }

  /** Runs a global kernel over buffers and grids of this ring; compiled at its first use. */
  run<T extends GlobalParams>(definition: GlobalDefinition<T>, args: RunArguments<T>, options?: RunOptions): Promise<void> {
    if (this.#launcher === null) throw noDevice('run');
    return this.#launcher.run(definition, args, options);
  }

  /** Ends every kernel and frees the device. What still waits is rejected. Memory nobody released is told by name: see the option `leaks`. May be called more than once. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#launcher?.[Symbol.dispose]();
    const leaks = this.#memory?.leaks() ?? [];
    for (const leak of leaks) this.#ring.events.emit({ type: 'leak', leak });
    try {
      this.#memory?.[Symbol.dispose]();
    } finally {
      await this.#ring.close();
    }
    if (leaks.length === 0 || this.#leaks === 'ignore') return;
    const error = this.#memory!.notReleased(leaks);
    if (this.#leaks === 'error') throw error;
    warn(error);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const noDevice = (what: string): Error =>
  fail('InvalidConfig', { option: what, value: "debug: 'source'", reason: 'Source mode runs actors in this thread and has no device memory.' });

/** A warning of the process, or where there is none, of the console. */
function warn(error: Error): void {
  if (typeof globalThis.process?.emitWarning === 'function') process.emitWarning(error.message, { type: 'RingKernelWarning', code: 'BuffersNotReleased' });
  else console.warn(error.message);
}

function printToConsole(kernel: string, text: string): void {
  console.log(`[${kernel}] ${text}`);
}
