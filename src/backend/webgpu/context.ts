/** The low-level face on WebGPU. */
import { fail } from '../../error/index.ts';
import type { DeviceEngine } from '../../engine/contract.ts';
import { PassEngine, type PassEngineOptions } from '../../engine/pass/engine.ts';
import type { Need, Program } from '../../kernel/ir.ts';
import { checkNeeds } from '../capabilities.ts';
import type { Capabilities, CompiledKernel, Context, DeviceBuffer, DeviceInfo, Stream } from '../contract.ts';
import { usable, WebGpuBuffer } from './buffer.ts';
import type { WebGpuSettings } from './adapter.ts';
import { WebGpuDevice } from './device.ts';
import { WebGpuPassDriver } from './driver.ts';

const storage = 0x80 | 0x4 | 0x8;
const staging = 0x1 | 0x8;
const mapRead = 0x1;
const words = (bytes: number): number => Math.max(4, Math.ceil(bytes / 4) * 4);

export class WebGpuContext implements Context {
  readonly device: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly #device: WebGpuDevice;
  #engine: Promise<DeviceEngine> | null = null;
  #streams = 0;
  /** What was started and not awaited by its caller. */
  #work = new Set<Promise<unknown>>();

  constructor(device: WebGpuDevice) {
    this.#device = device;
    this.device = device.info;
    const { features, limits } = device.gpu;
    const needs: Need[] = ['i64', 'atomics', 'shared', 'barrier', 'send', 'hlc', 'debug'];
    if (features.has('shader-f16')) needs.push('f16');
    if (features.has('subgroups')) needs.push('subgroups');
    this.capabilities = {
      needs: new Set(needs), persistent: false, deviceDelivery: true, dropOldest: true, persistentGrid: false,
      maxWorkgroup: limits.maxComputeInvocationsPerWorkgroup, maxSharedBytes: limits.maxComputeWorkgroupStorageSize, subgroupSize: 0,
    };
  }

  static async open(settings: WebGpuSettings): Promise<WebGpuContext> {
    return new WebGpuContext(await WebGpuDevice.open(settings));
  }

  /** The device itself, for whoever wants to mix in calls of their own. */
  get native(): GPUDevice {
    return this.#device.gpu;
  }

