/** Expressions: side effects become statements in the order of evaluation, the rest stays a pure tree. */
import type { AnyNode, Expression, Pattern } from 'acorn';
import { sameType } from '../../layout/types.ts';
import { Bail } from '../diagnostics.ts';
import type { Expr, Stmt } from '../ir.ts';
import { binary, compare, isComparison, unary, unify } from './arithmetic.ts';
import { truth, wrap } from './convert.ts';
import { hasEffect, isStable, load, markStable, truthConst, type Lowering } from './lowering.ts';
import { called, isBool, scalarOf, type Type } from './types.ts';
import { data, lit, nothing, type Data, type ListValue, type RecordValue, type Value } from './value.ts';
import { writePlace } from './places.ts';
import { readVariable } from './variables.ts';

export function expression(L: Lowering, node: Expression, discard: boolean): Value {
  switch (node.type) {
    case 'Literal': return literalNode(L, node);
    case 'Identifier': return identifier(L, node);
    case 'ParenthesizedExpression': return L.expression(node.expression, discard);
    case 'SequenceExpression': return sequence(L, node.expressions, discard);
    case 'UnaryExpression': return unaryNode(L, node, discard);
    case 'BinaryExpression': return binaryNode(L, node);
    case 'LogicalExpression': return discard ? effectIf(L, node) : logical(L, node);
    case 'ConditionalExpression': return discard ? effectIf(L, node) : conditional(L, node);
    case 'AssignmentExpression': return assignment(L, node, discard);
    case 'UpdateExpression': return isCoverage(L, node) ? nothing('a counter') : update(L, node, discard);
    case 'MemberExpression': return member(L, node);
    case 'ChainExpression': L.fail('RK110', node, { what: 'Optional chaining', hint: 'Nothing is optional on the device: write `.`.' }); break;
    case 'CallExpression': return isCoverage(L, node) ? nothing('a counter') : L.parts.call(L, node, discard);
    case 'NewExpression': return L.parts.construct(L, node);
    case 'ObjectExpression': return object(L, node);
    case 'ArrayExpression': return list(L, node);
    case 'ArrowFunctionExpression': case 'FunctionExpression':
      if (node.async) L.fail('RK102', node, { what: 'async' });
      if (node.generator) L.fail('RK102', node, { what: 'generator' });
      return { kind: 'function', node, frame: L.frame, name: node.type === 'FunctionExpression' && node.id ? node.id.name : 'inner function' };
    case 'TemplateLiteral': return template(L, node);
    case 'TaggedTemplateExpression': L.fail('RK111', node); break;
    case 'ThisExpression': L.fail('RK110', node, { what: '`this`', hint: 'Everything a kernel needs comes through its parameters.' }); break;
    case 'AwaitExpression': L.fail('RK102', node, { what: 'async' }); break;
    case 'YieldExpression': L.fail('RK102', node, { what: 'generator' }); break;
    case 'ClassExpression': L.fail('RK110', node, { what: 'A class', hint: 'Use fields of a struct and functions.' }); break;
    default: L.fail('RK110', node, { what: `\`${node.type}\``, hint: 'Write it with plain expressions.' });
  }
}

function literalNode(L: Lowering, node: Extract<Expression, { type: 'Literal' }>): Value {
  if (typeof node.value === 'number') return lit(node.value);
  if (typeof node.value === 'boolean') return truthConst(node.value);
  if (typeof node.bigint === 'string') return lit(BigInt(node.bigint));
  if (typeof node.value === 'string') L.fail('RK111', node);
  if (node.regex) L.fail('RK110', node, { what: 'A regular expression', hint: 'The device has no strings.' });
  L.fail('RK110', node, { what: '`null`', hint: 'Use a number or a truth value that says so.' });
}

function template(L: Lowering, node: Extract<Expression, { type: 'TemplateLiteral' }>): never {
  L.fail('RK111', node);
}

const globals = new Set(['Math', 'Number', 'BigInt', 'Boolean', 'Float32Array', 'Float64Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array']);

