/** Marks indices that cannot leave their array, so that no target tests them. Sound, and only as clever as simple loops need. */
import type { Expr, Func, Place, Program, Stmt } from '../ir.ts';
import { rewriteExpr, rewriteProgram, rewriteStmts } from './rewrite.ts';
import { assignedLocals } from './walk.ts';

/** Values of an integer expression lie between these, both included. */
interface Range {
  readonly low: number;
  readonly high: number;
}

/** Known ranges of locals where they are read. */
type Known = ReadonlyMap<number, Range>;

const limits = { i32: { low: -0x8000_0000, high: 0x7fff_ffff }, u32: { low: 0, high: 0xffff_ffff } } as const;

/** `range` if no value of the type wraps in it; else all values of the type. */
function within(type: 'i32' | 'u32', range: Range): Range {
  return range.low >= limits[type].low && range.high <= limits[type].high ? range : limits[type];
}

/** Null for what is no 32-bit integer. */
function rangeOf(e: Expr, known: Known): Range | null {
  const type = e.type?.kind === 'scalar' ? e.type.name : null;
  if (type !== 'i32' && type !== 'u32') return null;
  const sub = (x: Expr): Range => rangeOf(x, known) ?? limits[type];
  switch (e.kind) {
    case 'const': return { low: Number(e.value), high: Number(e.value) };
    case 'load': return (e.place.kind === 'local' ? known.get(e.place.local.id) : undefined) ?? limits[type];
    case 'convert': {
      if (e.mode === 'exact' && e.value.type?.kind === 'scalar' && e.value.type.name === 'bool') return { low: 0, high: 1 };
      const inner = e.mode === 'bits' ? rangeOf(e.value, known) : null;
      return inner === null ? limits[type] : within(type, inner);
    }
    case 'select': {
      const [a, b] = [sub(e.then), sub(e.else)];
      return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
    }
    case 'binary': {
      const [a, b] = [sub(e.left), sub(e.right)];
      switch (e.op) {
        case 'add': return within(type, { low: a.low + b.low, high: a.high + b.high });
        case 'sub': return within(type, { low: a.low - b.high, high: a.high - b.low });
        case 'mul': {
          const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
          return within(type, { low: Math.min(...products), high: Math.max(...products) });
        }
        // A mask of a number that is not negative bounds from both sides.
        case 'and': return a.low >= 0 || b.low >= 0 ? { low: 0, high: Math.min(a.low >= 0 ? a.high : Infinity, b.low >= 0 ? b.high : Infinity) } : limits[type];
        case 'imod': return b.low > 0 ? { low: a.low >= 0 ? 0 : 1 - b.high, high: a.high <= 0 ? 0 : b.high - 1 } : limits[type];
        case 'idiv': return b.low > 0 && a.low >= 0 ? { low: Math.floor(a.low / b.high), high: Math.floor(a.high / b.low) } : limits[type];
        case 'shr': return e.right.kind === 'const' && a.low >= 0 ? { low: 0, high: Math.floor(a.high / 2 ** (Number(e.right.value) & 31)) } : limits[type];
        default: return limits[type];
      }
    }
    default: return limits[type];
  }
}

function lengthOf(p: Extract<Place, { kind: 'index' }>): number | null {
  const { base } = p;
  switch (base.kind) {
    case 'constant': return base.constant.length;
    case 'shared': return base.shared.length;
    case 'buffer': return null;
    case 'local': return base.local.type.kind === 'array' ? base.local.type.length : null;
    default: return 'type' in base && base.type.kind === 'array' ? base.type.length : null;
  }
}

