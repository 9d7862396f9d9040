/** The low-level face on Metal. */
import { fail } from '../../error/index.ts';
import type { DeviceEngine } from '../../engine/contract.ts';
import { PassEngine, type PassEngineOptions } from '../../engine/pass/engine.ts';
import type { Program } from '../../kernel/ir.ts';
import { checkNeeds } from '../capabilities.ts';
import type { Capabilities, CompiledKernel, Context, DeviceBuffer, DeviceInfo, Stream } from '../contract.ts';
import { MetalBuffer, usable } from './buffer.ts';
import { size3, type MetalDevice } from './device.ts';
import { MetalPassDriver } from './driver.ts';
import { compileGlobal, compileSource, type Launch } from './kernel.ts';

/** Threads in a threadgroup that every Mac takes. */
const maxWorkgroup = 1024;

export class MetalContext implements Context {
  readonly device: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly #device: MetalDevice;
  /** Launches that nobody awaits; their failure shows at `synchronize`. */
  readonly #running = new Set<Promise<void>>();
  #failure: unknown = null;
  #engine: Promise<DeviceEngine> | null = null;
  #streams = 0;

  constructor(device: MetalDevice) {
    this.#device = device;
    this.device = device.info;
    this.capabilities = {
      needs: new Set(['f16', 'i64', 'atomics', 'shared', 'barrier', 'subgroups', 'send', 'hlc', 'debug']),
      persistent: false, deviceDelivery: true, dropOldest: true, persistentGrid: false,
      maxWorkgroup, maxSharedBytes: device.info.detail['maxThreadgroupMemory'] as number, subgroupSize: 32,
    };
  }

  allocate(bytes: number, options: { readonly label?: string; readonly pinned?: boolean } = {}): DeviceBuffer {
    const label = options.label ?? 'buffer';
    if (!Number.isInteger(bytes) || bytes < 0) throw fail('InvalidConfig', { option: 'allocate', value: bytes, reason: 'Sizes are whole bytes from 0.' });
    // A Metal buffer cannot be empty.
    return new MetalBuffer(this.#device, this.#device.allocate(Math.max(16, bytes), label), bytes, label);
  }

  async write(target: DeviceBuffer, source: ArrayBufferView, offset = 0): Promise<void> {
    const buffer = usable(target, offset, source.byteLength, 'write');
    await this.synchronize();
    buffer.contents.set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength), offset);
  }

  async read(from: DeviceBuffer, target: ArrayBufferView, offset = 0): Promise<void> {
    const buffer = usable(from, offset, target.byteLength, 'read');
    await this.synchronize();
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(buffer.contents.subarray(offset, offset + target.byteLength));
  }

  async copy(from: DeviceBuffer, to: DeviceBuffer, bytes: number, fromOffset = 0, toOffset = 0): Promise<void> {
    const source = usable(from, fromOffset, bytes, 'copy');
    const target = usable(to, toOffset, bytes, 'copy');
    await this.synchronize();
    target.contents.set(source.contents.subarray(fromOffset, fromOffset + bytes), toOffset);
  }

  async compile(program: Program | { readonly source: string; readonly entries: readonly string[] }): Promise<CompiledKernel> {
    const start = (launch: Launch): void => this.#start(launch);
    if (!('kind' in program)) return compileSource(this.#device, program.source, program.entries, start);
    checkNeeds(program, this.capabilities, 'metal');
    if (program.kind === 'global') return compileGlobal(this.#device, program, start);
    throw fail('InvalidConfig', { option: 'compile', value: program.id, reason: 'Only global kernels are launched by hand; actors run in the engine.' });
  }

  #start({ pipeline, buffers, bytes, groups, threads }: Launch): void {
    const { objc } = this.#device;
    const done = this.#device.submit((commands) => {
      const encoder = objc.send(commands, 'computeEncoder');
      objc.send(encoder, 'setPipeline', pipeline);
      buffers.forEach((b, i) => objc.send(encoder, 'setBuffer', b.memory.id, 0, i));
      if (bytes !== null) objc.send(encoder, 'setBytes', bytes, bytes.byteLength, buffers.length);
      objc.send(encoder, 'dispatch', size3(groups), size3(threads));
      objc.send(encoder, 'endEncoding');
    });
    this.#running.add(done);
    done.catch((cause: unknown) => { this.#failure ??= cause; }).finally(() => this.#running.delete(done));
  }

  /** Metal's queue is one: streams are names for the same order of work. */
  createStream(): Stream {
    return { id: ++this.#streams, [Symbol.dispose]: () => undefined };
  }

  async synchronize(): Promise<void> {
    this.#device.check();
    await Promise.allSettled(this.#running);
    if (this.#failure !== null) throw this.#failure;
  }

  engine(options: Readonly<Record<string, unknown>> = {}): Promise<DeviceEngine> {
    this.#device.check();
    this.#engine ??= Promise.resolve(new PassEngine(new MetalPassDriver(this.#device), {
      ...options as PassEngineOptions, accept: ({ program }) => checkNeeds(program, this.capabilities, 'metal'),
    }));
    return this.#engine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#engine !== null) await (await this.#engine)[Symbol.asyncDispose]();
    await Promise.allSettled(this.#running);
    await this.#device.close();
  }
}
