/** Vectors and matrices: what the compiler makes of them, by the interpreter, and what it refuses. */
import { describe, expect, test } from 'vitest';
import { array, f32, i32, mat2, mat3, mat4, sameType, typeName, u32, vec2, vec3, vec4 } from '../layout/types.ts';
import { codecOf, viewsOf } from '../message/codec.ts';
import { findings, handle, type Subject } from '../testing/evaluate.ts';
import { matrixFunctions, quaternionFunctions } from './linear-algebra.ts';
import { Vector } from '../backend/cpu/source-vectors.ts';

const subject: Subject = {
  on: { v: vec4(f32), w: vec3(f32), i: vec3(i32), u: vec2(u32), m: mat3, n: mat2, k: f32 },
  reply: { v: vec4(f32), x: f32 }, state: { v: vec4(f32), i: vec3(i32), m: mat3, rows: array(mat2, 3) },
};
const message = { v: [1, 2, 3, 4], w: [5, 6, 7], i: [-8, 9, 10], u: [3, 4], m: [[1, 0, 0], [0, 2, 0], [0, 0, 4]], n: [[1, 2], [3, 4]], k: 0.5 };
const run = (text: string): { v: unknown; x: unknown; state: Record<string, unknown> } => {
  const { reply, state } = handle(subject, `(c, m) => { ${text} }`, message);
  return { ...reply as { v: object; x: number }, state: state as Record<string, unknown> };
};
const v4 = (text: string): number[] => Object.values(run(`return { v: ${text}, x: 0 }`).v as object);
const number = (text: string): unknown => run(`return { v: m.v, x: ${text} }`).x;

describe('vectors', () => {
  test.each([
    ['m.v.wzyx', [4, 3, 2, 1]], ['m.v.abgr', [4, 3, 2, 1]], ['m.v.xxww', [1, 1, 4, 4]], ['c.vec4(m.v.yz, m.v.xw)', [2, 3, 1, 4]],
    ['c.vec4(m.w, 9)', [5, 6, 7, 9]], ['c.vec4(1, m.w)', [1, 5, 6, 7]], ['c.vec4(m.u, 0, 1)', [3, 4, 0, 1]], ['c.vec4(m.v.w)', [4, 4, 4, 4]],
    ['c.vec4(m.v)', [1, 2, 3, 4]], ['m.v.mul(-1.5).trunc()', [-1, -3, -4, -6]], ['m.v.mul(0.5).round()', [1, 1, 2, 2]], ['m.v.mul(0.5).ceil()', [1, 1, 2, 2]],
    ['m.v.mul(0.5).fract()', [0.5, 0, 0.5, 0]], ['m.v.reflect(c.vec4(0, 0, 0, 1))', [1, 2, 3, -4]], ['c.vec4(c.ivec3(m.w.mul(-0.7)), 0)', [-3, -4, -4, 0]],
    ['c.vec4(c.uvec2(m.i.xy), 0, 0)', [4294967296, 9, 0, 0]],
  ])('%s', (text, parts) => expect(v4(text)).toEqual(parts));

  test.each([['m.v.g', 2], ['m.v.sum()', 10], ['c.f32(m.i.sum())', 11], ['m.v.zx.dot(m.v.yy)', 8]])('%s', (text, value) => expect(number(text)).toBe(value));

  test('components are assigned together', () => {
    expect(run('const a = c.vec4(m.v); a.xy = a.yx; a.wz = m.w.xz; a.r += 10; return { v: a, x: 0 }').v).toEqual({ x: 12, y: 1, z: 7, w: 5 });
    expect(run('c.state.v.yw = m.u.x > 2 ? m.w.xy : m.w.yz; c.state.i.zxy = m.i; return { v: m.v, x: 0 }').state).toMatchObject({ v: { x: 0, y: 5, z: 0, w: 6 }, i: { x: 9, y: 10, z: -8 } });
    expect(run('let k = 0; const a = [m.v, m.v]; a[k++].xy = m.w.xy; return { v: a[0].add(a[1]), x: k }')).toMatchObject({ v: { x: 6, y: 8, z: 6, w: 8 }, x: 1 });
  });

  test.each([
    ['m.v.xr;', 'RK123'], ['m.w.w;', 'RK123'], ['m.w.xyzxy;', 'RK123'], ['const a = c.vec4(m.v); a.xx = m.w.xy;', 'RK124'], ['m.v.xy = m.w.xy;', 'RK124'],
    ['const a = c.vec4(m.v); a.xy = m.w;', 'RK210'], ['c.state.i.xy = m.w.xy;', 'RK210'], ['c.vec3(m.v);', 'RK122'], ['c.vec2();', 'RK122'], ['m.i.fract();', 'RK214'], ['m.i.qmul(m.i);', 'RK123'],
  ])('refuses %s', (text, code) => expect(findings({ ...subject, reply: undefined as never }, `(c, m) => { ${text} }`).map((f) => f.slice(0, 5))).toEqual([code]));
});

