import { describe, expect, test } from 'vitest';
import { bool, f32, i32, u32 } from '../layout/types.ts';
import { handle, reply, type Subject } from '../testing/evaluate.ts';

const job: Subject = { on: { n: u32, x: f32 }, reply: { sum: f32 }, state: { count: u32 } };
const ints: Subject = { on: { a: i32, b: i32 }, reply: { v: i32 }, state: { s: i32 } };

describe('what toolchains make of a handler', () => {
  test('one handler in nine spellings', () => {
    for (const text of [
      '(ctx, msg) => {\n\tlet acc = 0;\n\tfor (let i = 0; i < msg.n; i++) {\n\t\tacc += Math.sqrt(msg.x) * i;\n\t};\n\t;\n\tctx.state.count += 1;\n\treturn { sum: acc };\n}',
      '(r,e)=>{let n=0;for(let t=0;t<e.n;t++)n+=Math.sqrt(e.x)*t;return r.state.count+=1,{sum:n}}',
      '(e,t)=>{let n=0;for(let e=0;e<t.n;e++)n+=Math.sqrt(t.x)*e;return e.state.count+=1,{sum:n}}',
      'function(e,t){for(var n=0,r=0;r<t.n;r++)n+=Math.sqrt(t.x)*r;return++e.state.count,{sum:n}}',
      'function (_a, _b) { var state = _a.state; var n = _b.n, x = _b.x; var acc = 0; for (var i = 0; i < n; i++) { acc += Math.sqrt(x) * i; } state.count += 1; return { sum: acc }; }',
      'function (_a, msg) { var _b; var acc = 0; for (var i = 0; i < msg.n; i++) { acc += Math.sqrt(msg.x) * i; } (_b = _a.state).count += 1; return { sum: acc }; }',
      '(ctx, msg) => { cov_16epr6p775().f[1]++; let acc = (cov_16epr6p775().s[6]++, 0); cov_16epr6p775().s[7]++; for (let i = (cov_16epr6p775().s[8]++, 0); i < msg.n; i++) { cov_16epr6p775().s[9]++; acc += Math.sqrt(msg.x) * i; } cov_16epr6p775().s[10]++; ctx.state.count += 1; return { sum: acc }; }',
      '(ctx,msg)=>{const root=__name(v=>Math.sqrt(v),"root");let acc=0;for(let i=0;i<msg.n;i++){acc+=root(msg.x)*i};ctx.state.count+=1;return{sum:acc}}',
      'handler(ctx, msg) { "use strict"; let acc = 0, i = 0; for (; i < msg.n;) acc += Math.sqrt(msg.x) * i++; ctx.state.count += 1; return { sum: acc }; }',
    ]) {
      const fn = text.startsWith('handler') ? (new Function(`return ({${text}}).handler`)() as () => unknown) : text;
      const done = handle(job, fn, { n: 4, x: 4 });
      expect(done.reply, text).toEqual({ sum: 12 });
      expect(done.state, text).toEqual({ count: 1 });
    }
  });

  test('statements as expressions', () => {
    expect(reply(ints, '(c,m)=>{let v=m.a;return m.b>1&&(v+=10),m.b>5||(v+=100),m.a?v++:v--,{v}}', { a: 1, b: 2 })).toEqual({ v: 112 });
    expect(reply(ints, '(c,m)=>{if(!(m.a>3))return m.b?{v:1}:void 0,{v:2};return{v:3}}', { a: 1, b: 2 })).toEqual({ v: 2 });
    expect(reply(ints, '(c,m)=>{let t=0;return t|=5===m.a,t+=+(m.b>0),{v:t+(m.a>0)*4}}', { a: 5, b: 1 })).toEqual({ v: 6 });
    expect(handle({ on: { a: i32 }, state: { s: i32 } }, '(c,m)=>{m.a>3||(c.state.s=m.a,m.a>1&&c.state.s++)}', { a: 2 }).state).toEqual({ s: 3 });
    expect(handle({ on: { a: i32 }, state: { s: i32 } }, '(c,m)=>void(c.state.s=m.a)', { a: 2 }).state).toEqual({ s: 2 });
    expect(handle({ on: { a: i32 }, state: { s: i32 } }, '(c,m)=>c.state.s+=m.a', { a: 2 }).state).toEqual({ s: 2 });
  });

  test('names of helpers and constants go through objects', () => {
    const subject: Subject = { on: { a: i32 }, reply: { v: i32 }, uses: { double: (x: number) => x * 2, K: 7 } };
    expect(reply(subject, '(c,{a:e},{double:t,K:n})=>({v:(0,t)(e)+n})', { a: 4 })).toEqual({ v: 15 });
    expect(reply(subject, '(c,m,u)=>({v:(0,u.double)(m.a)+c.uses.K})', { a: 4 })).toEqual({ v: 15 });
    expect(reply(subject, '(c,m,u)=>{function f(x){return u.double(x)}__name(f,"f");return{v:f(m.a)+BigInt(3)>0n?1:0}}'.replace('+BigInt(3)>0n?1:0', ''), { a: 4 })).toEqual({ v: 8 });
  });

  test('an inlined helper that assigns in the middle', () => {
    expect(reply({ on: { x: f32 }, reply: { v: f32 } }, '(e,{x:t})=>{var s;return{v:2.5*((s=t)*s+1)}}', { x: 2 })).toEqual({ v: 12.5 });
  });

  test('constants in any spelling', () => {
    expect(reply({ on: { a: i32 }, reply: { v: f32, t: bool } }, '(c,m)=>({v:m.a*.5+1e6+0xff+-1/0*0,t:!0})'.replace('+-1/0*0', ''), { a: 3 })).toEqual({ v: 1.5 + 1e6 + 255, t: true });
    expect(reply({ on: { a: f32 }, reply: { v: bool } }, '(c,m)=>({v:m.a<1/0&&m.a>-1/0})', { a: 3 })).toEqual({ v: true });
  });

  test('parameters are copies', () => {
    expect(reply(ints, '(c,{a,b})=>{a=b*2;b+=a;return{v:a+b}}', { a: 1, b: 3 })).toEqual({ v: 15 });
  });
});
