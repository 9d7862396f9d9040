/** Rebuilding the IR with some nodes replaced. Untouched parts are shared, not copied. */
import type { AssignStmt, Expr, FieldValue, Func, Local, Place, Program, Stmt } from '../ir.ts';

export interface Rewriter {
  /** After its parts. */
  readonly expr?: (e: Expr) => Expr;
  /** After its parts. */
  readonly place?: (p: Place) => Place;
  /** After its parts; several statements or none may take its place. */
  readonly stmt?: (s: Stmt) => Stmt | readonly Stmt[];
}

/** The same array where nothing changed. */
function mapped<T>(items: readonly T[], f: (item: T) => T): readonly T[] {
  let changed = false;
  const out = items.map((item) => {
    const next = f(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? out : items;
}

/** `object` with other values for some keys; itself where all are the same. */
function updated<T extends object>(object: T, parts: Partial<T>): T {
  for (const key of Object.keys(parts) as (keyof T)[]) if (object[key] !== parts[key]) return { ...object, ...parts };
  return object;
}

const fields = (list: readonly FieldValue[], r: Rewriter): readonly FieldValue[] => mapped(list, (f) => updated(f, { value: rewriteExpr(f.value, r) }));
const exprs = (list: readonly Expr[], r: Rewriter): readonly Expr[] => mapped(list, (e) => rewriteExpr(e, r));

export function rewriteExpr(e: Expr, r: Rewriter): Expr {
  const next = parts(e, r);
  return r.expr === undefined ? next : r.expr(next);
}

function parts(e: Expr, r: Rewriter): Expr {
  switch (e.kind) {
    case 'const': return e;
    case 'load': return updated(e, { place: rewritePlace(e.place, r) });
    case 'unary': case 'convert': case 'extract': return updated(e, { value: rewriteExpr(e.value, r) } as Partial<typeof e>);
    case 'binary': case 'compare': case 'logical': return updated(e, { left: rewriteExpr(e.left, r), right: rewriteExpr(e.right, r) } as Partial<typeof e>);
    case 'select': return updated(e, { test: rewriteExpr(e.test, r), then: rewriteExpr(e.then, r), else: rewriteExpr(e.else, r) });
    case 'call': return updated(e, { places: mapped(e.places, (p) => rewritePlace(p, r)), args: exprs(e.args, r) });
    case 'invoke': return updated(e, { args: exprs(e.args, r) });
    case 'construct': return updated(e, { parts: exprs(e.parts, r) });
    case 'send': return updated(e, { fields: fields(e.fields, r) });
  }
}

export function rewritePlace(p: Place, r: Rewriter): Place {
  let next = p;
  if (p.kind === 'field' || p.kind === 'component') next = updated(p, { base: rewritePlace(p.base, r) } as Partial<typeof p>);
  else if (p.kind === 'index') next = updated(p, { base: rewritePlace(p.base, r), index: rewriteExpr(p.index, r) });
  return r.place === undefined ? next : r.place(next);
}

export function rewriteStmts(body: readonly Stmt[], r: Rewriter): readonly Stmt[] {
  let changed = false;
  const out: Stmt[] = [];
  for (const s of body) {
    const inner = stmtParts(s, r);
    const next = r.stmt === undefined ? inner : r.stmt(inner);
    if (next !== s) changed = true;
    if (Array.isArray(next)) out.push(...(next as readonly Stmt[]));
    else out.push(next as Stmt);
  }
  return changed ? out : body;
}

function stmtParts(s: Stmt, r: Rewriter): Stmt {
  const expr = (e: Expr | null): Expr | null => (e === null ? null : rewriteExpr(e, r));
  switch (s.kind) {
    case 'let': return updated(s, { init: expr(s.init) });
    case 'assign': return updated(s, { value: rewriteExpr(s.value, r), place: rewritePlace(s.place, r) });
    case 'exec': return updated(s, { value: rewriteExpr(s.value, r) });
    case 'if': return updated(s, { test: rewriteExpr(s.test, r), then: rewriteStmts(s.then, r), else: rewriteStmts(s.else, r) });
    case 'loop': return updated(s, {
      pretest: expr(s.pretest), body: rewriteStmts(s.body, r), update: rewriteStmts(s.update, r) as readonly AssignStmt[], posttest: expr(s.posttest),
    });
    case 'block': return updated(s, { body: rewriteStmts(s.body, r) });
    case 'switch': return updated(s, {
      subject: rewriteExpr(s.subject, r), cases: mapped(s.cases, (c) => updated(c, { body: rewriteStmts(c.body, r) })), otherwise: rewriteStmts(s.otherwise, r),
    });
    case 'break': case 'continue': return s;
    case 'return': return updated(s, { value: expr(s.value) });
    case 'reply': return updated(s, { fields: fields(s.fields, r) });
    case 'debug': return updated(s, { args: exprs(s.args, r) });
  }
}

/** Every function of the program through `f`, callees first; calls lead to the new functions. */
export function rewriteProgram(program: Program, f: (fn: Func) => Func): Program {
  const known = new Map<Func, Func>();
  const redirect: Rewriter = {
    expr: (e) => (e.kind === 'invoke' && known.get(e.fn) !== undefined ? updated(e, { fn: known.get(e.fn)! }) : e),
  };
  const one = (fn: Func): Func => {
    const next = f(updated(fn, { body: rewriteStmts(fn.body, redirect) }));
    known.set(fn, next);
    return next;
  };
  const functions = mapped(program.functions, one);
  switch (program.kind) {
    case 'actor': return updated(program, { functions, handlers: mapped(program.handlers, (h) => updated(h, { func: one(h.func) })) });
    case 'global': case 'function': return updated(program, { functions, func: one(program.func) } as Partial<typeof program>);
  }
}

export const isLoadOf = (e: Expr, local: Local): boolean => e.kind === 'load' && e.place.kind === 'local' && e.place.local.id === local.id;
