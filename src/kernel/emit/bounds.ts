import type { Expr, Stmt } from '../ir.ts';
import { assignedLocals, type StmtOf } from './visitor.ts';

/** Turns up to which a counted loop may run without asking the watchdog. */
const unwatchedTurns = 65_536;

/**
 * Whether a loop surely ends soon by itself: `i < constant` with `i` only ever stepped towards it, by the
 * update alone, or a block that was made a loop.
 */
export function endsByItself(s: StmtOf<'loop'>): boolean {
  const last = s.body.at(-1);
  if (s.pretest === null && s.posttest === null) return last?.kind === 'break' && last.target === s.id && !continues(s.body, s.id);
  const test = s.pretest;
  if (test?.kind !== 'compare' || test.right.kind !== 'const' || test.left.kind !== 'load' || test.left.place.kind !== 'local') return false;
  const counter = test.left.place.local;
  if (counter.type.kind !== 'scalar' || (counter.type.name !== 'i32' && counter.type.name !== 'u32')) return false;
  const step = s.update.find((u) => u.place.kind === 'local' && u.place.local.id === counter.id)?.value;
  if (step === undefined || assignedLocals(s.body).has(counter.id)) return false;
  // `i <= 65535` of u32 ends too; an i32 that starts far below zero is the user's own constant.
  return (test.op === 'lt' || test.op === 'le') && Number(test.right.value) < unwatchedTurns && addsOne(step, counter.id);
}

const addsOne = (e: Expr, id: number): boolean =>
  e.kind === 'binary' && e.op === 'add' && e.left.kind === 'load' && e.left.place.kind === 'local' && e.left.place.local.id === id
  && e.right.kind === 'const' && e.right.value === 1;

const continues = (body: readonly Stmt[], id: number): boolean => body.some((s) => {
  switch (s.kind) {
    case 'continue': return s.target === id;
    case 'if': return continues(s.then, id) || continues(s.else, id);
    case 'loop': case 'block': return continues(s.body, id);
    case 'switch': return s.cases.some((c) => continues(c.body, id)) || continues(s.otherwise, id);
    default: return false;
  }
});
