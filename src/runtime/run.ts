/** Launching global kernels by name of their parameters. */
import type { CompiledKernel, Context, DeviceBuffer, KernelFunction, LaunchArgument, Stream } from '../backend/contract.ts';
import { checkNeeds } from '../backend/capabilities.ts';
import { fail } from '../error/index.ts';
import type { BufferParamType, GlobalDefinition, GlobalParams } from '../kernel/define.ts';
import type { GlobalProgram } from '../kernel/ir.ts';
import type { AnyType, InputOf } from '../layout/types.ts';
import { sameType, typeName } from '../layout/types.ts';
import { DeviceGrid } from '../memory/grid.ts';
import { TypedBuffer } from '../memory/typed-buffer.ts';

/** What a launch takes for each parameter of the kernel. */
export type RunArguments<T extends GlobalParams> = {
  readonly [K in keyof T]: T[K] extends BufferParamType<infer _, infer E, infer G>
    ? G extends 0 ? TypedBuffer<E> : DeviceGrid<E>
    : T[K] extends AnyType ? InputOf<T[K]> : never;
};

export interface RunOptions {
  /**
   * Threads in x, y, z, rounded up to whole workgroups. Default: one for each cell of the first grid that is
   * written, else one for each element of the first array that is written, else of the first buffer.
   */
  readonly threads?: number | readonly [number, number?, number?];
  readonly stream?: Stream;
  /** Resolve when the kernel has ended. Default true; false: when it is submitted. */
  readonly wait?: boolean;
  /**
   * Check every index, and integer arithmetic: a launch that goes out of bounds, overflows or divides by zero fails with
   * `DeviceError` instead of going on. Where the device can (`capabilities.exactKernels`: the CPU). Default false.
   */
  readonly exact?: boolean;
}

type Triple = readonly [number, number, number];

const triple = (n: number | readonly [number, number?, number?]): Triple => (typeof n === 'number' ? [n, 1, 1] : [n[0], n[1] ?? 1, n[2] ?? 1]);

interface Launchable {
  readonly kernel: CompiledKernel;
  readonly fn: KernelFunction;
}

/** Compiles each definition once for a context and launches it. */
export class Launcher implements Disposable {
  readonly #context: Context;
  readonly #kernels = { plain: new Map<GlobalProgram, Promise<Launchable>>(), exact: new Map<GlobalProgram, Promise<Launchable>>() } as const;

  constructor(context: Context) {
    this.#context = context;
  }

  async run<T extends GlobalParams>(definition: GlobalDefinition<T>, args: RunArguments<T>, options: RunOptions = {}): Promise<void> {
    const { program } = definition;
    const values = argumentsOf(program, args as Readonly<Record<string, unknown>>);
    const threads = options.threads === undefined ? defaultThreads(program, args as Readonly<Record<string, unknown>>) : triple(options.threads);
    if (threads.some((n) => !Number.isInteger(n) || n < 1)) throw fail('InvalidConfig', { option: 'threads', value: threads.join(' x '), reason: 'They are whole numbers from 1.' });
    const { fn } = await this.#compiled(program, options.exact ?? false);
    const grid = threads.map((n, axis) => Math.ceil(n / program.workgroup[axis]!)) as [number, number, number];
    await fn.launch({ grid, ...(options.stream === undefined ? {} : { stream: options.stream }) }, values);
    if (options.wait !== false) await this.#context.synchronize(options.stream);
  }

  #compiled(program: GlobalProgram, exact: boolean): Promise<Launchable> {
    const kernels = exact ? this.#kernels.exact : this.#kernels.plain;
    let found = kernels.get(program);
    if (found === undefined) {
      checkNeeds(program, this.#context.capabilities, this.#context.device.backend);
      if (exact && this.#context.capabilities.exactKernels !== true) throw fail('CapabilityMissing', { kernel: program.id, backend: this.#context.device.backend, missing: 'exact arithmetic and checked indices in global kernels' });
      found = this.#context.compile(program, { exact }).then((kernel) => ({ kernel, fn: kernel.getFunction(kernel.entries[0]!) }));
      kernels.set(program, found);
      found.catch(() => kernels.delete(program));
    }
    return found;
  }

  [Symbol.dispose](): void {
    for (const kernels of Object.values(this.#kernels)) {
      for (const found of kernels.values()) void found.then(({ kernel }) => kernel[Symbol.dispose](), () => undefined);
      kernels.clear();
    }
  }
}

const bufferOf = (value: unknown): TypedBuffer<AnyType> | null =>
  value instanceof TypedBuffer ? value : value instanceof DeviceGrid ? (value.buffer as TypedBuffer<AnyType>) : null;

function argumentsOf(program: GlobalProgram, args: Readonly<Record<string, unknown>>): LaunchArgument[] {
  const wrong = (name: string, reason: string): Error => fail('InvalidConfig', { option: `argument '${name}' of '${program.id}'`, value: typeof args[name], reason });
  for (const name of Object.keys(args)) {
    if (!program.params.some((p) => p.name === name)) throw wrong(name, `The kernel takes ${program.params.map((p) => p.name).join(', ')}.`);
  }
  const written = new Map<DeviceBuffer, string>();
  return program.params.map((param): LaunchArgument => {
    const value = args[param.name];
    if (value === undefined) throw wrong(param.name, 'It is missing.');
    if (param.kind === 'value') return value as LaunchArgument;
    const buffer = bufferOf(value);
    if (buffer === null || (param.grid !== 0) !== (value instanceof DeviceGrid)) throw wrong(param.name, param.grid === 0 ? 'It takes a typed buffer.' : `It takes a grid of ${param.grid} dimensions.`);
    if (!sameType(buffer.type, param.elem)) throw wrong(param.name, `It takes elements of ${typeName(param.elem)}, not ${typeName(buffer.type)}.`);
    if (param.access !== 'read') {
      const other = written.get(buffer.buffer);
      if (other !== undefined) throw wrong(param.name, `'${other}' writes to the same buffer.`);
      written.set(buffer.buffer, param.name);
    }
    if (value instanceof DeviceGrid) {
      if (value.size.length !== param.grid) throw wrong(param.name, `It takes a grid of ${param.grid} dimensions.`);
      return value.argument;
    }
    return buffer.buffer;
  });
}

function defaultThreads(program: GlobalProgram, args: Readonly<Record<string, unknown>>): Triple {
  const buffers = program.params.filter((p) => p.kind === 'buffer');
  const chosen = buffers.find((p) => p.access !== 'read' && p.grid !== 0) ?? buffers.find((p) => p.access !== 'read') ?? buffers[0];
  if (chosen === undefined) throw fail('InvalidConfig', { option: 'threads', value: 'undefined', reason: `'${program.id}' has no buffer to count by; say how many.` });
  const value = args[chosen.name];
  if (value instanceof DeviceGrid) return triple(value.size);
  return [(value as TypedBuffer<AnyType>).length, 1, 1];
}

