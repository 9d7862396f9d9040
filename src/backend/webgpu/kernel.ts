/** Compiled kernels and their launch. */
import { fail, reasonOf } from '../../error/index.ts';
import type { ScalarName } from '../../layout/types.ts';
import { emitWgslGlobal, type WgslGlobal } from '../../kernel/emit/wgsl/global.ts';
import { elementSize } from '../../kernel/emit/wgsl/params.ts';
import type { BufferParam, GlobalProgram, ValueParam } from '../../kernel/ir.ts';
import type { CompiledKernel, DeviceBuffer, GridArgument, KernelFunction, LaunchArgument, LaunchConfig } from '../contract.ts';
import { usable, WebGpuBuffer } from './buffer.ts';
import { pipeline, placeOf, shaderModule } from './compile.ts';
import type { WebGpuDevice } from './device.ts';

const uniform = 0x40 | 0x8;
const storage = 0x80 | 0x8;
const compute = 0x4;

/** Workgroups in x, y, z. */
export const dim3 = (d: number | readonly [number, number?, number?]): [number, number, number] =>
  typeof d === 'number' ? [d, 1, 1] : [d[0], d[1] ?? 1, d[2] ?? 1];

const isGrid = (a: LaunchArgument): a is GridArgument => typeof a === 'object' && !Array.isArray(a) && 'buffer' in a && 'size' in a;

export async function compileGlobal(device: WebGpuDevice, program: GlobalProgram): Promise<CompiledKernel> {
  const emitted = emitWgslGlobal(program);
  checkLimits(device, program, emitted);
  const module = await shaderModule(device, emitted.source, program.id, (line) => {
    const pos = emitted.map[line - 1];
    return pos === null || pos === undefined ? null : placeOf(program, pos);
  });
  const layout = device.gpu.createBindGroupLayout({
    entries: [
      ...emitted.buffers.map((b) => ({
        binding: b.binding, visibility: compute, buffer: { type: b.access === 'read' ? 'read-only-storage' as const : 'storage' as const },
      })),
      ...(emitted.params.binding < 0 ? [] : [{ binding: emitted.params.binding, visibility: compute, buffer: { type: 'uniform' as const } }]),
      ...(emitted.constants.binding < 0 ? [] : [{ binding: emitted.constants.binding, visibility: compute, buffer: { type: 'read-only-storage' as const } }]),
    ],
  });
  const made = await pipeline(device, module, emitted.entry, device.gpu.createPipelineLayout({ bindGroupLayouts: [layout] }), program.id);
  let constants: GPUBuffer | null = null;
  if (emitted.constants.binding >= 0) {
    constants = device.gpu.createBuffer({ size: emitted.constants.bytes.byteLength, usage: storage });
    device.gpu.queue.writeBuffer(constants, 0, emitted.constants.bytes as Uint8Array<ArrayBuffer>);
  }
  const fn = new WebGpuFunction(device, program, emitted, made, layout, constants);
  return compiled(emitted.source, new Map([[program.id, fn]]), () => {
    constants?.destroy();
    fn.dispose();
  });
}

/** Source in WGSL: every storage binding of group 0 takes a buffer, in order of binding. */
export async function compileSource(device: WebGpuDevice, source: string, entries: readonly string[]): Promise<CompiledKernel> {
  const module = await shaderModule(device, source, entries[0] ?? 'source', () => null);
  const functions = new Map<string, KernelFunction>();
  for (const entry of entries) {
    try {
      const made = await device.gpu.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: entry }, label: entry });
      functions.set(entry, new SourceFunction(device, entry, made));
    } catch (cause) {
      throw fail('CompilationFailed', { kernel: `'${entry}'`, log: reasonOf(cause) }, cause);
    }
  }
  return compiled(source, functions, () => undefined);
}

