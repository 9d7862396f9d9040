/** Raw functions: each text against its reference on the device it is for, and what is said when one is wrong. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bool, f16, f32, f64, globalKernel, message, rawFunction, read, RingKernel, ringKernel, u32, vec3, write, type Vector } from '../../src/index.ts';
import { emitCuda } from '../../src/kernel/emit/cuda/index.ts';
import { emitMsl } from '../../src/kernel/emit/msl/index.ts';
import { emitWgslGlobal } from '../../src/kernel/emit/wgsl/global.ts';
import { codes, RingKernelError } from '../../src/error/index.ts';
import { fakeCuda } from '../fake/cuda/build.ts';
import { fakeMetal } from '../fake/metal/library.ts';
import { Bench, places } from '../support/contexts.ts';
import { findTool, missing } from '../support/tools.ts';
import { withoutWebGpu } from '../support/webgpu.ts';

/** High word of a product: one instruction on most devices, and awkward in the kernel language. */
const highWord = rawFunction({
  name: 'highWord', params: { a: u32, b: u32 }, returns: u32,
  cuda: 'return __umulhi(a, b);',
  msl: 'return mulhi(a, b);',
  wgsl: `let al = a & 0xffffu; let ah = a >> 16u; let bl = b & 0xffffu; let bh = b >> 16u;
let low = al * bl; let middle = ah * bl + (low >> 16u);
let other = al * bh + (middle & 0xffffu); // of 16 bits and 16 bits
return ah * bh + (middle >> 16u) + (other >> 16u);`,
  reference: (a, b) => {
    const [al, ah, bl, bh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
    const low = Math.imul(al, bl) >>> 0;
    const middle = (Math.imul(ah, bl) >>> 0) + (low >>> 16);
    const other = (Math.imul(al, bh) >>> 0) + (middle & 0xffff);
    return (Math.imul(ah, bh) >>> 0) + (middle >>> 16) + (other >>> 16);
  },
});

/** Vectors in and out, a truth value, and a comment with a brace that is none. */
const flip = rawFunction({
  name: 'flip', params: { v: vec3(f32), k: f32, mirrored: bool }, returns: vec3(f32),
  cuda: `const f32 s = mirrored ? -k : k; // }
    return rk_vec3<f32>{v.x * s, v.y * k, v.z};`,
  msl: 'return float3(mirrored ? -(v.x * k) : v.x * k, v.y * k, v.z);',
  wgsl: 'return vec3<f32>(select(v.x * k, -(v.x * k), mirrored), v.y * k, v.z);',
  reference: (v: Vector<3>, k: number, mirrored: boolean) => ({ x: v.x * (mirrored ? -k : k), y: v.y * k, z: v.z }) as typeof v,
});

/** Only for CUDA; its reference needs what WGSL and Metal lack, and says so there. */
const precise = rawFunction({
  name: 'precise', params: { x: f32 }, returns: f32,
  cuda: 'return f32(f64(x) * 3.0);', msl: 'return x * 3.0f;',
  reference: (x) => Math.fround(x * Number(BigInt(Math.trunc(x) | 0) * 0n + 3n)),
});

const kernel = globalKernel({ id: 'rawed', params: { a: read(u32), b: read(u32), high: write(u32), turned: write(f32), n: u32 }, workgroup: 32, uses: { highWord, flip } },
  (g, { a, b, high, turned, n }, { highWord, flip }) => {
    if (g.id >= n) return;
    high[g.id] = highWord(a[g.id]!, b[g.id]!);
    const v = flip(g.vec3(a[g.id]! & 1023, b[g.id]! & 1023, 7), 0.5, (a[g.id]! & 1) === 1);
    turned[g.id] = v.x + v.y + v.z;
  });
const words = (seed: number): Uint32Array => {
  let s = seed;
  return Uint32Array.from({ length: 500 }, (_, i) => (i < 4 ? [0, 1, 0x8000_0000, 0xffff_ffff][i]! : (s = Math.imul(s, 1664525) + 1013904223)));
};

for (const place of places) {
  describe.skipIf(place.skip)(`raw functions on ${place.name}`, { timeout: 60_000 }, () => {
    let bench: Bench;
    beforeAll(async () => { bench = new Bench(await place.open()); }, 60_000);
    afterAll(async () => { await bench[Symbol.asyncDispose](); });

    it('give what their reference gives', async () => {
      const [a, b, high, turned] = [words(1), words(2).toReversed(), new Uint32Array(500), new Float32Array(500)];
      await bench.run(kernel, [16], a, b, high, turned, 500);
      expect([...await bench.read(high)]).toEqual([...a].map((x, i) => Number((BigInt(x) * BigInt(b[i]!)) >> 32n)));
      expect([...await bench.read(turned)]).toEqual([...a].map((x, i) => (x & 1023) * ((x & 1) === 1 ? -0.5 : 0.5) + (b[i]! & 1023) * 0.5 + 7));
      expect([...a].map((x, i) => highWord(x, b[i]!) >>> 0)).toEqual([...high]);
    });
  });
}

it('stand in the emitted text of their own target only', () => {
  const [cuda, msl, wgsl] = [emitCuda(kernel.program).text, emitMsl(kernel.program).source, emitWgslGlobal(kernel.program).source];
  expect(cuda).toContain('return __umulhi(a, b);');
  expect(msl).toContain('return mulhi(a, b);');
  expect(wgsl).toContain('// of 16 bits and 16 bits');
  expect(wgsl).not.toContain('mulhi');
  expect(cuda).toContain(`#line 1 "cuda of raw function 'highWord'"`);
});

// ---------------------------------------------------------------- actors, and what a device lacks

const Ask = message('Ask', { x: f32 });
const Answer = message('Answer', { x: f32 });
const user = ringKernel({ id: 'precise-user', on: Ask, reply: Answer, uses: { precise } }, (_ctx, { x }, { precise }) => ({ x: precise(x) }));

const backends = [
  { backend: 'cpu', skip: false, settings: () => ({}) },
  { backend: 'metal', skip: missing('clang'), settings: () => ({ libraries: fakeMetal().libraries }) },
  { backend: 'cuda', skip: missing('gxx'), settings: () => ({ ...(fakeCuda() as { settings: object }).settings }) },
] as const;

describe.each(backends)('an actor on $backend', ({ backend, skip, settings }) => {
  it.skipIf(skip)('computes with its text, or with its reference', { timeout: 60_000 }, async () => {
    await using ring = await RingKernel.open({ backend, settings: settings() });
    const handle = await ring.launch(user);
    expect(await handle.call({ x: 1.5 })).toEqual({ x: 4.5 });
  });
});

it.skipIf(withoutWebGpu())('what the reference needs is missing where no text takes its place', async () => {
  expect([...user.program.needs].sort()).toEqual(['f64', 'i64']);
  await using ring = await RingKernel.open({ backend: 'webgpu' });
  await expect(ring.launch(user)).rejects.toThrow(/CapabilityMissing.*double-precision/s);
});

// ---------------------------------------------------------------- errors

const broken = rawFunction({
  name: 'broken', params: { x: f32 }, returns: f32, reference: (x) => x,
  cuda: 'const f32 y = x;\nreturn nowhere(y);', msl: 'return nowhere(x);', wgsl: 'let y = x;\nreturn nowhere(y);',
});
const victim = globalKernel({ id: 'victim', params: { out: write(f32) }, uses: { broken } }, (g, { out }, { broken }) => { out[g.id] = broken(1); });

for (const place of places.filter((p) => !p.name.startsWith('cpu'))) {
  it.skipIf(place.skip)(`the compiler's message points at the text: ${place.name}`, { timeout: 60_000 }, async () => {
    await using context = await place.open();
    const error = await context.compile(victim.program).then(() => null, (e: unknown) => e as RingKernelError);
    expect(error?.code).toBe('CompilationFailed');
    const [target, line] = place.name.startsWith('cuda') ? ['cuda', 2] : place.name.startsWith('metal') ? ['msl', 1] : ['wgsl', 2];
    expect(error!.why).toMatch(new RegExp(`${target} of raw function 'broken'\\W{1,2}${line}\\b`));
    expect(error!.why).toContain('nowhere');
  });
}

describe.skipIf(missing('nvcc'))('nvcc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-raw-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const compile = (text: string): string => {
    const file = join(folder, 'kernel.cu');
    writeFileSync(file, text);
    return spawnSync(findTool('nvcc')!, ['-std=c++17', '--fmad=false', '-arch=sm_90', '-cubin', '-Werror', 'all-warnings', '-diag-suppress', '177,550', '-o', `${file}.bin`, file], { encoding: 'utf8' }).stderr;
  };
  it('compiles the texts', { timeout: 120_000 }, () => {
    for (const program of [kernel.program, user.program]) expect(compile(emitCuda(program).text)).not.toMatch(/error/);
  });
  it('points at a wrong one', { timeout: 120_000 }, () => {
    expect(compile(emitCuda(victim.program).text)).toMatch(/cuda of raw function 'broken'\(2\): error: identifier "nowhere"/);
  });
});

