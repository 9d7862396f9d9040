import { describe, expect, it } from 'vitest';
import type { Pos } from '../ir.ts';
import { binding, code, prefixed, within } from './code.ts';
import { collect } from './library.ts';
import { joinWithDirectives, Lines } from './lines.ts';
import { shortestFloat } from './literals.ts';
import { legal, Names } from './names.ts';
import { fillTemplate } from './template.ts';

describe('names', () => {
  it('are legal everywhere, and as near to the wish as that allows', () => {
    expect(['x', '$x', '__x', 'a-b', '1st', 'rk_x', 'ünder', '_'].map(legal)).toEqual(['x', 'x', 'x', 'a_b', 'v_1st', 'v_rk_x', 'nder', 'v_']);
  });

  it('are unique in their scope and do not hide reserved words or outer names', () => {
    const outer = new Names(['float']);
    const inner = outer.scope();
    expect([outer.claim('sum'), inner.claim('sum', 7), inner.claim('sum', 7), inner.claim('float'), outer.scope().claim('x')]).toEqual(['sum', 'sum_7', 'sum_2', 'float_2', 'x']);
  });
});

describe('templates', () => {
  const sum = code('a + b', binding.add);
  it('put operands in parentheses only where they must', () => {
    expect(fillTemplate('f($0, $1)', [sum, code('c')], 'f32')).toEqual(code('f(a + b, c)'));
    expect(fillTemplate('$0 * $1', [sum, code('c')], 'f32').text).toBe('(a + b) * c');
    expect(fillTemplate('$t($0)', [sum], 'u32').text).toBe('u32(a + b)');
    expect(within(fillTemplate('f($0) + g($0)', [sum], ''), binding.primary)).toBe('(f(a + b) + g(a + b))');
    expect(within(fillTemplate('(f($0) + 1)', [sum], ''), binding.primary)).toBe('(f(a + b) + 1)');
  });

  it('complain about an operand that is not there', () => expect(() => fillTemplate('f($1)', [sum], '')).toThrow("spelling 'f($1)' wants operand 1"));
});

it('prefix operators never run together', () => {
  expect(prefixed('-', code('x')).text).toBe('-x');
  expect(prefixed('-', code('-x', binding.unary)).text).toBe('-(-x)');
  expect(prefixed('-', code('a + b', binding.add)).text).toBe('-(a + b)');
});

it('floats are as short as reads back', () => {
  expect([0, -0, 1, 0.1, 1 / 3, 1e30, 16777216, 5e-45].map((x) => shortestFloat(Math.fround(x)))).toEqual(['0.0', '-0.0', '1.0', '0.1', '0.33333334', '1e30', '16777216.0', '6e-45']);
  expect(shortestFloat(0.1, true)).toBe('0.1');
});

it('a library gives what is mentioned, and what that needs, in its own order', () => {
  const library = { rk_a: 'A', rk_b: 'B rk_a()', rk_c: 'C', rk_d: 'D rk_b' };
  expect(collect('x = rk_d(1)', library)).toEqual(['A', 'B rk_a()', 'D rk_b']);
});

it('#line stands only where the compiler would count wrongly', () => {
  const pos = (start: number): Pos => ({ source: 0, start, end: start });
  const lines = new Lines();
  lines.add('typedef int i32;');
  lines.add('void f() {', pos(10));
  lines.add('  a;', pos(11));
  lines.add('  b;', pos(11));
  lines.add('}');
  lines.add('int own;');
  expect(joinWithDirectives(lines.lines, (p) => ({ file: 'u.ts', line: p.start }), 'k.cu')).toBe([
    'typedef int i32;', '#line 10 "u.ts"', 'void f() {', '  a;', '#line 11 "u.ts"', '  b;', '}', '#line 9 "k.cu"', 'int own;', '',
  ].join('\n'));
});
