/** Conditions and choices: `&&`, `||`, `?:`, `!`, where what is behind a test stays behind it. */
import type { AnyNode, Expression } from '../parse/nodes.ts';
import { sameType } from '../../layout/types.ts';
import type { Expr, Stmt } from '../ir.ts';
import { unary, unify } from './arithmetic.ts';
import { truth } from './convert.ts';
import { hasEffect, load, truthConst, type Lowering } from './lowering.ts';
import { called, isBool, scalarOf, type Type } from './types.ts';
import { data, nothing, type Data, type ListValue, type RecordValue, type Value } from './value.ts';

type LogicalNode = Extract<Expression, { type: 'LogicalExpression' }>;

export const bare = (node: Expression): Expression => (node.type === 'ParenthesizedExpression' ? bare(node.expression) : node);

/** An expression of which only the truth matters: operands of `&&` and `||` in it may be numbers. */
export function condition(L: Lowering, node: Expression): Data {
  switch (node.type) {
    case 'ParenthesizedExpression': return condition(L, node.expression);
    case 'SequenceExpression':
      for (const e of node.expressions.slice(0, -1)) L.attempt(() => L.expression(e, true));
      return condition(L, node.expressions.at(-1)!);
    case 'UnaryExpression': return node.operator === '!' ? unary(L, '!', condition(L, node.argument), node) as Data : truth(L, L.expression(node), node);
    case 'LogicalExpression': {
      if (node.operator === '??') noNullish(L, node);
      const and = node.operator === '&&';
      const left = condition(L, node.left);
      if (left.expr.kind === 'const') return (left.expr.value === true) === and ? condition(L, node.right) : left;
      const right = L.collect(() => condition(L, node.right));
      return bothTrue(L, and, left, right, node);
    }
    case 'ConditionalExpression': {
      const test = condition(L, node.test);
      if (test.expr.kind === 'const') return condition(L, test.expr.value === true ? node.consequent : node.alternate);
      return merge(L, test, L.collect(() => condition(L, node.consequent)), L.collect(() => condition(L, node.alternate)), node) as Data;
    }
    default: return truth(L, L.expression(node), node);
  }
}

/** `left && right` or `left || right` of truth values, where the right side may have effects. */
function bothTrue(L: Lowering, and: boolean, left: Data, right: { readonly stmts: Stmt[]; readonly value: Data }, node: AnyNode): Data {
  if (right.stmts.length === 0) {
    return data({ kind: 'logical', op: and ? 'and' : 'or', left: left.expr, right: right.value.expr, type: scalarOf.bool, pos: L.pos(node) }, scalarOf.bool);
  }
  const fixed = { stmts: [], value: truthConst(!and) };
  return merge(L, left, and ? right : fixed, and ? fixed : right, node) as Data;
}

/** `a && b`, `a || b`, `c ? x : y` for their effects only. */
export function effectIf(L: Lowering, node: LogicalNode | Extract<Expression, { type: 'ConditionalExpression' }>): Value {
  if (node.type === 'LogicalExpression' && node.operator === '??') noNullish(L, node);
  const testNode = node.type === 'LogicalExpression' ? node.left : node.test;
  const test = condition(L, testNode);
  const thenNode = node.type === 'ConditionalExpression' ? node.consequent : node.operator === '&&' ? node.right : null;
  const elseNode = node.type === 'ConditionalExpression' ? node.alternate : node.operator === '||' ? node.right : null;
  if (test.expr.kind === 'const') {
    const taken = test.expr.value === true ? thenNode : elseNode;
    if (taken !== null) L.expression(taken, true);
    return nothing('a statement');
  }
  const run = (part: Expression | null): Stmt[] => (part === null ? [] : L.collect(() => L.attempt(() => L.expression(part, true))).stmts);
  const then = run(thenNode);
  const otherwise = run(elseNode);
  if (then.length + otherwise.length > 0) {
    if (then.length === 0) L.emit({ kind: 'if', test: negatedTest(L, test, node), then: otherwise, else: [], pos: L.pos(node) });
    else L.emit({ kind: 'if', test: test.expr, then, else: otherwise, pos: L.pos(node) });
  }
  return nothing('a statement');
}

export const negatedTest = (L: Lowering, test: Data, node: AnyNode): Expr => (unary(L, '!', test, node) as Data).expr;

export function noNullish(L: Lowering, node: AnyNode): never {
  L.fail('RK110', node, { what: '`??`', hint: 'Nothing is null on the device.' });
}

export function logical(L: Lowering, node: LogicalNode): Value {
  if (node.operator === '??') noNullish(L, node);
  return chain(L, node.operator === '&&', operandsOf(node, node.operator), 0);
}

