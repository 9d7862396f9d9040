/** The rules in ESLint: what is underlined, where, and what is left alone. */
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import plugin from '../../src/lint/index.ts';

const config = [{ ...plugin.configs.recommended, languageOptions: { ecmaVersion: 2024, sourceType: 'module' } }] as unknown as Linter.Config[];
const head = `import { ringKernel, globalKernel, deviceFunction, rawFunction, message, struct, array, vec3, u32, i32, f32, u64, f16, read, write, gridRead, gridWrite } from 'ringkernel';\n`;
/** `RULE CODE text under it`, in order. */
function found(code: string, before = head): string[] {
  const text = before + code;
  const lines = text.split('\n');
  return new Linter({ configType: 'flat' }).verify(text, config, 'kernels.js').map((m) => {
    const at = (line: number, column: number): number => lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0) + column - 1;
    return `${m.ruleId?.replace('ringkernel/', '') ?? 'parser'} ${m.message.slice(0, 5)} ${text.slice(at(m.line, m.column), at(m.endLine!, m.endColumn!))}`;
  });
}
const schema = `const Job = message('Job', { n: u32, x: f32, stamp: u64 }); const Out = message('Out', { sum: f32, n: u32 });\n`;

describe('kernels that are right', () => {
  it.each([
    ['an actor', `${schema}const SCALE = 2; const square = (x) => x * x;
      export const k = ringKernel({ id: 'k', on: Job, reply: Out, state: { n: u32 }, sends: { next: Out }, uses: { SCALE, square } }, (ctx, msg, { SCALE, square }) => {
        let acc = 0;
        for (let i = 0; i < msg.n; i++) acc += Math.sqrt(msg.x) * i;
        ctx.state.n += 1;
        ctx.send.next({ sum: acc, n: msg.n });
        return { sum: square(acc) * SCALE, n: ctx.state.n };
      });`],
    ['several messages', `${schema}const base = ringKernel({ id: 'k', state: { n: u32 } });
      base.on(Job, Out, (ctx, { x, n }) => ({ sum: x, n })).on(Out, (ctx, msg) => { ctx.state.n = msg.n; });`],
    ['a grid', `globalKernel({ id: 'g', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 } }, (g, { u, out, k }) => { out.set(u.at(0, 0) * k); });`],
    ['device and raw functions', `deviceFunction({ id: 'd', params: { at: u32 }, result: u32 }, (m, at) => m.load(at));
      rawFunction({ name: 'r', params: { x: f32 }, returns: f32, cuda: 'return x;', reference: (x) => x });`],
    ['what other files hold is not judged', `import { Job, Out, helper, SIZE } from './elsewhere.js';
      ringKernel({ id: 'k', on: Job, reply: Out, state: { n: u32, pos: helper.Position }, uses: { helper, SIZE } }, (ctx, msg, { helper, SIZE }) => {
        let acc = 0;
        if (msg.flag && msg.list[3] > 2) acc += helper(msg.x, SIZE);
        for (const x of msg.list) acc = x + ctx.u32(x);
        switch (msg.kind) { case 1: acc = msg.a; break; default: return { sum: msg.deep.value, n: 1 }; }
        ctx.state.n = acc;
        ctx.state.pos.x = msg.x;
        ctx.state.n += msg.n;
        return { sum: acc, whatever: msg.z.map };
      });`],
    ['options from elsewhere', `import options from './options.js'; ringKernel(options, (ctx, msg, uses) => { ctx.state.anything = uses.f(msg.a ? 1 : msg.b); ctx.send.any({ x: 1 }); });`],
    ['another library', `import { ringKernel as other } from 'elsewhere'; other({ id: 'k' }, async (ctx) => { try { await ctx; } catch {} });`, ''],
    ['not a kernel', `const ringKernel = (a, b) => b; ringKernel({}, async () => { await 1; });`, ''],
  ])('%s', (_, code, before = head) => expect(found(code, before)).toEqual([]));
});

describe('closures', () => {
  it.each([
    ['a constant of the file', `${schema}const K = 3; ringKernel({ id: 'k', on: Job }, (ctx, msg) => { let x = msg.x * K; });`, ['no-closures RK130 K']],
    ['an import', `import { Job, helper } from './elsewhere.js'; ringKernel({ id: 'k', on: Job }, (ctx, msg) => { helper(msg.x); });`, ['no-closures RK130 helper']],
    ['of a helper', `${schema}const K = 3; const scaled = (x) => x * K; ringKernel({ id: 'k', on: Job, uses: { scaled } }, (ctx, msg, { scaled }) => { let x = scaled(msg.x); });`, ['no-closures RK130 K']],
    ['a name of the library inside', `${schema}ringKernel({ id: 'k', on: Job }, (ctx, msg) => { const x = u32; });`, ['no-closures RK130 u32']],
    ['through a namespace', `const { K } = globalThis; rk.globalKernel({ id: 'g', params: { x: rk.write(rk.f32) } }, (g, { x }) => { x[g.id] = K; });`, ['no-closures RK130 K'], `import * as rk from 'ringkernel';\n`],
  ])('%s', (_, code, expected, before = head) => expect(found(code, before)).toEqual(expected));
});

