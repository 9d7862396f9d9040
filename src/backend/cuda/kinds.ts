/** What the engine knows of a kernel definition: its emitted code and what it needs to lay out rings for it. */
import type { ActorProgram, Expr, Place, Stmt } from '../../kernel/ir.ts';
import { intrinsics } from '../../kernel/intrinsics/table.ts';
import { cudaPart } from '../../kernel/emit/cuda/index.ts';
import { MessageHeader } from '../../layout/structures.ts';
import type { Kind } from './device/program.ts';
import { linesFor } from './lines.ts';

/** Bytes of the largest thing besides replies that one line must carry: a batch. */
const batchBytes = 24;
/** `DebugRecord` with all its arguments, and `FaultRecord`. */
export const debugBytes = 144;
export const faultBytes = 32;

export interface ProgramFacts extends Kind {
  readonly program: ActorProgram;
  /** Lines of an inbox slot: message, deadline, and header where asked. */
  readonly inboxLines: { readonly compact: number; readonly full: number };
  /** Lines of the largest reply. */
  readonly replyLines: number;
  /** Data words of the largest message and of the largest reply. */
  readonly largestWords: number;
}

export function factsOf(program: ActorProgram, number: number, exact: boolean): ProgramFacts {
  const largest = Math.max(batchBytes, ...program.handlers.map((h) => h.message.size));
  const reply = Math.max(4, ...program.handlers.map((h) => h.reply?.size ?? 0));
  const full = linesFor(largest + MessageHeader.size, true);
  const compact = linesFor(largest, true);
  const replyLines = linesFor(reply, false);
  return {
    program, handlers: program.handlers, parallel: isParallel(program), small: compact === 1 && replyLines === 1,
    part: cudaPart(program, { namespace: `kind${number}_${program.id.replace(/\W+/g, '_')}`, exact }),
    inboxLines: { compact, full },
    replyLines,
    largestWords: Math.max(full * 12, 4 + Math.ceil(reply / 4)),
  };
}

/** Handlers that touch nothing but their message and reply may run side by side. */
function isParallel(program: ActorProgram): boolean {
  if (program.shared.length > 0 || program.ports.length > 0) return false;
  // That it replies is no effect in this sense, though its function says so.
  return program.functions.every((f) => !f.effects && !touches(f.body)) && program.handlers.every((h) => !touches(h.func.body));
}

function touches(body: readonly Stmt[]): boolean {
  let found = false;
  const place = (p: Place): void => {
    if (p.kind === 'state' || p.kind === 'shared') found = true;
    else if (p.kind === 'field' || p.kind === 'component') place(p.base);
    else if (p.kind === 'index') { place(p.base); expr(p.index); }
  };
  const expr = (e: Expr | null): void => {
    if (e === null) return;
    switch (e.kind) {
      case 'load': return place(e.place);
      case 'unary': case 'convert': case 'extract': return expr(e.value);
      case 'binary': case 'compare': case 'logical': expr(e.left); return expr(e.right);
      case 'select': expr(e.test); expr(e.then); return expr(e.else);
      case 'call':
        if (intrinsics.get(e.name)?.effects === true) found = true;
        e.places.forEach(place);
        return e.args.forEach(expr);
      case 'invoke':
        if (e.fn.effects) found = true;
        return e.args.forEach(expr);
      case 'construct': return e.parts.forEach(expr);
      case 'send': found = true; return;
      case 'const': return;
    }
  };
  const visit = (statements: readonly Stmt[]): void => statements.forEach((s) => {
    switch (s.kind) {
      case 'let': return expr(s.init);
      case 'assign': place(s.place); return expr(s.value);
      case 'exec': return expr(s.value);
      case 'if': expr(s.test); visit(s.then); return visit(s.else);
      case 'loop': expr(s.pretest); expr(s.posttest); visit(s.body); return visit(s.update);
      case 'block': return visit(s.body);
      case 'switch': expr(s.subject); for (const c of s.cases) visit(c.body); return visit(s.otherwise);
      case 'return': return expr(s.value);
      case 'reply': return s.fields.forEach((f) => expr(f.value));
      case 'debug': found = true; return;
      case 'break': case 'continue': return;
    }
  });
  visit(body);
  return found;
}
