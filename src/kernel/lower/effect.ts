/** Calls that do something stand alone. */
import type { Expr } from '../ir.ts';
import { load, markStable, type Lowering } from './lowering.ts';
import { data, nothing, type Value } from './value.ts';

/** As a statement, or with its result in a local. */
export function effect(L: Lowering, expr: Expr, discard: boolean, name: string): Value {
  const pos = expr.pos === undefined ? {} : { pos: expr.pos };
  if (discard || expr.type === null) {
    L.emit({ kind: 'exec', value: expr, ...pos });
    return nothing('This call');
  }
  const local = markStable(L.newLocal(name, expr.type));
  L.emit({ kind: 'let', local, init: expr, ...pos });
  return data(load({ kind: 'local', local }, expr.type), expr.type);
}