describe('matrices', () => {
  test('are arrays of columns to everything that moves bytes', () => {
    expect([mat2.size, mat3.size, mat4.size]).toEqual([16, 36, 64]);
    expect(sameType(mat3, array(vec3(f32), 3))).toBe(true);
    expect(typeName(mat4)).toBe('mat4');
    const views = viewsOf(new ArrayBuffer(64));
    codecOf({ ...mat2 } as never).encode(views, 0, [[1, 2], [3, 4]] as never);
    expect(Array.from(views.f32.subarray(0, 4))).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['m.m.mul(m.w)', [5, 12, 28]], ['m.m.inverse().mul(m.w)', [5, 3, 1.75]], ['m.m.mul(m.m).mul(2).mul(m.w)', [10, 48, 224]],
    ['c.mat3(m.w, m.w, m.w).transpose()[1]', [6, 6, 6]], ['c.mat3(1, 2, 3, 4, 5, 6, 7, 8, 10)[2]', [7, 8, 10]], ['c.mat3(m.k).add(m.m).sub(c.mat3(1))[0]', [0.5, 0, 0]],
    ['c.mat3([1, 2, 3], { x: 4, y: 5, z: 6 }, m.w)[1]', [4, 5, 6]],
  ])('%s', (text, parts) => expect(Object.values(run(`return { v: c.vec4(${text}, 0), x: 0 }`).v as object)).toEqual([...parts, 0]));

  test.each([['m.m.determinant()', 8], ['m.n.determinant()', -2], ['m.n.inverse().mul(m.n)[0].x', 1], ['m.m.length', 3], ['m.m[m.u.x - 1].z', 4], ['c.mat4(2).determinant()', 16]])('%s', (text, value) => expect(number(text)).toBe(value));

  test('can be kept, assigned by column, passed and returned', () => {
    const { state } = run(`const f = (a) => a.mul(a); let p = m.n.mul(1); for (const k of c.range(2)) p = f(p); c.state.rows[1] = p; c.state.m[2] = m.w; return { v: m.v, x: 0 }`);
    expect(state['rows']).toEqual([[{ x: 0, y: 0 }, { x: 0, y: 0 }], [{ x: 199, y: 290 }, { x: 435, y: 634 }], [{ x: 0, y: 0 }, { x: 0, y: 0 }]]);
    expect((state['m'] as unknown[])[2]).toEqual({ x: 5, y: 6, z: 7 });
  });

  test.each([['m.m.mul(m.n);', 'RK210'], ['m.m.mul(m.v);', 'RK210'], ['m.m.mul();', 'RK122'], ['m.m.invert();', 'RK123'], ['c.mat3(1, 2);', 'RK122'], ['m.m[0].x = 1;', 'RK124'], ['m.m[3];', 'RK213']])(
    'refuses %s', (text, code) => expect(findings({ ...subject, reply: undefined as never }, `(c, m) => { ${text} }`).map((f) => f.slice(0, 5))).toEqual([code]));
});

/** Random matrices whose inverses are known by another way: Gauss-Jordan with pivots. */
describe('linear algebra', () => {
  let s = 7;
  const random = (): number => ((s = Math.imul(s, 1664525) + 1013904223) >>> 8) / 2 ** 24 - 0.5;
  const inverse = (rows: readonly (readonly number[])[]): number[][] => {
    const n = rows.length;
    const a = rows.map((row, i) => [...row, ...Array.from({ length: n }, (_, k) => (k === i ? 1 : 0))]);
    for (let c = 0; c < n; c++) {
      const best = a.reduce((b, row, i) => (i >= c && Math.abs(row[c]!) > Math.abs(a[b]![c]!) ? i : b), c);
      [a[c], a[best]] = [a[best]!, a[c]!];
      const pivot = a[c]![c]!;
      a[c] = a[c]!.map((x) => x / pivot);
      for (let i = 0; i < n; i++) if (i !== c) { const k = a[i]![c]!; a[i] = a[i]!.map((x, j) => x - k * a[c]![j]!); }
    }
    return a.map((row) => row.slice(n));
  };
  test.each([2, 3, 4] as const)('inverse and determinant of %i x %i', (n) => {
    for (let round = 0; round < 50; round++) {
      const columns = Array.from({ length: n }, () => Array.from({ length: n }, random));
      const m = columns.map((c) => new Vector(c)) as never;
      const table = matrixFunctions[n];
      const got = (table.inverse as (x: never) => readonly object[])(m).map((c) => Object.values(c) as number[]);
      const want = inverse(columns);
      const size = Math.max(...want.flat().map(Math.abs));
      got.flat().forEach((x, i) => expect(Math.abs(x - want.flat()[i]!) / size).toBeLessThan(1e-9));
      const product = (table.determinant as (x: never) => number)(m) * (table.determinant as (x: never) => number)(got.map((c) => new Vector(c)) as never);
      expect(product).toBeCloseTo(1, 6);
    }
  });
  test('quaternions turn as their matrices do', () => {
    for (let round = 0; round < 50; round++) {
      const q = new Vector([random(), random(), random(), random()]) as unknown as import('./face.ts').Vector<4>;
      const unit = q.normalize();
      const v = new Vector([random(), random(), random()]) as unknown as import('./face.ts').Vector<3>;
      const columns = quaternionFunctions.toMatrix(unit).map((c) => new Vector(Object.values(c))) as never;
      expect((matrixFunctions[3].timesVector(columns, v) as typeof v).distance(quaternionFunctions.rotate(unit, v))).toBeLessThan(1e-12);
    }
  });
});
