import { describe, expect, it } from 'vitest';
import { f32, i32, struct, u32, u64, vec2, type AnyType, type Scalar } from '../layout/types.ts';
import type { ActorProgram, BinaryOp, Expr, Func, FunctionProgram, GlobalProgram, Local, Place, Stmt } from '../kernel/ir.ts';
import { interpretFunction, interpretGlobal, interpretHandler } from './interpret.ts';
import { binary, compare, convert, InterpretedFault } from '../kernel/arithmetic.ts';

const local = (id: number, name: string, type: AnyType): Local => ({ id, name, type });
const get = (l: Local): Expr => ({ kind: 'load', place: { kind: 'local', local: l }, type: l.type });
const num = (type: Scalar, value: number | bigint): Expr => ({ kind: 'const', type, value });
const op = (o: BinaryOp, left: Expr, right: Expr): Expr => ({ kind: 'binary', op: o, left, right, type: left.type! });
const less = (left: Expr, right: Expr): Expr => ({ kind: 'compare', op: 'lt', left, right, type: { kind: 'scalar', name: 'bool', size: 4, align: 4 } });
const set = (place: Place, value: Expr): Extract<Stmt, { kind: 'assign' }> => ({ kind: 'assign', place, value });
const setLocal = (l: Local, value: Expr): Extract<Stmt, { kind: 'assign' }> => set({ kind: 'local', local: l }, value);
const base = { id: 'p', functions: [], constants: [], shared: [], formats: [{ kind: 'debug' as const, text: 'x={}' }], needs: new Set<never>(), sources: [] };
const fn = (params: Local[], result: AnyType | null, body: Stmt[]): Func => ({ name: 'f', params, result, body, effects: false });
const functionProgram = (func: Func): FunctionProgram => ({ ...base, kind: 'function', func });

describe('interpretFunction', () => {
  it('runs loops, with continue running the update', () => {
    const [n, i, sum] = [local(0, 'n', u32), local(1, 'i', u32), local(2, 'sum', u32)];
    const program = functionProgram(fn([n], u32, [
      { kind: 'let', local: i, init: num(u32, 0) },
      { kind: 'let', local: sum, init: null },
      {
        kind: 'loop', id: 1, pretest: less(get(i), get(n)), posttest: null,
        update: [setLocal(i, op('add', get(i), num(u32, 1)))],
        body: [
          { kind: 'if', test: less(get(i), num(u32, 2)), then: [{ kind: 'continue', target: 1 }], else: [] },
          setLocal(sum, op('add', get(sum), get(i))),
        ],
      },
      { kind: 'return', value: get(sum) },
    ]));
    expect(interpretFunction(program, [5])).toBe(2 + 3 + 4);
    expect(interpretFunction(program, [0])).toBe(0);
  });

  it('copies values, and ends a runaway program', () => {
    const [a, b] = [local(0, 'a', vec2(f32)), local(1, 'b', vec2(f32))];
    const x = (l: Local): Place => ({ kind: 'component', base: { kind: 'local', local: l }, component: 0, type: f32 });
    const program = functionProgram(fn([a], f32, [
      { kind: 'let', local: b, init: get(a) },
      set(x(b), num(f32, 9)),
      { kind: 'return', value: { kind: 'load', place: x(a), type: f32 } },
    ]));
    expect(interpretFunction(program, [[1, 2]])).toBe(1);
    const forever = functionProgram(fn([], null, [{ kind: 'loop', id: 0, pretest: null, posttest: null, update: [], body: [] }]));
    expect(() => interpretFunction(forever, [], { limit: 100 })).toThrow(InterpretedFault);
  });
});

it('runs a handler: state, reply, sends', () => {
  const State = struct('State', { count: u32 });
  const In = struct('In', { x: f32, id: u64 });
  const Out = struct('Out', { y: f32 });
  const count: Place = { kind: 'field', base: { kind: 'state', type: State }, name: 'count', offset: 0, type: u32 };
  const x: Expr = { kind: 'load', place: { kind: 'field', base: { kind: 'message', type: In }, name: 'x', offset: 0, type: f32 }, type: f32 };
  const port = { name: 'sink', index: 0, message: Out };
  const func = fn([], null, [
    set(count, op('add', { kind: 'load', place: count, type: u32 }, num(u32, 1))),
    { kind: 'exec', value: { kind: 'send', port, fields: [{ name: 'y', offset: 0, value: x }], type: { kind: 'scalar', name: 'bool', size: 4, align: 4 } } },
    { kind: 'reply', message: Out, fields: [{ name: 'y', offset: 0, value: op('mul', x, num(f32, 2)) }] },
    { kind: 'return', value: null },
  ]);
  const program: ActorProgram = { ...base, kind: 'actor', state: State, handlers: [{ index: 0, message: In, reply: Out, func }], ports: [port] };
  expect(interpretHandler(program, program.handlers[0]!, { state: { count: 4 }, message: { x: 1.5, id: 3n } })).toEqual({
    state: { count: 5 }, reply: { y: 3 }, sent: [{ port: 'sink', message: { y: 1.5 } }], debug: [],
  });
});

