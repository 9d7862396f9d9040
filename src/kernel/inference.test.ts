import { describe, expect, test } from 'vitest';
import { array, bool, f32, f64, i32, i64, struct, u32, u64, vec3 } from '../layout/types.ts';
import { compileHandler, handle, reply, type Subject } from '../testing/evaluate.ts';
import type { Expr, Stmt } from './ir.ts';
import { walkStmts } from './passes/walk.ts';

/** Types of the locals of the text, by name. */
function locals(subject: Subject, fn: string): Record<string, string> {
  const types: Record<string, string> = {};
  const { func } = compileHandler(subject, fn).handlers[0]!;
  walkStmts(func.body, { stmt: (s: Stmt) => { if (s.kind === 'let') types[s.local.name] = s.local.type.kind === 'scalar' ? s.local.type.name : s.local.type.kind; } });
  return types;
}
const all: Subject = { on: { i: i32, u: u32, f: f32, d: f64, l: i64, m: u64, b: bool }, state: { f: f32, d: f64, u: u32, i: i32, l: i64, m: u64, b: bool } };
const F = Math.fround;

describe('types of locals', () => {
  test('the join of everything assigned', () => {
    expect(locals(all, '(c, m) => { let a = 0; a += m.f; let b = 0; b += 1; let x = m.i; x = m.f; let y = m.f; y = m.d; let z = 1; z = 0.5; c.debug("{}{}{}{}{}", a, b, x, y, z); }'))
      .toMatchObject({ a: 'f32', b: 'i32', x: 'f32', y: 'f64', z: 'f32' });
  });

  test('a local of literals follows what it meets', () => {
    expect(locals(all, '(c, m) => { let i = 0; i++; const t = m.u + i; let j = 0; j++; if (j < m.u) c.debug("{}", t + j * 0); }')).toMatchObject({ i: 'u32' });
    expect(locals(all, '(c, m) => { for (let i = 0; i < m.u; i++) c.state.f += i; }')).toMatchObject({ i: 'i32' });
    expect(locals(all, '(c, m) => { let a = 0, b = 0, x = 0; a++; b++; x++; c.state.u = a; c.state.f = b; c.state.i = x; }')).toMatchObject({ a: 'u32', b: 'f32', x: 'i32' });
    expect(locals(all, '(c, m) => { let h = 5381; for (let k = 0; k < 4; k++) h = (h << 5) ^ m.u; c.debug("{}", h); }')).toMatchObject({ h: 'u32', k: 'i32' });
    expect(locals(all, '(c, m) => { let h = 2166136261; h = h * 3; c.debug("{}", h); }')).toMatchObject({ h: 'u32' });
    expect(locals(all, '(c, m) => { let a = 0n, b = 0n; a += 1n; b += m.m; c.state.l = a; }')).toMatchObject({ a: 'i64', b: 'u64' });
  });

  test('what flows on decides too', () => {
    expect(locals(all, '(c, m) => { let i = 0; let j = 0; for (; i < 4; i++) { j = i + 1; c.state.u = j; } }')).toMatchObject({ i: 'u32', j: 'u32' });
    expect(locals(all, '(c, m) => { let best = 0; let k = 0; for (let i = 0; i < 9; i++) if (i * m.f > best) { best = i * m.f; k = i; } c.state.i = k; }')).toMatchObject({ best: 'f32', k: 'i32', i: 'i32' });
  });

  test('a function of undecided operands decides nothing for them', () => {
    const mixing: Subject = { ...all, uses: { mix: (a: number, b: number) => a * 2 + b } };
    expect(locals(mixing, '(c, m, { mix }) => { let h = 0; h++; c.state.u = m.u + h; h += mix(h, 1); c.state.u += Math.max(h, 3); }')).toMatchObject({ h: 'u32' });
    expect(locals(mixing, '(c, m) => { let h = 0; h = Math.max(h, 3); c.state.u = h; }')).toMatchObject({ h: 'u32' });
  });

  test('an index stays an integer, whatever it is also stored into', () => {
    const subject: Subject = { on: { u: u32 }, state: { f: f32, t: array(f32, 4) } };
    expect(locals(subject, '(c, m) => { let i = 0; while (i < 3) i++; c.state.f = i; c.state.t[i] = 1; }')).toMatchObject({ i: 'i32' });
  });

  test('a loop over a range counts in the type of its bound', () => {
    expect(locals(all, '(c, m) => { for (const k of c.range(m.u)) c.state.u += k; for (const q of c.range(5)) c.state.i += q; }')).toMatchObject({ k: 'u32' });
  });

  test('literals keep their exact value until they meet a type', () => {
    expect(reply({ on: { d: f64 }, reply: { v: f64 } }, '(c, m) => { const k = 0.1; let s = 0.3; s += 0; return { v: m.d * k + s }; }', { d: 1 })).toEqual({ v: 1 * 0.1 + 0.3 });
    expect(reply({ on: { f: f32 }, reply: { v: f32 } }, '(c, m) => ({ v: m.f + (1 - 0.9) })', { f: 0 })).toEqual({ v: F(1 - 0.9) });
  });
});

