/** The parser is held to acorn: on texts with every corner of the grammar, and on the functions of whole packages. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse, parseExpressionAt } from 'acorn';
import { describe, expect, test } from 'vitest';
import { ParseError, parseExpression, parseMethod } from './index.ts';

const latest = { ecmaVersion: 'latest' } as const;

/** A tree without what has no say here: values of regular expressions and absent fields. Offsets are moved back by `shift`. */
function plain(node: unknown, shift = 0): unknown {
  if (Array.isArray(node)) return node.map((n) => plain(n, shift));
  if (typeof node === 'bigint') return `${node}n`;
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => {
    if (key === 'value' && 'regex' in node) return [key, null];
    return [key, (key === 'start' || key === 'end') && typeof value === 'number' ? value - shift : plain(value, shift)];
  }));
}

const bodies = [
  'a\nb', 'a\n++b', 'a\n(b)', 'return\na', 'x = a / b / c', 'x = a\n/b/g.c()', 'if (a) /x/.test(b); else /[/]\\/]/y.exec(c)', '{} /x/g', 'x = {} / 2', 'a++ / 2', 'f() / 2', '(a) / 2', 'a[0] / 2',
  'x = `a${b}c${`d${e}`}\\u{61}\\n`', 'tag`\\unicode and ${1}`', 'a.b`c`.d', '`}`', '`${{ a: 1 }.a}`',
  'for (;;) break', 'for (let i = 0, n = 1; i < n; i++) ;', 'for (var i in o) ;', 'for (const [a, b] of c) ;', 'for (a.b of c) ;', 'for ({ a, b: [c] } of d) ;', 'for (let of = 0; of < 1; of++) ;', 'for (var i = 0 in {}) ;',
  'for (x = b ? "a" in c : 2; ;) ;', 'for (let x = ("a" in b); ;) ;', 'for (let f = () => { "a" in b }; ;) ;',
  'while (a) if (b) c; else d; do e(); while (f) g()', 'outer: for (;;) { inner: while (1) { continue outer; break inner } }', 'switch (a) { case 1: case 2: b; break; default: c; case 3: { d } }',
  'try { a } catch { b }', 'try { a } catch ({ b }) { c } finally { d }', 'try { a } finally { b }', 'throw new Error(a)', 'with (a) b', 'debugger; ;', '"use strict"; "and more"; a', '("no directive"); "neither"',
  'let let1, yield1; var let2 = 1', 'var yield = 1, async = 2, of = 3, get = 4, set = 5, static1 = 6; async(yield + of)', 'async\nfunction f() {}', 'async function f() { await a; for await (const b of c) ; }', 'function* g() { yield; yield a; yield* b; x = yield\nc }',
  'x = async () => await a', 'x = async a => a', 'x = async (a, b) => {}', 'x = async (a, b)', 'x = (a, b) => a', 'x = (a) => ({})', 'x = ({ a, b = 1, ...c }, [d, , e = 2] = [], ...f) => a', 'x = (a = (b, c), d = (e) => f) => g', 'x = () => {}\n(b)',
  'x = (((a)))', 'x = ((a), (b))', 'x = ((a) => b)(c)', 'x = (() => {}) ? 1 : 2', 'x = a ? (b) : (c) => d', 'x = a ? b => c : d => e', 'x = a ? (b) => (c) : d', 'x = a => b => c, d', 'x = (a, b) /* c */ => d', 'x = a /* b */ => c',
  'x = a ?? b', 'x = a || b && c | d ^ e & f == g < h << i + j * k', 'x = a ** b ** c', 'x = (-a) ** b', 'x = -(a ** b)', 'x = a++ ** --b', 'x = typeof a == void b', 'x = !a instanceof b', 'x = "a" in b', 'x = a === b !== c', 'x >>>= a >>> b >> c',
  'a ||= b; a &&= c; a ??= d; a **= e; a <<= f', '[a, b] = [b, a]', '({ a, b: c.d, ...e } = f)', '({ a = 1, b: [c = 2] } = d)', '[a.b, c[d], ...e] = f', 'x = y = z', 'x = (a, b)', '++a; --b.c; d++; e[f]--',
  'x = a?.b', 'x = a?.[b]?.(c).d', 'x = (a?.b).c', 'x = a?.5:b', 'x = a ? .5 : b', 'delete a?.b.c', 'x = new a', 'x = new a.b(c).d', 'x = new (a())()', 'x = new (a.b().c)', 'x = new new a()()', 'x = new a()?.b', 'x = new.target', 'x = import("a")', 'f(...a, b, ...c,)',
  'x = { a, b, "c": 1, 2: 3, [d]: e, get f() { return 1 }, set f(v) {}, g() {}, async h() {}, *i() {}, async *j() {}, get: 1, set: 2, async: 3, get() {}, set() {}, async() {}, static: 1, ...k, 1n: 2, await: 1, if: 2 }',
  'x = [,]', 'x = [a, , b, ...c]', 'x = [, a]', 'x = {}', 'x = { __proto__: a }',
  'class A {}', 'x = class extends (a, b) {}', 'class A extends B.c(d) { constructor() { super(); super.x() } static #p = 1; #q; static { this.a = 1; } get #r() { return 1 } static async *s() {} "t" = 1; [u] = 2; static; get; set; async\nv; static w() {} get x() { return 1 } set x(v) {} }',
  'class A { #a; has(o) { return #a in o && o.#a } b = () => this.#a; static async = 1; get\n* c() {} }',
  'x = 0xFF + 0b11 + 0o17 + 1_000 + .5 + 5. + 1e3 + 1.5E-3 + 0', 'x = 10n + 0xFn + 1_0n', "x = 'a\\n\\x41\\u0042\\u{1F600}\\\n\\'\\0' + \"\\\"\"", 'x = "\\v\\b\\f\\t\\r\\a"', 'x = "\u2028 é 漢"', 'x = /[a-z/]+(?<n>x)\\k<n>/giu',
  'var é = 1, 漢 = 2, \\u0061b = 3, a\\u{62} = 4, \u{20bb7} = 5', '// one\n/* two\n */ a /* three */ + // four\n b', 'a\u00a0=\u2003b\ufeff', 'a /* \n */ ++b', 'return /* \n */ a', 'x = this.#a', 'x\u2028++y',
  'var { a, b: { c = 1 } = {}, ...d } = e, [f, [g] = [], ...h] = i', 'function f(a, b = 1, { c }, [d], ...e) { return arguments }', 'x = function () {}', 'x = function named() { named() }', 'function f() {} (a)', 'x = async function* () { yield await a }', 'if (a) { } else if (b) { } else { }', ';;;',
  'let async1 = async function () {}; async1()', 'let\nx = 1', 'x = let1\n[0]', 'of: for (const of of of) continue of', 'x = a.if.class.new', 'x = a ? b ? c : d : e ? f : g', 'x = a, b, c', 'a => a', '(a, b) => a', 'x = { async *[Symbol.iterator]() {} }', 'x = y => ({ a: 1 }).a',
];

