/** Questions about the IR that every emitter of text asks. */
import type { AnyType, ScalarName } from '../../layout/types.ts';
import type { IntrinsicRow } from '../intrinsics/table.ts';
import type { Expr, Place, Stmt } from '../ir.ts';

/** The scalar type inside a scalar or vector. */
export const elemName = (t: AnyType): ScalarName | null => (t.kind === 'scalar' ? t.name : t.kind === 'vec' ? t.elem.name : null);

/** The type of an expression that has a value. */
export function valueType(e: Expr): AnyType {
  if (e.type === null) throw new Error('a call without a result stands only as a statement');
  return e.type;
}

/** The scalar type that a call's `T` stands for; null for rows without a `T`. */
export function overload(row: IntrinsicRow, e: Extract<Expr, { kind: 'call' }>): ScalarName | null {
  const places = row.places ?? 0;
  if (places > 0) {
    const type = placeType(e.places[0]!);
    return type === null ? null : elemName(type);
  }
  const i = row.params.indexOf('T');
  if (i >= 0) return elemName(valueType(e.args[i]!));
  return e.type === null ? null : elemName(e.type);
}

/** Type of what lies at a place; null for the roots that stand only under an `index`. */
export function placeType(p: Place): AnyType | null {
  switch (p.kind) {
    case 'local': return p.local.type;
    case 'state': case 'message': case 'field': case 'index': case 'component': return p.type;
    default: return null;
  }
}

/** Whether control never reaches the end of these statements. */
export function ends(body: readonly Stmt[]): boolean {
  const last = body.at(-1);
  switch (last?.kind) {
    case 'break': case 'continue': case 'return': return true;
    case 'if': return ends(last.then) && ends(last.else);
    default: return false;
  }
}
