/** Compiled kernels and their launch. Everything that Metal would answer by ending the process is checked here. */
import { fail } from '../../error/index.ts';
import { emitMsl, type MslGlobal } from '../../kernel/emit/msl/index.ts';
import type { BufferParam, GlobalProgram } from '../../kernel/ir.ts';
import { roundUp, type AnyType } from '../../layout/types.ts';
import { viewsOf } from '../../layout/views.ts';
import { codecOf } from '../../message/codec.ts';
import type { CompiledKernel, GridArgument, KernelFunction, LaunchArgument, LaunchConfig } from '../contract.ts';
import { usable, type MetalBuffer } from './buffer.ts';
import type { MetalDevice } from './device.ts';
import type { Id } from './objc.ts';
import { maxInlineBytes } from './selectors.ts';

type Triple = [number, number, number];

/** What one launch binds: buffers from 0 on, then bytes. */
export interface Launch {
  readonly pipeline: Id;
  readonly buffers: readonly MetalBuffer[];
  readonly bytes: Uint8Array | null;
  readonly groups: readonly [number, number, number];
  readonly threads: readonly [number, number, number];
}
type Start = (launch: Launch) => void;

const dim3 = (d: number | readonly [number, number?, number?]): Triple => (typeof d === 'number' ? [d, 1, 1] : [d[0], d[1] ?? 1, d[2] ?? 1]);
const isGrid = (a: LaunchArgument | undefined): a is GridArgument => typeof a === 'object' && !Array.isArray(a) && 'buffer' in a && 'size' in a;
const invalid = (option: string, value: unknown, reason: string): Error => fail('InvalidConfig', { option, value: String(value), reason });

interface Entry {
  readonly id: Id;
  readonly maxThreads: number;
}

export function compileGlobal(device: MetalDevice, program: GlobalProgram, start: Start): CompiledKernel {
  const text = emitMsl(program);
  const shared = program.shared.reduce((n, s) => n + roundUp(s.length * s.elem.size, 16), 0);
  const limit = device.info.detail['maxThreadgroupMemory'] as number;
  if (shared > limit) throw fail('LimitExceeded', { what: `Kernel '${program.id}': shared memory`, needed: `${shared} bytes`, limit: `${limit} bytes`, hint: 'Use smaller shared arrays.' });
  if ((text.block?.size ?? 0) > maxInlineBytes) throw fail('LimitExceeded', { what: `Kernel '${program.id}': values`, needed: `${text.block!.size} bytes`, limit: `${maxInlineBytes} bytes`, hint: 'Put them into a buffer.' });
  // Known by its id, whatever Metal calls it.
  return compiled(device, text.source, [[program.id, text.entry]], (_, entry) => new GlobalFunction(program, text, entry, start));
}

/** Source in MSL: arguments are buffers, bound as 0, 1, … */
export const compileSource = (device: MetalDevice, source: string, entries: readonly string[], start: Start): CompiledKernel =>
  compiled(device, source, entries.map((name) => [name, name]), (name, entry) => new SourceFunction(name, entry, start));

function compiled(device: MetalDevice, source: string, names: readonly (readonly [name: string, entry: string])[], make: (name: string, entry: Entry) => KernelFunction): CompiledKernel {
  const library = device.library(source, names[0]?.[1] ?? 'source');
  const owned: Id[] = [library];
  const release = (): void => { for (const id of owned.splice(0)) device.objc.send(id, 'release'); };
  const functions = new Map<string, KernelFunction>();
  try {
    for (const [name, own] of names) {
      const entry = device.pipeline(library, own);
      owned.push(entry.id);
      functions.set(name, make(name, entry));
    }
  } catch (cause) {
    release();
    throw cause;
  }
  return {
    source, entries: [...functions.keys()],
    getFunction(name) {
      const found = functions.get(name);
      if (found === undefined) throw invalid('getFunction', name, `It has ${[...functions.keys()].join(', ')}.`);
      return found;
    },
    [Symbol.dispose]: release,
  };
}

/** Groups and threads of a launch, checked. */
function shapeOf(name: string, config: LaunchConfig, entry: Entry, workgroup: readonly [number, number, number] | null): { groups: Triple; threads: Triple } {
  const missing = (what: string): Error => fail('CapabilityMissing', { kernel: name, backend: 'metal', missing: what });
  if (config.cooperative === true) throw missing('cooperative launches (Metal has no barrier across threadgroups)');
  if ((config.shared ?? 0) > 0) throw missing('shared memory sized at launch; declare it in the kernel');
  const groups = dim3(config.grid);
  const threads = config.block === undefined ? [...(workgroup ?? [entry.maxThreads, 1, 1])] as Triple : dim3(config.block);
  if (groups.some((n) => !Number.isInteger(n) || n < 0)) throw invalid(`grid of '${name}'`, groups.join(' x '), 'Workgroups are counted in whole numbers from 0.');
  if (workgroup !== null && threads.join() !== workgroup.join()) throw invalid(`block of '${name}'`, threads.join(' x '), 'The kernel was compiled for its own `workgroup`.');
  const total = threads[0] * threads[1] * threads[2];
  if (threads.some((n) => !Number.isInteger(n) || n < 1)) throw invalid(`block of '${name}'`, threads.join(' x '), 'Threads are counted in whole numbers from 1.');
  if (total > entry.maxThreads) throw fail('LimitExceeded', { what: `Launching '${name}'`, needed: `${total} threads in a workgroup`, limit: entry.maxThreads, hint: 'Use a smaller `workgroup`.' });
  return { groups, threads };
}