/** The range of a loop's counter inside its body: counted upwards in constant steps from a known start to a known end. */
function counterOf(s: Extract<Stmt, { kind: 'loop' }>, known: Known, before: Stmt | undefined): { id: number; range: Range } | null {
  const [step, ...more] = s.update;
  const test = s.pretest;
  if (step === undefined || more.length > 0 || step.place.kind !== 'local' || test?.kind !== 'compare' || (test.op !== 'lt' && test.op !== 'le')) return null;
  const { local } = step.place;
  const reads = (e: Expr): boolean => e.kind === 'load' && e.place.kind === 'local' && e.place.local.id === local.id;
  const { value } = step;
  if (value.kind !== 'binary' || value.op !== 'add' || !reads(value.left) || value.right.kind !== 'const' || Number(value.right.value) <= 0) return null;
  if (!reads(test.left) || assignedLocals(s.body).has(local.id)) return null;
  const start = before?.kind === 'let' && before.local.id === local.id ? before.init
    : before?.kind === 'assign' && before.place.kind === 'local' && before.place.local.id === local.id ? before.value : undefined;
  if (start === undefined) return null;
  const first = start === null ? { low: 0, high: 0 } : rangeOf(start, known);
  const end = rangeOf(test.right, known);
  if (first === null || end === null) return null;
  // A counter that could pass the largest number would begin again below.
  if (end.high + Number(value.right.value) > limits[local.type.kind === 'scalar' && local.type.name === 'u32' ? 'u32' : 'i32'].high) return null;
  return { id: local.id, range: { low: first.low, high: Math.max(first.low, end.high - (test.op === 'lt' ? 1 : 0)) } };
}

function markStmts(body: readonly Stmt[], known: Known): readonly Stmt[] {
  let changed = false;
  const out = body.map((s, i) => {
    const next = markStmt(s, known, body[i - 1]);
    if (next !== s) changed = true;
    return next;
  });
  return changed ? out : body;
}

function markStmt(s: Stmt, known: Known, before: Stmt | undefined): Stmt {
  const expr = (e: Expr, k = known): Expr => markExpr(e, k);
  switch (s.kind) {
    case 'if': return { ...s, test: expr(s.test), then: markStmts(s.then, known), else: markStmts(s.else, known) };
    case 'block': return { ...s, body: markStmts(s.body, known) };
    case 'switch': return { ...s, subject: expr(s.subject), cases: s.cases.map((c) => ({ ...c, body: markStmts(c.body, known) })), otherwise: markStmts(s.otherwise, known) };
    case 'loop': {
      const counter = counterOf(s, known, before);
      const inner = counter === null ? known : new Map(known).set(counter.id, counter.range);
      return {
        ...s, pretest: s.pretest === null ? null : expr(s.pretest), body: markStmts(s.body, inner),
        update: s.update.map((u) => ({ ...u, value: expr(u.value) })), posttest: s.posttest === null ? null : expr(s.posttest),
      };
    }
    default: {
      const [next] = rewriteStmts([s], marker(known));
      return next!;
    }
  }
}

const marker = (known: Known): { place: (p: Place) => Place } => ({
  place: (p) => {
    if (p.kind !== 'index' || p.proven) return p;
    const length = lengthOf(p);
    const range = length === null ? null : rangeOf(p.index, known);
    return length !== null && range !== null && range.low >= 0 && range.high < length ? { ...p, proven: true } : p;
  },
});

const markExpr = (e: Expr, known: Known): Expr => rewriteExpr(e, marker(known));

/** Locals that never change after a declaration with a known range. */
function settledRanges(fn: Func): Known {
  const assigned = assignedLocals(fn.body);
  const known = new Map<number, Range>();
  const visit = (body: readonly Stmt[]): void => {
    for (const s of body) {
      if (s.kind === 'let' && s.init !== null && !assigned.has(s.local.id)) {
        const range = rangeOf(s.init, known);
        if (range !== null) known.set(s.local.id, range);
      }
      if (s.kind === 'if') { visit(s.then); visit(s.else); }
      if (s.kind === 'loop' || s.kind === 'block') visit(s.body);
    }
  };
  visit(fn.body);
  return known;
}

export function proveBounds(program: Program): Program {
  return rewriteProgram(program, (fn) => {
    const body = markStmts(fn.body, settledRanges(fn));
    return body === fn.body ? fn : { ...fn, body };
  });
}
