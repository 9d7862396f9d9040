/** What intrinsics ask of the surroundings: the actor and its message, a thread's place in the grid. */
import { ActorRow, offsetOf } from '../../../engine/abi.ts';
import { SlotHead } from '../../../layout/structures.ts';
import type { FuncContext } from './context.ts';

type Value = (f: FuncContext) => void;

/** Loads a field of the actor's row. */
const row = (op: string, ...path: string[]): Value => (f) => { f.code.get(f.actor!).op(op, offsetOf(ActorRow, ...path)); };
/** Loads a field of the head of the message in hand. */
const slot = (op: string, field: string): Value => (f) => {
  f.code.get(f.actor!).op('i32.load', offsetOf(ActorRow, 'slot')).op(op, offsetOf(SlotHead, field));
};

/** `@NAME` in the table's `wasm` column. */
const actorValues: Readonly<Record<string, Value>> = {
  actor: (f) => { f.code.get(f.actor!); },
  self: row('i32.load', 'id'),
  sender: slot('i32.load', 'source'),
  correlation: slot('i32.load', 'correlation'),
  timestamp: slot('i64.load', 'timestamp'),
  deadline: slot('i64.load', 'deadline'),
  hlcPhysical: row('i64.load', 'control', 'hlc', 'physical'),
  hlcLogical: row('i64.load', 'control', 'hlc', 'logical'),
};

/** Pushes it and says true, if the surroundings of `f` have such a value. */
export function contextValue(f: FuncContext, name: string): boolean {
  const own = f.values.get(name);
  if (own !== undefined) own();
  else if (f.actor !== null && name in actorValues) actorValues[name]!(f);
  else return false;
  return true;
}