it('runs a global kernel over every workgroup', () => {
  const y = { kind: 'buffer' as const, name: 'y', index: 0, elem: u32, access: 'readwrite' as const, grid: 0 as const };
  const zero: Expr = num(u32, 0);
  const place: Place = { kind: 'index', base: { kind: 'buffer', param: y }, index: zero, type: u32, proven: false };
  const program: GlobalProgram = {
    ...base, kind: 'global', params: [y], workgroup: [4, 1, 1],
    func: fn([], null, [set(place, op('add', { kind: 'load', place, type: u32 }, num(u32, 1)))]),
  };
  const buffer = new Uint32Array(1);
  interpretGlobal(program, { buffers: { y: buffer }, grid: [3, 2] });
  expect(buffer[0]).toBe(24);
});

describe('numbers', () => {
  it('wraps and rounds', () => {
    expect(binary('add', 'i32', 2147483647, 1)).toBe(-2147483648);
    expect(binary('mul', 'u32', 0xffffffff, 0xffffffff)).toBe(1);
    expect(binary('idiv', 'i32', -2147483648, -1)).toBe(-2147483648);
    expect(binary('imod', 'i32', -7, 0)).toBe(0);
    expect(binary('floordiv', 'i32', -7, 2)).toBe(-4);
    expect(binary('ceildiv', 'i32', 7, 2)).toBe(4);
    expect(binary('ceildiv', 'i32', -7, 2)).toBe(-3);
    expect(binary('shl', 'u64', 1n, 65)).toBe(2n);
    expect(binary('shr', 'i64', -8n, 1)).toBe(-4n);
    expect(binary('shr', 'u32', 0x80000000, 31)).toBe(1);
    expect(binary('add', 'f32', 16777216, 1)).toBe(16777216);
    expect(() => binary('add', 'i32', 2147483647, 1, true)).toThrow(InterpretedFault);
    expect(() => binary('idiv', 'u32', 1, 0, true)).toThrow(InterpretedFault);
  });

  it('compares as IEEE 754', () => {
    expect(compare('ne', NaN, NaN)).toBe(true);
    expect(compare('eq', 0, -0)).toBe(true);
    expect(compare('le', NaN, 1)).toBe(false);
  });

  it('converts', () => {
    expect(convert('saturate', 'f32', 'u32', -5)).toBe(0);
    expect(convert('saturate', 'f32', 'i32', 1e20)).toBe(2147483647);
    expect(convert('saturate', 'f64', 'u64', 1e30)).toBe(2n ** 64n - 1n);
    expect(convert('saturate', 'f32', 'i32', NaN)).toBe(0);
    expect(convert('wrap', 'f32', 'i32', 4294967298)).toBe(2);
    expect(convert('wrap', 'f32', 'u32', -1)).toBe(4294967295);
    expect(convert('wrap', 'i64', 'u32', -1n)).toBe(4294967295);
    expect(convert('bits', 'i32', 'u32', -1)).toBe(4294967295);
    expect(convert('exact', 'i32', 'i64', -3)).toBe(-3n);
    expect(convert('truth', 'f32', 'bool', NaN)).toBe(false);
    expect(convert('bitcast', 'f32', 'u32', 1)).toBe(0x3f800000);
    expect(convert('bitcast', 'i64', 'f64', -1n)).toBeNaN();
    // 2^25 + 1 + 2^-31 rounds differently when it passes through f64 first.
    const awkward = (2n ** 61n) + (2n ** 37n) + 1n;
    expect(convert('round', 'i64', 'f32', awkward)).toBe(2 ** 61 + 2 ** 38);
    expect(convert('round', 'i64', 'f32', 2n ** 61n + 2n ** 37n)).toBe(2 ** 61);
    expect(convert('round', 'u32', 'f32', 16777217)).toBe(16777216);
  });
});

describe('intrinsics of bits', () => {
  const call = (name: string, type: Scalar, result: Scalar, ...args: (number | bigint)[]): unknown => {
    const types = [type, u32];
    const value: Expr = { kind: 'call', name, args: args.map((a, i) => num(types[i]!, a)), places: [], type: result };
    return interpretFunction(functionProgram(fn([], result, [{ kind: 'return', value }])), []);
  };

  it.each([
    ['clz', i32, u32, [1], 31], ['clz', i32, u32, [-1], 0], ['clz', u64, u32, [0n], 64], ['ctz', u32, u32, [8], 3], ['ctz', u32, u32, [0], 32],
    ['ffs', u32, u32, [0], 0], ['ffs', u64, u32, [1n << 40n], 41], ['popcount', i32, u32, [-1], 32], ['brev', u32, u32, [1], 0x80000000],
    ['rotl', u32, u32, [0x80000001, 1], 3], ['rotl', u32, u32, [5, 32], 5], ['rotr', u64, u64, [1n, 1], 1n << 63n], ['clz32', i32, i32, [2], 30],
    ['min', i32, i32, [-3, 2], -3], ['sqrt', f32, f32, [2], Math.fround(Math.SQRT2)], ['bitsOf', f32, u32, [1], 0x3f800000],
  ] as const)('%s', (name, type, result, args, expected) => {
    const second = name === 'min' ? type : u32;
    const value: Expr = { kind: 'call', name, args: args.map((a, i) => num(i === 0 ? type : second, a)), places: [], type: result };
    expect(interpretFunction(functionProgram(fn([], result, [{ kind: 'return', value }])), [])).toBe(expected);
  });

  it('says what it does not know', () => {
    expect(() => call('cycles', u64, u64)).toThrow(/does not know 'cycles'/);
  });
});
