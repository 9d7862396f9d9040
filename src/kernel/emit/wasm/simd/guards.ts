/**
 * Conditions at the head of a kernel that decide which threads go on: `if (x < 1 || x >= w - 1) return;`,
 * or one `if` around everything. Those over x split the row's loop, the others decide for the whole row.
 */
import type { CompareOp, Expr, GlobalProgram, Stmt } from '../../../ir.ts';
import type { Shapes } from './shape.ts';

/** A thread goes on if `x OP limit`; signed or unsigned as the type of `limit` says. */
export interface RangeGuard {
  readonly op: CompareOp;
  readonly limit: Expr;
}

/** All threads of the row go on, or none: where `test` is `sense`. */
export interface RowGuard {
  readonly test: Expr;
  readonly sense: boolean;
}

export interface Guarded {
  readonly rows: readonly RowGuard[];
  readonly ranges: readonly RangeGuard[];
  /** What the threads that go on do. */
  readonly body: readonly Stmt[];
}

const opposite: Record<CompareOp, CompareOp> = { eq: 'ne', ne: 'eq', lt: 'ge', ge: 'lt', gt: 'le', le: 'gt' };
const mirrored: Record<CompareOp, CompareOp> = { eq: 'eq', ne: 'ne', lt: 'gt', gt: 'lt', le: 'ge', ge: 'le' };

const leaves = (body: readonly Stmt[]): boolean => body.length === 1 && body[0]!.kind === 'return';

/** Null where a condition fits neither kind. */
export function splitGuards(program: GlobalProgram, shapes: Shapes): Guarded | null {
  const rows: RowGuard[] = [];
  const ranges: RangeGuard[] = [];

  /** Whether an expression is exactly the thread's x, and as what type it is compared. */
  const isX = (e: Expr): boolean => {
    if (e.kind === 'call') return e.name === 'x' || (e.name === 'id' && flat);
    if (e.kind === 'convert' && e.mode === 'bits') return isX(e.value);
    if (e.kind !== 'load' || e.place.kind !== 'local') return false;
    const value = shapes.settled(e.place.local.id);
    return value !== undefined && isX(value);
  };
  const flat = program.workgroup[1] === 1 && program.workgroup[2] === 1 && !usesRows(program);

  /** Notes that threads go on only where `test` is `sense`. */
  const require = (test: Expr, sense: boolean): boolean => {
    if (test.kind === 'unary' && test.op === 'not') return require(test.value, !sense);
    if (test.kind === 'logical' && (test.op === 'and') === sense) return require(test.left, sense) && require(test.right, sense);
    if (shapes.of(test) === 'uniform') {
      if (!shapes.steady(test)) return false;
      rows.push({ test, sense });
      return true;
    }
    if (test.kind !== 'compare') return false;
    const op = sense ? test.op : opposite[test.op];
    const [guard, other] = isX(test.left) ? [{ op, limit: test.right }, test.right] : isX(test.right) ? [{ op: mirrored[op], limit: test.left }, test.left] : [null, null];
    if (guard === null || !shapes.steady(other) || shapes.of(other) !== 'uniform') return false;
    // Nobody is below zero.
    const first = guard.op === 'ne' && other.kind === 'const' && Number(other.value) === 0;
    if (guard.op === 'ne' && !first) return false;
    ranges.push(first ? { ...guard, op: 'gt' } : guard);
    return true;
  };

  const body: Stmt[] = [];
  let open = true;
  const list: Stmt[] = [...program.func.body];
  while (list.length > 0) {
    const s = list.shift()!;
    if (s.kind === 'return' && s.value === null && list.length === 0) continue;
    if (open && s.kind === 'if' && s.else.length === 0) {
      if (leaves(s.then)) {
        if (!require(s.test, false)) return null;
        continue;
      }
      if (!list.some((rest) => rest.kind !== 'return') && shapes.of(s.test) !== 'uniform') {
        const before = rows.length + ranges.length;
        if (require(s.test, true)) {
          list.splice(0, list.length, ...s.then);
          continue;
        }
        if (rows.length + ranges.length !== before) return null;
      }
    }
    // Declarations of what settles anyway may stand in front of a guard.
    if (!(s.kind === 'let' && s.init !== null && shapes.settled(s.local.id) !== undefined)) open = false;
    body.push(s);
  }
  return { rows, ranges, body };
}

/** Whether threads tell rows apart: then `id` is not x. */
function usesRows(program: GlobalProgram): boolean {
  return program.params.some((p) => p.kind === 'buffer' && p.grid !== 0);
}
