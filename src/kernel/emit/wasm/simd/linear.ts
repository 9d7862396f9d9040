/**
 * Indices as sums of products modulo 2^32, so that equal and neighbouring addresses are seen to be so however
 * they are written: `(y + 1) * w + x` and `y * w + w + x` are one.
 */
import type { Expr } from '../../../ir.ts';
import { printExpr } from '../../../print.ts';

export interface Linear {
  /** Coefficients by product of atoms, without the constant. */
  readonly terms: ReadonlyMap<string, number>;
  readonly constant: number;
}

const maxTerms = 24;
const one = '';

function sum(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>, sign: 1 | -1): Map<string, number> {
  const out = new Map(a);
  for (const [key, value] of b) {
    const next = ((out.get(key) ?? 0) + sign * value) | 0;
    if (next === 0) out.delete(key);
    else out.set(key, next);
  }
  return out;
}

function product(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  let out = new Map<string, number>();
  for (const [ka, va] of a) {
    for (const [kb, vb] of b) {
      const key = [...ka.split('·'), ...kb.split('·')].filter((k) => k !== one).sort().join('·');
      out = sum(out, new Map([[key, Math.imul(va, vb)]]), 1);
    }
  }
  return out;
}

/** The constant stands under the empty product. */
function terms(e: Expr): Map<string, number> {
  switch (e.kind) {
    case 'const': return Number(e.value) === 0 ? new Map() : new Map([[one, Number(e.value) | 0]]);
    case 'convert': if (e.mode === 'bits') return terms(e.value); break;
    case 'unary': if (e.op === 'neg') return sum(new Map(), terms(e.value), -1); break;
    case 'binary': {
      if (e.op !== 'add' && e.op !== 'sub' && e.op !== 'mul') break;
      const [a, b] = [terms(e.left), terms(e.right)];
      if (a.size * b.size > maxTerms) break;
      return e.op === 'mul' ? product(a, b) : sum(a, b, e.op === 'add' ? 1 : -1);
    }
  }
  return new Map([[printExpr(e), 1]]);
}

/** `e` is an i32 or u32 without loads. */
export function linear(e: Expr): Linear {
  const all = terms(e);
  const constant = all.get(one) ?? 0;
  all.delete(one);
  return { terms: all, constant };
}

export const termsKey = ({ terms: t }: Linear): string => [...t].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${v}*${k}`).join('+');
