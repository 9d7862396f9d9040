/** Runs passes on a WebGPU device. Writes are ordered with passes by the queue, so one frame serves all flights. */
import { viewsOf, type Views } from '../../message/codec.ts';
import { fail } from '../../error/index.ts';
import type { Pass, PassBlock, PassDriver, PassKind, PassOutput, PassProgram } from '../../engine/pass/driver.ts';
import { placeOf, pipeline, shaderModule } from './compile.ts';
import type { WebGpuDevice } from './device.ts';
import { engineProgram, messagesEach, workgroups } from './program.ts';

const storage = 0x80 | 0x4 | 0x8; // STORAGE | COPY_SRC | COPY_DST
const uniform = 0x40 | 0x8; // UNIFORM | COPY_DST
const staging = 0x1 | 0x8; // MAP_READ | COPY_DST
const compute = 0x4;
const mapRead = 0x1;

/** Outputs up to this many bytes are copied instead of being looked at where they are mapped. */
const smallOutput = 1 << 14;
const nothing = (): void => undefined;

interface Staging {
  buffer: GPUBuffer;
  bytes: number;
}

export class WebGpuPassDriver implements PassDriver {
  readonly backend = 'webgpu';
  readonly depth = 3;
  readonly framePerFlight = false;
  readonly maxBytes: number;
  readonly lost: Promise<Error>;
  readonly #device: WebGpuDevice;
  readonly #layout: GPUBindGroupLayout;
  readonly #pipelineLayout: GPUPipelineLayout;
  readonly #base: GPUBuffer;
  readonly #blocks: Record<PassBlock, GPUBuffer>;
  readonly #staging: (Staging | null)[] = [];
  readonly #small: Views[] = [];
  readonly #messagesEach: number;
  #constants: GPUBuffer;
  #actors: GPUComputePipeline | null = null;
  #batches: GPUComputePipeline | null = null;
  #group: GPUBindGroup | null = null;
  #frame = -1;

