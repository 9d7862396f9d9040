import type { DeviceEngine } from '../../engine/contract.ts';
import type { GridSpec, PersistentGrid } from '../../engine/grid.ts';
import { SharedHeap } from '../../engine/heap.ts';
import { fail } from '../../error/index.ts';
import type { Need, Program } from '../../kernel/ir.ts';
import { laneCount } from '../../kernel/lanes.ts';
import { checkNeeds } from '../capabilities.ts';
import type { Capabilities, CompiledKernel, CompileOptions, Context, DeviceBuffer, DeviceInfo, Stream } from '../contract.ts';
import { CpuBuffer, usable } from './buffer.ts';
import { JobBoard } from './crew.ts';
import { CpuEngine } from './engine.ts';

const needs: readonly Need[] = ['f16', 'f64', 'i64', 'atomics', 'atomics64', 'atomicsFloat', 'shared', 'barrier', 'subgroups', 'send', 'hlc', 'debug'];

export const cpuCapabilities: Capabilities = {
  needs: new Set(needs), persistent: true, deviceDelivery: true, dropOldest: true, persistentGrid: true, exactKernels: true,
  maxWorkgroup: 2 ** 20, maxSharedBytes: 32_768, subgroupSize: laneCount,
};

/** The low-level face on the CPU: memory that threads share, kernels as WebAssembly on a crew of threads. */
export class CpuContext implements Context {
  readonly device: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly #heap = new SharedHeap();
  readonly #jobs: JobBoard;
  readonly #threads: number;
  readonly #grids = new Set<PersistentGrid>();
  #engine: Promise<DeviceEngine> | null = null;
  #streams = 0;
  #closed = false;

  /** `threads` of the crew; 0: kernels run on the thread that launches them. */
  constructor(device: DeviceInfo, threads: number) {
    this.device = device;
    this.#threads = threads;
    this.capabilities = { ...cpuCapabilities, persistentGrid: threads > 0 };
    this.#jobs = new JobBoard(this.#heap, threads);
  }

  allocate(bytes: number, options: { readonly label?: string; readonly pinned?: boolean } = {}): DeviceBuffer {
    this.#check();
    return new CpuBuffer(this.#heap, bytes, options.label ?? 'buffer');
  }

  async write(buffer: DeviceBuffer, source: ArrayBufferView, offset = 0): Promise<void> {
    const target = usable(this.#heap, buffer, offset, source.byteLength, 'write');
    await this.synchronize();
    target.view(offset, source.byteLength).set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }

  async read(buffer: DeviceBuffer, target: ArrayBufferView, offset = 0): Promise<void> {
    const source = usable(this.#heap, buffer, offset, target.byteLength, 'read');
    await this.synchronize();
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(source.view(offset, target.byteLength));
  }

  async copy(from: DeviceBuffer, to: DeviceBuffer, bytes: number, fromOffset = 0, toOffset = 0): Promise<void> {
    const source = usable(this.#heap, from, fromOffset, bytes, 'copy');
    const target = usable(this.#heap, to, toOffset, bytes, 'copy');
    await this.synchronize();
    target.view(toOffset, bytes).set(source.view(fromOffset, bytes));
  }

  async compile(program: Program | { readonly source: string; readonly entries: readonly string[] }, options: CompileOptions = {}): Promise<CompiledKernel> {
    this.#check();
    if (!('kind' in program)) throw fail('InvalidConfig', { option: 'compile', value: 'source', reason: 'The CPU backend compiles programs; it has no source language.' });
    checkNeeds(program, this.capabilities, 'cpu');
    // Pages that only launch actors never load what global kernels need.
    if (program.kind === 'global') return (await import('./kernel.ts')).CpuKernel.compile(program, this.#heap, this.#jobs, options.exact ?? false);
    throw fail('InvalidConfig', { option: 'compile', value: program.id, reason: 'Only global kernels are launched by hand; actors run in the engine.' });
  }

  /** All streams are one order of work. */
  createStream(): Stream {
    this.#check();
    return { id: ++this.#streams, [Symbol.dispose]: () => undefined };
  }

  async synchronize(): Promise<void> {
    this.#check();
    await this.#jobs.finished();
  }

  engine(options: Readonly<Record<string, unknown>> = {}): Promise<DeviceEngine> {
    this.#check();
    this.#engine ??= CpuEngine.start(options);
    return this.#engine;
  }

  /** On threads of its own, `threads` of them if `spec.settings` does not say otherwise. */
  async openGrid(spec: GridSpec): Promise<PersistentGrid> {
    this.#check();
    const { CpuGrid } = await import('./grid/grid.ts');
    const grid = await CpuGrid.open(spec, this.#heap, this.#threads, (ended) => this.#grids.delete(ended));
    this.#grids.add(grid);
    return grid;
  }

  #check(): void {
    if (this.#closed) throw fail('RingClosed');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const grid of this.#grids) await grid[Symbol.asyncDispose]();
    if (this.#engine !== null) await (await this.#engine)[Symbol.asyncDispose]();
    await this.#jobs.end();
  }
}