describe('integers', () => {
  const pair: Subject = { on: { a: i32, b: i32 }, reply: { v: i32 } };
  const unsigned: Subject = { on: { a: u32, b: u32 }, reply: { v: u32 } };

  test('every spelling of integer division divides exactly', () => {
    for (const [a, b] of [[7, 2], [-7, 2], [2 ** 31 - 1, 3], [-(2 ** 31), -1], [5, 0], [-9, -4]] as const) {
      const quotient = b === 0 ? 0 : Math.trunc(a / b) | 0;
      for (const text of ['(m.a / m.b) | 0', '~~(m.a / m.b)', 'Math.trunc(m.a / m.b)', 'c.i32(m.a / m.b)', 'c.idiv(m.a, m.b)', '0 | m.a / m.b']) {
        expect(reply(pair, `(c, m) => ({ v: ${text} })`, { a, b }), text).toEqual({ v: quotient + 0 });
      }
      expect(reply(pair, '(c, m) => { const q = m.a / m.b; return { v: q | 0 }; }', { a, b })).toEqual({ v: quotient + 0 });
      expect(reply(pair, '(c, m) => { let x = m.a; const q = x / m.b; x = 3; return { v: Math.trunc(q) }; }', { a, b })).toEqual({ v: quotient + 0 });
      if (b !== 0) expect(reply(pair, '(c, m) => ({ v: Math.floor(m.a / m.b) - Math.ceil(m.a / m.b) })', { a, b })).toEqual({ v: (Math.floor(a / b) - Math.ceil(a / b)) | 0 });
    }
    expect(reply(unsigned, '(c, m) => ({ v: (m.a / m.b) >>> 0 })', { a: 2 ** 32 - 1, b: 10 })).toEqual({ v: 429496729 });
  });

  test('`/` is real division', () => {
    expect(reply({ on: { a: i32 }, reply: { v: f32 } }, '(c, m) => ({ v: m.a / 2 })', { a: 7 })).toEqual({ v: 3.5 });
    expect(reply({ on: { a: i32 }, reply: { v: f32 } }, '(c, m) => ({ v: 1 / 4 + m.a })', { a: 7 })).toEqual({ v: 7.25 });
  });

  test('bit operators', () => {
    expect(reply(unsigned, '(c, m) => ({ v: (m.a ^ 0x9e3779b9) & ~m.b })', { a: 0xf0000001, b: 3 })).toEqual({ v: ((0xf0000001 ^ 0x9e3779b9) & ~3) >>> 0 });
    expect(reply(unsigned, '(c, m) => ({ v: m.a & -m.a })', { a: 12, b: 0 })).toEqual({ v: 4 });
    expect(reply(pair, '(c, m) => ({ v: (m.a >> 1) + (m.a << 3) + (m.a >>> 28 | 0) })', { a: -16, b: 0 })).toEqual({ v: -8 - 128 + 15 });
    expect(reply({ on: { f: f32 }, reply: { v: i32 } }, '(c, m) => ({ v: m.f | 0 })', { f: 4294967296 + 512 })).toEqual({ v: 512 });
    expect(reply({ on: { f: f32 }, reply: { v: i32, u: u32 } }, '(c, m) => ({ v: c.i32(m.f), u: c.u32(-m.f) })', { f: 1e20 })).toEqual({ v: 2 ** 31 - 1, u: 0 });
  });

  test('signed and unsigned compare by value', () => {
    const mixed: Subject = { on: { i: i32, u: u32 }, reply: { v: i32 } };
    for (const [i, u] of [[-1, 0], [-1, 2 ** 32 - 1], [5, 5], [2 ** 31 - 1, 2 ** 31], [0, 0]] as const) {
      const bits = (i < u ? 1 : 0) + (i <= u ? 2 : 0) + (i > u ? 4 : 0) + (i >= u ? 8 : 0) + (i === (u as number) ? 16 : 0) + (i !== (u as number) ? 32 : 0) + (u > i ? 64 : 0);
      expect(reply(mixed, '(c, { i, u }) => ({ v: (i < u ? 1 : 0) + (i <= u ? 2 : 0) + (i > u ? 4 : 0) + (i >= u ? 8 : 0) + (i === u ? 16 : 0) + (i !== u ? 32 : 0) + (u > i ? 64 : 0) })', { i, u })).toEqual({ v: bits });
    }
  });

  test('powers', () => {
    expect(reply(pair, '(c, m) => ({ v: m.a ** 5 + Math.pow(m.b, 2) + m.a ** 0 })', { a: 3, b: -4 })).toEqual({ v: 243 + 16 + 1 });
    expect(reply({ on: { f: f32 }, reply: { v: f32 } }, '(c, m) => ({ v: m.f ** 0.5 + 2 ** m.f })', { f: 4 })).toEqual({ v: 18 });
  });

  test('64-bit integers', () => {
    const long: Subject = { on: { l: i64, m: u64, i: i32 }, reply: { v: i64, w: u64 } };
    expect(reply(long, '(c, x) => ({ v: -x.l / 2n % 1000n + BigInt(x.i), w: (x.m << 3n) + BigInt(x.i) ^ 5n })', { l: 2n ** 40n + 7n, m: 2n ** 62n + 1n, i: 3 }))
      .toEqual({ v: -(2n ** 40n + 7n) / 2n % 1000n + 3n, w: BigInt.asUintN(64, ((2n ** 62n + 1n) << 3n) + 3n ^ 5n) });
    expect(reply({ on: { l: i64 }, reply: { i: i32, f: f32, b: bool } }, '(c, x) => ({ i: c.i32(x.l), f: c.f32(x.l), b: x.l > 0n && !x.l === false })', { l: 2n ** 33n + 5n })).toEqual({ i: 5, f: F(2 ** 33 + 5), b: true });
  });
});

