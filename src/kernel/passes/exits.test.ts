import { describe, expect, it } from 'vitest';
import { bool, i32 } from '../../layout/types.ts';
import type { Expr, Func, Local, Stmt } from '../ir.ts';
import { plainExits } from './exits.ts';

const n: Local = { id: 0, name: 'n', type: i32 };
const load: Expr = { kind: 'load', place: { kind: 'local', local: n }, type: i32 };
const is = (value: number): Expr => ({ kind: 'compare', op: 'eq', left: load, right: { kind: 'const', type: i32, value }, type: bool });
const when = (value: number, ...then: Stmt[]): Stmt => ({ kind: 'if', test: is(value), then, else: [] });
const bump: Stmt = {
  kind: 'assign', place: { kind: 'local', local: n },
  value: { kind: 'binary', op: 'add', left: load, right: { kind: 'const', type: i32, value: 1 }, type: i32 },
};
const loop = (id: number, body: Stmt[]): Stmt => ({ kind: 'loop', id, pretest: null, body, update: [], posttest: null });
const fn = (body: Stmt[]): Func => ({ name: 'f', params: [n], result: null, body, effects: false });
const numbers = { switchOn: (t: unknown) => t === i32 };

/** Every exit must leave the innermost construct; blocks must be gone. */
function check(body: readonly Stmt[], breaks: number | null = null, continues: number | null = null): void {
  for (const s of body) {
    if (s.kind === 'break') expect(s.target).toBe(breaks);
    if (s.kind === 'continue') expect(s.target).toBe(continues);
    expect(s.kind).not.toBe('block');
    if (s.kind === 'if') { check(s.then, breaks, continues); check(s.else, breaks, continues); }
    if (s.kind === 'loop') check(s.body, s.id, s.id);
    if (s.kind === 'switch') { for (const c of s.cases) check(c.body, s.id, continues); check(s.otherwise, s.id, continues); }
  }
}

/** Runs a body; returns the values of n at every bump. */
function run(f: Func, steps = 200): number[] {
  const trace: number[] = [];
  const locals = new Map<number, number>([[0, 0]]);
  const value = (e: Expr): number => {
    switch (e.kind) {
      case 'const': return Number(e.value);
      case 'load': return e.place.kind === 'local' ? locals.get(e.place.local.id)! : NaN;
      case 'compare': return Number(value(e.left) === value(e.right));
      case 'logical': return e.op === 'or' ? value(e.left) | value(e.right) : value(e.left) & value(e.right);
      case 'binary': return value(e.left) + value(e.right);
      default: throw new Error(e.kind);
    }
  };
  type Out = { kind: 'break' | 'continue'; target: number } | { kind: 'return' } | null;
  const list = (body: readonly Stmt[]): Out => {
    for (const s of body) {
      const out = one(s);
      if (out !== null) return out;
    }
    return null;
  };
  const one = (s: Stmt): Out => {
    if (--steps < 0) return { kind: 'return' };
    switch (s.kind) {
      case 'let': locals.set(s.local.id, s.init === null ? 0 : value(s.init)); return null;
      case 'assign':
        if (s.place.kind === 'local') locals.set(s.place.local.id, value(s.value));
        if (s.place.kind === 'local' && s.place.local.id === 0) trace.push(locals.get(0)!);
        return null;
      case 'if': return list(value(s.test) ? s.then : s.else);
      case 'break': case 'continue': return s;
      case 'return': return { kind: 'return' };
      case 'block': { const o = list(s.body); return o?.kind === 'break' && o.target === s.id ? null : o; }
      case 'switch': {
        const v = value(s.subject);
        const o = list(s.cases.find((c) => c.values.some((x) => Number(x) === v))?.body ?? s.otherwise);
        return o?.kind === 'break' && o.target === s.id ? null : o;
      }
      case 'loop':
        for (;;) {
          if (s.pretest !== null && !value(s.pretest)) return null;
          const o = list(s.body);
          if (o !== null && o.kind === 'break' && o.target === s.id) return null;
          if (o !== null && !(o.kind === 'continue' && o.target === s.id)) return o;
          for (const u of s.update) one(u);
          if (s.posttest !== null && !value(s.posttest)) return null;
          if (steps < 0) return { kind: 'return' };
        }
      default: throw new Error(s.kind);
    }
  };
  list(f.body);
  return trace;
}

const programs: Record<string, Stmt[]> = {
  'break out of two loops': [loop(1, [loop(2, [bump, when(5, { kind: 'break', target: 1 })])]), bump],
  'continue of the outer loop': [loop(1, [loop(2, [bump, when(3, { kind: 'continue', target: 1 }), when(6, { kind: 'break', target: 1 })])]), bump],
  'both kinds across three levels': [loop(1, [loop(2, [loop(3, [
    bump, when(2, { kind: 'continue', target: 1 }), when(4, { kind: 'continue', target: 2 }), when(6, { kind: 'break', target: 2 }),
    when(9, { kind: 'break', target: 1 }), { kind: 'continue', target: 3 }])]), bump]), bump],
  'a block that is left': [{ kind: 'block', id: 1, body: [bump, when(1, { kind: 'break', target: 1 }), bump, bump] }, bump],
  'a block inside a loop, with continue': [loop(1, [{ kind: 'block', id: 2, body: [
    bump, when(2, { kind: 'continue', target: 1 }), when(3, { kind: 'break', target: 2 }), when(7, { kind: 'break', target: 1 }), bump] }, bump])],
  'a switch that breaks its loop': [loop(1, [{
    kind: 'switch', id: 2, subject: load, cases: [{ values: [0, 1], body: [bump, { kind: 'break', target: 2 }] }, { values: [5], body: [{ kind: 'break', target: 1 }] }],
    otherwise: [bump, when(3, { kind: 'continue', target: 1 }), bump] }])],
  'return through everything': [loop(1, [loop(2, [bump, when(2, { kind: 'return', value: null })])])],
};

describe('plainExits', () => {
  it.each(Object.entries(programs))('%s', (_, body) => {
    const plain = plainExits(fn(body), numbers);
    check(plain.body);
    expect(run(plain)).toEqual(run(fn(body), 1000));
    const chained = plainExits(fn(body), { switchOn: () => false });
    check(chained.body);
    expect(run(chained)).toEqual(run(fn(body), 1000));
  });
});
