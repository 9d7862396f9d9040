import { describe, expect, test } from 'vitest';
import { array, f32, i32, u32 } from '../layout/types.ts';
import { handle, reply, type Subject } from '../testing/evaluate.ts';

const ints: Subject = { on: { a: i32, b: i32 }, reply: { v: i32 }, state: { s: i32, n: u32 } };
/** The reply of the compiled handler and of the function itself, for some messages. */
function same(fn: string, inputs: readonly (readonly [number, number])[] = [[0, 0], [1, 2], [7, 3], [-4, 9], [20, -1]]): void {
  const raw = new Function(`return (${fn})`)() as (ctx: object, msg: object) => { v: number };
  for (const [a, b] of inputs) {
    const ctx = { state: { s: 0, n: 0 }, range: (n: number) => Array.from({ length: Math.max(0, n) }, (_, k) => k) };
    expect(reply(ints, fn, { a, b }), `${fn} of ${a}, ${b}`).toEqual({ v: raw(ctx, { a, b }).v + 0 });
  }
}

describe('control flow', () => {
  test('loops', () => {
    same('(ctx, msg) => { let t = 0; for (let i = 0; i < 10; i++) { if (i === msg.a) continue; if (i > msg.b + 5) break; t += i; } return { v: t }; }');
    same('(ctx, msg) => { let t = 0, i = 0; while (i < msg.b) t += i++; return { v: t + i }; }');
    same('(ctx, msg) => { let t = 0; do { t += 3; if (t === 9) continue; t++; } while (t < msg.a); return { v: t }; }');
    same('(ctx, msg) => { let n = 12, t = 0; for (; n--;) t += n; return { v: t + n }; }');
    same('(ctx, msg) => { let t = 0; for (let i = 0, j = 10; i < j; i += 2, j--) t += i * j; return { v: t }; }');
    same('(ctx, msg) => { let t = 0, k = 0; for (let i = 0; (k += 2) < 20 && i < 9; i++, t += k) { if (i % 2) continue; t++; } return { v: t * 100 + k }; }');
    same('(ctx, msg) => { let t = 0; for (const i of ctx.range(msg.b)) { if (i === 4) continue; t += i; } return { v: t }; }');
  });

  test('an arrow\'s expression answers as a `return` would', () => {
    same('(ctx, msg) => msg.a < 3 ? { v: msg.b } : (ctx.state.s += 1, { v: ctx.state.s + 100 })');
    same('(ctx, msg) => (ctx.state.n += 1, msg.a < 3 ? (ctx.state.s -= 2, { v: ctx.state.s }) : msg.b > 2 ? { v: 7 } : { v: ctx.state.s++ })');
    same('(ctx, msg) => { const f = (x) => x < 3 ? x + 1 : (ctx.state.s += x, ctx.state.s); return { v: f(msg.a) + f(msg.b) }; }');
  });

  test('labels', () => {
    same('(ctx, msg) => { let t = 0; outer: for (let i = 0; i < 6; i++) { for (let j = 0; j < 6; j++) { if (j === msg.a) continue outer; if (i * j > msg.b + 3) break outer; t += i + j; } } return { v: t }; }');
    same('(ctx, msg) => { let t = 1; done: { if (msg.a > 3) break done; t = 2; { if (msg.b > 1) break done; } t = 3; } return { v: t }; }');
    same('(ctx, msg) => { let t = 0; outer: for (let i = 0; i < 4; t += 100, i++) { switch (msg.a) { case 0: continue outer; case 1: break outer; default: t++; } } return { v: t }; }');
  });

  test('switch, with and without falling through', () => {
    const cases = [[0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [5, 0], [9, 1]] as const;
    same('(ctx, { a }) => { let t = 0; switch (a) { case 0: case 1: t = 5; break; case 2: { t = 6; break; } default: t = 7; } return { v: t }; }', cases);
    same('(ctx, { a }) => { let t = 0; switch (a) { case 0: t += 1; case 1: t += 2; break; default: t += 4; case 4: t += 8; case 5: t += 16; } return { v: t }; }', cases);
    same('(ctx, { a, b }) => { switch (a) { case b: return { v: 1 }; case b + 1: return { v: 2 }; default: return { v: 3 }; } }', [[0, 0], [1, 0], [5, 4], [9, 1]]);
    same('(ctx, { a }) => { let t = 0; switch (a) { case 1: var x = 4; t = x; break; case 2: x = 5; t = x; } return { v: t }; }', cases);
    same('(ctx, { a }) => { switch (!0) { case a > 3: return { v: 30 }; case a > 1: return { v: 10 }; } return { v: 0 }; }', cases);
  });

  test('several ways out', () => {
    same('(ctx, msg) => { if (msg.a > 5) return { v: 1 }; else if (msg.b > 5) return { v: 2 }; while (true) { if (ctx.state.s++ > 3) return { v: ctx.state.s }; } }');
    same('(ctx, msg) => msg.a > 1 ? { v: msg.a } : { v: msg.b }');
    same('(ctx, msg) => { return ctx.state.s += 2, msg.a && (ctx.state.s = 8), { v: ctx.state.s } }');
  });
});

describe('order of evaluation', () => {
  test('a side effect on the right does not change the left', () => {
    same('(ctx, { a }) => ({ v: a * (a += 2) })');
    same('(ctx, { a, b }) => ({ v: a + (a = b) + a })');
    same('(ctx, { a }) => { let i = a; const x = i++ + i++ * 10 + --i; return { v: x }; }');
    same('(ctx, { a, b }) => { const f = (x, y, z) => x * 100 + y * 10 + z; return { v: f(a, ++a, a++) }; }');
    same('(ctx, { a }) => { let x = a; x += x++ + ++x; return { v: x }; }');
    // Rounding takes the operands of a division as they were.
    same('(ctx, { a, b }) => { ctx.state.s = 7; return { v: (ctx.state.s / 2 | (ctx.state.s = b)) + (a / 2 | (a = 5)) + Math.trunc(a / 2) * (a = 3) }; }');
  });

  test('what is behind a test stays behind it', () => {
    same('(ctx, { a, b }) => { let n = 0; const t = a > 1 && n++ < 5 || (n += 10) > 3; return { v: t ? n : -n }; }');
    same('(ctx, { a, b }) => { let n = 0; a > 2 ? n++ : b > 2 ? n += 5 : n--; a && (n *= 2), b || (n = 77); return { v: n }; }');
    same('(ctx, { a, b }) => { let n = 1; const v = a > 2 ? (n = 5, n + a) : (n += 2, n * b); return { v: v * 10 + n }; }');
    same('(ctx, { a, b }) => { const v = a || b; const w = a && b; return { v: v * 100 + w }; }');
  });

  test('indices are evaluated once', () => {
    const subject: Subject = { on: { a: i32 }, reply: { v: i32 }, state: { h: array(i32, 4), k: i32 } };
    const fn = '(ctx, { a }) => { let i = 0; ctx.state.h[i++] += a; ctx.state.h[i++]++; ctx.state.h[i] = i++; return { v: i }; }';
    const { reply: answer, state } = handle(subject, fn, { a: 5 });
    expect(answer).toEqual({ v: 3 });
    expect(state).toEqual({ h: [5, 1, 2, 0], k: 0 });
  });
});

describe('functions', () => {
  test('inner functions read and write locals of the handler', () => {
    same('(ctx, { a, b }) => { let n = 0; const add = (x) => { n += x; }; function twice(x) { return x * 2; } add(a); add(twice(b)); return { v: n }; }');
    same('(ctx, { a, b }) => { const pick = (x) => { if (x > 3) return 10; for (let i = 0; i < x; i++) if (i === 2) return 20; return 30; }; return { v: pick(a) + pick(b) * 100 }; }');
    same('(ctx, { a }) => { const f = function (x) { return g(x) + 1; }; function g(x) { return x * x; } return { v: f(f(a)) }; }');
  });

  test('helpers of uses are typed by their arguments', () => {
    const subject: Subject = { on: { a: i32, x: f32 }, reply: { v: f32, w: i32 }, uses: { square: (x: number) => x * x, lib: { clampTo: (x: number, lo: number, hi: number) => { if (x < lo) return lo; return x > hi ? hi : x; } } } };
    expect(reply(subject, '(c, m, { square, lib }) => ({ v: square(m.x) + square(0.5), w: square(m.a) + lib.clampTo(m.a, 0, 7) + c.uses.square(3) })', { a: 9, x: 1.5 })).toEqual({ v: 2.5, w: 97 });
  });

  test('helpers take and give objects', () => {
    const uses = { make: (x: number, y: number) => ({ x: x + 1, y }), norm: (p: { x: number; y: number }) => p.x * p.x + p.y * p.y };
    expect(reply({ on: { a: f32 }, reply: { v: f32 }, uses }, '(c, m, { make, norm }) => { const p = make(m.a, 2); return { v: norm(p) + norm({ x: 1, y: m.a }) }; }', { a: 2 })).toEqual({ v: 13 + 5 });
  });
});

describe('data', () => {
  test('local arrays', () => {
    same('(ctx, { a, b }) => { const t = [1, 2, 3, 4]; t[a & 3] = b; let s = 0; for (const x of t) s = s * 10 + x; return { v: s }; }');
    same('(ctx, { a }) => { const t = new Int32Array(8); for (let i = 0; i < 8; i++) t[i] = i * a; t.fill(2); t[3] += 5; let s = 0; for (let i = 0; i < t.length; i++) s += t[i]; return { v: s }; }');
  });

  test('records and destructuring', () => {
    same('(ctx, msg) => { let { a, b: c } = msg; const r = { x: a, y: c }; r.x += 2; [a, c] = [c, a]; const { x, y } = r; return { v: x * 1000 + y * 100 + a * 10 + c }; }');
    same('(ctx, msg) => { let r = { lo: 0, hi: 10 }; while (r.lo < r.hi) { const mid = (r.lo + r.hi) / 2 | 0; r = mid < msg.a ? { lo: mid + 1, hi: r.hi } : { lo: r.lo, hi: mid }; } return { v: r.lo }; }');
  });

  test('an object assigned later, vectors in loops, fill, large bigints', () => {
    same('(ctx, { a, b }) => { let best = 0; for (let k = 0; k < 3; k++) { let t; if (k === 1) t = { x: k, y: a }; else t = { x: 0, y: 1 }; best += t.x * 10 + t.y; } return { v: best }; }');
    same('(ctx, { a, b }) => { const f = (x) => { if (x > 2) return { k: 1, w: x }; return { k: 2, w: -x }; }; const { k, w } = f(a); return { v: k * 100 + w + f(b).w }; }');
    same('(ctx, { a }) => { let v = 0; for (const x of [3, 1, 2]) for (const y of [x, a]) v = v * 10 + y; return { v }; }');
  });

  test('sends carry fields, and tell whether they were taken', () => {
    const subject: Subject = { on: { a: i32 }, reply: { v: i32 }, sends: { out: { x: f32, n: u32 } } };
    const { sent, reply: answer } = handle(subject, '(ctx, { a }) => { let ok = 0; if (ctx.send.out({ x: a, n: 3 })) ok = 1; ctx.send.out({ n: 4, x: 0.5 }); return { v: ok }; }', { a: 2 });
    expect(sent).toEqual([{ port: 'out', message: { x: 2, n: 3 } }, { port: 'out', message: { x: 0.5, n: 4 } }]);
    expect(answer).toEqual({ v: 1 });
  });

  test('debug keeps its format', () => {
    const { debug } = handle({ on: { a: i32 } }, "(ctx, { a }) => { ctx.debug('a is {} of {}', a, 2.5); }", { a: 4 });
    expect(debug).toEqual([{ kind: 'debug', format: 'a is {} of {}', args: [4, 2.5] }]);
  });

  test('alerts and metrics keep their names', () => {
    const { debug } = handle({ on: { a: i32 } }, "(ctx, { a }) => { ctx.metric('load', a); if (a > 3) ctx.alert('load', a - 3); }", { a: 4 });
    expect(debug).toEqual([{ kind: 'metric', format: 'load', args: [4] }, { kind: 'alert', format: 'load', args: [1] }]);
  });
});