describe('truth and choice', () => {
  test('numbers as conditions: zero and NaN are false', () => {
    const subject: Subject = { on: { f: f32, i: i32 }, reply: { v: i32 } };
    const fn = '(c, m) => { let v = 0; if (m.f) v += 1; if (!m.i) v += 2; m.f && (v += 4); return { v: v + +(m.f > 1) * 8 }; }';
    expect(reply(subject, fn, { f: NaN, i: 0 })).toEqual({ v: 2 });
    expect(reply(subject, fn, { f: 2, i: 1 })).toEqual({ v: 13 });
  });

  test('constants are decided when compiled', () => {
    const program = compileHandler({ on: { i: i32 }, reply: { v: i32 }, uses: { DEBUG: false, N: 3 } }, '(c, m, { DEBUG, N }) => { if (DEBUG) { return { v: nothing() }; } return { v: !0 ? N > 2 ? m.i : 4 : 5 }; }');
    expect(program.handlers[0]!.func.body.map((s) => s.kind)).toEqual(['reply', 'return']);
  });

  test('logical assignment on truth values', () => {
    expect(reply({ on: { b: bool, i: i32 }, reply: { v: bool } }, '(c, m) => { let t = m.b; t ||= m.i > 3; t &&= m.i < 9; return { v: t }; }', { b: false, i: 5 })).toEqual({ v: true });
  });
});

describe('structures', () => {
  const Point = struct('Point', { x: f32, y: f32 });
  test('fields of fields, arrays of structs', () => {
    const subject: Subject = { on: { p: Point, q: array(Point, 2) }, reply: { p: Point, s: f32 }, state: { last: Point, trail: array(Point, 3) } };
    const fn = '(c, m) => { const t = c.state.trail[1]; t.x += m.p.x; t.y = m.q[1].y; c.state.last = m.p; let s = 0; for (const { x } of m.q) s += x; return { p: { x: t.x, y: t.y + c.state.last.y }, s }; }';
    const done = handle(subject, fn, { p: { x: 1, y: 2 }, q: [{ x: 3, y: 4 }, { x: 5, y: 6 }] });
    expect(done.reply).toEqual({ p: { x: 1, y: 8 }, s: 8 });
    expect(done.state).toMatchObject({ last: { x: 1, y: 2 }, trail: [{ x: 0, y: 0 }, { x: 1, y: 6 }, { x: 0, y: 0 }] });
  });

  test('vectors have methods', () => {
    const subject: Subject = { on: { v: vec3(f32), k: f32 }, reply: { v: vec3(f32), d: f32 }, state: { at: vec3(f32) }, uses: { UP: { x: 0, y: 1, z: 0 } } };
    const fn = '(c, m, { UP }) => { let p = m.v.add(UP).mul(m.k); p = p.sub(c.vec3(1, 1, 1)); c.state.at = p; c.state.at.x = 9; const q = p.zyx; return { v: c.state.at, d: p.dot(q) + p.cross(UP).x + p.length() * 0 }; }';
    expect(reply(subject, fn, { v: { x: 1, y: 2, z: 3 }, k: 2 })).toEqual({ v: { x: 9, y: 5, z: 5 }, d: 1 * 5 + 5 * 5 + 5 * 1 - 5 });
  });

  test('constants: typed arrays, lists, nested records', () => {
    const subject: Subject = { on: { i: i32 }, reply: { v: f32 }, uses: { T: new Float32Array([1, 2, 4]), W: { a: { b: 3 } }, L: [10, 20] } };
    expect(reply(subject, '(c, m, { T, W, L }) => { let s = 0; for (const t of T) s += t; return { v: s + T[m.i] * W.a.b + T.length + L[1] }; }', { i: 1 })).toEqual({ v: 7 + 6 + 3 + 20 });
  });
});

test('operands of one node have one type', () => {
  const program = compileHandler(all, '(c, m) => { let t = 0; for (let i = 0; i < m.u; i++) t += m.f * i - m.i / 3 + (m.b ? 1 : m.d); c.state.d = t; c.state.u = c.u32(t) + (m.u << 2); c.state.l += m.l * 3n; }');
  walkStmts(program.handlers[0]!.func.body, {
    expr: (e: Expr) => {
      if ((e.kind === 'binary' || e.kind === 'compare') && e.left.type?.kind === 'scalar') expect(e.right.type).toBe(e.left.type);
    },
  });
  expect([...program.needs].sort()).toEqual(['f64', 'i64']);
});
