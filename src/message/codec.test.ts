import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { array, bool, f16, f32, f64, i32, i64, scalars, struct, u32, u64, vec2, vec3, vec4, type AnyType, type Struct } from '../layout/types.ts';
import { RingKernelError } from '../error/index.ts';
import { codecOf, viewsOf, type CodecOptions } from './codec.ts';

const Inner = struct('Inner', { flag: bool, at: vec2(i32), wide: i64 });
const Everything = struct('Everything', {
  b: bool, i: i32, u: u32, si: i64, ui: u64, h: f16, s: f32, d: f64, v3: vec3(f32), v4: vec4(u32),
  list: array(f32, 3), inner: Inner, inners: array(Inner, 2), halves: array(f16, 3), grid: array(array(u64, 2), 2), points: array(vec2(f32), 2),
});
const inner = { flag: true, at: { x: -1, y: 2 }, wide: -5n };
const everything = {
  b: true, i: -7, u: 4294967295, si: -(2n ** 63n), ui: 2n ** 64n - 1n, h: 0.5, s: 1.5, d: Math.PI,
  v3: { x: 1, y: 2, z: 3 }, v4: { x: 1, y: 2, z: 3, w: 4 }, list: [1, 2, 3], inner, inners: [inner, { ...inner, wide: 9n }],
  halves: [1, -2, 65504], grid: [[1n, 2n], [3n, 4n]], points: [{ x: 1, y: 2 }, { x: 3, y: 4 }],
};

/** Words four bytes apart become words eight bytes apart, behind a head of sixteen. */
const spread = (byte: number): number => 16 + byte * 2;

const variants: [string, CodecOptions][] = [
  ['compiled', { mode: 'compiled' }], ['closures', { mode: 'closures' }],
  ['compiled, mapped', { mode: 'compiled', map: spread }], ['closures, mapped', { mode: 'closures', map: spread }],
];

