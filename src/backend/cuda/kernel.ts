/** Kernels launched by hand. */
import { fail } from '../../error/index.ts';
import { toBfloatBits, toHalfBits } from '../../layout/half.ts';
import type { Program } from '../../kernel/ir.ts';
import { emitCuda } from '../../kernel/emit/cuda/index.ts';
import { wide, wideGrid, wideKernel, type WideKernel } from '../../kernel/emit/cuda/wide.ts';
import { joinLines } from '../../kernel/emit/lines.ts';
import type { EntryArgument } from '../../kernel/emit/entry.ts';
import type { CompiledKernel, DeviceBuffer, GridArgument, KernelFunction, LaunchArgument, LaunchConfig } from '../contract.ts';
import { CudaBuffer, usable, type CudaStream } from './context.ts';
import type { Device } from './device.ts';
import { functionAttributes } from './functions.ts';

type Three = readonly [number, number, number];

/** What a launch can be told about a function. */
export interface FunctionFacts {
  readonly registers: number;
  readonly sharedBytes: number;
  readonly localBytes: number;
  readonly maxThreads: number;
}

export class CudaKernel implements CompiledKernel {
  readonly source: string;
  readonly entries: readonly string[];
  readonly #device: Device;
  readonly #module: bigint;
  readonly #functions: ReadonlyMap<string, CudaFunction>;

  private constructor(device: Device, source: string, module: bigint, functions: ReadonlyMap<string, CudaFunction>) {
    this.#device = device;
    this.source = source;
    this.entries = [...functions.keys()];
    this.#module = module;
    this.#functions = functions;
  }

  static async compile(device: Device, program: Program | { readonly source: string; readonly entries: readonly string[] }): Promise<CudaKernel> {
    const emitted = 'kind' in program ? emitCuda(program) : { text: program.source, entries: program.entries, arguments: null };
    const label = 'kind' in program ? program.id : 'source';
    const large = 'kind' in program && program.kind === 'global' ? wideKernel(program) : null;
    const text = large === null ? emitted.text : `${emitted.text}\n${joinLines(large.lines)}${large.text}`;
    const code = await device.compiler.compile(text, device.facts.architecture, label);
    // A barrier of the whole launch needs all its blocks on the device at once.
    const together = 'kind' in program && program.needs.has('gridBarrier');
    const block: Three = 'kind' in program && program.kind === 'global' ? program.workgroup : [256, 1, 1];
    return device.gate.quiet((quiet) => {
      const module = quiet.handle('moduleLoad', code);
      const functions = new Map<string, CudaFunction>();
      const word = new BigUint64Array(1);
      for (const name of emitted.entries) {
        // Looked up now: the first look-up of a function waits for a running kernel too.
        quiet.call('moduleFunction', word, module, name);
        const handle = word[0]!;
        if (large !== null) quiet.call('moduleFunction', word, module, large.entry);
        // A kernel of the language is known by its id, whatever CUDA calls it.
        functions.set('kind' in program && program.kind === 'global' ? program.id : name, new CudaFunction(device, name, handle, emitted.arguments, block, large === null ? null : { ...large, handle: word[0]! }, together));
      }
      return new CudaKernel(device, text, module, functions);
    });
  }

  getFunction(name: string): CudaFunction {
    const found = this.#functions.get(name);
    if (found === undefined) throw fail('InvalidConfig', { option: 'getFunction', value: name, reason: `The kernel has ${this.entries.join(', ')}.` });
    return found;
  }

  /** Unloads the code in the next pause. */
  [Symbol.dispose](): void {
    if (this.#device.lost === null) void this.#device.gate.quiet((quiet) => quiet.call('moduleUnload', this.#module)).catch(() => undefined);
  }
}

export class CudaFunction implements KernelFunction {
  readonly name: string;
  readonly #device: Device;
  readonly #handle: bigint;
  readonly #arguments: readonly EntryArgument[] | null;
  readonly #block: Three;
  readonly #wide: Wide | null;
  readonly #together: boolean;