describe('syntax', () => {
  it.each([
    ['try', `${schema}ringKernel({ id: 'k', on: Job }, (ctx, msg) => { try { ctx.now(); } catch {} });`, ['no-unsupported-syntax RK110 try { ctx.now(); } catch {}']],
    ['async', `${schema}ringKernel({ id: 'k', on: Job }, async (ctx, msg) => {});`, ['no-unsupported-syntax RK102 a']],
    ['in branches of what is not known', `import { Job } from './elsewhere.js'; ringKernel({ id: 'k', on: Job }, (ctx, msg) => { if (msg.a > 1) { const s = msg.b?.c; } else { for (const x of msg.list) { throw x; } } });`,
      ['no-unsupported-syntax RK110 msg.b?.c', 'no-unsupported-syntax RK110 throw x;']],
    ['unknown members', `${schema}ringKernel({ id: 'k', on: Job }, (ctx, msg) => { ctx.foo(msg.bar); Math.frobnicate(1); });`,
      ['no-unsupported-syntax RK123 ctx.foo', 'no-unsupported-syntax RK123 Math.frobnicate']],
    ['a missing return', `${schema}ringKernel({ id: 'k', on: Job, reply: Out }, (ctx, msg) => { if (msg.n > 1) return { sum: 1, n: 1 }; });`, ['no-unsupported-syntax RK125 (ctx, msg) => { if (msg.n > 1) return { sum: 1, n: 1 }; }']],
    ['of a handler added later', `${schema}const b = ringKernel({ id: 'k', state: { n: u32 } }); b.on(Job, (ctx, msg) => { ctx.state.m = 1; });`, ['no-unsupported-syntax RK123 ctx.state.m']],
    ['of a device function', `deviceFunction({ id: 'd', params: { at: u32 } }, (m, at) => { m.load(at, new Map()); });`, ['no-unsupported-syntax RK110 new Map()']],
  ])('%s', (_, code, expected) => expect(found(code)).toEqual(expected));
});

describe('types', () => {
  it.each([
    ['narrowing', `${schema}ringKernel({ id: 'k', on: Job, state: { n: u32 } }, (ctx, msg) => { ctx.state.n = msg.x; });`, ['no-type-errors RK202 ctx.state.n = msg.x']],
    ['into a half', `const Half = message('H', { x: f32 }); ringKernel({ id: 'k', on: Half, state: { h: f16 } }, (ctx, { x }) => { ctx.state.h = x; });`, ['no-type-errors RK202 ctx.state.h = x']],
    ['signs', `globalKernel({ id: 'g', params: { a: read(i32), b: read(u32), out: write(i32) } }, (g, { a, b, out }) => { out[g.id] = a[0] + b[0]; });`, ['no-type-errors RK201 a[0] + b[0]']],
    ['bigints', `${schema}ringKernel({ id: 'k', on: Job }, (ctx, msg) => { let s = msg.stamp + 1; });`, ['no-type-errors RK205 msg.stamp + 1']],
    ['known fields beside unknown ones', `import { Thing } from './elsewhere.js'; const M = message('M', { thing: Thing, n: u32, x: f32 });
      ringKernel({ id: 'k', on: M, state: { n: u32 } }, (ctx, msg) => { ctx.state.n = msg.thing.y; ctx.state.n = msg.x; });`, ['no-type-errors RK202 ctx.state.n = msg.x']],
    ['a helper of two kernels is wrong once', `${schema}const bad = (x) => x >> 1; const mk = { id: 'a', on: Job, uses: { bad } };
      ringKernel(mk, (ctx, m, { bad }) => { bad(m.n); }); ringKernel({ id: 'b', on: Job, uses: { bad } }, (ctx, m, { bad }) => { bad(m.n); });`, ['no-type-errors RK207 x >> 1']],
  ])('%s', (_, code, expected) => expect(found(code)).toEqual(expected));
});

it('the message says what to do', () => {
  const [m] = new Linter({ configType: 'flat' }).verify(`${head}${schema}ringKernel({ id: 'k', on: Job, state: { n: u32 } }, (ctx, msg) => { ctx.state.n = msg.x; });`, config, 'k.js');
  expect(m!.message).toBe("RK202: f32 does not fit u32 without a cast (field 'n'). Write `ctx.u32(...)` to convert on purpose.");
});

it('modules of one\'s own count when they are named', () => {
  const text = `import { ringKernel } from '../kit.js'; ringKernel({ id: 'k' }).on({}, () => { throw 1; });`;
  const verify = (settings: object): number => new Linter({ configType: 'flat' }).verify(text, [{ ...config[0]!, settings: settings as never }], 'k.js').length;
  expect([verify({}), verify({ ringkernel: { modules: ['../kit.js'] } })]).toEqual([0, 1]);
});
