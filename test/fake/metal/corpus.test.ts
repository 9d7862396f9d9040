/** The linter and the strict pass, held to texts by hand. */
import { describe, expect, it } from 'vitest';
import { lintMsl, mslRules } from '../../../src/kernel/emit/msl/lint.ts';
import { missing } from '../../support/tools.ts';
import { illegal, legal } from './corpus.ts';
import { compileStrict, mslVersions } from './strict.ts';

const head = '#include <metal_stdlib>\nusing namespace metal;\n';

it.each(legal)('the linter takes: $name', ({ text }) => expect(lintMsl(head + text)).toEqual([]));

it.each(illegal)('the linter refuses, or knows not to look at: $name', ({ text, rule }) => {
  const rules = lintMsl(head + text).map((v) => v.rule);
  if (rule === null) expect(rules).toEqual([]);
  else expect(rules).toContain(rule);
});

it('every text that is illegal is caught by one of the two, and every rule of the table by a text', () => {
  expect(illegal.filter(({ rule, strict }) => rule === null && !strict)).toEqual([]);
  const unused = mslRules.map(({ name }) => name).filter((name) => !illegal.some(({ rule }) => rule === name));
  expect(unused).toEqual(['template of atomics']);
});

describe.skipIf(missing('clang'))('the strict pass', () => {
  it('takes every legal text in every version that has it', { timeout: 240_000 }, () => {
    // One compilation for all of a version: names are made unlike each other.
    for (const version of mslVersions) {
      const all = legal.filter(({ from = 300, shim = true }) => shim && version >= from).map(({ text }, i) => `namespace t${i} {\n${text}}\n`).join('');
      expect([version, compileStrict(head + all, version)]).toEqual([version, '']);
    }
  });

  it('knows of those it does not take', { timeout: 60_000 }, () => {
    for (const { name, text } of legal.filter(({ shim }) => shim === false)) expect([name, compileStrict(head + text, 310)]).toEqual([name, expect.stringContaining('error')]);
  });

  it.each(illegal)('and $name: $strict', { timeout: 60_000 }, ({ text, strict }) => {
    expect(/error/.test(compileStrict(head + text, 310))).toBe(strict);
  });
});
