/** The low-level face on CUDA: device and pinned memory, copies, streams, compiled kernels; and the engine. */
import { fail } from '../../error/index.ts';
import type { DeviceEngine } from '../../engine/contract.ts';
import type { Need, Program } from '../../kernel/ir.ts';
import { checkNeeds } from '../capabilities.ts';
import type { Capabilities, CompiledKernel, Context, DeviceBuffer, DeviceInfo, Stream } from '../contract.ts';
import { deviceInfo, type Device } from './device.ts';
import { CudaEngine } from './engine.ts';
import type { GridSpec, PersistentGrid } from '../../engine/grid.ts';
import { CudaKernel } from './kernel.ts';
import { enable, mutual } from './peer/access.ts';
import { copyAcross } from './peer/state.ts';

const needs: readonly Need[] = ['f16', 'f64', 'i64', 'atomics', 'atomics64', 'atomicsFloat', 'shared', 'barrier', 'gridBarrier', 'subgroups', 'send', 'clock', 'hlc', 'debug'];

export class CudaStream implements Stream {
  readonly id: number;
  readonly handle: bigint;
  readonly #device: Device;
  #closed = false;

  constructor(device: Device, id: number) {
    this.#device = device;
    this.id = id;
    this.handle = device.createStream();
  }

  [Symbol.dispose](): void {
    if (this.#closed || this.#device.lost !== null) return;
    this.#closed = true;
    this.#device.use();
    this.#device.driver.call('streamDestroy', this.handle);
  }
}

/** Device memory from the stream-ordered allocator: neither taking nor giving back waits for a running kernel. */
export class CudaBuffer implements DeviceBuffer {
  readonly bytes: number;
  readonly label: string;
  readonly address: bigint;
  /** Pinned memory as JavaScript sees it; null for device memory. */
  readonly mapped: Uint8Array | null;
  released = false;
  readonly #device: Device;
  readonly #release: () => void;

  constructor(device: Device, bytes: number, label: string, pinned: boolean) {
    if (!Number.isInteger(bytes) || bytes < 0) throw fail('InvalidConfig', { option: 'allocate', value: bytes, reason: 'Sizes are whole bytes from 0.' });
    this.#device = device;
    this.bytes = bytes;
    this.label = label;
    if (pinned) {
      const block = device.mapped.allocate(bytes);
      this.address = block.address;
      this.mapped = block.piece.views.u8.subarray(block.offset, block.offset + bytes);
      this.#release = () => device.mapped.free(block);
    } else {
      const { driver, stream } = device;
      const size = Math.max(bytes, 1);
      this.address = driver.handle('memoryAllocateAsync', size, stream);
      driver.call('fill8', this.address, 0, size, stream);
      driver.call('streamSynchronize', stream);
      this.mapped = null;
      this.#release = () => driver.call('memoryFreeAsync', this.address, stream);
    }
  }

  [Symbol.dispose](): void {
    if (this.released) return;
    this.released = true;
    if (this.#device.lost !== null) return;
    this.#device.use();
    this.#release();
  }
}

/** A live buffer of this backend with room for the access. */
export function usable(buffer: DeviceBuffer, offset: number, bytes: number, call: string): CudaBuffer {
  if (!(buffer instanceof CudaBuffer)) throw fail('InvalidConfig', { option: call, value: buffer?.label, reason: 'The buffer belongs to another backend.' });
  if (buffer.released) throw fail('InvalidConfig', { option: call, value: buffer.label, reason: 'The buffer was released.' });
  if (!Number.isInteger(offset) || offset < 0 || offset + bytes > buffer.bytes) {
    throw fail('InvalidConfig', { option: call, value: `${bytes} bytes at ${offset}`, reason: `'${buffer.label}' has ${buffer.bytes} bytes.` });
  }
  return buffer;
}

export class CudaContext implements Context {
  readonly device: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly #device: Device;
  #engine: CudaEngine | null = null;
  readonly #grids = new Set<PersistentGrid>();
  #streams = 0;
  #closed = false;

  constructor(device: Device) {
    this.#device = device;
    this.device = deviceInfo(device.facts);
    this.capabilities = {
      needs: new Set(needs), persistent: true, deviceDelivery: true, dropOldest: false, persistentGrid: true,
      maxWorkgroup: device.facts.attributes.maxThreadsPerBlock, maxSharedBytes: device.facts.attributes.maxSharedPerBlock, subgroupSize: 32,
    };
  }