function identifier(L: Lowering, node: Extract<Expression, { type: 'Identifier' }>): Value {
  const decl = L.parsed.refs.get(node);
  if (decl !== undefined) return readVariable(L, decl, node);
  switch (node.name) {
    case 'undefined': return nothing('`undefined`');
    case 'Infinity': return lit(Infinity);
    case 'NaN': return lit(NaN);
    case 'Math': return { kind: 'math' };
    case 'arguments': L.fail('RK110', node, { what: '`arguments`', hint: 'Name the parameters.' }); break;
    default:
      if (globals.has(node.name)) return { kind: 'global', name: node.name };
      L.fail('RK130', node, { name: node.name });
  }
}

function sequence(L: Lowering, items: readonly Expression[], discard: boolean): Value {
  let last: Value = nothing('nothing');
  items.forEach((item, k) => {
    if (k === items.length - 1) last = L.expression(item, discard);
    else L.attempt(() => L.expression(item, true));
  });
  return last;
}

function unaryNode(L: Lowering, node: Extract<Expression, { type: 'UnaryExpression' }>, discard: boolean): Value {
  if (node.operator === 'void') {
    L.expression(node.argument, true);
    return nothing('`void`');
  }
  // `~~x` truncates like `x | 0`.
  if (node.operator === '~') {
    const inner = bare(node.argument);
    if (inner.type === 'UnaryExpression' && inner.operator === '~') {
      const value = L.expression(inner.argument);
      if (!(value.kind === 'lit' && typeof value.value === 'bigint') && !(value.kind === 'data' && value.type.size === 8 && value.type.kind === 'scalar' && value.type.name !== 'f64')) return wrap(L, value, 'i32', node);
      return value;
    }
  }
  if (node.operator === 'delete' || node.operator === 'typeof') L.fail('RK110', node, { what: `\`${node.operator}\``, hint: 'Types are fixed when the kernel is compiled.' });
  // A minifier may negate a call whose value is not used.
  const value = L.expression(node.argument, discard);
  return discard ? value : unary(L, node.operator, value, node);
}

const bare = (node: Expression): Expression => (node.type === 'ParenthesizedExpression' ? bare(node.expression) : node);

function binaryNode(L: Lowering, node: Extract<Expression, { type: 'BinaryExpression' }>): Value {
  if (node.left.type === 'PrivateIdentifier' || node.operator === 'in' || node.operator === 'instanceof') {
    L.fail('RK110', node, { what: `\`${node.operator}\``, hint: 'Types are fixed when the kernel is compiled.' });
  }
  const [left, right] = L.inOrder([node.left, node.right], (n) => L.expression(n)) as [Value, Value];
  return isComparison(node.operator) ? compare(L, node.operator, left, right, node) : binary(L, node.operator, left, right, node);
}

// ---------------------------------------------------------------- conditions

