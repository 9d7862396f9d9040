import { describe, expect, test } from 'vitest';
import { array, bool, f32, f64, i32, i64, struct, u32, u64, vec3 } from '../layout/types.ts';
import { fail } from '../error/index.ts';
import { compileHandler, findings, type Subject } from '../testing/evaluate.ts';
import { KernelCompileError } from './diagnostics.ts';
import { checkCapabilities } from './program.ts';

const Point = struct('Point', { x: f32, y: f32 });
const all: Subject = {
  on: { i: i32, u: u32, f: f32, d: f64, l: i64, m: u64, b: bool, p: Point, v: vec3(f32), t: array(f32, 4) },
  state: { i: i32, u: u32, f: f32, l: i64, b: bool, p: Point, v: vec3(f32), t: array(u32, 4) }, sends: { out: { x: f32 } }, uses: { square: (x: number) => x * x, K: 3, T: new Float32Array(2) },
};
const body = (text: string): string[] => findings(all, `(c, m, u) => { ${text} }`);

describe('syntax that has no place on a device', () => {
  test.each([
    ['try { c.state.i = 1 } catch {}', 'RK110'], ['throw 1;', 'RK110'], ['for (const k in m) ;', 'RK110'], ['const o = new Map();', 'RK110'],
    ['const o = { ...m };', 'RK110'], ['const x = m.f ?? 1;', 'RK110'], ['const x = m?.f;', 'RK110'], ['delete m.f;', 'RK110'], ['typeof m.f;', 'RK110'],
    ['const x = this;', 'RK110'], ['class A {}', 'RK110'], ['const s = "text";', 'RK111'], ['const s = `${m.f}`;', 'RK111'], ['const r = /a/;', 'RK110'],
    ['const n = null;', 'RK110'], ['const f = async () => 1; f();', 'RK102'], ['const f = function* () {}; f();', 'RK102'], ['const { i = 1 } = m;', 'RK110'], ['const [...r] = m.t;', 'RK110'],
    ['c.debug(m.f);', 'RK215'], ['const a = new Float32Array(m.u);', 'RK215'],
  ])('%s', (text, code) => {
    const found = body(text);
    expect(found.length, found.join('\n')).toBe(1);
    expect(found[0]).toContain(code);
  });

  test('functions that are none', () => {
    const subject: Subject = { on: { i: i32 } };
    expect(findings(subject, (async () => undefined) as never)).toEqual(['RK102 a']);
    expect(findings(subject, function* () { yield 1; } as never)[0]).toContain('RK102');
    // oxlint-disable-next-line no-extra-bind -- what bind returns shows no text
    expect(findings(subject, (() => undefined).bind(null) as never)).toEqual(['RK101']);
    expect(findings(subject, class {} as never)).toEqual(['RK101']);
    expect(findings(subject, Math.sqrt as never)).toEqual(['RK101']);
  });
});

describe('names', () => {
  test('each is found, at its place', () => {
    expect(body('const x = helper(m.f) * SCALE; c.state.f = x;')).toEqual(['RK130 helper']);
    expect(body('c.state.f = SCALE; c.state.i = OTHER;')).toEqual(['RK130 SCALE', 'RK130 OTHER']);
    expect(body('c.state.f = m.g; c.stat.f = 1; c.state.q = 1; c.send.sink({ x: 1 }); Math.foo(1); m.p.z; m.v.q; u.L;'))
      .toEqual(['RK123 m.g', 'RK123 c.stat', 'RK123 c.state.q', 'RK123 c.send.sink', 'RK123 Math.foo', 'RK123 m.p.z', 'RK123 m.v.q', 'RK123 u.L']);
  });

  test('a local whose value failed is not reported again', () => {
    expect(body('const x = nothing(1); let y = x * 2; y += x; c.state.f = y;')).toEqual(['RK130 nothing']);
  });

  test('calls', () => {
    expect(body('u.square(); m.f(); const f = (x) => x; f(1, 2); c.i32(1, 2); const r = (n) => n > 0 ? r(n - 1) : 0; c.state.i = r(3);'))
      .toEqual(['RK122 u.square()', 'RK121 m.f()', 'RK122 f(1, 2)', 'RK122 c.i32(1, 2)', 'RK120 r(n - 1)']);
  });
});

