/** Every row of the intrinsics table that CUDA and MSL claim: compiled, and on the emulated Metal run against the interpreter. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cudaCompileOptions, cudaPart, cudaUnit } from '../../src/kernel/emit/cuda/index.ts';
import { emitMsl, type MslGlobal } from '../../src/kernel/emit/msl/index.ts';
import { codecOf, viewsOf } from '../../src/message/codec.ts';
import type { ScalarName } from '../../src/layout/types.ts';
import { interpretGlobal } from '../../src/testing/interpret.ts';
import { compileStrict, mslVersions } from '../fake/metal/strict.ts';
import { EmulatedLibrary } from '../fake/metal/execute.ts';
import { ulpOf } from '../../src/kernel/intrinsics/table.ts';
import { findTool, missing } from '../support/tools.ts';
import { claimedRows, type RowKernel } from './rows.ts';

describe.skipIf(missing('nvcc'))('CUDA', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-rows-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('compiles every row it claims, for the oldest and the newest architecture', { timeout: 300_000 }, () => {
    const file = join(folder, 'rows.cu');
    writeFileSync(file, cudaUnit(claimedRows('cuda').map((k) => cudaPart(k.program))));
    const run = spawnSync(findTool('nvcc')!, [
      ...cudaCompileOptions, '-gencode', 'arch=compute_75,code=sm_75', '-gencode', 'arch=compute_100,code=sm_100', '--threads', '2', '-Wno-deprecated-gpu-targets',
      '-diag-suppress', '177,550', '-c', '-o', `${file}.o`, file,
    ], { encoding: 'utf8' });
    expect(run.stdout + run.stderr).toBe('');
  });
});

/** The kernels of several programs as one library: what they share stands once. */
function together(parts: readonly MslGlobal[]): string {
  const bodies = parts.map((p) => p.source.slice(p.source.search(/^struct Arguments|^kernel void /m)));
  const shared = new Map<string, string>();
  for (const p of parts) {
    const at = p.source.search(/^struct Arguments|^kernel void /m);
    for (const block of p.source.slice(0, at).split(/\n(?=inline |template |struct |static_assert|typedef |#)/)) shared.set(block.trim(), block);
  }
  return `${[...shared.keys()].join('\n')}\n${bodies.map((b, i) => `${b.replaceAll(/\bArguments\b/g, `Arguments${i}`)}`).join('\n')}`;
}

const count = 32;
const samples: Readonly<Record<ScalarName, readonly (number | bigint | boolean)[]>> = {
  bool: [true, false],
  i32: [0, 1, -1, 5, -7, 1000, -2147483648, 2147483647, 12], u32: [0, 1, 2, 31, 32, 33, 255, 4294967295, 2147483648],
  i64: [0n, 1n, -1n, 77n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 40n], u64: [0n, 1n, 64n, 2n ** 63n, 2n ** 64n - 1n],
  f16: [0, 1, -1, 0.5], bf16: [], f32: [0, 1, -1, 0.5, 0.25, 2, 3.5, -2.5, 0.75, -0.125, 1.5, 0.9].map(Math.fround), f64: [0, 1],
};

type Typed = Int32Array | Uint32Array | BigInt64Array | BigUint64Array | Float32Array;
const arrays = { bool: Uint32Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, f32: Float32Array } as const;
const holding = (type: ScalarName): Typed => new arrays[type as keyof typeof arrays](count) as Typed;

function filled(type: ScalarName, shift: number, besideFloats: boolean): Typed {
  const data = holding(type);
  // Integers beside floats are exponents.
  const values = besideFloats && type === 'i32' ? [0, 1, -1, 5, -7, 12] : samples[type];
  for (let i = 0; i < count; i++) data[i] = (typeof values[0] === 'boolean' ? Number(values[(i + shift) % values.length]) : values[(i * (shift + 1) + shift) % values.length]) as never;
  return data;
}

/** Equal; or, where the row allows an error, within its units of the last place of the largest number in sight. */
function near(value: number, other: number, ulp: number, operands: readonly number[]): boolean {
  if (Object.is(value, other) || value === other) return true;
  const size = Math.max(Math.abs(value), ...operands.map(Math.abs).filter(Number.isFinite));
  return Math.abs(value - other) <= ulp * size * 2 ** -23;
}

describe.skipIf(missing('clang'))('Metal', () => {
  const kernels = claimedRows('msl');
  const texts = kernels.map((k) => emitMsl(k.program));

  it.each(mslVersions)('takes every row it claims, MSL %i', { timeout: 60_000 }, (version) => expect(compileStrict(together(texts), version)).toBe(''));

  it('gives what the interpreter gives', { timeout: 120_000 }, () => {
    using library = new EmulatedLibrary(together(texts));
    const wrong: string[] = [];
    kernels.forEach((kernel, i) => {
      if (kernel.row.category === 'subgroup') return;
      const text = texts[i]!;
      const buffers = Object.fromEntries(text.buffers.map((p, n) => [p.name, p.access === 'read' ? filled((p.elem as { name: ScalarName }).name, n, kernel.type === 'f32') : holding((p.elem as { name: ScalarName }).name)]));
      const expected = Object.fromEntries(Object.entries(buffers).map(([name, data]) => [name, data.slice()]));
      const extents = Object.fromEntries(text.buffers.map((p) => [p.name, [4, 4, 2]]));
      interpretGlobal(kernel.program, { buffers: expected, extents, grid: [1] } as never);
      const block = viewsOf(new ArrayBuffer(256));
      if (text.block !== null) {
        codecOf(text.block).encode(block, 0, Object.fromEntries(text.block.fields.map((f) =>
          [f.name, f.name.endsWith('_length') ? count : f.name.endsWith('_depth') ? 2 : 4])) as never);
      }
      library.dispatch({
        entry: text.entry, threads: [count], threadgroup: [32],
        buffers: [...text.buffers.map((p) => new Uint8Array(buffers[p.name]!.buffer)), ...(text.block === null ? [] : [block.u8.subarray(0, text.block.size)])],
      });
      wrong.push(...differences(kernel, buffers, expected));
    });
    expect(wrong).toEqual([]);
  });
});

function differences(kernel: RowKernel, got: Readonly<Record<string, Typed>>, want: Readonly<Record<string, Typed>>): string[] {
  const inputs = (i: number): number[] => Object.entries(got).filter(([name]) => name.startsWith('a')).map(([, d]) => Number(d[i]));
  return Object.entries(want).flatMap(([name, data]) => Array.from(data as Float32Array, (value, i) => {
    const other = got[name]![i] as number;
    const fine = data instanceof Float32Array ? near(value, other, ulpOf(kernel.row, kernel.type), inputs(i)) : value === other;
    return fine ? '' : `${kernel.program.id}(${inputs(i).join(', ')}) ${name}: ${other}, not ${value}`;
  }).filter((s) => s !== '').slice(0, 2));
}