const room = (s: Struct) => viewsOf(new ArrayBuffer(64 + Math.ceil(s.size / 8) * 16));
const code = (run: () => unknown): RingKernelError => {
  try {
    run();
  } catch (error) {
    if (error instanceof RingKernelError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe.each(variants)('codec, %s', (_, options) => {
  it('gives back what it was given', () => {
    const codec = codecOf(Everything, options);
    const views = room(Everything);
    codec.encode(views, 8, everything);
    expect(codec.decode(views, 8)).toEqual(everything);
  });

  it('takes tuples and typed arrays', () => {
    const codec = codecOf(Everything, options);
    const views = room(Everything);
    codec.encode(views, 0, {
      ...everything, v3: [1, 2, 3], v4: [1, 2, 3, 4], list: new Float32Array([1, 2, 3]),
      grid: [new BigUint64Array([1n, 2n]), [3n, 4n]], points: [[1, 2], [3, 4]],
    });
    expect(codec.decode(views, 0)).toEqual(everything);
  });

  it.each([
    ['u', 1n, /Everything\.u must be u32 .*not the bigint 1n/, /plain number/],
    ['u', -1, /not the number -1/, /wider/], ['u', 4294967296, /4294967296/, /wider/], ['u', 1.5, /1\.5/, /Round/],
    ['u', NaN, /NaN/, /./], ['u', '5', /string "5"/, /./], ['u', undefined, /missing/, /every field/],
    ['i', 2147483648, /./, /./], ['i', null, /null/, /./],
    ['ui', 5, /u64 .*not the number 5/, /Write 5n/], ['ui', -1n, /-1n/, /./], ['ui', 2n ** 64n, /./, /./], ['si', 2n ** 63n, /./, /./],
    ['b', 1, /true or false/, /./], ['s', 1e39, /single precision/, /./], ['h', 65520, /half precision/, /./], ['s', 1n, /bigint/, /plain/],
    ['v3', [1, 2], /vec3<f32> .*a list of 2/, /./], ['v3', { x: 1, y: 2 }, /Everything\.v3\.z/, /./], ['v3', 5, /./, /./],
    ['list', [1, 2], /exactly 3\), not a list of 2/, /./], ['list', [1, 2, 'x'], /Everything\.list\[2\]/, /./], ['list', undefined, /missing/, /./],
    ['inner', null, /'flag', 'at', 'wide'/, /./], ['inner', { ...inner, at: { x: 0.5, y: 0 } }, /Everything\.inner\.at\.x/, /./],
    ['inners', [inner, { ...inner, wide: 1 }], /Everything\.inners\[1\]\.wide/, /Write 1n/], ['grid', [[1n, 2n], [3n, 4]], /Everything\.grid\[1\]\[1\]/, /./],
  ])('refuses %s: %o', (field, value, what, fix) => {
    const codec = codecOf(Everything, options);
    const views = room(Everything);
    views.u8.fill(0xab);
    const error = code(() => codec.encode(views, 0, { ...everything, [field]: value }));
    expect(error.code).toBe('SerializationError');
    expect(error.what).toMatch(what);
    expect(error.fix).toMatch(fix);
    expect(views.u8.every((byte) => byte === 0xab), 'nothing was written').toBe(true);
  });

  it.each([undefined, null, 5, 'text'])('refuses %o as a whole', (value) => {
    expect(code(() => codecOf(Everything, options).encode(room(Everything), 0, value as never)).code).toBe('SerializationError');
  });

  it('keeps infinities and NaN, and the sign of zero', () => {
    const S = struct('S', { s: f32, d: f64, h: f16 });
    const codec = codecOf(S, options);
    for (const x of [Infinity, -Infinity, NaN, -0]) {
      const views = room(S);
      codec.encode(views, 0, { s: x, d: x, h: x });
      const back = codec.decode(views, 0);
      expect([back.s, back.d, back.h].every((y) => Object.is(y, x))).toBe(true);
    }
  });

  it('takes a struct without fields', () => {
    const codec = codecOf(struct('Empty', {}), options);
    codec.encode(viewsOf(new ArrayBuffer(0)), 0, {});
    expect(codec.decode(viewsOf(new ArrayBuffer(0)), 0)).toEqual({});
  });

  it('gives back random values of random structs', () => {
    fc.assert(fc.property(structAndValue, ([s, value]) => {
      const codec = codecOf(s, options);
      const views = room(s);
      codec.encode(views, 8, value);
      expect(codec.decode(views, 8)).toEqual(value);
    }), { numRuns: 200 });
  });
});

it('all variants write the same words', () => {
  fc.assert(fc.property(structAndValue, ([s, value]) => {
    const written = variants.map(([, options]) => {
      const views = room(s);
      codecOf(s, options).encode(views, 0, value);
      const place = options.map ?? ((byte: number) => byte);
      return Array.from({ length: Math.ceil(s.size / 4) }, (_, w) => views.u32[place(w * 4) / 4]);
    });
    for (const words of written) expect(words).toEqual(written[0]);
  }), { numRuns: 200 });
});

it('is one object per struct', () => {
  expect(codecOf(Inner)).toBe(codecOf(Inner));
});

it('does without generated text where policy forbids it', async () => {
  const { spawnSync } = await import('node:child_process');
  const script = `
    import { codecOf, viewsOf } from ${JSON.stringify(new URL('./codec.ts', import.meta.url).href)};
    import { struct, u64, f32 } from ${JSON.stringify(new URL('../layout/types.ts', import.meta.url).href)};
    const views = viewsOf(new ArrayBuffer(16));
    const codec = codecOf(struct('S', { a: u64, b: f32 }));
    codec.encode(views, 0, { a: 5n, b: 1.5 });
    const { a, b } = codec.decode(views, 0);
    process.stdout.write(String(a) + ' ' + b);`;
  const run = spawnSync(process.execPath, ['--disallow-code-generation-from-strings', '--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(run.stdout + run.stderr).toBe('5 1.5');
}, 30_000);

const valueOf: { [N in keyof typeof scalars]: fc.Arbitrary<unknown> } = {
  bool: fc.boolean(), i32: fc.integer(), u32: fc.nat({ max: 0xffffffff }), i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), f16: fc.integer({ min: -2048, max: 2048 }).map((x) => x / 4),
  bf16: fc.integer({ min: -255, max: 255 }).map((x) => x * 2 ** 100),
  f32: fc.float(), f64: fc.double(),
};

const typed: fc.Arbitrary<[AnyType, fc.Arbitrary<unknown>]> = fc.letrec<{ type: [AnyType, fc.Arbitrary<unknown>] }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(...Object.values(scalars)).map((t): [AnyType, fc.Arbitrary<unknown>] => [t, valueOf[t.name]]),
    fc.constantFrom(f32, i32, u32).map((t): [AnyType, fc.Arbitrary<unknown>] =>
      [vec3(t), fc.record({ x: valueOf[t.name], y: valueOf[t.name], z: valueOf[t.name] })]),
    fc.tuple(tie('type'), fc.integer({ min: 1, max: 4 })).map(([[t, v], n]): [AnyType, fc.Arbitrary<unknown>] =>
      [array(t, n), fc.array(v, { minLength: n, maxLength: n })]),
    fc.array(tie('type'), { minLength: 1, maxLength: 4 }).map((parts): [AnyType, fc.Arbitrary<unknown>] => [
      struct('Part', Object.fromEntries(parts.map(([t], i) => [`f${i}`, t]))),
      fc.record(Object.fromEntries(parts.map(([, v], i) => [`f${i}`, v]))).map((r) => ({ ...r })),
    ]),
  ),
})).type;

const structAndValue: fc.Arbitrary<[Struct, never]> = fc.array(typed, { minLength: 1, maxLength: 5 }).chain((parts) => {
  const s = struct('Random', Object.fromEntries(parts.map(([t], i) => [`f${i}`, t])));
  return fc.record(Object.fromEntries(parts.map(([, v], i) => [`f${i}`, v]))).map((value): [Struct, never] => [s, { ...value } as never]);
});