function compiled(source: string, functions: ReadonlyMap<string, KernelFunction>, dispose: () => void): CompiledKernel {
  return {
    source, entries: [...functions.keys()],
    getFunction(name) {
      const found = functions.get(name);
      if (found === undefined) throw fail('InvalidConfig', { option: 'getFunction', value: name, reason: `It has ${[...functions.keys()].join(', ')}.` });
      return found;
    },
    [Symbol.dispose]: dispose,
  };
}

function checkLimits(device: WebGpuDevice, program: GlobalProgram, emitted: WgslGlobal): void {
  const { limits, features } = device.gpu;
  for (const f of emitted.features) {
    if (!features.has(f)) throw fail('CapabilityMissing', { kernel: program.id, backend: 'webgpu', missing: `the feature '${f}'` });
  }
  const [x, y, z] = emitted.workgroup;
  const exceed = (what: string, needed: number, limit: number, hint: string): void => {
    if (needed > limit) throw fail('LimitExceeded', { what: `Kernel '${program.id}': ${what}`, needed, limit, hint });
  };
  exceed('threads of a workgroup', x * y * z, limits.maxComputeInvocationsPerWorkgroup, 'Use a smaller `workgroup`.');
  exceed('the x size of a workgroup', x, limits.maxComputeWorkgroupSizeX, 'Use a smaller `workgroup`.');
  exceed('the y size of a workgroup', y, limits.maxComputeWorkgroupSizeY, 'Use a smaller `workgroup`.');
  exceed('the z size of a workgroup', z, limits.maxComputeWorkgroupSizeZ, 'Use a smaller `workgroup`.');
  const buffers = emitted.buffers.length + (emitted.constants.binding < 0 ? 0 : 1);
  exceed('buffers', buffers, limits.maxStorageBuffersPerShaderStage, 'Put several arrays into one buffer, or several constants into one array.');
  const shared = program.shared.reduce((n, s) => n + s.length * Math.max(4, s.elem.size), 0);
  exceed('bytes of shared memory', shared, limits.maxComputeWorkgroupStorageSize, 'Use smaller shared arrays.');
}

class WebGpuFunction implements KernelFunction {
  readonly name: string;
  readonly #device: WebGpuDevice;
  readonly #program: GlobalProgram;
  readonly #emitted: WgslGlobal;
  readonly #pipeline: GPUComputePipeline;
  readonly #layout: GPUBindGroupLayout;
  readonly #constants: GPUBuffer | null;
  /** Uniform blocks in turn: the queue orders writes with launches, so one is enough. */
  readonly #params: GPUBuffer | null;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #buffers: readonly { readonly param: BufferParam; readonly label: string; readonly size: number; readonly extents: WgslGlobal['params']['extents'][number]['words'] }[];
  #last: { readonly key: readonly GPUBuffer[]; readonly group: GPUBindGroup }[] = [];
  #sent: Uint32Array | null = null;

