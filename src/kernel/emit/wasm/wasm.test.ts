import { describe, expect, it } from 'vitest';
import { ActorRow, offsetOf } from '../../../engine/abi.ts';
import { runWasm } from '../../../testing/run-wasm.ts';
import { array, bool, f16, f32, f64, i32, i64, struct, u32, u64, vec2, vec3, type AnyType, type Scalar } from '../../../layout/types.ts';
import type { ActorProgram, BinaryOp, CompareOp, ConvertMode, Expr, Func, FunctionProgram, Local, Place, Stmt } from '../../ir.ts';

const local = (id: number, name: string, type: AnyType): Local => ({ id, name, type });
const at = (l: Local): Place => ({ kind: 'local', local: l });
const get = (l: Local): Expr => ({ kind: 'load', place: at(l), type: l.type });
const num = (type: Scalar, value: number | bigint | boolean): Expr => ({ kind: 'const', type, value });
const op = (o: BinaryOp, left: Expr, right: Expr): Expr => ({ kind: 'binary', op: o, left, right, type: left.type! });
const compare = (o: CompareOp, left: Expr, right: Expr): Expr => ({ kind: 'compare', op: o, left, right, type: bool });
const convert = (mode: ConvertMode, value: Expr, type: Scalar): Expr => ({ kind: 'convert', mode, value, type });
const set = (place: Place, value: Expr): Extract<Stmt, { kind: 'assign' }> => ({ kind: 'assign', place, value });
const ret = (value: Expr): Stmt => ({ kind: 'return', value });
const base = { id: 'p', functions: [], constants: [], shared: [], formats: [], needs: new Set<never>(), sources: [] };
const fn = (params: Local[], result: AnyType | null, body: Stmt[], name = 'f'): Func => ({ name, params, result, body, effects: false });
const program = (func: Func, functions: Func[] = []): FunctionProgram => ({ ...base, kind: 'function', func, functions });
const run = (func: Func, ...args: (number | bigint)[]): number | bigint => runWasm(program(func)).exports['f']!(...args);

/** A function of two scalars made of one binary operator. */
function binary(o: BinaryOp, type: Scalar): (a: number | bigint, b: number | bigint) => number | bigint {
  const [a, b] = [local(0, 'a', type), local(1, 'b', type)];
  const f = runWasm(program(fn([a, b], type, [ret(op(o, get(a), get(b)))]))).exports['f']!;
  return (x, y) => f(x, y);
}

describe('operators', () => {
  const min = -0x8000_0000;
  it('divides integers like the language, whatever the divisor', () => {
    const idiv = binary('idiv', i32);
    expect([idiv(7, -2), idiv(7, 0), idiv(min, -1), idiv(5, -1)]).toEqual([-3, 0, min, -5]);
    const imod = binary('imod', i32);
    expect([imod(-7, 2), imod(7, 0), imod(min, -1)]).toEqual([-1, 0, 0]);
    const udiv = binary('idiv', u32);
    expect([udiv(-1, 2), udiv(5, 0)]).toEqual([0x7fff_ffff, 0]);
    const wide = binary('idiv', i64);
    expect([wide(-(2n ** 63n), -1n), wide(9n, 0n), wide(-9n, 2n)]).toEqual([-(2n ** 63n), 0n, -4n]);
  });

  it('rounds quotients down and up', () => {
    const cases = [[7, 2], [-7, 2], [7, -2], [-7, -2], [6, 3], [-6, 3], [5, 0], [5, -1], [0, 4]] as const;
    const [down, up] = [binary('floordiv', i32), binary('ceildiv', i32)];
    for (const [a, b] of cases) {
      expect([a, b, down(a, b), up(a, b)]).toEqual([a, b, b === 0 ? 0 : Math.floor(a / b) + 0, b === 0 ? 0 : Math.ceil(a / b) + 0]);
    }
    expect([binary('ceildiv', u32)(7, 2), binary('floordiv', u32)(7, 2), binary('floordiv', i64)(-7n, 2n)]).toEqual([4, 3, -4n]);
  });

  it('masks shift counts and keeps signs', () => {
    expect([binary('shl', i32)(1, 33), binary('shr', i32)(-8, 1), binary('shr', u32)(-8, 1), binary('shr', i64)(-8n, 65n)]).toEqual([2, -4, 0x7fff_fffc, -4n]);
  });

  it('has fmod, f32 rounding and half precision', () => {
    expect([binary('rem', f32)(-7.5, 2), binary('rem', f64)(7.5, -2)]).toEqual([-1.5, 1.5]);
    expect(binary('add', f32)(0.1, 0.2)).toBe(Math.fround(Math.fround(0.1) + Math.fround(0.2)));
    expect(binary('add', f16)(2048, 1)).toBe(2048);
    expect(binary('mul', f16)(300, 300)).toBe(Infinity);
  });
});