/** The operands of `a || b || c` (or `&&`), however they are nested. */
function operandsOf(node: Expression, operator: string): Expression[] {
  const inner = bare(node);
  return inner.type === 'LogicalExpression' && inner.operator === operator ? [...operandsOf(inner.left, operator), ...operandsOf(inner.right, operator)] : [inner];
}

/** The value of the operands from `k` on: the first that decides, else the last. */
function chain(L: Lowering, and: boolean, operands: readonly Expression[], k: number): Value {
  const node = operands[k]!;
  if (k === operands.length - 1) return L.expression(node);
  const inner = node.type === 'LogicalExpression' && node.operator === (and ? '||' : '&&') ? node : null;
  if (inner === null) return chainRest(L, and, L.expression(node), operands, k);
  // `p && q || rest` and `(p || q) && rest`, which minifiers make of choices: p may be of another type than q.
  const p = condition(L, inner.left);
  if (p.expr.kind === 'const') return (p.expr.value === true) === and ? chainRest(L, and, p, operands, k) : chainRest(L, and, L.expression(inner.right), operands, k);
  const q = L.collect(() => L.expression(inner.right));
  if (q.value.kind === 'data' && isBool(q.value.type)) return chainRest(L, and, bothTrue(L, !and, p, { stmts: q.stmts, value: q.value }, node), operands, k);
  const rest = L.collect(() => chain(L, and, operands, k + 1));
  if (q.stmts.length > 0) return guarded(L, and, p, q, rest, node);
  const holds = bothTrue(L, !and, p, { stmts: [], value: truth(L, q.value, inner.right) }, node);
  const own: Branch = { stmts: [], value: q.value };
  return merge(L, holds, and ? rest : own, and ? own : rest, node);
}

/** As above, where q has effects: they happen only where p does not decide, and those of the rest only where q does not. */
function guarded(L: Lowering, and: boolean, p: Data, q: Branch, rest: Branch, node: AnyNode): Value {
  const bool = scalarOf.bool;
  const holds = { kind: 'local' as const, local: L.newLocal('holds', bool) };
  const result = choose(L, load(holds, bool), L.data(q.value, node), L.data(rest.value, node), node);
  if (result.kind !== 'data' || result.expr.kind !== 'select') L.fail('RK129', node, { what: 'A choice between two objects with effects', hint: 'Write an `if`.' });
  const choice = { kind: 'local' as const, local: L.newLocal('choice', result.type) };
  const chosen = load(choice, result.type);
  const yes = load(holds, bool);
  const no: Expr = { kind: 'unary', op: 'not', value: yes, type: bool };
  L.emit({ kind: 'let', local: holds.local, init: p.expr });
  L.emit({ kind: 'let', local: choice.local, init: null });
  L.emit({
    kind: 'if', test: and ? no : yes, else: [], pos: L.pos(node),
    then: [...q.stmts, { kind: 'assign', place: choice, value: result.expr.then }, { kind: 'assign', place: holds, value: truth(L, data(chosen, result.type), node).expr }],
  });
  L.emit({ kind: 'if', test: and ? yes : no, then: [...rest.stmts, { kind: 'assign', place: choice, value: result.expr.else }], else: [] });
  return { ...result, expr: chosen };
}

function chainRest(L: Lowering, and: boolean, left: Value, operands: readonly Expression[], k: number): Value {
  const node = operands[k]!;
  if (left.kind === 'void') return and ? left : chain(L, and, operands, k + 1);
  const test = truth(L, left, node);
  if (test.expr.kind === 'const') return (test.expr.value === true) === and ? chain(L, and, operands, k + 1) : left;
  return combine(L, and, left, L.collect(() => chain(L, and, operands, k + 1)), operands[k + 1]!);
}

/** `left && right`, `left || right` as a value: truth values, or one of two numbers. */
function combine(L: Lowering, and: boolean, left: Value, right: Branch, node: AnyNode): Value {
  const spelled = and ? '&&' : '||';
  if (left.kind === 'data' && isBool(left.type)) {
    const r = L.data(right.value, node);
    if (!isBool(r.type)) L.fail('RK203', node, { from: called(r.type), to: 'bool', where: `right of \`${spelled}\`` });
    return bothTrue(L, and, left, { stmts: right.stmts, value: r }, node);
  }
  // Numbers: one of the two operands is the value.
  const once: Value = left.kind === 'data' ? { ...left, expr: L.spill(left.expr, left.type) } : left;
  const tested = truth(L, once, node);
  if (right.value.kind === 'data' && isBool(right.value.type)) L.fail('RK203', node, { from: 'bool', to: called(L.data(left, node).type), where: `right of \`${spelled}\`` });
  return merge(L, tested, and ? right : { stmts: [], value: once }, and ? { stmts: [], value: once } : right, node);
}

