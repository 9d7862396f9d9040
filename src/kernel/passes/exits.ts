/**
 * For targets without labels or `goto`: rewrites a function so that every `break` leaves the innermost loop
 * or switch and every `continue` belongs to the innermost loop, and no `block` is left.
 *
 * - A `block` that something leaves becomes a loop that runs once.
 * - An exit that crosses constructs becomes a mark and a `break`; behind each crossed construct the mark is
 *   read and the exit goes on from there.
 * - A switch on a type that the target cannot switch on becomes a chain of `if`.
 */
import { bool, i32, type AnyType } from '../../layout/types.ts';
import type { Expr, Func, Local, Place, Stmt } from '../ir.ts';

type Exit = Extract<Stmt, { kind: 'break' | 'continue' }>;

/** A construct that a plain `break` leaves, while its body is rewritten. */
interface Around {
  readonly id: number;
  /** `once`: a block turned loop; a plain `continue` would mean it, wrongly. */
  readonly kind: 'loop' | 'once' | 'switch';
  /** Exits that left this construct for one further out, in order of their marks, which count from 1. */
  readonly crossing: Exit[];
  readonly mark: Local;
}

export interface ExitOptions {
  /** Types the target's `switch` takes. */
  readonly switchOn: (type: AnyType) => boolean;
}

export function plainExits(fn: Func, options: ExitOptions): Func {
  let nextId = highestId(fn) + 1;
  const fresh = (name: string, type: AnyType): Local => ({ id: nextId++, name, type });
  const around: Around[] = [];

  const leave = (exit: Exit): Stmt[] => {
    const inner = around.at(-1);
    if (inner === undefined) throw new Error(`exit from ${exit.target}, which is not around it`);
    if (inner.id === exit.target && exit.kind === 'break') return [exit];
    // A `continue` passes through a switch on every target, but not through a loop.
    const loop = around.findLast((a) => a.kind !== 'switch');
    if (exit.kind === 'continue' && loop?.id === exit.target) return [exit];
    let n = inner.crossing.findIndex((c) => c.kind === exit.kind && c.target === exit.target);
    if (n < 0) n = inner.crossing.push(exit) - 1;
    const position = exit.pos === undefined ? {} : { pos: exit.pos };
    return [
      { kind: 'assign', place: { kind: 'local', local: inner.mark }, value: { kind: 'const', type: i32, value: n + 1 }, ...position },
      { kind: 'break', target: inner.id, ...position },
    ];
  };

  /** Rewrites a construct; declares its mark before it and reads it behind it when something crosses. */
  const construct = (id: number, kind: Around['kind'], rewrite: () => Stmt): Stmt[] => {
    const here: Around = { id, kind, crossing: [], mark: fresh('leaving', i32) };
    around.push(here);
    const rewritten = rewrite();
    around.pop();
    if (here.crossing.length === 0) return [rewritten];
    const onward = here.crossing.map((exit, n): Stmt => ({
      kind: 'if',
      test: {
        kind: 'compare', op: 'eq', type: bool,
        left: { kind: 'load', place: { kind: 'local', local: here.mark }, type: i32 }, right: { kind: 'const', type: i32, value: n + 1 },
      },
      then: leave(exit),
      else: [],
    }));
    return [{ kind: 'let', local: here.mark, init: null }, rewritten, ...onward];
  };

  /** Runs once; what leaves it uses `break`. */
  const once = (id: number, body: () => Stmt[]): Stmt[] => construct(id, 'once', () =>
    ({ kind: 'loop', id, pretest: null, body: loopOnce(id, body()), update: [], posttest: null }));

  const loopOnce = (id: number, body: Stmt[]): Stmt[] => (always(body) ? body : [...body, { kind: 'break', target: id }]);

  const switched = (s: Extract<Stmt, { kind: 'switch' }>): Stmt[] => {
    const asBlock = (): Stmt[] => {
      const subject = fresh('subject', s.subject.type as AnyType);
      const place: Place = { kind: 'local', local: subject };
      const test = (value: number | bigint | boolean): Expr => ({
        kind: 'compare', op: 'eq', type: bool,
        left: { kind: 'load', place, type: subject.type }, right: { kind: 'const', type: subject.type as never, value },
      });
      const chain = s.cases.reduceRight<readonly Stmt[]>((otherwise, c) => [{
        kind: 'if', else: otherwise, then: body(c.body),
        test: c.values.map(test).reduce((left, right) => ({ kind: 'logical', op: 'or', left, right, type: bool })),
      }], body(s.otherwise));
      return [{ kind: 'let', local: subject, init: s.subject, ...(s.pos === undefined ? {} : { pos: s.pos }) }, ...chain];
    };
    if (options.switchOn(s.subject.type as AnyType)) {
      return construct(s.id, 'switch', () => ({
        ...s, cases: s.cases.map((c) => ({ values: c.values, body: body(c.body) })), otherwise: body(s.otherwise),
      }));
    }
    return leaves(s.cases.flatMap((c) => c.body).concat(s.otherwise), s.id) ? once(s.id, asBlock) : asBlock();
  };

  const statement = (s: Stmt): Stmt[] => {
    switch (s.kind) {
      case 'break': case 'continue': return leave(s);
      case 'if': return [{ ...s, then: body(s.then), else: body(s.else) }];
      case 'loop': return construct(s.id, 'loop', () => ({ ...s, body: body(s.body) }));
      case 'block': return leaves(s.body, s.id) ? once(s.id, () => body(s.body)) : body(s.body);
      case 'switch': return switched(s);
      default: return [s];
    }
  };

  const body = (statements: readonly Stmt[]): Stmt[] => statements.flatMap(statement);

  return { ...fn, body: body(fn.body) };
}

/** Whether something in these statements breaks out of `id`. */
function leaves(body: readonly Stmt[], id: number): boolean {
  return body.some((s) => s.kind === 'break' ? s.target === id
    : children(s).some((inner) => leaves(inner, id)));
}

/** Whether control never passes the end of these statements. */
function always(body: readonly Stmt[]): boolean {
  const last = body.at(-1);
  return last !== undefined && (last.kind === 'break' || last.kind === 'continue' || last.kind === 'return'
    || (last.kind === 'if' && always(last.then) && always(last.else)));
}

function children(s: Stmt): readonly (readonly Stmt[])[] {
  switch (s.kind) {
    case 'if': return [s.then, s.else];
    case 'loop': return [s.body, s.update];
    case 'block': return [s.body];
    case 'switch': return [...s.cases.map((c) => c.body), s.otherwise];
    default: return [];
  }
}

function highestId(fn: Func): number {
  let highest = Math.max(-1, ...fn.params.map((p) => p.id));
  const visit = (body: readonly Stmt[]): void => {
    for (const s of body) {
      if (s.kind === 'let') highest = Math.max(highest, s.local.id);
      children(s).forEach(visit);
    }
  };
  visit(fn.body);
  return highest;
}
