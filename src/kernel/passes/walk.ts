/** Walking the IR. The order is the order of evaluation: operands before the node that uses them. */
import type { Expr, Func, Place, Program, Stmt } from '../ir.ts';

export interface Visitor {
  readonly expr?: (e: Expr) => void;
  readonly place?: (p: Place, access: 'load' | 'store' | 'address') => void;
  readonly stmt?: (s: Stmt) => void;
}

export function walkStmts(stmts: readonly Stmt[], v: Visitor): void {
  for (const s of stmts) walkStmt(s, v);
}

export function walkStmt(s: Stmt, v: Visitor): void {
  v.stmt?.(s);
  switch (s.kind) {
    case 'let': if (s.init !== null) walkExpr(s.init, v); break;
    case 'assign': walkExpr(s.value, v); walkPlace(s.place, 'store', v); break;
    case 'exec': walkExpr(s.value, v); break;
    case 'if': walkExpr(s.test, v); walkStmts(s.then, v); walkStmts(s.else, v); break;
    case 'loop':
      if (s.pretest !== null) walkExpr(s.pretest, v);
      walkStmts(s.body, v);
      walkStmts(s.update, v);
      if (s.posttest !== null) walkExpr(s.posttest, v);
      break;
    case 'block': walkStmts(s.body, v); break;
    case 'switch':
      walkExpr(s.subject, v);
      for (const c of s.cases) walkStmts(c.body, v);
      walkStmts(s.otherwise, v);
      break;
    case 'break': case 'continue': break;
    case 'return': if (s.value !== null) walkExpr(s.value, v); break;
    case 'reply': for (const f of s.fields) walkExpr(f.value, v); break;
    case 'debug': for (const a of s.args) walkExpr(a, v); break;
  }
}

export function walkExpr(e: Expr, v: Visitor): void {
  switch (e.kind) {
    case 'const': break;
    case 'load': walkPlace(e.place, 'load', v); break;
    case 'unary': case 'convert': case 'extract': walkExpr(e.value, v); break;
    case 'binary': case 'compare': case 'logical': walkExpr(e.left, v); walkExpr(e.right, v); break;
    case 'select': walkExpr(e.test, v); walkExpr(e.then, v); walkExpr(e.else, v); break;
    case 'call':
      for (const p of e.places) walkPlace(p, 'address', v);
      for (const a of e.args) walkExpr(a, v);
      break;
    case 'invoke': for (const a of e.args) walkExpr(a, v); break;
    case 'construct': for (const p of e.parts) walkExpr(p, v); break;
    case 'send': for (const f of e.fields) walkExpr(f.value, v); break;
  }
  v.expr?.(e);
}

export function walkPlace(p: Place, access: 'load' | 'store' | 'address', v: Visitor): void {
  if (p.kind === 'field' || p.kind === 'component' || p.kind === 'index') walkPlace(p.base, access, v);
  if (p.kind === 'index') walkExpr(p.index, v);
  v.place?.(p, access);
}

/** What a place is a part of: a local, the state, the message, a buffer, constant or shared array. */
export function rootOf(p: Place): Exclude<Place, { kind: 'field' | 'index' | 'component' }> {
  let at = p;
  while (at.kind === 'field' || at.kind === 'index' || at.kind === 'component') at = at.base;
  return at;
}

/** Every function of a program, helpers first. */
export function functionsOf(program: Program): Func[] {
  const roots = program.kind === 'actor' ? program.handlers.map((h) => h.func) : [program.func];
  return [...program.functions, ...roots];
}

/** The helpers a function calls itself. */
export function calleesOf(fn: Func): Set<Func> {
  const callees = new Set<Func>();
  walkStmts(fn.body, { expr: (e) => { if (e.kind === 'invoke') callees.add(e.fn); } });
  return callees;
}

/** Ids of the locals that are assigned (wholly or in part) after their declaration, or whose address is taken. */
export function assignedLocals(stmts: readonly Stmt[]): Set<number> {
  const assigned = new Set<number>();
  walkStmts(stmts, {
    place: (p, access) => { if (p.kind === 'local' && access !== 'load') assigned.add(p.local.id); },
  });
  return assigned;
}

/** A call, send or helper with effects: must stay where it is, once. */
export function hasEffect(e: Expr, effectful: (name: string) => boolean): boolean {
  let found = false;
  walkExpr(e, {
    expr: (x) => {
      if (x.kind === 'send' || (x.kind === 'invoke' && x.fn.effects) || (x.kind === 'call' && effectful(x.name))) found = true;
    },
  });
  return found;
}
