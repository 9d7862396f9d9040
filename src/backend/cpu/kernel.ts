import { scratchBytes } from '../../engine/abi.ts';
import type { SharedHeap } from '../../engine/heap.ts';
import { fail } from '../../error/index.ts';
import { emitJs } from '../../kernel/emit/js/index.ts';
import { BufferArgument, emitWasm, globalArguments } from '../../kernel/emit/wasm/index.ts';
import type { BufferParam, GlobalProgram, Need } from '../../kernel/ir.ts';
import type { Struct } from '../../layout/types.ts';
import { codecOf } from '../../message/codec.ts';
import type { CompiledKernel, DeviceBuffer, GridArgument, KernelFunction, LaunchArgument, LaunchConfig } from '../contract.ts';
import { usable } from './buffer.ts';
import type { JobBoard } from './crew.ts';
import type { CrewCode } from './worker/crew.ts';

const isGrid = (a: LaunchArgument): a is GridArgument => typeof a === 'object' && !Array.isArray(a) && 'buffer' in a && 'size' in a;

const dim3 = (d: number | readonly [number, number?, number?]): readonly [number, number, number] =>
  typeof d === 'number' ? [d, 1, 1] : [d[0], d[1] ?? 1, d[2] ?? 1];

/** Launches that may be posted and not done yet: each holds its arguments. The board has as many places. */
const argumentBlocks = 128;

const meeting = ['barrier', 'shared', 'subgroups'] as const satisfies readonly Need[];

/** A kernel for threads to link. */
export interface LinkableKernel {
  readonly code: CrewCode;
  /** Of its arguments. */
  readonly layout: Struct;
  /** Readable. */
  readonly source: string;
  /** Gives its constants back. */
  readonly free: () => void;
}

/** Compiles a global kernel: to WebAssembly; to JavaScript where its threads meet, for which threads have to be suspended. */
export async function crewCode(program: GlobalProgram, heap: SharedHeap, exact = false): Promise<LinkableKernel> {
  if (meeting.some((need) => program.needs.has(need))) {
    const { source } = emitJs(program, { exact });
    return { code: { script: source, constants: program.constants.map((c) => c.data) }, layout: globalArguments(program), source, free: () => undefined };
  }
  const { binary, listing, constants, scratch, arguments: layout } = emitWasm(program, { exact });
  if (scratch > scratchBytes) throw fail('LimitExceeded', { what: `Kernel '${program.id}': local arrays`, needed: `${scratch} bytes`, limit: `${scratchBytes} bytes`, hint: 'Use smaller arrays.' });
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(binary);
  } catch (cause) {
    throw fail('CompilationFailed', { kernel: program.id, log: String(cause) }, cause);
  }
  const constantsAt = constants.length === 0 ? 0 : heap.allocate(constants.length);
  heap.views.u8.set(constants, constantsAt);
  return {
    code: { module, constants: constantsAt }, layout: layout!, source: listing,
    free: () => { if (constants.length > 0) heap.free(constantsAt, constants.length); },
  };
}

/** A global kernel as WebAssembly; one whose threads meet as JavaScript. */
export class CpuKernel implements CompiledKernel {
  readonly source: string;
  readonly entries: readonly string[];
  readonly #function: CpuFunction;
  readonly #release: () => void;

  private constructor(source: string, fn: CpuFunction, release: () => void) {
    this.source = source;
    this.entries = [fn.name];
    this.#function = fn;
    this.#release = release;
  }

  static async compile(program: GlobalProgram, heap: SharedHeap, jobs: JobBoard, exact: boolean): Promise<CpuKernel> {
    const { code, layout, source, free } = await crewCode(program, heap, exact);
    let index: number;
    try {
      index = await jobs.link(code);
    } catch (cause) {
      free();
      throw fail('CompilationFailed', { kernel: program.id, log: String(cause) }, cause);
    }
    const fn = new CpuFunction(program, layout, index, heap, jobs);
    return new CpuKernel(source, fn, () => {
      void jobs.finished().catch(() => undefined).then(async () => {
        await jobs.unlink(index);
        fn.release();
        free();
      });
    });
  }