describe('types', () => {
  test('signed with unsigned', () => {
    expect(body('c.state.i = m.i + m.u;')).toEqual(['RK201 m.i + m.u']);
    expect(body('c.state.i = m.u;')).toEqual(['RK201 c.state.i = m.u']);
    expect(body('let k = 0; k += m.u; k += m.i; c.debug("{}", k);')[0]).toContain('RK201');
    expect(body('c.state.i = c.i32(m.u) + m.i; if (m.i < m.u) c.state.u = m.u + 1; c.state.u = m.u + -1;')).toEqual([]);
  });

  test('narrowing', () => {
    expect(body('c.state.u = m.f;')).toEqual(['RK202 c.state.u = m.f']);
    expect(body('c.state.f = m.d; c.state.i = 0.5; c.send.out({ x: m.d });')).toEqual(['RK202 c.state.f = m.d', 'RK202 c.state.i = 0.5', 'RK202 { x: m.d }']);
    expect(body('c.state.f = m.i; c.state.i = c.i32(m.f); c.state.f = c.f32(m.d);')).toEqual([]);
  });

  test('literals', () => {
    expect(body('c.state.u = -1; c.state.i = 3000000000; c.state.u = 4294967295; c.state.l = 1; c.state.i = 1n;')).toEqual(['RK211 c.state.u = -1', 'RK211 c.state.i = 3000000000', 'RK205 c.state.l = 1', 'RK205 c.state.i = 1n']);
  });

  test('truth values', () => {
    expect(body('c.state.b = m.i; c.state.i = m.b; let x = m.b; x = 1; c.state.b = m.b && m.f;')).toEqual(['RK203 c.state.b = m.i', 'RK203 c.state.i = m.b', expect.stringContaining('RK203'), 'RK203 m.f']);
  });

  test('numbers and bigints', () => {
    expect(body('c.state.l = m.l + 1; c.state.l = m.l + m.m; if (m.l > 0) c.state.i = 1;')).toEqual(['RK205 m.l + 1', 'RK201 m.l + m.m', 'RK205 m.l > 0']);
  });

  test('comparisons that are always the same', () => {
    expect(body('for (let k = m.u - 1; k >= 0; k--) c.state.i++;')).toEqual(['RK206 k >= 0']);
    expect(body('if (0 <= m.u) c.state.i = 1; if (m.u < 0) c.state.i = 2; if (m.u === -1) c.state.i = 3;')).toEqual(['RK206 0 <= m.u', 'RK206 m.u < 0', 'RK206 m.u === -1']);
  });

  test('operators', () => {
    expect(body('c.state.u = m.u >> 1; c.state.v = m.v + m.v; c.state.t[m.f] = 1; c.state.t[7] = 1; c.state.u = m.t;'))
      .toEqual(['RK207 m.u >> 1', 'RK209 m.v + m.v', 'RK204 c.state.t[m.f]', 'RK213 c.state.t[7]', 'RK210 c.state.u = m.t']);
  });

  test('writing what is read-only', () => {
    expect(body('m.i = 1; u.T[0] = 1; m.t[0] = 1; c.state = m.p; const w = c.state.v; w.x = 1;')).toEqual(['RK124 m.i', 'RK124 u.T[0]', 'RK124 m.t[0]', 'RK124 c.state', 'RK124 w.x']);
    expect(body('let p = c.state.p; if (m.b) p = m.p; c.state.f = p.x;')).toEqual(['RK128 p = c.state.p']);
  });
});

describe('messages and replies', () => {
  const answering: Subject = { on: { i: i32 }, reply: { v: i32, w: f32 }, sends: { out: { x: f32 } } };
  test('fields', () => {
    expect(findings(answering, '(c, m) => ({ v: 1 })')).toEqual(['RK126 { v: 1 }']);
    expect(findings(answering, '(c, m) => { c.send.out({ y: 1 }); return { v: 1, w: 1, z: 2 }; }')).toEqual(['RK126 { y: 1 }', 'RK126 { y: 1 }', 'RK126 { v: 1, w: 1, z: 2 }']);
  });
  test('a reply on every path', () => {
    expect(findings(answering, '(c, m) => { if (m.i) return { v: 1, w: 2 }; }')[0]).toContain('RK125');
    expect(findings(answering, '(c, m) => { if (m.i) return; return { v: 1, w: 2 }; }')).toEqual(['RK125 return;']);
    expect(findings(answering, '(c, m) => { while (m.i) { return { v: 1, w: 2 }; } }')[0]).toContain('RK125');
    expect(findings(answering, '(c, m) => { for (;;) { if (m.i) return { v: 1, w: 2 }; } }')).toEqual([]);
  });
});

test('findings in a helper point into the helper', () => {
  const subject: Subject = { on: { f: f32 }, reply: { v: f32 }, uses: { bad: (x: number) => (x as unknown as { y: number }).y + (undefinedName as number), wrong: new Date() } };
  expect(findings(subject, '(c, m, { bad }) => ({ v: bad(m.f) })').map((f) => f.slice(0, 8))).toEqual(['RK123 x.', ]);
  expect(findings(subject, '(c, m, { wrong }) => ({ v: wrong.x })')).toEqual(['RK131 wrong']);
});
declare const undefinedName: unknown;

test('everything wrong comes at once, with what, why and fix', () => {
  try {
    compileHandler(all, '(c, m) => { c.state.i = m.u; c.state.u = m.f; nothing(); }');
    throw fail('RK104', { id: '', reason: 'it compiled', hint: '' });
  } catch (error) {
    expect(error).toBeInstanceOf(KernelCompileError);
    const { code, errors } = error as KernelCompileError;
    expect(code).toBe('RK100');
    expect(errors.map((e) => e.code)).toEqual(['RK201', 'RK202', 'RK130']);
    for (const e of errors) for (const text of [e.what, e.why, e.fix]) expect(text).not.toMatch(/\{(?:name|left|right|op|from|to|where|hint|reason)\}/);
  }
});

test('a target that lacks something is told where it is needed', () => {
  const program = compileHandler({ on: { d: f64, f: f32 }, reply: { v: f32 }, sends: { out: { x: f32 } } }, '(c, m) => { c.send.out({ x: 1 }); return { v: c.f32(m.d) }; }');
  expect([...program.needs].sort()).toEqual(['f64', 'send']);
  checkCapabilities(program, new Set(['f64', 'send']), 'cpu');
  expect(() => checkCapabilities(program, new Set(['send']), 'webgpu')).toThrow(KernelCompileError);
  try {
    checkCapabilities(program, new Set(['send']), 'webgpu');
  } catch (error) {
    expect((error as KernelCompileError).errors.map((e) => `${e.code} ${e.detail['where']}`)).toEqual(["RK301 field 'd' of type f64"]);
  }
});