describe('conversions', () => {
  const one = (mode: ConvertMode, from: Scalar, to: Scalar): (x: number | bigint) => number | bigint => {
    const a = local(0, 'a', from);
    const f = runWasm(program(fn([a], to, [ret(convert(mode, get(a), to))]))).exports['f']!;
    return (x) => f(x);
  };
  it('saturates, wraps, tests truth', () => {
    expect([1e20, -5.5, NaN].map(one('saturate', f32, i32))).toEqual([0x7fff_ffff, -5, 0]);
    expect([1e20, -5.5].map((x) => Number(one('saturate', f32, u32)(x)) >>> 0)).toEqual([0xffff_ffff, 0]);
    const samples = [0, -0.5, 1.9, -1.9, 2 ** 31, 2 ** 32 + 5, -(2 ** 33) - 7, 1e20, -1e300, NaN, Infinity, 2 ** 84 + 2 ** 40];
    expect(samples.map(one('wrap', f64, i32))).toEqual(samples.map((x) => x | 0));
    expect([0, -0, NaN, 0.1, -3].map(one('truth', f32, bool))).toEqual([0, 0, 0, 1, 1]);
    expect([0n, 4294967296n].map(one('truth', i64, bool))).toEqual([0, 1]);
    expect([one('wrap', i64, u32)(0x1_0000_0005n), one('exact', u32, i64)(-1), one('exact', i32, i64)(-1)]).toEqual([5, 0xffff_ffffn, -1n]);
    expect([one('round', u32, f32)(-1), one('round', i64, f64)(-3n), one('bitcast', f32, u32)(1)]).toEqual([2 ** 32, -3, 0x3f80_0000]);
  });
  it('rounds to half precision, ties to even, subnormals, overflow', () => {
    const round = one('round', f64, f16);
    const samples = [1 / 3, 2049, 2051, 65519.99, 65520, 5.960464477539063e-8, 2.98e-8, 3e-8, -6.1e-5, 1 + 2 ** -11, 1 + 2 ** -11 + 2 ** -30];
    expect(samples.map(round)).toEqual([0.333251953125, 2048, 2052, 65504, Infinity, 5.960464477539063e-8, 0, 5.960464477539063e-8, -0.00006097555160522461, 1, 1 + 2 ** -10]);
    expect(round(NaN)).toBeNaN();
  });
});

describe('control flow', () => {
  it('loops with continue and break, do-while, switch', () => {
    const [n, i, s] = [local(0, 'n', i32), local(1, 'i', i32), local(2, 's', i32)];
    const inc = set(at(i), op('add', get(i), num(i32, 1)));
    const add = (x: Expr): Stmt => set(at(s), op('add', get(s), x));
    const f = fn([n], i32, [
      { kind: 'let', local: s, init: null },
      { kind: 'let', local: i, init: num(i32, 0) },
      {
        kind: 'loop', id: 1, pretest: compare('lt', get(i), get(n)), posttest: null, update: [inc], body: [
          { kind: 'if', test: compare('eq', get(i), num(i32, 3)), then: [{ kind: 'continue', target: 1 }], else: [] },
          { kind: 'if', test: compare('gt', get(i), num(i32, 6)), then: [{ kind: 'break', target: 1 }], else: [] },
          {
            kind: 'switch', id: 2, subject: get(i), cases: [
              { values: [0, 1], body: [add(num(i32, 1))] },
              { values: [2], body: [add(num(i32, 10)), { kind: 'break', target: 2 }] },
              { values: [4], body: [add(num(i32, 100))] },
            ], otherwise: [add(num(i32, 1000))],
          },
        ],
      },
      { kind: 'let', local: local(3, 'k', i32), init: null },
      { kind: 'loop', id: 4, pretest: null, posttest: compare('lt', get(local(3, 'k', i32)), num(i32, 3)), update: [set(at(local(3, 'k', i32)), op('add', get(local(3, 'k', i32)), num(i32, 1)))], body: [add(num(i32, 100_000))] },
      ret(get(s)),
    ]);
    expect(run(f, 100)).toBe(1 + 1 + 10 + 100 + 1000 + 1000 + 300_000);
    expect(run(f, 0)).toBe(300_000);
  });
});