  constructor(device: WebGpuDevice, program: GlobalProgram, emitted: WgslGlobal, made: GPUComputePipeline, layout: GPUBindGroupLayout, constants: GPUBuffer | null) {
    this.name = program.id;
    this.#device = device;
    this.#program = program;
    this.#emitted = emitted;
    this.#pipeline = made;
    this.#layout = layout;
    this.#constants = constants;
    this.#buffers = emitted.buffers.map(({ param }) => ({
      param, label: `'${param.name}' of '${program.id}'`, size: elementSize(param.elem), extents: emitted.params.extents.find((e) => e.param === param)!.words,
    }));
    this.#words = new Uint32Array(Math.max(4, emitted.params.words));
    this.#params = emitted.params.binding < 0 ? null : device.gpu.createBuffer({ size: this.#words.byteLength, usage: uniform });
  }

  dispose(): void {
    this.#params?.destroy();
  }

  /** Not an async function: a promise of its own for every launch is a good part of what a launch costs. */
  launch(config: LaunchConfig, args: readonly LaunchArgument[]): Promise<void> {
    try {
      return this.#launch(config, args);
    } catch (cause) {
      return Promise.reject(cause as Error);
    }
  }

  #launch(config: LaunchConfig, args: readonly LaunchArgument[]): Promise<void> {
    const device = this.#device;
    device.check();
    const grid = checkGrid(device, this.name, config, this.#emitted.workgroup);
    const { params } = this.#emitted;
    if (args.length !== this.#program.params.length) {
      throw fail('InvalidConfig', { option: `arguments of '${this.name}'`, value: args.length, reason: `It takes ${this.#program.params.length}: ${this.#program.params.map((p) => p.name).join(', ')}.` });
    }
    const bound: WebGpuBuffer[] = [];
    for (const b of this.#buffers) {
      const given = args[b.param.index]!;
      const grids = isGrid(given);
      const buffer = usable(grids ? given.buffer : given as DeviceBuffer, 0, 0, b.label);
      const length = Math.floor(buffer.bytes / b.size);
      const [w, h, d] = grids ? [given.size[0], given.size[1], given.size[2] ?? 1] : [length, 1, 1];
      if (b.param.grid > 0 && !grids) throw fail('InvalidConfig', { option: `'${b.param.name}' of '${this.name}'`, value: 'a buffer', reason: 'It is a grid: pass { buffer, size: [width, height] }.' });
      if (w * h * d > length) {
        throw fail('LimitExceeded', { what: `Grid '${b.param.name}' of '${this.name}'`, needed: `${w * h * d} elements`, limit: `${length} in its buffer`, hint: 'Allocate a larger buffer.' });
      }
      for (const e of b.extents) this.#words[e.word] = e.name === 'length' ? w * h * d : e.name === 'width' ? w : e.name === 'height' ? h : d;
      bound.push(buffer);
    }
    for (const v of params.values) putValue(this.#words, v.word, v.param, args[v.param.index]!, this.name);
    if (this.#params !== null && !sameWords(this.#sent, this.#words)) {
      void device.flush();
      device.gpu.queue.writeBuffer(this.#params, 0, this.#words);
      this.#sent = this.#words.slice();
    }
    const group = this.#groupOf(bound);
    // Recorded before anything is awaited, so that launches go in the order in which they were called.
    return launched(device.record(this.#pipeline, group, ...grid), bound);
  }

  /** Bind groups of the last few sets of buffers: ping-pong between two grids must not make one per step. */
  #groupOf(bound: readonly WebGpuBuffer[]): GPUBindGroup {
    const known = this.#last.find((l) => l.key.every((b, i) => b === bound[i]!.gpu));
    if (known !== undefined) return known.group;
    const { params, constants, buffers } = this.#emitted;
    const group = this.#device.gpu.createBindGroup({
      layout: this.#layout,
      entries: [
        ...buffers.map((b, i) => ({ binding: b.binding, resource: { buffer: bound[i]!.gpu } })),
        ...(this.#params === null ? [] : [{ binding: params.binding, resource: { buffer: this.#params } }]),
        ...(this.#constants === null ? [] : [{ binding: constants.binding, resource: { buffer: this.#constants } }]),
      ],
    });
    this.#last = [{ key: bound.map((b) => b.gpu), group }, ...this.#last].slice(0, 4);
    return group;
  }
}

class SourceFunction implements KernelFunction {
  readonly name: string;
  readonly #device: WebGpuDevice;
  readonly #pipeline: GPUComputePipeline;

  constructor(device: WebGpuDevice, name: string, made: GPUComputePipeline) {
    this.name = name;
    this.#device = device;
    this.#pipeline = made;
  }

  async launch(config: LaunchConfig, args: readonly LaunchArgument[]): Promise<void> {
    const device = this.#device;
    const grid = checkGrid(device, this.name, config, null);
    const buffers = args.map((a, i) => usable(a as DeviceBuffer, 0, 0, `argument ${i} of '${this.name}'`));
    const group = device.gpu.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0), entries: buffers.map((b, binding) => ({ binding, resource: { buffer: b.gpu } })),
    });
    return launched(device.record(this.#pipeline, group, ...grid), buffers);
  }
}

/** Waits until a launch is submitted; a buffer for which there was no memory is the reason to name, not what follows from it. */
function launched(recorded: Promise<void>, buffers: readonly WebGpuBuffer[]): Promise<void> {
  return buffers.every((b) => b.settled) ? recorded : launchedInto(recorded, buffers);
}

async function launchedInto(recorded: Promise<void>, buffers: readonly WebGpuBuffer[]): Promise<void> {
  const outcome = recorded.then(() => null, (cause: unknown) => ({ cause }));
  for (const b of buffers) if (!b.settled) await b.ready;
  const failed = await outcome;
  if (failed !== null) throw failed.cause;
}

function checkGrid(device: WebGpuDevice, name: string, config: LaunchConfig, workgroup: readonly [number, number, number] | null): [number, number, number] {
  if (config.cooperative === true) throw fail('CapabilityMissing', { kernel: name, backend: 'webgpu', missing: 'cooperative launches (WGSL has no barrier across workgroups)' });
  if ((config.shared ?? 0) > 0) throw fail('CapabilityMissing', { kernel: name, backend: 'webgpu', missing: 'shared memory sized at launch; declare it in the kernel' });
  if (config.block !== undefined && (workgroup === null || dim3(config.block).join() !== workgroup.join())) {
    throw fail('InvalidConfig', { option: `block of '${name}'`, value: dim3(config.block).join(' x '), reason: 'WGSL fixes the workgroup at compile time; set `workgroup` in the definition.' });
  }
  const grid = dim3(config.grid);
  const limit = device.gpu.limits.maxComputeWorkgroupsPerDimension;
  for (const n of grid) {
    if (!Number.isInteger(n) || n < 0) throw fail('InvalidConfig', { option: `grid of '${name}'`, value: grid.join(' x '), reason: 'Workgroups are counted in whole numbers from 0.' });
    if (n > limit) throw fail('LimitExceeded', { what: `Launching '${name}'`, needed: `${n} workgroups in one dimension`, limit, hint: 'Use more dimensions, or larger workgroups.' });
  }
  return grid;
}

const sameWords = (a: Uint32Array | null, b: Uint32Array): boolean => a !== null && a.every((x, i) => x === b[i]);

const bits = new DataView(new ArrayBuffer(8));

function putValue(out: Uint32Array, word: number, param: ValueParam, value: LaunchArgument, kernel: string): void {
  const { type } = param.local;
  const wrong = (): Error => fail('InvalidConfig', { option: `'${param.name}' of '${kernel}'`, value: String(value), reason: `It is a value of type ${type.kind === 'scalar' ? type.name : type.kind}.` });
  if (type.kind === 'vec') {
    if (!Array.isArray(value) || value.length !== type.length) throw wrong();
    (value as readonly number[]).forEach((v, i) => { out[word + i] = wordOf(type.elem.name, v, wrong); });
    return;
  }
  if (type.kind !== 'scalar' || typeof value === 'object') throw wrong();
  if (type.name === 'i64' || type.name === 'u64') {
    if (typeof value !== 'bigint') throw wrong();
    bits.setBigUint64(0, BigInt.asUintN(64, value), true);
    out[word] = bits.getUint32(0, true);
    out[word + 1] = bits.getUint32(4, true);
    return;
  }
  out[word] = wordOf(type.name, value, wrong);
}

function wordOf(type: ScalarName, value: number | bigint | boolean, wrong: () => Error): number {
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw wrong();
    return value ? 1 : 0;
  }
  if (typeof value !== 'number') throw wrong();
  if (type === 'u32' || type === 'i32') return value >>> 0;
  bits.setFloat32(0, value, true);
  return bits.getUint32(0, true);
}