  constructor(device: Device, name: string, handle: bigint, args: readonly EntryArgument[] | null, block: Three, wide: Wide | null = null, together = false) {
    this.#wide = wide;
    this.#together = together;
    this.name = name;
    this.#device = device;
    this.#handle = handle;
    this.#arguments = args;
    this.#block = block;
  }

  get facts(): FunctionFacts {
    const ask = (attribute: number): number => this.#device.driver.int('functionAttribute', attribute, this.#handle);
    return {
      registers: ask(functionAttributes.registers), sharedBytes: ask(functionAttributes.sharedBytes),
      localBytes: ask(functionAttributes.localBytes), maxThreads: ask(functionAttributes.maxThreads),
    };
  }

  /** Blocks of this size that are resident at once, on the whole device. */
  occupancy(threads: number = this.#block[0] * this.#block[1] * this.#block[2], shared = 0): number {
    return this.#device.driver.int('occupancy', this.#handle, threads, shared) * this.#device.facts.attributes.multiprocessors;
  }

  /** Blocks of the wide kernel, where the launch covers a large grid whole. */
  #large(grid: Three, args: readonly LaunchArgument[]): readonly [number, number] | null {
    const kernel = this.#wide;
    if (kernel === null) return null;
    const size = args.find(isGrid)?.size;
    // Small grids are launched many thousand times a second: nothing more is asked about them.
    if (size === undefined || size[0] * size[1] * (size[2] ?? 1) < manyCells) return null;
    const sizes = args.filter(isGrid).map((a) => a.size);
    const same = sizes.every((s) => s.every((n, axis) => n === size[axis]));
    const whole = size.every((n, axis) => grid[axis]! * this.#block[axis]! >= n! - 2 * kernel.halo);
    return same && whole ? wideGrid(kernel, size as readonly number[]) : null;
  }