describe('aggregates', () => {
  it('splits vectors and structs, returns them from helpers', () => {
    const v3 = vec3(f32);
    const [p, q] = [local(0, 'p', v3), local(1, 'q', f32)];
    const component = (l: Local, c: number): Expr => ({ kind: 'load', place: { kind: 'component', base: at(l), component: c, type: f32 }, type: f32 });
    const turned = fn([p], v3, [
      set(at(p), { kind: 'construct', parts: [component(p, 1), component(p, 2), component(p, 0)], type: v3 }),
      ret(op('add', get(p), get(p))),
    ], 'turned');
    const r = local(2, 'r', v3);
    const f = fn([q], f32, [
      { kind: 'let', local: r, init: { kind: 'invoke', fn: turned, args: [{ kind: 'construct', parts: [get(q), num(f32, 2), num(f32, 3)], type: v3 }], type: v3 } },
      ret(op('add', op('mul', component(r, 0), num(f32, 100)), op('add', op('mul', component(r, 1), num(f32, 10)), component(r, 2)))),
    ]);
    expect(runWasm(program(f, [turned])).exports['f']!(1)).toBe(4 * 100 + 6 * 10 + 2);
  });

  it('indexes local arrays in memory, copies them, faults out of bounds with the position', () => {
    const a4 = array(u32, 4);
    const [i, a, b] = [local(0, 'i', i32), local(1, 'a', a4), local(2, 'b', a4)];
    const elem = (l: Local, index: Expr): Place => ({ kind: 'index', base: at(l), index, type: u32, proven: false, pos: { source: 2, start: 30, end: 35 } });
    const f = fn([i], u32, [
      { kind: 'let', local: a, init: { kind: 'construct', parts: [5, 6, 7, 8].map((x) => num(u32, x)), type: a4 } },
      { kind: 'let', local: b, init: get(a) },
      set(elem(b, get(i)), num(u32, 90)),
      ret(op('add', { kind: 'load', place: elem(a, get(i)), type: u32 }, { kind: 'load', place: elem(b, num(i32, 1)), type: u32 })),
    ]);
    const wasm = runWasm(program(f));
    expect([wasm.exports['f']!(1), wasm.exports['f']!(2)]).toEqual([96, 13]);
    expect(wasm.fault()).toBeNull();
    expect(() => wasm.exports['f']!(-1)).toThrow(WebAssembly.RuntimeError);
    expect(wasm.fault()).toEqual({ kind: 'outOfBounds', source: 2, start: 30, end: 35 });
  });
});

