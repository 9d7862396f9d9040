import { describe, expect, test } from 'vitest';
import { codeFrame, positionOf } from './frame.ts';
import { locatorOf } from './locate.ts';

const arrow = (ctx: number, msg: number): number => {
  const marker = ctx + msg;
  return marker;
};
function declared(a: number): number { return a + 17_001; }
const holder = {
  method(a: number): number {
    return a + 17_002;
  },
};

function found(fn: (...args: never[]) => unknown, needle: string): { file: string; shown: string; column: number } {
  const text = fn.toString();
  const place = locatorOf(fn, text)!(text.indexOf(needle))!;
  return { file: place.file, shown: place.text!.split('\n')[place.line - 1]!, column: place.column };
}

describe('locatorOf', () => {
  test('an arrow, through this test runner and its source map', () => {
    const place = found(arrow, 'marker');
    expect(place.file).toMatch(/locate\.test\.ts$/);
    expect(place.shown.slice(place.column - 1)).toMatch(/^marker = ctx \+ msg/);
  });

  test('a function declaration', () => {
    const place = found(declared, 'return');
    expect(place.shown.slice(place.column - 1)).toMatch(/^return a \+ 17_001/);
  });

  test('a method', () => {
    const place = found(holder.method, 'return');
    expect(place.shown.slice(place.column - 1)).toMatch(/^return a \+ 17_002/);
  });

  test('a built-in has no place', () => {
    expect(locatorOf(Math.max as never, 'function max() { [native code] }')).toBeNull();
  });
});

describe('codeFrame', () => {
  test('marks the column and shows the neighbours', () => {
    expect(codeFrame('one\ntwo three\nfour', 2, 5)).toBe('  1 | one\n> 2 | two three\n    |     ^\n  3 | four');
  });

  test('keeps tabs so that the caret stands under its place', () => {
    expect(codeFrame('\tx y', 1, 4)).toBe('> 1 | \tx y\n    | \t  ^');
  });

  test('cuts a minified line around the place', () => {
    const frame = codeFrame(`${'a'.repeat(500)}HERE${'b'.repeat(500)}`, 1, 501).split('\n');
    expect(frame[0]!.length).toBeLessThan(140);
    expect(frame[0]!.slice(frame[1]!.indexOf('^'))).toMatch(/^HERE/);
  });
});

test('positionOf counts from one', () => {
  expect(positionOf('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
});
