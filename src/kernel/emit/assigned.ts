import type { Expr, Local, Place, Stmt } from '../ir.ts';

const rootLocal = (p: Place): Local | null =>
  p.kind === 'local' ? p.local : p.kind === 'field' || p.kind === 'index' || p.kind === 'component' ? rootLocal(p.base) : null;

/** Ids of the locals assigned, in whole or in part, or passed as an address. */
export function assignedLocals(body: readonly Stmt[]): Set<number> {
  const found = new Set<number>();
  const place = (p: Place): void => {
    const local = rootLocal(p);
    if (local !== null) found.add(local.id);
  };
  const value = (e: Expr | null): void => {
    if (e?.kind === 'call') e.places.forEach(place);
  };
  const visit = (statements: readonly Stmt[]): void => {
    for (const s of statements) {
      switch (s.kind) {
        case 'let': value(s.init); if (s.init?.kind === 'send') found.add(s.local.id); break;
        case 'assign': place(s.place); value(s.value); break;
        case 'exec': value(s.value); break;
        case 'if': visit(s.then); visit(s.else); break;
        case 'loop': visit(s.body); visit(s.update); break;
        case 'block': visit(s.body); break;
        case 'switch': for (const c of s.cases) visit(c.body); visit(s.otherwise); break;
        default:
      }
    }
  };
  visit(body);
  return found;
}
