/** Computes what is constant, drops what is never read or reached. Faults of exact arithmetic and of indices stay where they are. */
import type { Scalar } from '../../layout/types.ts';
import { binary, compare, convert, fit, InterpretedFault, unary, type ScalarLike } from '../arithmetic.ts';
import { intrinsics } from '../intrinsics/table.ts';
import type { Expr, Func, Program, Stmt } from '../ir.ts';
import { rewriteProgram, rewriteStmts } from './rewrite.ts';
import { hasEffect, rootOf, walkExpr, walkStmts } from './walk.ts';

type Const = Extract<Expr, { kind: 'const' }>;

const constant = (type: Scalar, value: ScalarLike, from: Expr): Expr => ({ kind: 'const', type, value, ...(from.pos === undefined ? {} : { pos: from.pos }) });
/** Rounded to its type, as every reader does. */
const valueOf = (e: Const): ScalarLike => (typeof e.value === 'number' ? fit(e.type.name, e.value) : e.value);

/** The constant that an operation on constants gives; itself where exact arithmetic would fault. */
function computed(e: Expr, compute: () => ScalarLike): Expr {
  try {
    return e.type?.kind === 'scalar' ? constant(e.type, compute(), e) : e;
  } catch (error) {
    if (error instanceof InterpretedFault) return e;
    throw error;
  }
}

function foldExpr(e: Expr): Expr {
  switch (e.kind) {
    case 'unary': {
      const { value } = e;
      return value.kind === 'const' ? computed(e, () => unary(e.op, value.type.name, valueOf(value), true)) : e;
    }
    case 'binary': {
      const { left, right } = e;
      if (left.kind === 'const' && right.kind === 'const' && left.type.name === right.type.name) return computed(e, () => binary(e.op, left.type.name, valueOf(left), valueOf(right), true));
      return neutral(e);
    }
    case 'compare': {
      const { left, right } = e;
      return left.kind === 'const' && right.kind === 'const' ? computed(e, () => compare(e.op, valueOf(left), valueOf(right))) : e;
    }
    case 'convert': {
      const { value } = e;
      return value.kind === 'const' && e.type.kind === 'scalar' ? computed(e, () => convert(e.mode, value.type.name, (e.type as Scalar).name, valueOf(value))) : e;
    }
    case 'logical':
      if (e.left.kind !== 'const') return e;
      return (e.left.value === true) === (e.op === 'and') ? e.right : e.left;
    case 'select': return e.test.kind === 'const' ? (e.test.value === true ? e.then : e.else) : e;
    default: return e;
  }
}

/** x + 0, x * 1 and the like, for integers: floats have a negative zero and NaN. */
function neutral(e: Extract<Expr, { kind: 'binary' }>): Expr {
  const { left, right, type } = e;
  if (type.kind !== 'scalar' || type.name === 'bool' || type.name.startsWith('f')) return e;
  const is = (x: Expr, n: number): boolean => x.kind === 'const' && BigInt(x.value) === BigInt(n);
  switch (e.op) {
    case 'add': case 'or': case 'xor': return is(right, 0) ? left : is(left, 0) ? right : e;
    case 'sub': case 'shl': case 'shr': return is(right, 0) ? left : e;
    case 'mul': return is(right, 1) ? left : is(left, 1) ? right : e;
    case 'idiv': return is(right, 1) ? left : e;
    default: return e;
  }
}

const ends = (s: Stmt): boolean => s.kind === 'break' || s.kind === 'continue' || s.kind === 'return';

function foldStmt(s: Stmt): Stmt | readonly Stmt[] {
  switch (s.kind) {
    case 'if':
      if (s.test.kind === 'const') return s.test.value === true ? inlined(s.then) : inlined(s.else);
      return s;
    case 'loop': return s.pretest?.kind === 'const' && s.pretest.value === false ? [] : s.pretest?.kind === 'const' ? { ...s, pretest: null } : s;
    default: return s;
  }
}

/** A branch in place of its `if`: local names are unique by id, so nothing clashes. */
const inlined = (body: readonly Stmt[]): readonly Stmt[] => body;

/** Everything behind an exit is unreachable. */
function reachable(body: readonly Stmt[]): readonly Stmt[] {
  const last = body.findIndex(ends);
  return last < 0 || last === body.length - 1 ? body : body.slice(0, last + 1);
}

/** May be left out if nobody wants its value: no effect, no index that could fault, no arithmetic that could in exact mode. */
function droppable(e: Expr): boolean {
  if (hasEffect(e, (name) => intrinsics.get(name)?.effects === true)) return false;
  let faults = false;
  walkExpr(e, {
    place: (p) => { if (p.kind === 'index' && !p.proven) faults = true; },
    expr: (x) => {
      const integer = x.type?.kind === 'scalar' && /^[iu]/.test(x.type.name);
      if (x.kind === 'invoke' || (integer && (x.kind === 'unary' || x.kind === 'binary') && !['and', 'or', 'xor', 'shl', 'shr', 'bnot'].includes(x.op))) faults = true;
    },
  });
  return !faults;
}

function dropUnread(fn: Func): Func {
  const read = new Set<number>();
  walkStmts(fn.body, { place: (p, access) => { if (access !== 'store' && p.kind === 'local') read.add(p.local.id); } });
  const body = rewriteStmts(fn.body, {
    stmt: (s) => {
      if (s.kind === 'let' && !read.has(s.local.id) && (s.init === null || droppable(s.init)) && !stored(fn, s.local.id)) return [];
      if (s.kind === 'if' && s.then.length === 0 && s.else.length === 0 && droppable(s.test)) return [];
      return s;
    },
  });
  return body === fn.body ? fn : { ...fn, body };
}

function stored(fn: Func, id: number): boolean {
  let found = false;
  walkStmts(fn.body, { stmt: (s) => { if (s.kind === 'assign') { const root = rootOf(s.place); if (root.kind === 'local' && root.local.id === id) found = true; } } });
  return found;
}

function foldFunc(fn: Func): Func {
  let body = rewriteStmts(fn.body, { expr: foldExpr, stmt: foldStmt });
  body = reachable(rewriteStmts(body, {
    stmt: (s) => {
      switch (s.kind) {
        case 'if': return { ...s, then: reachable(s.then), else: reachable(s.else) };
        case 'loop': case 'block': return { ...s, body: reachable(s.body) };
        default: return s;
      }
    },
  }));
  return dropUnread(body === fn.body ? fn : { ...fn, body });
}

/** Constant folding and dead code. */
export function fold(program: Program): Program {
  return rewriteProgram(program, foldFunc);
}