const good = { name: 'good', params: { x: f32 }, returns: f32, reference: (x: number) => x };
const badly: readonly (readonly [string, object, RegExp])[] = [
  ['a name of the implementation', { name: 'rk_x' }, /its name is no name/],
  ['a name with a hyphen', { name: 'a-b' }, /no name/],
  ['double underscores', { params: { a__b: f32 } }, /'a__b' is no name for a parameter/],
  ['a word of a target', { params: { half: f32 }, msl: 'return half;' }, /'half' is a word of msl/],
  ['a word of two targets', { params: { this: f32 }, cuda: 'return 1;', wgsl: 'return 1;' }, /a word of cuda, wgsl/],
  ['no reference', { reference: undefined }, /it has no reference/],
  ['too few parameters', { params: { x: f32, y: f32 } }, /takes 1 parameter\(s\) where `params` names 2/],
  ['too many parameters', { reference: (x: number, y: number) => x + y }, /takes 2 parameter\(s\) where `params` names 1/],
  ['an unknown target', { metal: 'return x;' }, /no option 'metal'/],
  ['an empty text', { cuda: ' ' }, /`cuda` is no text/],
  ['a text with a head', { cuda: 'return x; } void more() {' }, /braces of `cuda` do not match/],
  ['no result', { returns: undefined }, /`returns` is no scalar or vector/],
  ['a strange parameter', { params: { x: { kind: 'array' } } }, /no scalar or vector/],
];
it.each(badly)('%s is refused', (_, change, reason) => {
  let error: unknown;
  try { rawFunction({ ...good, ...change } as never); } catch (e) { error = e; }
  expect(error).toBeInstanceOf(RingKernelError);
  expect((error as RingKernelError).code).toBe('RK104' satisfies keyof typeof codes);
  expect((error as Error).message).toMatch(reason);
});

it('the reference is compiled when it is defined', () => {
  const outside = 3;
  expect(() => rawFunction({ ...good, reference: (x) => x * outside })).toThrow(/RK130/);
  expect(() => rawFunction({ ...good, returns: u32 })).toThrow(/RK202/);
  expect(rawFunction({ ...good, params: { half: f32 }, returns: f64, cuda: 'return half;' }).program.func.params[0]!.name).toBe('half');
  expect(rawFunction({ ...good, params: { h: f16 } })(0.5)).toBe(0.5);
});
