/** Dawn takes the WGSL of every golden definition and of every row of the intrinsics table, and the rows give what the interpreter gives. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GridArgument, LaunchArgument } from '../../src/backend/contract.ts';
import type { WebGpuContext } from '../../src/backend/webgpu/context.ts';
import { backend } from '../../src/backend/webgpu/index.ts';
import { engineProgram } from '../../src/backend/webgpu/program.ts';
import { RingKernelError } from '../../src/error/index.ts';
import { emitWgslGlobal } from '../../src/kernel/emit/wgsl/global.ts';
import { ulpOf } from '../../src/kernel/intrinsics/table.ts';
import type { Program } from '../../src/kernel/ir.ts';
import type { ScalarName } from '../../src/layout/types.ts';
import { interpretGlobal } from '../../src/testing/interpret.ts';
import { withoutWebGpu } from '../support/webgpu.ts';
import { claimedRows, type RowKernel } from './rows.ts';
import type { Definition } from './targets.ts';

const names = readdirSync(join(import.meta.dirname, 'in')).filter((f) => f !== 'face.ts').map((f) => basename(f, '.ts')).sort();

/** The whole module; null where WGSL refuses the program, or has no form for it. */
function moduleOf(program: Program): string | null {
  try {
    if (program.kind === 'global') return emitWgslGlobal(program).source;
    return program.kind === 'actor' ? engineProgram([{ index: 0, program, parallel: [] }]).source : null;
  } catch (error) {
    if (error instanceof RingKernelError && error.code.startsWith('RK3')) return null;
    throw error;
  }
}

const count = 32;
const samples: Readonly<Record<ScalarName, readonly (number | bigint)[]>> = {
  bool: [1, 0],
  i32: [0, 1, -1, 5, -7, 1000, -2147483648, 2147483647, 12], u32: [0, 1, 2, 31, 32, 33, 255, 4294967295, 2147483648],
  i64: [0n, 1n, -1n, 77n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 40n], u64: [0n, 1n, 64n, 2n ** 63n, 2n ** 64n - 1n],
  f16: [], bf16: [], f64: [], f32: [0, 1, -1, 0.5, 0.25, 2, 3.5, -2.5, 0.75, -0.125, 1.5, 0.9].map(Math.fround),
};
const arrays = { bool: Uint32Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, f32: Float32Array } as const;
type Typed = InstanceType<(typeof arrays)[keyof typeof arrays]>;
const holding = (type: ScalarName): Typed => new arrays[type as keyof typeof arrays](count);

function filled(type: ScalarName, shift: number, besideFloats: boolean): Typed {
  const data = holding(type);
  const values = besideFloats && type === 'i32' ? [0, 1, -1, 5, -7, 12] : samples[type];
  for (let i = 0; i < count; i++) data[i] = values[(i * (shift + 1) + shift) % values.length] as never;
  return data;
}

/**
 * Equal, or within the error WGSL allows its own functions: an absolute 2^-11 for trigonometry near 0, a few
 * units of the last place of what was computed with elsewhere.
 */
function near(got: number, want: number, ulp: number, operands: readonly number[]): boolean {
  if (Object.is(got, want) || got === want) return true;
  const size = Math.max(Math.abs(want), ...operands.map(Math.abs).filter(Number.isFinite));
  return Math.abs(got - want) <= Math.max(ulp * size * 2 ** -23, ulp > 0 ? 2 ** -11 * Math.max(1, Math.abs(want)) : 0);
}

describe.skipIf(withoutWebGpu())('WGSL in Dawn', () => {
  let context: WebGpuContext;
  beforeAll(async () => { context = await backend.createContext() as WebGpuContext; });
  afterAll(async () => { await context[Symbol.asyncDispose](); });

  const errorsOf = async (code: string): Promise<string[]> => {
    context.native.pushErrorScope('validation');
    const info = await context.native.createShaderModule({ code }).getCompilationInfo();
    const scoped = await context.native.popErrorScope();
    return [...info.messages.filter((m) => m.type === 'error').map((m) => `${m.lineNum}: ${m.message}: ${code.split('\n')[m.lineNum - 1]}`), ...(scoped === null ? [] : [scoped.message])].slice(0, 3);
  };

  it.each(names)('takes %s', async (name) => {
    const { program } = ((await import(`./in/${name}.ts`)) as { default: Definition }).default;
    const code = moduleOf(program);
    if (code !== null) expect(await errorsOf(code)).toEqual([]);
  });

  const rows = claimedRows('wgsl').filter((k) => k.type !== 'f16' && !k.operands.includes('f16') && k.result !== 'f16');

  it(`gives what the interpreter gives for ${rows.length} rows of the table`, async () => {
    const wrong: string[] = [];
    for (const kernel of rows) wrong.push(...await runRow(kernel));
    expect(wrong).toEqual([]);
  });

  async function runRow(kernel: RowKernel): Promise<string[]> {
    const { program } = kernel;
    const refused = await errorsOf(emitWgslGlobal(program).source);
    if (refused.length > 0) return [`${program.id}: ${refused.join(' ')}`];
    if (kernel.row.category === 'subgroup' || kernel.row.category === 'sync') return [];
    const params = program.params.flatMap((p) => (p.kind === 'buffer' ? [p] : []));
    const scalarOf = (p: (typeof params)[number]): ScalarName => (p.elem as { name: ScalarName }).name;
    const data = Object.fromEntries(params.map((p, n) => [p.name, p.access === 'read' ? filled(scalarOf(p), n, kernel.type === 'f32') : holding(scalarOf(p))]));
    const expected = Object.fromEntries(Object.entries(data).map(([name, d]) => [name, d.slice()]));
    interpretGlobal(program, { buffers: expected, extents: Object.fromEntries(params.map((p) => [p.name, [4, 4, 2]])), grid: [1] } as never);
    const compiled = await context.compile(program);
    const buffers = params.map((p) => context.allocate(count * Math.max(4, p.elem.size), { label: p.name }));
    for (const [i, p] of params.entries()) await context.write(buffers[i]!, data[p.name]!);
    const args: LaunchArgument[] = params.map((p, i) => (p.grid > 0 ? { buffer: buffers[i]!, size: [4, 4, 2] } satisfies GridArgument : buffers[i]!));
    await compiled.getFunction(program.id).launch({ grid: 1 }, args);
    const wrong: string[] = [];
    for (const [i, p] of params.entries()) {
      if (p.access === 'read') continue;
      await context.read(buffers[i]!, data[p.name]!);
      const want = expected[p.name]!;
      for (let n = 0; n < count && wrong.length < 2; n++) {
        const inputs = params.filter((q) => q.access === 'read').map((q) => Number(data[q.name]![n]));
        const [g, w] = [data[p.name]![n]!, want[n]!];
        const fine = want instanceof Float32Array ? near(Number(g), Number(w), ulpOf(kernel.row, kernel.type), inputs) : g === w;
        if (!fine) wrong.push(`${program.id}(${inputs.join(', ')}) ${p.name}: ${g}, not ${w}`);
      }
    }
    for (const b of buffers) b[Symbol.dispose]();
    compiled[Symbol.dispose]();
    return wrong;
  }
});