describe('parser', () => {
  test.each(bodies)('%s', (body) => {
    const text = `async function* outer() { ${body}\n}`;
    const plainText = `function outer() { ${body}\n}`;
    let compared = 0;
    for (const one of [text, plainText]) {
      let expected: unknown;
      try {
        expected = plain(parseExpressionAt(`(${one})`, 0, latest), 1);
      } catch {
        continue;
      }
      expect(plain(parseExpression(one))).toEqual(expected);
      compared++;
    }
    // A private name that no class around it declares is an error that only acorn looks for.
    if (body === 'x = this.#a') expect(() => parseExpression(plainText)).not.toThrow();
    else expect(compared).toBeGreaterThan(0);
  });

  test.each(['h(a) { return a }', 'async h(a) {}', '*h() {}', 'get h() { return 1 }', '"quoted name"(a) {}', '[computed](a) {}', 'async *[a.b]() {}', '12(a) {}', 'get(a) {}', 'async() {}'])('method %s', (text) => {
    const object = parseExpressionAt(`({${text}})`, 0, latest);
    expect(plain(parseMethod(text))).toEqual(plain((object as unknown as { properties: unknown[] }).properties[0], 2));
  });

  test.each([['(a) => {', 8], ['function f() { a b }', 17], ['(a) => a;', 8], ['function f() { "open }', 15], ['(a) => `open', 7], ['(a) => a[', 9], ['x => @', 5], ['(a, 1) => a', 4], ['(a) => /* open', 7], ['native', null]])('refuses %s', (text, at) => {
    if (at === null) expect(parseExpression(text).type).toBe('Identifier');
    else expect(() => parseExpression(text)).toThrow(expect.objectContaining({ pos: at, constructor: ParseError }));
  });

  test('parentheses in parentheses take time in proportion', () => {
    const depth = 400;
    const node = parseExpression(`${'('.repeat(depth)}a${')'.repeat(depth)}`);
    expect(node).toMatchObject({ type: 'Identifier', start: depth });
    expect(parseExpression(`${'(a, '.repeat(300)}b${')'.repeat(300)}`)).toMatchObject({ type: 'SequenceExpression' });
  });

  // Large packages as they are published: hand-written, bundled and minified.
  const require = createRequire(import.meta.url);
  test.each(['acorn', 'terser', 'esbuild', 'fast-check'])('functions of %s', { timeout: 60_000 }, (name) => {
    const text = readFileSync(require.resolve(name), 'utf8');
    const found: string[] = [];
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      if (/^(?:Function(?:Expression|Declaration)|ArrowFunctionExpression|Class(?:Expression|Declaration))$/.test(String((node as { type?: unknown }).type))) {
        const { start, end, type } = node as { start: number; end: number; type: string };
        // The value of a method is a function expression, but no text of one.
        if (type !== 'FunctionExpression' || /^(?:async\s+)?function\b/.test(text.slice(start, end))) {
          found.push(text.slice(start, end));
          return;
        }
      }
      for (const value of Object.values(node)) visit(value);
    };
    visit(parse(text, { ...latest, sourceType: /\bimport\b.*\bfrom\b|\bexport\b/.test(text) ? 'module' : 'script', allowReturnOutsideFunction: true, allowHashBang: true }));
    for (const one of found) {
      const [ours, theirs] = [plain(parseExpression(one)), plain(parseExpressionAt(`(${one})`, 0, latest), 1)];
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) expect(ours).toEqual(theirs);
    }
    expect(found.length).toBeGreaterThan(0);
  });
});