/** Metal lets buffers of one kernel overlap at their owner's risk; our kernels are compiled as if they never did. */
function checkDistinct(name: string, buffers: readonly { readonly buffer: MetalBuffer; readonly written: boolean }[]): void {
  buffers.forEach((b, i) => {
    if (buffers.some((other, j) => j !== i && other.buffer === b.buffer && (b.written || other.written))) {
      throw invalid(`arguments of '${name}'`, b.buffer.label, 'On Metal a buffer that a kernel writes may not be another of its arguments too.');
    }
  });
}

const elementSize = (t: AnyType): number => roundUp(t.size, t.align);

class GlobalFunction implements KernelFunction {
  readonly name: string;
  readonly #program: GlobalProgram;
  readonly #text: MslGlobal;
  readonly #entry: Entry;
  readonly #start: Start;

  constructor(program: GlobalProgram, text: MslGlobal, entry: Entry, start: Start) {
    this.name = text.entry;
    this.#program = program;
    this.#text = text;
    this.#entry = entry;
    this.#start = start;
  }

  async launch(config: LaunchConfig, args: readonly LaunchArgument[]): Promise<void> {
    const { params } = this.#program;
    const { block } = this.#text;
    if (args.length !== params.length) throw invalid(`arguments of '${this.name}'`, args.length, `It takes ${params.length}: ${params.map((p) => p.name).join(', ')}.`);
    const { groups, threads } = shapeOf(this.name, config, this.#entry, this.#text.workgroup);
    const values: Record<string, unknown> = {};
    const bound = this.#text.buffers.map((param) => {
      const { buffer, extents } = this.#buffer(param, args[param.index]);
      for (const [extent, n] of Object.entries(extents)) values[`${param.name}_${extent}`] = n;
      return { buffer, written: param.access !== 'read' };
    });
    checkDistinct(this.name, bound);
    for (const p of params) if (p.kind === 'value') values[p.name] = args[p.index];
    let bytes: Uint8Array | null = null;
    if (block !== null) {
      const views = viewsOf(new ArrayBuffer(roundUp(block.size, 8)));
      codecOf(block).encode(views, 0, Object.fromEntries(block.fields.map((f) => [f.name, values[f.name]])) as never);
      bytes = views.u8.subarray(0, block.size);
    }
    if (groups.includes(0)) return;
    this.#start({ pipeline: this.#entry.id, buffers: bound.map((b) => b.buffer), bytes, groups, threads });
  }

  #buffer(param: BufferParam, given: LaunchArgument | undefined): { readonly buffer: MetalBuffer; readonly extents: Readonly<Record<string, number>> } {
    const what = `'${param.name}' of '${this.name}'`;
    const buffer = usable(isGrid(given) ? given.buffer : given, 0, 0, what);
    const length = Math.floor(buffer.bytes / elementSize(param.elem));
    if (param.grid === 0) return { buffer, extents: { length } };
    if (!isGrid(given)) throw invalid(what, 'a buffer', 'It is a grid: pass { buffer, size: [width, height] }.');
    const [width, height, depth = 1] = given.size;
    if (width * height * depth > length) throw fail('LimitExceeded', { what: `Grid ${what}`, needed: `${width * height * depth} elements`, limit: `${length} in its buffer`, hint: 'Allocate a larger buffer.' });
    return { buffer, extents: { length: width * height * depth, width, height, depth } };
  }
}

class SourceFunction implements KernelFunction {
  readonly name: string;
  readonly #entry: Entry;
  readonly #start: Start;

  constructor(name: string, entry: Entry, start: Start) {
    this.name = name;
    this.#entry = entry;
    this.#start = start;
  }

  async launch(config: LaunchConfig, args: readonly LaunchArgument[]): Promise<void> {
    const { groups, threads } = shapeOf(this.name, config, this.#entry, null);
    const buffers = args.map((a, i) => usable(a, 0, 0, `argument ${i} of '${this.name}'`));
    if (!groups.includes(0)) this.#start({ pipeline: this.#entry.id, buffers, bytes: null, groups, threads });
  }
}
