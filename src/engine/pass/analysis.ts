import { intrinsics } from '../../kernel/intrinsics/table.ts';
import type { ActorProgram, Func, Handler } from '../../kernel/ir.ts';
import { rootOf, walkStmts } from '../../kernel/passes/walk.ts';

/**
 * Per handler: whether the messages of a batch may be handled by many invocations at once. They may if a
 * handler changes nothing but its reply and cannot fault half way: then nobody can tell in which order, or
 * whether together, they were handled.
 */
export const parallelHandlers = (program: ActorProgram): boolean[] => program.handlers.map(isParallel);

function isParallel(handler: Handler): boolean {
  const wholeWords = (s: Handler['reply']): boolean => s === null || s.fields.every((f) => f.type.size % 4 === 0);
  return wholeWords(handler.message) && wholeWords(handler.reply) && harmless(handler.func);
}

function harmless(fn: Func): boolean {
  let fine = true;
  walkStmts(fn.body, {
    place: (p, access) => {
      if (access !== 'load' && rootOf(p).kind === 'state') fine = false;
      if (p.kind === 'index' && !p.proven) fine = false;
    },
    expr: (e) => {
      if (e.kind === 'send' || e.kind === 'call' && timed(e.name)) fine = false;
      if (e.kind === 'invoke' && (e.fn.effects || !harmless(e.fn))) fine = false;
    },
    stmt: (s) => { if (s.kind === 'debug' || s.kind === 'loop') fine = false; },
  });
  return fine;
}

/** Rows of the table that read or move the actor's clock. */
function timed(name: string): boolean {
  const category = intrinsics.get(name)?.category;
  return category === 'hlc' || category === 'clock' || category === 'queue' || category === 'k2k' || category === 'atomic';
}