  allocate(bytes: number, options: { readonly label?: string; readonly pinned?: boolean } = {}): DeviceBuffer {
    this.#device.check();
    const label = options.label ?? 'buffer';
    const { limits } = this.#device.gpu;
    const limit = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
    if (!Number.isInteger(bytes) || bytes < 0) throw fail('InvalidConfig', { option: 'allocate', value: bytes, reason: 'Sizes are whole bytes from 0.' });
    if (bytes > limit) throw fail('LimitExceeded', { what: `Buffer '${label}'`, needed: `${bytes} bytes`, limit: `${limit} bytes`, hint: 'Split the data over several buffers.' });
    let buffer!: GPUBuffer;
    const ready = this.#track(this.#device.scoped(`Allocating '${label}'`, () => {
      buffer = this.#device.gpu.createBuffer({ size: words(bytes), usage: storage, label });
    }));
    return new WebGpuBuffer(buffer, bytes, label, ready);
  }

  async write(target: DeviceBuffer, source: ArrayBufferView, offset = 0): Promise<void> {
    const buffer = usable(target, offset, source.byteLength, 'write');
    await buffer.ready;
    this.#device.check();
    aligned(offset, 'write');
    await this.#device.flush();
    const whole = source.byteLength & ~3;
    const bytes = new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
    const { queue } = this.#device.gpu;
    if (whole > 0) queue.writeBuffer(buffer.gpu, offset, bytes.subarray(0, whole));
    if (whole < source.byteLength) {
      // The device writes whole words: the last one is made up from what is there.
      const tail = new Uint8Array(4);
      if (offset + source.byteLength < buffer.bytes) await this.#readWords(buffer, offset + whole, tail);
      tail.set(bytes.subarray(whole));
      queue.writeBuffer(buffer.gpu, offset + whole, tail);
    }
  }

  async read(from: DeviceBuffer, target: ArrayBufferView, offset = 0): Promise<void> {
    const buffer = usable(from, offset, target.byteLength, 'read');
    await buffer.ready;
    this.#device.check();
    aligned(offset, 'read');
    await this.#device.flush();
    if (target.byteLength > 0) await this.#readWords(buffer, offset, new Uint8Array(target.buffer, target.byteOffset, target.byteLength));
  }

  async #readWords(buffer: WebGpuBuffer, offset: number, target: Uint8Array): Promise<void> {
    const { gpu } = this.#device;
    const bytes = words(target.byteLength);
    const copy = await this.#device.scoped('Allocating a staging buffer', () => gpu.createBuffer({ size: bytes, usage: staging }));
    try {
      const encoder = gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer.gpu, offset, copy, 0, bytes);
      gpu.queue.submit([encoder.finish()]);
      await this.#track(copy.mapAsync(mapRead));
      target.set(new Uint8Array(copy.getMappedRange()).subarray(0, target.byteLength));
    } catch (cause) {
      this.#device.check();
      throw cause;
    } finally {
      copy.destroy();
    }
  }

  async copy(from: DeviceBuffer, to: DeviceBuffer, bytes: number, fromOffset = 0, toOffset = 0): Promise<void> {
    const source = usable(from, fromOffset, bytes, 'copy');
    const target = usable(to, toOffset, bytes, 'copy');
    await Promise.all([source.ready, target.ready]);
    for (const n of [fromOffset, toOffset, bytes]) aligned(n, 'copy');
    await this.#device.flush();
    await this.#device.scoped('Copying between buffers', () => {
      const encoder = this.#device.gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(source.gpu, fromOffset, target.gpu, toOffset, bytes);
      this.#device.gpu.queue.submit([encoder.finish()]);
    });
  }

  async compile(program: Program | { readonly source: string; readonly entries: readonly string[] }): Promise<CompiledKernel> {
    this.#device.check();
    // Pages that only launch actors never load what global kernels need.
    const lowLevel = (): Promise<typeof import('./kernel.ts')> => import('./kernel.ts');
    if (!('kind' in program)) return (await lowLevel()).compileSource(this.#device, program.source, program.entries);
    checkNeeds(program, this.capabilities, 'webgpu');
    if (program.kind === 'global') return (await lowLevel()).compileGlobal(this.#device, program);
    throw fail('InvalidConfig', { option: 'compile', value: program.id, reason: 'Only global kernels are launched by hand; actors run in the engine.' });
  }

  /** WebGPU has one queue: streams are names for the same order of work. */
  createStream(): Stream {
    return { id: ++this.#streams, [Symbol.dispose]: () => undefined };
  }

  async synchronize(): Promise<void> {
    this.#device.check();
    await this.#device.flush();
    await this.#track(this.#device.gpu.queue.onSubmittedWorkDone());
    this.#device.check();
  }

  engine(options: Readonly<Record<string, unknown>> = {}): Promise<DeviceEngine> {
    this.#device.check();
    this.#engine ??= Promise.resolve(new PassEngine(new WebGpuPassDriver(this.#device), {
      ...options as PassEngineOptions, accept: ({ program }) => checkNeeds(program, this.capabilities, 'webgpu'),
    }));
    return this.#engine;
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    const settled = (): void => { this.#work.delete(work); };
    work.then(settled, settled);
    return work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#engine !== null) await (await this.#engine)[Symbol.asyncDispose]();
    await Promise.allSettled(this.#work);
    await this.#device.close();
  }
}

function aligned(n: number, call: string): void {
  if (n % 4 !== 0) throw fail('InvalidConfig', { option: call, value: n, reason: 'On WebGPU, offsets and sizes of copies are multiples of 4 bytes.' });
}
