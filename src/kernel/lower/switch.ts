/** `switch`: the IR's own where no case falls through, else an entry number and tests in order. */
import type { AnyNode, Statement } from '../parse/nodes.ts';
import type { Expr, Stmt, SwitchCase } from '../ir.ts';
import { compare } from './arithmetic.ts';
import { cast } from './convert.ts';
import { completes } from './flow.ts';
import { constant, isConst, load, type Lowering } from './lowering.ts';
import { fits, scalarOf } from './types.ts';
import type { Data, Value } from './value.ts';

type SwitchNode = Extract<Statement, { type: 'SwitchStatement' }>;

export function switchStatement(L: Lowering, node: SwitchNode, labels: readonly string[]): void {
  const given = L.expression(node.discriminant);
  const subject = L.data(given.kind === 'unknown' ? cast(L, given, 'i32', node.discriminant as AnyNode) : given, node.discriminant);
  if (subject.type.kind !== 'scalar') L.fail('RK209', node.discriminant, { op: 'switch', type: 'this value', reason: 'Cases are compared with scalars', hint: 'Switch on a number.' });
  const constants = node.cases.map((c) => (c.test ? constantTest(L, L.expression(c.test), subject) : undefined));
  const id = L.label();
  L.exits.push({ labels, plain: true, breakId: id, next: null, frame: L.frame });
  const bodies = node.cases.map((c) => L.collect(() => L.parts.statements(L, c.consequent)).stmts);
  L.exits.pop();
  const last = node.cases.length - 1;
  const fallsThrough = bodies.some((body, k) => k < last && body.length > 0 && completes(body));
  const plain = !fallsThrough && !constants.includes(null);
  if (plain) emitPlain(L, node, id, subject, constants as (number | bigint | boolean | undefined)[], bodies);
  else emitEntries(L, node, id, subject, bodies);
}

/** The value of a case as a constant of the subject's type; null if it is none. */
function constantTest(L: Lowering, test: Value, subject: Data): number | bigint | boolean | null {
  if (test.kind === 'lit') {
    if (fits(test.value, subject.type)) return test.value;
    return null;
  }
  return isConst(test) && subject.type.kind === 'scalar' && test.type.kind === 'scalar' && test.type.name === subject.type.name ? test.expr.value : null;
}

/** Drops the `break` that ends a case. */
function withoutExit(body: readonly Stmt[], id: number): readonly Stmt[] {
  const last = body.at(-1);
  return last?.kind === 'break' && last.target === id ? body.slice(0, -1) : body;
}

function emitPlain(L: Lowering, node: SwitchNode, id: number, subject: Data, constants: readonly (number | bigint | boolean | undefined)[], bodies: readonly Stmt[][]): void {
  const cases: SwitchCase[] = [];
  let otherwise: readonly Stmt[] = [];
  let waiting: (number | bigint | boolean)[] = [];
  let isDefault = false;
  const seen = new Set<number | bigint | boolean>();
  bodies.forEach((body, k) => {
    const value = constants[k];
    if (value === undefined) isDefault = true;
    else if (!seen.has(value)) { waiting.push(value); seen.add(value); }
    // Empty cases share the next body.
    if (body.length === 0 && k < bodies.length - 1) return;
    const own = withoutExit(body, id);
    if (isDefault) otherwise = own;
    // A shared body under `default` needs no values of its own.
    else if (waiting.length > 0) cases.push({ values: waiting, body: own });
    waiting = [];
    isDefault = false;
  });
  L.emit({ kind: 'switch', id, subject: subject.expr, cases, otherwise, pos: L.pos(node) });
}

/** A number says where control enters; every body from there on runs until one leaves. */
function emitEntries(L: Lowering, node: SwitchNode, id: number, subject: Data, bodies: readonly Stmt[][]): void {
  const i32 = scalarOf.i32;
  const entry = L.newLocal('entry', i32);
  const place = { kind: 'local' as const, local: entry };
  const value: Data = { ...subject, expr: L.spill(subject.expr, subject.type, 'subject') };
  const fallback = node.cases.findIndex((c) => !c.test);
  L.emit({ kind: 'let', local: entry, init: constant(fallback < 0 ? bodies.length : fallback, i32) });
  const enter = (k: number): Stmt => ({ kind: 'assign', place, value: constant(k, i32) });
  // Tests run in order, each only if none before it held.
  const chain = (k: number): Stmt[] => {
    if (k === node.cases.length) return [];
    const test = node.cases[k]!.test;
    if (!test) return chain(k + 1);
    const { stmts, value: same } = L.collect(() => compare(L, '===', value, L.expression(test), test as AnyNode) as Data);
    return [...stmts, { kind: 'if', test: same.expr, then: [enter(k)], else: chain(k + 1) }];
  };
  L.out.push(...chain(0));
  const at: Expr = load(place, i32);
  // With a default, whatever comes that far runs the last body.
  const last = fallback < 0 ? -1 : bodies.length - 1;
  const body: Stmt[] = bodies.flatMap((stmts, k): Stmt[] => (stmts.length === 0 ? [] : k === last ? stmts
    : [{ kind: 'if', test: { kind: 'compare', op: 'le', left: at, right: constant(k, i32), type: scalarOf.bool }, then: stmts, else: [] }]));
  L.emit({ kind: 'block', id, body, pos: L.pos(node) });
}
