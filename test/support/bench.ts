/** Runs global kernels of one context on typed arrays. */
import type { Context, DeviceBuffer, LaunchArgument } from '../../src/backend/contract.ts';
import type { GlobalProgram } from '../../src/kernel/ir.ts';

export type Typed = Float32Array | Int32Array | Uint32Array;

/** Buffers and kernels of one context, by the arrays and programs they stand for. */
export class Bench implements AsyncDisposable {
  readonly context: Context;
  readonly #buffers = new Map<Typed, DeviceBuffer>();
  readonly #kernels = new Map<GlobalProgram, Awaited<ReturnType<Context['compile']>>>();

  constructor(context: Context) {
    this.context = context;
  }

  /** Launches; arrays are put on the device when they are first seen and stay there. */
  async run(definition: { readonly id: string; readonly program: GlobalProgram }, grid: readonly [number, number?, number?], ...args: readonly (Typed | number)[]): Promise<void> {
    const { program } = definition;
    let kernel = this.#kernels.get(program);
    if (kernel === undefined) this.#kernels.set(program, (kernel = await this.context.compile(program)));
    const given: LaunchArgument[] = [];
    for (const a of args) given.push(typeof a === 'number' ? a : await this.#buffer(a));
    await kernel.getFunction(definition.id).launch({ grid: [...grid] }, given);
  }

  /** Puts what the array holds now on the device. */
  async write(array: Typed): Promise<void> {
    await this.context.write(await this.#buffer(array), array);
  }

  /** Reads the device's copy into the array. */
  async read<A extends Typed>(array: A): Promise<A> {
    await this.context.read(await this.#buffer(array), array);
    return array;
  }

  async #buffer(array: Typed): Promise<DeviceBuffer> {
    let buffer = this.#buffers.get(array);
    if (buffer === undefined) {
      this.#buffers.set(array, (buffer = this.context.allocate(array.byteLength)));
      await this.context.write(buffer, array);
    }
    return buffer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const kernel of this.#kernels.values()) kernel[Symbol.dispose]();
    for (const buffer of this.#buffers.values()) buffer[Symbol.dispose]();
    await this.context[Symbol.asyncDispose]();
  }
}