export function conditional(L: Lowering, node: Extract<Expression, { type: 'ConditionalExpression' }>): Value {
  const test = condition(L, node.test);
  if (test.expr.kind === 'const') return L.expression(test.expr.value === true ? node.consequent : node.alternate);
  const then = L.collect(() => L.expression(node.consequent));
  const otherwise = L.collect(() => L.expression(node.alternate));
  return merge(L, test, then, otherwise, node);
}

interface Branch { readonly stmts: Stmt[]; readonly value: Value }

/** One of two values; by `select` where neither has effects. */
function merge(L: Lowering, test: Data, then: Branch, otherwise: Branch, node: AnyNode): Value {
  const effects = then.stmts.length + otherwise.stmts.length > 0;
  if (!effects) return choose(L, test.expr, then.value, otherwise.value, node);
  const stable = L.spill(test.expr, test.type);
  if (then.value.kind === 'void' && otherwise.value.kind === 'void') {
    L.emit({ kind: 'if', test: stable, then: then.stmts, else: otherwise.stmts, pos: L.pos(node) });
    return then.value;
  }
  // The values are evaluated inside their branches; what comes out are temporaries.
  const result = choose(L, stable, then.value, otherwise.value, node);
  if (result.kind === 'lit') {
    L.emit({ kind: 'if', test: stable, then: then.stmts, else: otherwise.stmts, pos: L.pos(node) });
    return result;
  }
  if (result.kind !== 'data') {
    if (then.stmts.every((s) => !hasEffect(s)) && otherwise.stmts.every((s) => !hasEffect(s))) {
      L.out.push(...then.stmts, ...otherwise.stmts);
      return result;
    }
    L.fail('RK129', node, { what: 'A choice between two objects with effects', hint: 'Write an `if`.' });
  }
  const local = L.newLocal('choice', result.type);
  const place = { kind: 'local' as const, local };
  const picked = result.expr as Extract<Expr, { kind: 'select' }>;
  L.emit({ kind: 'let', local, init: null });
  L.emit({
    kind: 'if', test: stable, pos: L.pos(node),
    then: [...then.stmts, { kind: 'assign', place, value: picked.then }],
    else: [...otherwise.stmts, { kind: 'assign', place, value: picked.else }],
  });
  return { ...result, expr: load(place, result.type) };
}

function choose(L: Lowering, test: Expr, a: Value, b: Value, node: AnyNode): Value {
  if (a.kind === 'unknown' || b.kind === 'unknown') return { kind: 'unknown' };
  if (a.kind === 'record' && b.kind === 'record') {
    const names = new Set([...a.fields.keys(), ...b.fields.keys()]);
    const fields = new Map<string, Value>();
    const once = L.spill(test, scalarOf.bool);
    for (const name of names) {
      const x = a.fields.get(name);
      const y = b.fields.get(name);
      if (x === undefined || y === undefined) L.fail('RK126', node, { type: 'Object', problem: 'one branch has no field', name, known: [...names].join(', ') });
      fields.set(name, choose(L, once, x, y, node));
    }
    return { kind: 'record', fields } satisfies RecordValue;
  }
  if (a.kind === 'list' && b.kind === 'list' && a.items.length === b.items.length) {
    const once = L.spill(test, scalarOf.bool);
    return { kind: 'list', items: a.items.map((x, k) => choose(L, once, x, b.items[k]!, node)) } satisfies ListValue;
  }
  if (a.kind === 'lit' && b.kind === 'lit' && Object.is(a.value, b.value)) return a;
  const x = L.data(a, node);
  const y = L.data(b, node);
  const select = (then: Expr, other: Expr, type: Type): Expr => ({ kind: 'select', test, then, else: other, type, pos: L.pos(node) });
  const boolean = isBool(x.type) !== isBool(y.type) ? [x.type, y.type] : null;
  if (boolean !== null) L.fail('RK203', node, { from: called(x.type), to: called(y.type), where: 'branches of a choice' });
  if (x.type.kind !== 'scalar' || y.type.kind !== 'scalar' || isBool(x.type)) {
    if (!sameType(x.type, y.type)) L.fail('RK210', node, { actual: called(y.type), expected: called(x.type), where: 'branches of a choice' });
    return data(select(x.expr, y.expr, x.type), x.type);
  }
  const p = unify(L, a.kind === 'lit' ? a : x, b.kind === 'lit' ? b : y, '?:', node);
  return { ...data(select(p.left, p.right, p.type), p.type, p.flex), nonneg: (x.nonneg === true) && (y.nonneg === true) };
}
