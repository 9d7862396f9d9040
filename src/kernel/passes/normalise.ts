/** One form for programs that differ only in names and positions: what caches of compiled code are keyed by. */
import { layoutText } from '../../layout/types.ts';
import type { Func, Local, Place, Program, Stmt } from '../ir.ts';
import { printIr } from '../print.ts';
import { rewriteProgram, rewriteStmts } from './rewrite.ts';

/** Locals numbered in order of appearance and named by their number, labels too; no positions, no sources. */
export function normalise(program: Program): Program {
  const params = program.kind === 'global' ? program.params.flatMap((p) => (p.kind === 'value' ? [p.local] : [])) : [];
  const given = new Map<number, Local>();
  for (const l of params) given.set(l.id, { ...l, id: given.size, name: `v${given.size}` });
  const next = rewriteProgram(program, (fn) => normalFunc(fn, given));
  const clean = { ...next, sources: [] };
  return clean.kind === 'global' ? { ...clean, params: clean.params.map((p) => (p.kind === 'value' ? { ...p, local: given.get(p.local.id)! } : p)) } : clean;
}

function normalFunc(fn: Func, given: ReadonlyMap<number, Local>): Func {
  const locals = new Map(given);
  const labels = new Map<number, number>();
  const local = (l: Local): Local => {
    let known = locals.get(l.id);
    if (known === undefined) {
      known = { id: locals.size, name: `v${locals.size}`, type: l.type };
      locals.set(l.id, known);
    }
    return known;
  };
  const label = (id: number): number => {
    const known = labels.get(id) ?? labels.size;
    labels.set(id, known);
    return known;
  };
  const params = fn.params.map(local);
  const body = rewriteStmts(fn.body, {
    expr: withoutPos,
    place: (p: Place): Place => (p.kind === 'local' ? { kind: 'local', local: local(p.local) } : withoutPos(p)),
    stmt: (s): Stmt => {
      const clean = withoutPos(s);
      switch (clean.kind) {
        case 'let': return { ...clean, local: local(clean.local) };
        case 'loop': case 'block': case 'switch': return { ...clean, id: label(clean.id) };
        case 'break': case 'continue': return { ...clean, target: label(clean.target) };
        default: return clean;
      }
    },
  });
  return withoutPos({ ...fn, params, body });
}

function withoutPos<T extends object>(node: T): T {
  if (!('pos' in node)) return node;
  const { pos: _, ...rest } = node as T & { pos?: unknown };
  return rest as T;
}

/** Everything that decides what code a program becomes, as text: equal texts may share compiled code. */
export function canonicalText(program: Program): string {
  const normal = normalise(program);
  const layouts = normal.kind === 'actor'
    ? [normal.state, ...normal.handlers.flatMap((h) => [h.message, h.reply]), ...normal.ports.map((p) => p.message)].map((t) => (t === null ? '-' : layoutText(t)))
    : normal.kind === 'global' ? normal.params.map((p) => layoutText(p.kind === 'buffer' ? p.elem : p.local.type)) : [];
  const data = normal.constants.map((c) => Array.from(new Uint8Array(c.data.buffer, c.data.byteOffset, c.data.byteLength), (b) => b.toString(16).padStart(2, '0')).join(''));
  return [printIr(normal), ...layouts, ...data].join('\n');
}
