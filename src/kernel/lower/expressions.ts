/** Expressions: side effects become statements in the order of evaluation, the rest stays a pure tree. */
import type { AnyNode, Expression, Pattern } from '../parse/nodes.ts';
import { Bail } from '../diagnostics.ts';
import { binary, compare, isComparison, unary } from './arithmetic.ts';
import { bare, condition, conditional, effectIf, logical, negatedTest, noNullish } from './conditions.ts';
import { truth, wrap } from './convert.ts';
import { load, markStable, truthConst, type Lowering } from './lowering.ts';
import { lit, nothing, type Data, type Value } from './value.ts';
import { writePlace } from './places.ts';
import { readVariable } from './variables.ts';

export function expression(L: Lowering, node: Expression, discard: boolean): Value {
  switch (node.type) {
    case 'Literal': return literalNode(L, node);
    case 'Identifier': return identifier(L, node);
    case 'ParenthesizedExpression': return L.expression(node.expression, discard);
    case 'SequenceExpression': return sequence(L, node.expressions, discard);
    case 'UnaryExpression': return unaryNode(L, node, discard);
    case 'BinaryExpression': return discard && node.left.type !== 'PrivateIdentifier' ? sequence(L, [node.left, node.right], true) : binaryNode(L, node);
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
  if (node.operator === '!' && !discard) return unary(L, '!', condition(L, node.argument), node);
  if (node.operator === 'delete' || node.operator === 'typeof') L.fail('RK110', node, { what: `\`${node.operator}\``, hint: 'Types are fixed when the kernel is compiled.' });
  // A minifier may negate a call whose value is not used.
  const value = L.expression(node.argument, discard);
  return discard ? value : unary(L, node.operator, value, node);
}


function binaryNode(L: Lowering, node: Extract<Expression, { type: 'BinaryExpression' }>): Value {
  if (node.left.type === 'PrivateIdentifier' || node.operator === 'in' || node.operator === 'instanceof') {
    L.fail('RK110', node, { what: `\`${node.operator}\``, hint: 'Types are fixed when the kernel is compiled.' });
  }
  const [left, right] = L.inOrder([node.left, node.right], (n) => L.expression(n)) as [Value, Value];
  return isComparison(node.operator) ? compare(L, node.operator, left, right, node) : binary(L, node.operator, left, right, node);
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
    // Minifiers write `x &&= y` for `x = x && y`, of numbers too.
    const holds = truth(L, current, node);
    const { stmts } = L.collect(() => store(L, left, current, L.expression(node.right), node, true));
    const test = operator === '&&=' ? holds.expr : negatedTest(L, holds, node);
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
  if (value.kind === 'data' && value.targets !== undefined) return { ...value, targets: value.targets.map((place) => L.fixed(place)) };
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
    case 'CallExpression': return node.arguments.length === 0 && node.callee.type === 'Identifier' && node.callee.name.startsWith('cov_') && !L.parsed.refs.has(node.callee);
    default: return false;
  }
}
