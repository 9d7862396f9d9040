/**
 * Common subexpressions: what one statement computes twice is computed once, before it.
 *
 * Only within a statement: effects stand at a statement's root, so nothing can change between two
 * occurrences. An expression is taken out only if one occurrence is evaluated whatever happens; those behind
 * `&&`, `||` and `?:` then share it.
 */
import { intrinsics } from '../intrinsics/table.ts';
import type { Expr, Func, Local, Place, Program, Stmt } from '../ir.ts';
import { printExpr } from '../print.ts';
import { rewriteExpr, rewriteProgram, rewriteStmts, type Rewriter } from './rewrite.ts';
import { walkStmts } from './walk.ts';

/** Worth a local of its own. Reading a local, a field or a constant is not. */
function worthIt(e: Expr): boolean {
  switch (e.kind) {
    case 'binary': case 'unary': case 'convert': case 'select': case 'compare': case 'logical': return true;
    // Without operands it is a register of the thread.
    case 'call': return e.type !== null && e.args.length > 0 && e.places.length === 0 && intrinsics.get(e.name)?.effects !== true;
    case 'load': return hasIndex(e.place);
    default: return false;
  }
}

function hasIndex(p: Place): boolean {
  return p.kind === 'index' || ((p.kind === 'field' || p.kind === 'component') && hasIndex(p.base));
}

interface Found {
  readonly expr: Expr;
  count: number;
  /** One occurrence is evaluated in any case. */
  always: boolean;
  readonly size: number;
}

/** Every expression worth sharing, by its text. Returns the size of what was walked. */
function collect(e: Expr, always: boolean, found: Map<string, Found>): number {
  let size = 1;
  const each = (list: readonly Expr[], certain: boolean): void => { for (const x of list) size += collect(x, certain, found); };
  switch (e.kind) {
    // Addresses are left to the emitters: they share them between places, lanes and rows.
    case 'const': case 'load': break;
    case 'unary': case 'convert': case 'extract': each([e.value], always); break;
    case 'binary': case 'compare': each([e.left, e.right], always); break;
    case 'logical': each([e.left], always); each([e.right], false); break;
    case 'select': each([e.test], always); each([e.then, e.else], false); break;
    case 'call': each(e.args, always); break;
    case 'invoke': each(e.args, always); break;
    case 'construct': each(e.parts, always); break;
    case 'send': each(e.fields.map((f) => f.value), always); break;
  }
  if (worthIt(e)) {
    const key = printExpr(e);
    const known = found.get(key);
    if (known === undefined) found.set(key, { expr: e, count: 1, always, size });
    else {
      known.count++;
      known.always ||= always;
    }
  }
  return size;
}

/** The values a statement computes once when it is reached; loops test theirs again and again. */
function valuesOf(s: Stmt): readonly Expr[] {
  switch (s.kind) {
    case 'let': return s.init === null ? [] : [s.init];
    case 'assign': return [s.value];
    case 'exec': return [s.value];
    case 'if': return [s.test];
    case 'switch': return [s.subject];
    case 'return': return s.value === null ? [] : [s.value];
    case 'reply': return s.fields.map((f) => f.value);
    case 'debug': return s.args;
    default: return [];
  }
}

/** The statement with its values, and nothing inside it, through `r`. */
function withValues(s: Stmt, r: Rewriter): Stmt {
  const one = (e: Expr): Expr => rewriteExpr(e, r);
  switch (s.kind) {
    case 'let': return s.init === null ? s : { ...s, init: one(s.init) };
    case 'assign': return { ...s, value: one(s.value) };
    case 'exec': return { ...s, value: one(s.value) };
    case 'if': return { ...s, test: one(s.test) };
    case 'switch': return { ...s, subject: one(s.subject) };
    case 'return': return s.value === null ? s : { ...s, value: one(s.value) };
    case 'reply': return { ...s, fields: s.fields.map((f) => ({ ...f, value: one(f.value) })) };
    case 'debug': return { ...s, args: s.args.map(one) };
    default: return s;
  }
}

export function shareSubexpressions(program: Program): Program {
  return rewriteProgram(program, (fn) => shareIn(fn));
}

function shareIn(fn: Func): Func {
  let next = Math.max(-1, ...fn.params.map((p) => p.id));
  walkStmts(fn.body, { stmt: (s) => { if (s.kind === 'let') next = Math.max(next, s.local.id); } });
  const share = (s: Stmt): Stmt | readonly Stmt[] => {
    const before: Stmt[] = [];
    let statement = s;
    for (;;) {
      const found = new Map<string, Found>();
      for (const value of valuesOf(statement)) collect(value, true, found);
      // The largest first: what it contains goes with it.
      const best = [...found.values()].filter((f) => f.count > 1 && f.always).sort((a, b) => b.size - a.size)[0];
      if (best === undefined) return before.length === 0 ? s : [...before, statement];
      const { expr } = best;
      const local: Local = { id: ++next, name: 'shared', type: expr.type! };
      const key = printExpr(expr);
      const load: Expr = { kind: 'load', place: { kind: 'local', local }, type: local.type };
      before.push({ kind: 'let', local, init: expr, ...(expr.pos === undefined ? {} : { pos: expr.pos }) });
      statement = withValues(statement, { expr: (e) => (worthIt(e) && printExpr(e) === key ? load : e) });
    }
  };
  // Updates of loops are plain assignments and stay single statements.
  const rewriter: Rewriter = { stmt: (s) => (s.kind === 'assign' && updates.has(s) ? s : share(s)) };
  const updates = new Set<Stmt>();
  walkStmts(fn.body, { stmt: (s) => { if (s.kind === 'loop') for (const u of s.update) updates.add(u); } });
  const body = rewriteStmts(fn.body, rewriter);
  return body === fn.body ? fn : { ...fn, body };
}
