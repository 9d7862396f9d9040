import { describe, expect, test } from 'vitest';
import { f32, i32, u32, vec2 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import { findings, reply } from '../testing/evaluate.ts';
import { interpretHandler } from '../testing/interpret.ts';
import { ringKernel } from './define.ts';

const Add = message('Add', { a: f32, b: f32 });
const Sum = message('Sum', { value: f32 });
const Count = message('Count', { by: u32 });

describe('definitions of actors', () => {
  test('each `.on` gives a wider definition', () => {
    const one = ringKernel({ id: 'one', on: Add, reply: Sum, state: { n: u32 } }, (ctx, msg) => ({ value: msg.a + msg.b + ctx.state.n }));
    const two = one.on(Count, (ctx, msg) => { ctx.state.n += msg.by; });
    expect(one.handlers.map((h) => h.message.name)).toEqual(['Add']);
    expect(two.handlers.map((h) => [h.message.name, h.reply?.name ?? null])).toEqual([['Add', 'Sum'], ['Count', null]]);
    expect(two.program.handlers.map((h) => [h.index, h.func.name])).toEqual([[0, 'handle_Add'], [1, 'handle_Count']]);
    const { state } = interpretHandler(two.program, two.program.handlers[1]!, { message: { by: 3 } });
    expect(interpretHandler(two.program, two.program.handlers[0]!, { message: { a: 1, b: 2 }, state }).reply).toEqual({ value: 6 });
  });

  test('constants may come later', () => {
    const late: { scale?: number } = {};
    const kernel = ringKernel({ id: 'late', on: Add, reply: Sum, uses: () => ({ scale: late.scale! }) }, (_ctx, msg, { scale }) => ({ value: msg.a * scale }));
    late.scale = 4;
    expect(interpretHandler(kernel.program, kernel.program.handlers[0]!, { message: { a: 2, b: 0 } }).reply).toEqual({ value: 8 });
  });

  test('constants are frozen into the program', () => {
    const T = new Float32Array([1, 2]);
    const kernel = ringKernel({ id: 'frozen', on: Add, reply: Sum, uses: { T } }, (_ctx, _msg, { T }) => ({ value: T[0]! }));
    T[0] = 9;
    expect([...(kernel.program.constants[0]!.data as Float32Array)]).toEqual([1, 2]);
  });

  test('a wrong description is refused at once', () => {
    const handler = (): void => undefined;
    expect(() => ringKernel({ id: '', on: Add }, handler)).toThrow(/RK104/);
    expect(() => ringKernel({ id: 'x', on: {} as never }, handler)).toThrow(/RK104/);
    expect(() => ringKernel({ id: 'x', on: Add }, undefined as never)).toThrow(/RK104/);
    expect(() => ringKernel({ id: 'x', on: Add }, handler).on(Add, handler)).toThrow(/RK104/);
    expect(() => ringKernel({ id: 'x', on: Add, sends: { out: 3 as never } }, handler)).toThrow(/RK104/);
  });
});

test('a long chain of locals settles', () => {
  const names = [...'abcdefghijklmnopqrstuvwxyz'];
  const moves = names.slice(1).map((n, k) => `${names[k]} = ${n};`).join(' ');
  expect(reply({ on: { x: f32, n: i32 }, reply: { v: f32 } }, `(ctx, msg) => { let ${names.map((n) => `${n} = 0`).join(', ')}; for (let i0 = 0; i0 < msg.n; i0++) { ${moves} z = msg.x; } return { v: a }; }`, { x: 0.5, n: 26 })).toEqual({ v: 0.5 });
});

test('a vector with two names is not written through either', () => {
  const subject = { on: { v: vec2(f32) }, reply: { v: f32 }, state: { p: vec2(f32) } };
  expect(findings(subject, '(c, m) => { let p = m.v.add(1); p.x = 2; return { v: p.x }; }')).toEqual([]);
  expect(reply(subject, '(c, m) => { const p = m.v.add(1); const q = p; p.x = 2; return { v: q.x + (p.x + (p.x = 5)) }; }', { v: { x: 0, y: 0 } })).toEqual({ v: 9 });
  expect(findings(subject, '(c, m) => { let p = m.v.add(1); const q = p; p = p.add(1); p.x = 2; return { v: q.x }; }')).toEqual(['RK124 p.x']);
  expect(findings(subject, '(c, m) => { let p = m.v.add(1); p.x = 3; p = c.state.p; return { v: p.x }; }')).toEqual(['RK124 p.x']);
});