describe('exact arithmetic', () => {
  const pos = { source: 0, start: 4, end: 9 };
  const exact = (o: BinaryOp, type: Scalar, x: number | bigint, y: number | bigint): unknown => {
    const [a, b] = [local(0, 'a', type), local(1, 'b', type)];
    const value = { ...op(o, get(a), get(b)), pos } as Expr;
    const wasm = runWasm(program(fn([a, b], type, [ret(value)])), { exact: true });
    try {
      return wasm.exports['f']!(x, y);
    } catch {
      return wasm.fault()!.kind;
    }
  };
  it('faults where a result does not fit', () => {
    const big = 2n ** 63n - 1n;
    expect([
      exact('add', i32, 0x7fff_ffff, 1), exact('add', i32, 0x7fff_fffe, 1), exact('mul', i32, 65536, 32768), exact('sub', u32, 1, 2), exact('mul', u32, 65536, 65535),
      exact('add', i64, big, 1n), exact('sub', i64, -big, 2n), exact('sub', i64, -5n, big), exact('mul', i64, -1n, -big - 1n), exact('mul', i64, 2n ** 32n, 2n ** 30n),
      exact('mul', i64, 2n ** 32n, 2n ** 31n), exact('add', u64, -1n, 1n), exact('sub', u64, 1n, 2n), exact('mul', u64, 2n ** 32n, 2n ** 31n),
      exact('idiv', i32, 1, 0), exact('idiv', i32, -0x8000_0000, -1), exact('imod', u32, 1, 0), exact('idiv', i32, 9, 2), exact('floordiv', i32, 1, 0),
    ]).toEqual([
      'overflow', 0x7fff_ffff, 'overflow', 'overflow', -65536,
      'overflow', 'overflow', 'overflow', 'overflow', 2n ** 62n,
      'overflow', 'overflow', 'overflow', BigInt.asIntN(64, 2n ** 63n),
      'divisionByZero', 'overflow', 'divisionByZero', 4, 'divisionByZero',
    ]);
  });
});

describe('an actor', () => {
  const Add = struct('Add', { a: f32, b: f32, v: vec2(i32) });
  const Sum = struct('Sum', { value: f32, handled: u64 });
  const State = struct('State', { handled: u64 });
  const field = (root: 'state' | 'message', type: typeof Add | typeof State, name: string): Place => {
    const found = type.fields.find((x) => x.name === name)!;
    return { kind: 'field', base: { kind: root, type }, name, offset: found.offset, type: found.type };
  };
  const load = (p: Place): Expr => ({ kind: 'load', place: p, type: (p as { type: AnyType }).type });
  const port = { name: 'sink', index: 3, message: Sum };
  const sent = local(0, 'sent', bool);
  const func = fn([], null, [
    set(field('state', State, 'handled'), op('add', load(field('state', State, 'handled')), num(u64, 1n))),
    {
      kind: 'let', local: sent, init: {
        kind: 'send', port, type: bool, fields: [{ name: 'value', offset: 0, value: num(f32, 7) }, { name: 'handled', offset: 8, value: num(u64, 9n) }],
      },
    },
    { kind: 'if', test: { kind: 'unary', op: 'not', value: get(sent), type: bool }, then: [{ kind: 'return', value: null }], else: [] },
    {
      kind: 'reply', message: Sum, fields: [
        { name: 'value', offset: 0, value: op('add', load(field('message', Add, 'a')), load(field('message', Add, 'b'))) },
        { name: 'handled', offset: 8, value: load(field('state', State, 'handled')) },
      ],
    },
    { kind: 'return', value: null },
  ]);
  const actor: ActorProgram = { ...base, id: 'adder', kind: 'actor', state: State, ports: [port], handlers: [{ index: 0, message: Add, reply: Sum, func }] };

  it('handles, keeps state, replies, sends', () => {
    let room = 1024;
    const log: unknown[] = [];
    const wasm = runWasm(actor, {
      functions: {
        reserve: (row: number, index: number) => { log.push(['reserve', row, index]); return room; },
        commit: (row: number, index: number) => { log.push(['commit', row, index]); },
      },
    });
    const { views, free } = wasm;
    const [row, state, message, reply] = [free, free + 512, free + 600, free + 640];
    views.u32[(row + offsetOf(ActorRow, 'state')) / 4] = state;
    views.f32[message / 4] = 1.5;
    views.f32[message / 4 + 1] = 2;
    room = free + 1024;
    expect(wasm.exports['handler0']!(row, message, reply)).toBe(1);
    expect(wasm.exports['handler0']!(row, message, reply)).toBe(1);
    expect([views.f32[reply / 4], views.u64[(reply + 8) / 8], views.u64[state / 8]]).toEqual([3.5, 2n, 2n]);
    expect([views.f32[room / 4], views.u64[(room + 8) / 8]]).toEqual([7, 9n]);
    room = 0;
    expect(wasm.exports['handler0']!(row, message, reply)).toBe(0);
    expect(log).toEqual([['reserve', row, 3], ['commit', row, 3], ['reserve', row, 3], ['commit', row, 3], ['reserve', row, 3]]);
  });
});