  constructor(device: WebGpuDevice) {
    const { gpu } = device;
    this.#device = device;
    this.#messagesEach = messagesEach[device.info.detail['software'] === true ? 'software' : 'hardware'];
    this.maxBytes = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize);
    this.#layout = gpu.createBindGroupLayout({
      entries: (['storage', 'storage', 'uniform', 'read-only-storage'] as const).map((type, binding) => ({ binding, visibility: compute, buffer: { type } })),
    });
    this.#pipelineLayout = gpu.createPipelineLayout({ bindGroupLayouts: [this.#layout] });
    this.#base = gpu.createBuffer({ size: 16, usage: uniform });
    this.#blocks = { mem: gpu.createBuffer({ size: 256, usage: storage }), sync: gpu.createBuffer({ size: 256, usage: storage }) };
    this.#constants = gpu.createBuffer({ size: 16, usage: storage });
    this.lost = new Promise((resolve) => {
      void device.lost.then(resolve);
      device.onError(resolve);
    });
  }

  get memory(): { readonly host: number; readonly device: number } {
    const device = this.#blocks.mem.size + this.#blocks.sync.size + this.#constants.size + this.#base.size;
    return { host: this.#staging.reduce((n, s) => n + (s?.bytes ?? 0), 0), device };
  }

  async compile(kinds: readonly PassKind[]): Promise<PassProgram> {
    const program = engineProgram(kinds);
    for (const f of program.features) {
      if (!this.#device.gpu.features.has(f)) throw fail('CapabilityMissing', { kernel: kinds.at(-1)!.program.id, backend: 'webgpu', missing: f });
    }
    const name = kinds.at(-1)!.program.id;
    const module = await shaderModule(this.#device, program.source, name, (line) => {
      const from = program.map[line - 1];
      return from === null || from === undefined ? null : placeOf(from.program, from.pos);
    });
    const [actors, batches] = await Promise.all([
      pipeline(this.#device, module, 'actors', this.#pipelineLayout, name),
      kinds.some((k) => k.parallel.includes(true)) ? pipeline(this.#device, module, 'batches', this.#pipelineLayout, name) : null,
    ]);
    const constants = await this.#device.scoped('Allocating constants', () =>
      this.#device.gpu.createBuffer({ size: program.constants.byteLength, usage: storage, label: 'constants' }));
    this.#device.gpu.queue.writeBuffer(constants, 0, program.constants as Uint8Array<ArrayBuffer>);
    this.#constants.destroy();
    this.#constants = constants;
    this.#actors = actors;
    this.#batches = batches;
    this.#group = null;
    return { source: program.source, sites: program.sites };
  }

  async resize(block: PassBlock, bytes: number): Promise<void> {
    const old = this.#blocks[block];
    if (bytes <= old.size) return;
    if (bytes > this.maxBytes) {
      throw fail('LimitExceeded', {
        what: 'The memory of all actors', needed: `${bytes} bytes`, limit: `${this.maxBytes} bytes`, hint: 'Launch fewer actors, or give them smaller inboxes and states.',
      });
    }
    const size = Math.min(this.maxBytes, Math.max(bytes, old.size * 2));
    const wider = await this.#device.scoped('Allocating memory for actors', () => this.#device.gpu.createBuffer({ size, usage: storage, label: block }));
    const encoder = this.#device.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(old, 0, wider, 0, old.size);
    this.#device.gpu.queue.submit([encoder.finish()]);
    this.#blocks[block] = wider;
    this.#group = null;
    old.destroy();
  }

  write(block: PassBlock, offset: number, data: Uint8Array): void {
    if (data.byteLength > 0) this.#device.gpu.queue.writeBuffer(this.#blocks[block], offset, data as Uint8Array<ArrayBuffer>);
  }

  async read(block: PassBlock, offset: number, bytes: number): Promise<Uint8Array> {
    const { gpu } = this.#device;
    const target = gpu.createBuffer({ size: bytes, usage: staging });
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#blocks[block], offset, target, 0, bytes);
    gpu.queue.submit([encoder.finish()]);
    try {
      await target.mapAsync(mapRead);
      return new Uint8Array(target.getMappedRange()).slice();
    } catch (cause) {
      this.#device.check();
      throw cause;
    } finally {
      target.destroy();
    }
  }

  async submit(pass: Pass): Promise<PassOutput> {
    const { gpu } = this.#device;
    const { queue } = gpu;
    const { mem, sync } = this.#blocks;
    if (pass.frame !== this.#frame) {
      queue.writeBuffer(this.#base, 0, Uint32Array.of(pass.frame, 0, 0, 0));
      this.#frame = pass.frame;
    }
    for (const w of pass.writes) queue.writeBuffer(mem, w.offset, w.data as Uint8Array<ArrayBuffer>, 0, w.bytes);
    this.#group ??= gpu.createBindGroup({
      layout: this.#layout,
      entries: [mem, sync, this.#base, this.#constants].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const offsets: number[] = [];
    let total = 0;
    for (const c of pass.copies) {
      offsets.push(total);
      total += Math.ceil(c.bytes / 8) * 8;
    }
    const target = this.#stagingFor(pass.flight, total);
    const encoder = gpu.createCommandEncoder();
    if (pass.resetSync) encoder.clearBuffer(sync, 0, 16);
    const run = encoder.beginComputePass();
    run.setBindGroup(0, this.#group);
    if (pass.actors > 0) {
      run.setPipeline(this.#actors!);
      run.dispatchWorkgroups(Math.ceil(pass.actors / workgroups.actors));
    }
    if (pass.batches > 0) {
      run.setPipeline(this.#batches!);
      run.dispatchWorkgroups(Math.ceil(pass.batchCount / (workgroups.batches * this.#messagesEach)), pass.batches);
    }
    run.end();
    pass.copies.forEach((c, i) => encoder.copyBufferToBuffer(this.#blocks[c.block], c.offset, target, offsets[i]!, c.bytes));
    queue.submit([encoder.finish()]);
    try {
      await target.mapAsync(mapRead, 0, total);
    } catch (cause) {
      this.#device.check();
      throw cause;
    }
    const mapped = target.getMappedRange(0, total);
    if (total > smallOutput) return { views: viewsOf(mapped), offsets, release: () => target.unmap() };
    // Views of fresh memory cost more than copying a little into memory that has some.
    const small = (this.#small[pass.flight] ??= viewsOf(new ArrayBuffer(smallOutput)));
    small.u8.set(new Uint8Array(mapped));
    target.unmap();
    return { views: small, offsets, release: nothing };
  }

  #stagingFor(flight: number, bytes: number): GPUBuffer {
    const have = this.#staging[flight];
    if (have !== null && have !== undefined && have.bytes >= bytes) return have.buffer;
    have?.buffer.destroy();
    const size = Math.max(4096, 2 ** Math.ceil(Math.log2(bytes)));
    const buffer = this.#device.gpu.createBuffer({ size, usage: staging, label: `staging ${flight}` });
    this.#staging[flight] = { buffer, bytes: size };
    return buffer;
  }

  async close(): Promise<void> {
    for (const b of [this.#blocks.mem, this.#blocks.sync, this.#base, this.#constants]) b.destroy();
    for (const s of this.#staging) s?.buffer.destroy();
  }
}