  /** With `pinned`, memory of the host that the device reads and writes over the bus. */
  allocate(bytes: number, options: { readonly label?: string; readonly pinned?: boolean } = {}): CudaBuffer {
    this.#check();
    return new CudaBuffer(this.#device, bytes, options.label ?? 'buffer', options.pinned === true);
  }

  async write(buffer: DeviceBuffer, source: ArrayBufferView, offset = 0, stream?: Stream): Promise<void> {
    this.#check();
    const to = usable(buffer, offset, source.byteLength, 'write');
    if (source.byteLength === 0) return;
    const on = this.#stream(stream);
    this.#device.driver.call('copyToDevice', to.address + BigInt(offset), bytesOf(source), source.byteLength, on);
    await this.#device.finished(on);
  }

  async read(buffer: DeviceBuffer, target: ArrayBufferView, offset = 0, stream?: Stream): Promise<void> {
    this.#check();
    const from = usable(buffer, offset, target.byteLength, 'read');
    if (target.byteLength === 0) return;
    const on = this.#stream(stream);
    this.#device.driver.call('copyToHost', bytesOf(target), from.address + BigInt(offset), target.byteLength, on);
    await this.#device.finished(on);
  }

  async copy(from: DeviceBuffer, to: DeviceBuffer, bytes: number, fromOffset = 0, toOffset = 0, stream?: Stream): Promise<void> {
    this.#check();
    const source = usable(from, fromOffset, bytes, 'copy');
    const target = usable(to, toOffset, bytes, 'copy');
    if (bytes === 0) return;
    const on = this.#stream(stream);
    this.#device.driver.call('copyOnDevice', target.address + BigInt(toOffset), source.address + BigInt(fromOffset), bytes, on);
    await this.#device.finished(on);
  }

  async copyToPeer(from: DeviceBuffer, other: Context, to: DeviceBuffer, bytes: number, fromOffset = 0, toOffset = 0): Promise<boolean> {
    this.#check();
    if (!(other instanceof CudaContext) || other === this || !mutual(this.#device, other.#device)) return false;
    const source = usable(from, fromOffset, bytes, 'copyToPeer');
    const target = usable(to, toOffset, bytes, 'copyToPeer');
    if (bytes === 0) return true;
    await enable(this.#device, other.#device);
    await copyAcross(this.#device, source.address + BigInt(fromOffset), other.#device, target.address + BigInt(toOffset), bytes);
    return true;
  }

  async compile(program: Program | { readonly source: string; readonly entries: readonly string[] }): Promise<CompiledKernel> {
    this.#check();
    if ('kind' in program) {
      checkNeeds(program, this.capabilities, 'cuda');
      if (program.kind === 'actor') throw fail('InvalidConfig', { option: 'compile', value: program.id, reason: 'Only global kernels are launched by hand; actors run in the engine.' });
    }
    return CudaKernel.compile(this.#device, program);
  }

  createStream(): CudaStream {
    this.#check();
    return new CudaStream(this.#device, ++this.#streams);
  }

  async synchronize(stream?: Stream): Promise<void> {
    this.#check();
    // The engine's kernel never ends by itself: only streams of this layer are waited for.
    await this.#device.finished(this.#stream(stream));
  }

  async engine(options: Readonly<Record<string, unknown>> = {}): Promise<DeviceEngine> {
    this.#check();
    return (this.#engine ??= new CudaEngine(this.#device, options));
  }

  async openGrid(spec: GridSpec): Promise<PersistentGrid> {
    this.#check();
    const { CudaGrid } = await import('./grid/grid.ts');
    const grid = await CudaGrid.open(this.#device, spec);
    this.#grids.add(grid);
    return grid;
  }

  #stream(stream: Stream | undefined): bigint {
    return stream === undefined ? this.#device.stream : (stream as CudaStream).handle;
  }

  #check(): void {
    if (this.#closed) throw fail('BackendUnavailable', { backend: 'cuda', reason: 'The context was closed.', hint: 'Open a new one.' });
    this.#device.use();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const grid of this.#grids) await grid[Symbol.asyncDispose]();
    if (this.#engine !== null) await this.#engine[Symbol.asyncDispose]();
    await this.#device.close();
  }
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