  async launch(config: LaunchConfig, args: readonly LaunchArgument[]): Promise<void> {
    this.#device.use();
    const grid = three(config.grid);
    const block = config.block === undefined ? this.#block : three(config.block);
    const shared = config.shared ?? 0;
    const stream = config.stream === undefined ? this.#device.stream : (config.stream as CudaStream).handle;
    const params = pack(this.#device, this.#arguments === null ? untyped(args) : typed(this.name, this.#arguments, args));
    if (shared > this.#device.facts.attributes.maxSharedPerBlock) {
      await this.#device.gate.quiet((quiet) => quiet.call('functionSetAttribute', this.#handle, functionAttributes.maxDynamicShared, shared));
    }
    const large = config.block === undefined && shared === 0 && config.cooperative !== true ? this.#large(grid, args) : null;
    if (large !== null) {
      this.#device.driver.call('launch', this.#wide!.handle, large[0], large[1], 1, wide.threads, 1, 1, 0, stream, params, null);
      return;
    }
    const common = [this.#handle, ...grid, ...block, shared, stream, params] as const;
    if (config.cooperative === true || this.#together) this.#device.driver.call('launchCooperative', ...common);
    else this.#device.driver.call('launch', ...common, null);
  }
}

/** A stencil's second kernel, for large grids. */
interface Wide extends WideKernel {
  readonly handle: bigint;
}

/** Cells from which on memory, not the launch, is what a step costs. */
const manyCells = 2 ** 22;

const three = (n: number | readonly [number, number?, number?]): Three => (typeof n === 'number' ? [n, 1, 1] : [n[0], n[1] ?? 1, n[2] ?? 1]);

type Word = readonly ['u64', bigint] | readonly ['u32' | 'i32' | 'f32' | 'f64', number] | readonly ['words', Uint8Array];

/** `void**` of the arguments; the driver copies them before the launch returns. */
function pack(device: Device, words: readonly Word[]): Buffer {
  const store = Buffer.alloc(64 * Math.max(1, words.length) + 8 * words.length);
  const base = BigInt(device.driver.koffi.address(store));
  const first = 64 * Math.max(1, words.length);
  words.forEach(([type, value], i) => {
    const at = i * 64;
    if (type === 'u64') store.writeBigUInt64LE(BigInt.asUintN(64, value), at);
    else if (type === 'u32') store.writeUInt32LE(value >>> 0, at);
    else if (type === 'i32') store.writeInt32LE(value | 0, at);
    else if (type === 'f32') store.writeFloatLE(value, at);
    else if (type === 'f64') store.writeDoubleLE(value, at);
    else store.set(value as Uint8Array, at);
    store.writeBigUInt64LE(base + BigInt(at), first + i * 8);
  });
  return store.subarray(first);
}

const isGrid = (a: LaunchArgument): a is GridArgument => typeof a === 'object' && a !== null && 'size' in a;
const isBuffer = (a: LaunchArgument): a is DeviceBuffer => a instanceof CudaBuffer;

function typed(name: string, parameters: readonly EntryArgument[], args: readonly LaunchArgument[]): Word[] {
  const count = parameters.filter((p) => p.kind !== 'extent').length;
  if (args.length !== count) throw fail('InvalidConfig', { option: `launch of ${name}`, value: `${args.length} arguments`, reason: `It takes ${count}.` });
  const wrong = (what: string, value: unknown, reason: string): Error => fail('InvalidConfig', { option: `argument '${what}' of ${name}`, value: String(value), reason });
  return parameters.map((p): Word => {
    const arg = args[p.param.index]!;
    if (p.kind === 'value') {
      const { type } = p.param.local;
      if (type.kind === 'scalar') {
        if (type.name === 'u64' || type.name === 'i64') return ['u64', BigInt(arg as bigint)];
        if (typeof arg !== 'number' && typeof arg !== 'boolean') throw wrong(p.param.name, arg, 'It is a number.');
        const number = Number(arg);
        return type.name === 'bool' ? ['u32', number] : type.name === 'f16' ? ['u32', toHalfBits(number)] : type.name === 'bf16' ? ['u32', toBfloatBits(number)] : [type.name, number];
      }
      if (type.kind !== 'vec' || !Array.isArray(arg) || arg.length !== type.length) throw wrong(p.param.name, arg, 'It is a list of numbers.');
      const array = type.elem.name === 'f32' ? Float32Array.from(arg) : type.elem.name === 'i32' ? Int32Array.from(arg) : Uint32Array.from(arg);
      return ['words', new Uint8Array(array.buffer)];
    }
    const buffer = isGrid(arg) ? arg.buffer : isBuffer(arg) ? arg : null;
    if (buffer === null) throw wrong(p.param.name, arg, 'It is a buffer.');
    const { address, bytes } = usable(buffer, 0, 0, 'launch');
    if (p.kind === 'buffer') return ['u64', address];
    if (p.extent === 'length') return ['u32', Math.floor(bytes / p.param.elem.size)];
    if (!isGrid(arg)) throw wrong(p.param.name, arg, 'It is a grid: { buffer, size: [width, height] }.');
    const size = arg.size[{ width: 0, height: 1, depth: 2 }[p.extent]] ?? 1;
    if (arg.size[0] * arg.size[1] * (arg.size[2] ?? 1) * p.param.elem.size > bytes) throw wrong(p.param.name, arg.size, 'The buffer is smaller than the grid.');
    return ['u32', size];
  });
}

/** For source of the user's own: buffers are pointers, whole numbers int, others float, bigints 64 bits, lists of numbers floats. */
const untyped = (args: readonly LaunchArgument[]): Word[] => args.map((a): Word => {
  if (isBuffer(a) || isGrid(a)) return ['u64', (isGrid(a) ? usable(a.buffer, 0, 0, 'launch') : usable(a, 0, 0, 'launch')).address];
  if (typeof a === 'bigint') return ['u64', a];
  if (typeof a === 'boolean') return ['u32', a ? 1 : 0];
  if (typeof a === 'number') return Number.isInteger(a) ? ['i32', a] : ['f32', a];
  return ['words', new Uint8Array(Float32Array.from(a as readonly number[]).buffer)];
});
