/**
 * The execution pass: MSL, unchanged but for threadgroup variables, compiled by clang over the shim into a
 * library of this process, and its kernels run thread by thread on the CPU (`emulator.h`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool } from '../../support/tools.ts';
import { shim } from './strict.ts';

type Koffi = typeof import('koffi');
const koffi = createRequire(import.meta.url)('koffi') as Koffi;

export interface EmulatedDispatch {
  readonly entry: string;
  /** By binding; written back. */
  readonly buffers: readonly Uint8Array[];
  /** Threads of the whole grid. */
  readonly threads: readonly [number, number?, number?];
  readonly threadgroup: readonly [number, number?, number?];
  /** Order in which threads go on. Default 1. */
  readonly seed?: number;
  /** Threads of a SIMD group. Default 32. */
  readonly simdWidth?: number;
  /** One SIMD group is run for as long as it can go on, and the others not at all meanwhile. Default false. */
  readonly unfair?: boolean;
}

/** Kernel arguments by attribute, as filled from the emulator's item `t`. */
const attributes: Readonly<Record<string, { readonly field: string; readonly vector: boolean }>> = {
  thread_position_in_grid: { field: 'grid', vector: true },
  thread_position_in_threadgroup: { field: 'local', vector: true },
  threadgroup_position_in_grid: { field: 'group', vector: true },
  threadgroups_per_grid: { field: 'groups', vector: true },
  threads_per_threadgroup: { field: 'size', vector: true },
  thread_index_in_threadgroup: { field: 'local_index', vector: false },
  thread_index_in_simdgroup: { field: 'lane', vector: false },
  threads_per_simdgroup: { field: 'lanes', vector: false },
  simdgroup_index_in_threadgroup: { field: 'simdgroup', vector: false },
};

interface KernelHead {
  readonly name: string;
  readonly call: string;
}

/** Kernels of a source with the call that binds their arguments. */
export function kernelHeads(source: string): KernelHead[] {
  return [...source.matchAll(/^kernel void (\w+)\((.*)\) \{$/gm)].map((m) => {
    const args = (m[2] === '' ? [] : m[2]!.split(/,\s*(?![^<]*>)/)).map((text) => {
      const parsed = /^(.*?)([*&]?)\s+(\w+) \[\[(\w+)(?:\((\d+)\))?\]\]$/.exec(text.trim());
      if (parsed === null) throw new Error(`argument of kernel ${m[1]}: ${text}`);
      const [, type, kind, , attribute, index] = parsed;
      if (attribute === 'buffer') return kind === '*' ? `(${type}*)b[${index}]` : `*(${type}*)b[${index}]`;
      const item = attributes[attribute!];
      if (item === undefined) throw new Error(`attribute ${attribute}`);
      const length = Number(/\d$/.exec(type!)?.[0] ?? 1);
      return item.vector ? `${type}(${[0, 1, 2].slice(0, length).map((i) => `t.${item.field}[${i}]`).join(', ')})` : `t.${item.field}`;
    });
    return { name: m[1]!, call: `${m[1]}(${args.join(', ')})` };
  });
}

/** A compiled Metal library whose kernels run on this CPU. */
export class EmulatedLibrary implements Disposable {
  readonly entries: readonly string[];
  readonly #library: ReturnType<Koffi['load']>;
  readonly #dispatch: ReturnType<ReturnType<Koffi['load']>['func']>;
  readonly #schedule: ReturnType<ReturnType<Koffi['load']>['func']>;

  constructor(source: string, version = 310) {
    const heads = kernelHeads(source);
    this.entries = heads.map((h) => h.name);
    const body = source.replace(/^(\s+)threadgroup (?=[\w<])/gm, '$1static __attribute__((section("rk_shared"))) ');
    const text = [
      '#include "emulator.h"', body,
      ...heads.map((h, i) => `static void rk_entry_${i}(void** b, const rk_emulator::Item& t) { ${h.call}; }`),
      `static const rk_emulator::Entry rk_entries[] = {${heads.map((_, i) => `rk_entry_${i}`).join(', ')}};`,
      '#include "emulator.cpp"',
    ].join('\n');
    const folder = mkdtempSync(join(tmpdir(), 'ringkernel-metal-'));
    try {
      const file = join(folder, 'kernels.cpp');
      const out = join(folder, 'kernels.so');
      writeFileSync(file, text);
      const run = spawnSync(findTool('clang')!, [
        '-x', 'c++', '-std=c++17', '-O1', '-fPIC', '-shared', '-ffp-contract=off', '-Xclang', '-ffloat16-excess-precision=none', '-fno-strict-aliasing', '-fno-exceptions',
        `-DRK_METAL_VERSION=${version}`, `-I${shim}`, `-I${import.meta.dirname}`, '-w', '-o', out, file, '-lm',
      ], { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(`clang: ${run.stderr.slice(0, 4000)}`);
      this.#library = koffi.load(out);
    } finally {
      rmSync(folder, { recursive: true });
    }
    this.#schedule = this.#library.func('void rk_schedule(uint32_t unfair)');
    this.#dispatch = this.#library.func('rk_dispatch', 'const char *', ['uint32_t', 'void *', 'uint32_t', 'uint32_t *', 'uint32_t *', 'uint32_t', 'uint32_t']);
  }

  /** Runs a kernel to its end. Throws what the emulator reports. */
  dispatch({ entry, buffers, threads, threadgroup, seed = 1, simdWidth = 32, unfair = false }: EmulatedDispatch): void {
    const index = this.entries.indexOf(entry);
    if (index < 0) throw new Error(`no kernel '${entry}' among ${this.entries.join(', ')}`);
    const bindings = new BigUint64Array(buffers.length * 2);
    buffers.forEach((b, i) => {
      bindings[2 * i] = koffi.address(b);
      bindings[2 * i + 1] = BigInt(b.byteLength);
    });
    this.#schedule(unfair ? 1 : 0);
    const triple = ([x, y = 1, z = 1]: readonly [number, number?, number?]): Uint32Array => Uint32Array.of(x, y, z);
    const error = this.#dispatch(index, bindings, buffers.length, triple(threads), triple(threadgroup), simdWidth, seed) as string | null;
    if (error !== null) throw new Error(error);
  }

  [Symbol.dispose](): void {
    this.#library.unload();
  }
}
