/** Whether control can reach the end of a list of statements. */
import type { Stmt } from '../ir.ts';

export function completes(stmts: readonly Stmt[]): boolean {
  return stmts.every(passes);
}

/** Control can go on behind this statement. */
function passes(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case 'return': case 'break': case 'continue': return false;
    case 'if':
      if (stmt.test.kind === 'const') return completes(stmt.test.value === true ? stmt.then : stmt.else);
      return completes(stmt.then) || completes(stmt.else);
    case 'block': return completes(stmt.body) || leaves(stmt.body, stmt.id);
    case 'loop': {
      const endless = (stmt.pretest === null || isTrue(stmt.pretest)) && (stmt.posttest === null || isTrue(stmt.posttest));
      return !endless || leaves(stmt.body, stmt.id);
    }
    case 'switch': return completes(stmt.otherwise) || leaves(stmt.otherwise, stmt.id) || stmt.cases.some((c) => completes(c.body) || leaves(c.body, stmt.id));
    default: return true;
  }
}

const isTrue = (test: { readonly kind: string; readonly value?: unknown }): boolean => test.kind === 'const' && test.value === true;

/** A `break` to `id` that can be reached. */
function leaves(stmts: readonly Stmt[], id: number): boolean {
  for (const stmt of stmts) {
    switch (stmt.kind) {
      case 'break': if (stmt.target === id) return true; break;
      case 'if': if (leaves(stmt.then, id) || leaves(stmt.else, id)) return true; break;
      case 'block': case 'loop': if (leaves(stmt.body, id)) return true; break;
      case 'switch': if (leaves(stmt.otherwise, id) || stmt.cases.some((c) => leaves(c.body, id))) return true; break;
    }
    if (!passes(stmt)) return false;
  }
  return false;
}