/** `a && b`, `a || b`, `c ? x : y` for their effects only. */
function effectIf(L: Lowering, node: Extract<Expression, { type: 'LogicalExpression' | 'ConditionalExpression' }>): Value {
  if (node.type === 'LogicalExpression' && node.operator === '??') noNullish(L, node);
  const testNode = node.type === 'LogicalExpression' ? node.left : node.test;
  const test = truth(L, L.expression(testNode), testNode);
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

const negatedTest = (L: Lowering, test: Data, node: AnyNode): Expr => (unary(L, '!', test, node) as Data).expr;

function noNullish(L: Lowering, node: AnyNode): never {
  L.fail('RK110', node, { what: '`??`', hint: 'Nothing is null on the device.' });
}

function logical(L: Lowering, node: Extract<Expression, { type: 'LogicalExpression' }>): Value {
  if (node.operator === '??') noNullish(L, node);
  const and = node.operator === '&&';
  const left = L.expression(node.left);
  if (left.kind === 'void') return and ? left : L.expression(node.right);
  const test = truth(L, left, node.left);
  if (test.expr.kind === 'const') return (test.expr.value === true) === and ? L.expression(node.right) : left;
  const mark = L.collect(() => L.expression(node.right));
  const right = mark.value;
  if (left.kind === 'data' && isBool(left.type)) {
    const r = L.data(right, node.right);
    if (!isBool(r.type)) L.fail('RK203', node.right, { from: called(r.type), to: 'bool', where: `right of \`${node.operator}\`` });
    if (mark.stmts.length === 0) {
      return data({ kind: 'logical', op: and ? 'and' : 'or', left: left.expr, right: r.expr, type: scalarOf.bool, pos: L.pos(node) }, scalarOf.bool);
    }
    return merge(L, test, and ? { stmts: mark.stmts, value: r } : { stmts: [], value: truthConst(true) }, and ? { stmts: [], value: truthConst(false) } : { stmts: mark.stmts, value: r }, node);
  }
  // Numbers: one of the two operands is the value.
  const once = left.kind === 'data' ? { ...left, expr: spillBefore(L, left) } : left;
  const tested = truth(L, once, node.left);
  if (right.kind === 'data' && isBool(right.type)) L.fail('RK203', node, { from: 'bool', to: called(L.data(left, node).type), where: `right of \`${node.operator}\`` });
  return merge(L, tested, and ? mark : { stmts: [], value: once }, and ? { stmts: [], value: once } : mark, node);
}

const spillBefore = (L: Lowering, d: Data): Expr => (isStable(d.expr) ? d.expr : L.spill(d.expr, d.type));

function conditional(L: Lowering, node: Extract<Expression, { type: 'ConditionalExpression' }>): Value {
  const test = truth(L, L.expression(node.test), node.test);
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

// ---------------------------------------------------------------- assignment

function assignment(L: Lowering, node: Extract<Expression, { type: 'AssignmentExpression' }>, discard: boolean): Value {
  const { left, operator } = node;
  if (operator === '??=') noNullish(L, node);
  if (operator === '=') {
    // The place is evaluated first, as in JavaScript.
    if (left.type === 'MemberExpression') {
      const place = placeOf(L, left, true);
      const value = L.expression(node.right);
      return store(L, left, place, value, node, discard);
    }
    let value: Value | undefined;
    try {
      value = L.expression(node.right);
    } finally {
      if (value === undefined) poison(L, left);
    }
    L.parts.assign(L, left, value, node);
    return discard ? nothing('a statement') : left.type === 'Identifier' ? L.expression(left) : value;
  }
  const target = left as Expression;
  if (operator === '&&=' || operator === '||=') {
    const current = L.data(target.type === 'MemberExpression' ? placeOf(L, target) : L.expression(target), node);
    if (!isBool(current.type)) L.fail('RK209', node, { op: operator, type: called(current.type), reason: 'It is for truth values', hint: 'Write an `if`.' });
    const { stmts } = L.collect(() => store(L, left, current, L.expression(node.right), node, true));
    const test = operator === '&&=' ? current.expr : negatedTest(L, current, node);
    L.emit({ kind: 'if', test, then: stmts, else: [], pos: L.pos(node) });
    return discard ? nothing('a statement') : L.expression(target);
  }
  const op = operator.slice(0, -1);
  const [current, right] = L.inOrder([target, node.right], (n) => (n === target && target.type === 'MemberExpression' ? placeOf(L, target) : L.expression(n))) as [Value, Value];
  // `place` keeps its address even where its value was saved before an effect of the right side.
  const place = target.type === 'MemberExpression' ? placeAgain.get(target) ?? current : current;
  return store(L, left, place, binary(L, op, current, right, node), node, discard);
}

/** Addresses evaluated for the assignment at hand. */
const placeAgain = new WeakMap<object, Value>();

function placeOf(L: Lowering, node: Extract<Expression, { type: 'MemberExpression' }>, writeOnly = false): Value {
  if (writeOnly) L.writeOnly = node;
  const value = member(L, node);
  if (value.kind === 'data' && value.expr.kind === 'load') {
    const fixed: Data = { ...value, expr: { ...value.expr, place: L.fixed(value.expr.place) } };
    placeAgain.set(node, fixed);
    return fixed;
  }
  return value;
}

function store(L: Lowering, left: Pattern, place: Value, value: Value, node: AnyNode, discard: boolean): Value {
  const fixed = left.type === 'MemberExpression' ? placeAgain.get(left) ?? place : place;
  if (left.type === 'Identifier') {
    const decl = L.parsed.refs.get(left);
    if (decl === undefined) L.fail('RK130', left, { name: left.name });
    L.parts.assignVariable(L, L.variable(decl), value, node);
    return discard ? nothing('a statement') : L.expression(left);
  }
  writePlace(L, fixed, value, left as AnyNode, node);
  return discard ? nothing('a statement') : value.kind === 'data' ? fixed : value;
}

function poison(L: Lowering, target: Pattern): void {
  if (target.type === 'Identifier') {
    const decl = L.parsed.refs.get(target);
    if (decl !== undefined) L.variable(decl).failed = true;
  }
}

function update(L: Lowering, node: Extract<Expression, { type: 'UpdateExpression' }>, discard: boolean): Value {
  const target = node.argument;
  const place = target.type === 'MemberExpression' ? placeOf(L, target) : L.expression(target);
  const before = L.data(place, node);
  const one = before.type.kind === 'scalar' && (before.type.name === 'i64' || before.type.name === 'u64') ? 1n : 1;
  let old: Value = before;
  if (!discard && !node.prefix) {
    const local = markStable(L.newLocal('old', before.type));
    L.emit({ kind: 'let', local, init: before.expr });
    old = { ...before, expr: load({ kind: 'local', local }, before.type) };
  }
  const next = binary(L, node.operator === '++' ? '+' : '-', before, lit(one), node);
  const stored = store(L, target as Pattern, place, next, node, discard || !node.prefix);
  return discard ? nothing('a statement') : node.prefix ? stored : old;
}

// ---------------------------------------------------------------- members and literals

function member(L: Lowering, node: Extract<Expression, { type: 'MemberExpression' }>): Value {
  if (node.optional) L.fail('RK110', node, { what: 'Optional chaining', hint: 'Nothing is optional on the device: write `.`.' });
  if (node.object.type === 'Super' || node.property.type === 'PrivateIdentifier') L.fail('RK110', node, { what: 'A private or inherited member', hint: 'Use fields of messages and state.' });
  if (!node.computed) {
    const object = L.expression(node.object);
    return L.parts.member(L, object, (node.property as { name: string }).name, node);
  }
  if (node.property.type === 'Literal' && typeof node.property.value === 'string') return L.parts.member(L, L.expression(node.object), node.property.value, node);
  const [object, index] = L.inOrder([node.object, node.property], (n) => L.expression(n as Expression)) as [Value, Value];
  return L.parts.element(L, object, index, node);
}

function object(L: Lowering, node: Extract<Expression, { type: 'ObjectExpression' }>): Value {
  const entries: { name: string; value: Expression }[] = [];
  for (const p of node.properties) {
    if (p.type === 'SpreadElement') { L.report('RK110', p, { what: 'Spread', hint: 'Write the fields one by one.' }); continue; }
    const name = p.key.type === 'Identifier' && !p.computed ? p.key.name : p.key.type === 'Literal' ? String(p.key.value) : null;
    if (name === null || p.kind !== 'init' || p.method) { L.report('RK110', p, { what: 'A computed field or accessor', hint: 'Write `name: value`.' }); continue; }
    entries.push({ name, value: p.value as Expression });
  }
  let failed = false;
  const values = L.inOrder(entries, (e) => {
    const v = L.attempt(() => L.expression(e.value));
    if (v === undefined) failed = true;
    return v ?? nothing('a failed field');
  });
  if (failed) throw new Bail();
  return { kind: 'record', fields: new Map(entries.map((e, k) => [e.name, values[k]!])) };
}

function list(L: Lowering, node: Extract<Expression, { type: 'ArrayExpression' }>): Value {
  const elements = node.elements.map((e) => {
    if (e === null || e.type === 'SpreadElement') L.fail('RK110', node, { what: e === null ? 'A hole in an array' : 'Spread', hint: 'Write every element.' });
    return e;
  });
  return { kind: 'list', items: L.inOrder(elements, (e) => L.expression(e)) };
}

/** Counters that coverage tools insert: `cov_1a2b().s[3]++`. */
export function isCoverage(L: Lowering, node: AnyNode): boolean {
  switch (node.type) {
    case 'UpdateExpression': return node.argument.type === 'MemberExpression' && isCoverage(L, node.argument);
    case 'MemberExpression': return isCoverage(L, node.object as AnyNode);
    case 'CallExpression': return node.arguments.length === 0 && node.callee.type === 'Identifier' && /^cov_/.test(node.callee.name) && !L.parsed.refs.has(node.callee);
    default: return false;
  }
}
