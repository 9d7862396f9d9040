/**
 * Several rows of threads in one loop: neighbouring rows of a stencil read mostly the same cells, and loading
 * them once is worth more than wider vectors.
 */
import type { Expr, GlobalProgram, Local, Stmt } from '../../../ir.ts';
import { rewriteExpr, rewriteStmts, type Rewriter } from '../../../passes/rewrite.ts';
import { walkExpr, walkStmts } from '../../../passes/walk.ts';
import type { Guarded } from './guards.ts';

/**
 * Rows at once. With rows a power of two apart all of them fall into the same sets of a first-level cache of
 * eight ways: three rows of a 5-point stencil, with their neighbours and results, are what fits.
 */
export const tileRows = 3;

/** Values that tell rows apart other than by y. */
const byRow = new Set(['id', 'localY', 'groupY', 'localId', 'groupId']);

function mentions(name: (call: string) => boolean): { found: boolean; visitor: { expr: (e: Expr) => void } } {
  const state = { found: false, visitor: { expr: (e: Expr): void => { if (e.kind === 'call' && name(e.name)) state.found = true; } } };
  return state;
}

const usesY = (e: Expr): boolean => {
  const y = mentions((n) => n === 'y');
  walkExpr(e, y.visitor);
  return y.found;
};

/** The guards and the body for `tileRows` rows from y on; null where one row at a time is better or needed. */
export function tiled(program: GlobalProgram, guarded: Guarded, expand: (e: Expr) => Expr): Guarded | null {
  const irregular = mentions((n) => byRow.has(n));
  const y = mentions((n) => n === 'y');
  walkStmts(program.func.body, irregular.visitor);
  walkStmts(guarded.body, y.visitor);
  if (irregular.found || !y.found || guarded.ranges.some((g) => usesY(expand(g.limit)))) return null;
  let next = 1 + highestLocal(program);
  const rows = Array.from({ length: tileRows }, (_, r) => shiftedBy(r, () => next++));
  return {
    ranges: guarded.ranges.map((g) => ({ ...g, limit: expand(g.limit) })),
    rows: guarded.rows.map((g) => ({ ...g, test: expand(g.test) }))
      .flatMap((g) => (usesY(g.test) ? rows.map((row) => ({ ...g, test: rewriteExpr(g.test, row) })) : [g])),
    body: rows.flatMap((row) => rewriteStmts(guarded.body, row)),
  };
}

function highestLocal(program: GlobalProgram): number {
  let highest = 0;
  const note = (l: Local): void => { highest = Math.max(highest, l.id); };
  walkStmts(program.func.body, { stmt: (s) => { if (s.kind === 'let') note(s.local); } });
  for (const p of program.params) if (p.kind === 'value') note(p.local);
  return highest;
}

/** The code of the thread `r` rows further: y moved, own locals. */
function shiftedBy(r: number, freshId: () => number): Rewriter {
  const own = new Map<number, Local>();
  const declare = (l: Local): Local => {
    const copy = { ...l, id: freshId() };
    own.set(l.id, copy);
    return copy;
  };
  return {
    expr: (e) => (e.kind === 'call' && e.name === 'y' && r > 0 && e.type !== null
      ? { kind: 'binary', op: 'add', left: e, right: { kind: 'const', type: e.type as Extract<Expr, { kind: 'const' }>['type'], value: r }, type: e.type } : e),
    place: (p) => (p.kind === 'local' && own.has(p.local.id) ? { kind: 'local', local: own.get(p.local.id)! } : p),
    stmt: (s: Stmt) => (s.kind === 'let' ? { ...s, local: declare(s.local) } : s),
  };
}