  getFunction(name: string): KernelFunction {
    if (name !== this.#function.name) throw fail('InvalidConfig', { option: 'getFunction', value: name, reason: `It has ${this.#function.name}.` });
    return this.#function;
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}

class CpuFunction implements KernelFunction {
  readonly name: string;
  readonly #program: GlobalProgram;
  readonly #layout: Struct;
  readonly #index: number;
  readonly #heap: SharedHeap;
  readonly #jobs: JobBoard;
  readonly #blockBytes: number;
  readonly #blocks: number;
  #next = 0;

  constructor(program: GlobalProgram, layout: Struct, index: number, heap: SharedHeap, jobs: JobBoard) {
    this.name = program.id;
    this.#program = program;
    this.#layout = layout;
    this.#index = index;
    this.#heap = heap;
    this.#jobs = jobs;
    this.#blockBytes = Math.ceil(layout.size / 64) * 64;
    this.#blocks = heap.allocate(this.#blockBytes * argumentBlocks);
  }

  async launch(config: LaunchConfig, args: readonly LaunchArgument[]): Promise<void> {
    const grid = dim3(config.grid);
    const { workgroup } = this.#program;
    if (config.block !== undefined && dim3(config.block).some((n, i) => n !== workgroup[i])) {
      throw fail('InvalidConfig', { option: 'block', value: String(config.block), reason: `'${this.name}' was compiled for workgroups of ${workgroup.join(' x ')}.` });
    }
    if (!grid.every((n) => Number.isInteger(n) && n >= 0) || grid[0] * grid[1] * grid[2] > 0x7fffffff) {
      throw fail('InvalidConfig', { option: 'grid', value: grid.join(' x '), reason: 'Workgroups are counted in whole numbers, fewer than 2^31 together.' });
    }
    const values = this.#pack(args);
    const at = this.#blocks + (this.#next++ % argumentBlocks) * this.#blockBytes;
    // Written once the board has room: then the launch that had this block before is done.
    await this.#jobs.post({ kernel: this.#index, args: at, grid }, () => { codecOf(this.#layout).encode(this.#heap.views, at, values as never); });
  }

  #pack(args: readonly LaunchArgument[]): Record<string, unknown> {
    const { params } = this.#program;
    if (args.length !== params.length) {
      throw fail('InvalidConfig', { option: 'arguments', value: args.length, reason: `'${this.name}' takes ${params.length}: ${params.map(({ name }) => name).join(', ')}.` });
    }
    return Object.fromEntries(params.map((param, i) => [param.name, param.kind === 'buffer' ? this.#buffer(param, args[i]!) : vector(args[i]!)]));
  }

  #buffer(param: BufferParam, arg: LaunchArgument): Record<(typeof BufferArgument.fields)[number]['name'], number> {
    const wrong = (reason: string): Error => fail('InvalidConfig', { option: `argument '${param.name}'`, value: typeof arg, reason });
    if (typeof arg !== 'object' || Array.isArray(arg)) throw wrong('It is a buffer.');
    const grid = isGrid(arg) ? arg : null;
    if (param.grid !== 0 && grid === null) throw wrong(`It is a grid of ${param.grid} dimensions: pass { buffer, size }.`);
    const [width = 0, height = 1, depth = 1] = grid?.size ?? [];
    const buffer = usable(this.#heap, grid?.buffer ?? arg as DeviceBuffer, 0, 0, 'launch');
    const stride = Math.ceil(param.elem.size / param.elem.align) * param.elem.align;
    const length = Math.floor(buffer.bytes / stride);
    if (width * height * depth > length) throw wrong(`A grid of ${grid!.size.join(' x ')} needs ${width * height * depth} elements, the buffer has ${length}.`);
    return { address: buffer.address, length, width, height: grid === null ? 0 : height, depth: grid === null ? 0 : depth };
  }

  release(): void {
    this.#heap.free(this.#blocks, this.#blockBytes * argumentBlocks);
  }
}

const vector = (arg: LaunchArgument): unknown => (Array.isArray(arg) ? Object.fromEntries(arg.map((n, i) => ['xyzw'[i], n])) : arg);
