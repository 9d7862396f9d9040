/** What the WGSL visitor asks about expressions and loops. */
import type { Expr, Stmt } from '../../ir.ts';
import { walkExpr, walkStmts } from '../../passes/walk.ts';
import type { StmtOf } from '../visitor.ts';

/** An operation whose operands are constants all the way down. */
export function allConstant(e: Expr): boolean {
  switch (e.kind) {
    case 'const': return true;
    case 'unary': case 'convert': case 'extract': return allConstant(e.value);
    case 'binary': case 'compare': case 'logical': return allConstant(e.left) && allConstant(e.right);
    case 'select': return allConstant(e.test) && allConstant(e.then) && allConstant(e.else);
    case 'call': return e.places.length === 0 && e.args.length > 0 && e.args.every(allConstant);
    default: return false;
  }
}

export function invokes(e: Expr): boolean {
  let found = false;
  walkExpr(e, { expr: (x) => { if (x.kind === 'invoke') found = true; } });
  return found;
}

/** A loop whose number of turns is not a constant of the program. */
export function isWatched(s: StmtOf<'loop'>): boolean {
  const test = s.pretest;
  const update = s.update[0];
  if (test?.kind !== 'compare' || test.right.kind !== 'const' || test.left.kind !== 'load' || test.left.place.kind !== 'local') return true;
  const counter = test.left.place.local;
  if (s.update.length !== 1 || update === undefined || update.place.kind !== 'local' || update.place.local.id !== counter.id) return true;
  const step = update.value;
  if (step.kind !== 'binary' || (step.op !== 'add' && step.op !== 'sub') || step.right.kind !== 'const' || Number(step.right.value) <= 0) return true;
  if ((step.op === 'add') !== (test.op === 'lt' || test.op === 'le')) return true;
  let assigned = false;
  walkStmts(s.body, { place: (p, access) => { if (p.kind === 'local' && p.local.id === counter.id && access !== 'load') assigned = true; } });
  return assigned;
}

export function hasWatchedLoop(body: readonly Stmt[]): boolean {
  let found = false;
  walkStmts(body, { stmt: (s) => { if (s.kind === 'loop' && isWatched(s)) found = true; } });
  return found;
}
