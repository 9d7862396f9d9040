import { transformSync as swc } from '@swc/core';
import { transformSync as esbuild } from 'esbuild';
import * as fc from 'fast-check';
import { minify as terser } from 'terser';
import { expect, test } from 'vitest';
import { array, i32 } from '../layout/types.ts';
import { handle, type Subject } from '../testing/evaluate.ts';

/**
 * Random handlers of integers, full of side effects in the middle of expressions: as written, and as a
 * minifier rewrites them. The compiled handler must do what the function does in JavaScript, where that stays
 * within 32 bits.
 */
const subject: Subject = { on: { a: i32, b: i32 }, reply: { v: i32 }, state: { s: i32, t: array(i32, 4) } };
const names = ['x', 'y', 'z', 'ctx.state.s', 'ctx.state.t[x & 3]', 'ctx.state.t[y++ & 3]'];

const { expression, condition } = fc.letrec<{ expression: string; condition: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('x', 'y', 'z', 'msg.a', 'msg.b', 'ctx.state.s', 'ctx.state.t[z & 3]', '0', '1', '7', '-3', '1000000'),
    fc.tuple(tie('expression'), fc.constantFrom('+', '-', '&', '|', '^'), tie('expression')).map(([l, op, r]) => `(${l} ${op} ${r} | 0)`),
    fc.tuple(tie('expression'), fc.constantFrom('<<', '>>'), fc.integer({ min: 0, max: 9 })).map(([l, op, n]) => `(${l} ${op} ${n})`),
    fc.tuple(tie('expression'), tie('expression')).map(([l, r]) => `Math.imul(${l}, ${r})`),
    fc.tuple(tie('expression'), fc.integer({ min: 1, max: 9 })).map(([l, n]) => `((${l}) / ${n} | 0)`),
    fc.tuple(tie('condition'), tie('expression'), tie('expression')).map(([c, l, r]) => `(${c} ? ${l} : ${r})`),
    fc.tuple(tie('expression'), fc.constantFrom('&&', '||'), tie('expression')).map(([l, op, r]) => `(${l} ${op} ${r})`),
    fc.tuple(fc.constantFrom(...names), tie('expression')).map(([n, e]) => `(${n} = ${e})`),
    fc.tuple(fc.constantFrom(...names), fc.constantFrom('^=', '|=', '&='), tie('expression')).map(([n, op, e]) => `(${n} ${op} ${e})`),
    fc.constantFrom('x++', '--y', 'z++', '++ctx.state.s', 'ctx.state.t[x & 3]--').map((e) => `(${e} | 0)`),
    tie('expression').map((e) => `twist(${e})`),
    fc.tuple(tie('expression'), tie('expression')).map(([l, r]) => `(${l}, ${r})`),
  ),
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(tie('expression'), fc.constantFrom('<', '<=', '>', '>=', '===', '!=='), tie('expression')).map(([l, op, r]) => `(${l} ${op} ${r})`),
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map(([l, op, r]) => `(${l} ${op} ${r})`),
    tie('condition').map((c) => `!${c}`),
    tie('expression').map((e) => `!!(${e})`),
  ),
}));

const { statement } = fc.letrec<{ statement: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3 },
    expression.map((e) => `${e};`),
    fc.tuple(condition, tie('statement'), tie('statement')).map(([c, t, e]) => `if (${c}) { ${t} } else { ${e} }`),
    fc.tuple(condition, expression).map(([c, e]) => `${c} && ${e};`),
    fc.tuple(tie('statement'), condition, tie('statement')).map(([s, c, t]) => `for (let k = 0; k < 3; k++) { ${s} if (${c}) continue; ${t} }`),
    fc.tuple(condition, tie('statement')).map(([c, s]) => `{ let n = 4; while (n-- > 0 && ${c}) { ${s} } }`),
    fc.tuple(tie('statement'), condition).map(([s, c]) => `{ let n = 0; do { ${s} if (n > 5) break; } while (n++ < 3 && ${c}); }`),
    fc.tuple(expression, tie('statement'), tie('statement'), tie('statement')).map(([e, a, b, c]) => `switch (${e} & 3) { case 0: ${a} case 2: ${b} break; default: ${c} }`),
    fc.tuple(condition, expression).map(([c, e]) => `if (${c}) return { v: ${e} };`),
    fc.tuple(expression, tie('statement')).map(([e, s]) => `{ const x = ${e.replace(/\bx\b/g, 'y')}; z = x; } ${s}`),
    fc.tuple(tie('statement'), tie('statement')).map(([a, b]) => `${a} ${b}`),
  ),
}));

const program = fc.tuple(statement, statement, expression).map(([a, b, e]) =>
  `(ctx, msg) => { let x = msg.a, y = 3, z = 0; const twist = (n) => { if (n > 5) return (n ^ z) | 0; y = n; return (n + 1) | 0; }; ${a} ${b} return { v: ${e} }; }`);

/** The text as each minifier rewrites it; some of them also for older engines. */
const minifiers: readonly ((source: string) => string | Promise<string>)[] = [
  (source) => source,
  (source) => esbuild(source, { minify: true }).code,
  async (source) => (await terser(source, { toplevel: true, compress: { passes: 3, unsafe: true } })).code!,
  (source) => swc(source, { jsc: { target: 'es2022', minify: { compress: true, mangle: true } }, minify: true }).code,
  (source) => swc(source, { jsc: { target: 'es5', minify: { compress: true, mangle: true } }, minify: true }).code,
];

test('compiled handlers do what their functions do', async () => {
  await fc.assert(fc.asyncProperty(program, fc.integer({ min: -9, max: 9 }), fc.integer({ min: -1e6, max: 1e6 }), async (text, a, b) => {
    for (const minify of minifiers) {
      const form = (await minify(`globalThis.kernel = ${text}`)).trim().replace(/^globalThis\.kernel\s*=\s*/, '').replace(/;\s*$/, '');
      // A minifier may itself be wrong: what counts is its output.
      const fn = new Function(`return (${form})`)() as (ctx: object, msg: object) => { v: number };
      const state = { s: 2, t: [0, 0, 0, 0] };
      const answer = fn({ state }, { a, b });
      const expected = { reply: { v: answer.v | 0 }, state: { s: state.s | 0, t: state.t.map((n) => n | 0) } };
      const done = handle(subject, form, { a, b }, { s: 2, t: [0, 0, 0, 0] });
      expect({ reply: done.reply, state: done.state }, form).toEqual(expected);
    }
  }), { numRuns: 60 });
}, 60_000);
