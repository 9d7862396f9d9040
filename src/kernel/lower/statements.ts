/** Statements: JavaScript's control flow in the IR's structured form. */
import type { AnyNode, Expression, Pattern, Statement, VariableDeclaration } from '../parse/nodes.ts';
import type { AssignStmt, Expr, Stmt } from '../ir.ts';
import { compare, negated } from './arithmetic.ts';
import { condition } from './conditions.ts';
import { cast } from './convert.ts';
import { isCoverage } from './expressions.ts';
import { constant, describe, hintFor, literal, load, type Exit, type Lowering } from './lowering.ts';
import { element } from './places.ts';
import { switchStatement } from './switch.ts';
import { scalarOf } from './types.ts';
import { data, lit, type Data, type Value } from './value.ts';
import { declareEmpty, flexOf, initialise } from './variables.ts';

export function statements(L: Lowering, body: readonly Statement[]): void {
  for (const node of body) L.attempt(() => statement(L, node, []));
}

/** A statement as a list of its own. */
export function block(L: Lowering, node: Statement | null | undefined): Stmt[] {
  if (node === null || node === undefined) return [];
  return L.collect(() => L.attempt(() => statement(L, node, []))).stmts;
}

export function statement(L: Lowering, node: Statement, labels: readonly string[]): void {
  switch (node.type) {
    case 'EmptyStatement': case 'DebuggerStatement': return;
    case 'BlockStatement':
      if (labels.length > 0) labelled(L, node, labels, () => statements(L, node.body));
      else statements(L, node.body);
      return;
    case 'ExpressionStatement':
      if (node.directive !== undefined || isCoverage(L, node.expression as AnyNode)) return;
      if (node.expression.type === 'Literal' && typeof node.expression.value === 'string') return;
      L.expression(node.expression, true);
      return;
    case 'VariableDeclaration': declaration(L, node); return;
    case 'FunctionDeclaration': return;
    case 'IfStatement': ifStatement(L, node, labels); return;
    case 'ForStatement': case 'WhileStatement': case 'DoWhileStatement': loop(L, node, labels); return;
    case 'ForOfStatement': forOf(L, node, labels); return;
    case 'SwitchStatement': switchStatement(L, node, labels); return;
    case 'LabeledStatement': statement(L, node.body, [...labels, node.label.name]); return;
    case 'BreakStatement': case 'ContinueStatement': leave(L, node); return;
    case 'ReturnStatement': returnStatement(L, node); return;
    case 'ThrowStatement': L.fail('RK110', node, { what: '`throw`', hint: 'Reply with an error field; `debug: exact` finds faults.' }); break;
    case 'TryStatement': L.fail('RK110', node, { what: '`try`', hint: 'Nothing throws on the device; at older compile targets `for..of` becomes `try`: compile for ES2015 or later.' }); break;
    case 'ForInStatement': L.fail('RK110', node, { what: '`for..in`', hint: 'Use `for (const i of ctx.range(n))`.' }); break;
    case 'WithStatement': L.fail('RK110', node, { what: '`with`', hint: 'Name the object.' }); break;
    case 'ClassDeclaration': L.fail('RK110', node, { what: 'A class', hint: 'Use fields of a struct and functions.' }); break;
    default: L.fail('RK110', node, { what: `\`${(node as Statement).type}\``, hint: 'Write it with plain statements.' });
  }
}

function declaration(L: Lowering, node: VariableDeclaration): void {
  if (node.kind === 'using' || node.kind === 'await using') L.fail('RK110', node, { what: `\`${node.kind}\``, hint: 'The device has nothing to dispose of.' });
  for (const d of node.declarations) {
    L.attempt(() => {
      if (!d.init) {
        if (node.kind === 'var' || d.id.type !== 'Identifier') return;
        const decl = L.parsed.refs.get(d.id);
        if (decl !== undefined && !decl.hoisted) {
          // With one assignment in all it is as good as an initialiser, but may be read in another scope.
          declareEmpty(L, L.variable(decl), d as AnyNode);
        }
        return;
      }
      let value: Value | undefined;
      try {
        value = L.expression(d.init);
      } finally {
        if (value === undefined) poison(L, d.id);
      }
      L.parts.bind(L, d.id, value, d as AnyNode);
    });
  }
}

function poison(L: Lowering, pattern: Pattern): void {
  switch (pattern.type) {
    case 'Identifier': {
      const decl = L.parsed.refs.get(pattern);
      if (decl !== undefined) L.variable(decl).failed = true;
      return;
    }
    case 'ObjectPattern': for (const p of pattern.properties) if (p.type === 'Property') poison(L, p.value); return;
    case 'ArrayPattern': for (const e of pattern.elements) if (e !== null) poison(L, e);
  }
}

function ifStatement(L: Lowering, node: Extract<Statement, { type: 'IfStatement' }>, labels: readonly string[]): void {
  if (labels.length > 0) { labelled(L, node, labels, () => ifStatement(L, node, [])); return; }
  const test = condition(L, node.test);
  if (test.expr.kind === 'const') {
    const taken = test.expr.value === true ? node.consequent : node.alternate;
    if (taken) L.attempt(() => statement(L, taken, []));
    return;
  }
  const then = block(L, node.consequent);
  const otherwise = block(L, node.alternate);
  if (then.length === 0 && otherwise.length === 0) return;
  if (then.length === 0) L.emit({ kind: 'if', test: negated(test.expr), then: otherwise, else: [], pos: L.pos(node) });
  else L.emit({ kind: 'if', test: test.expr, then, else: otherwise, pos: L.pos(node) });
}

// ---------------------------------------------------------------- exits

/** `name: { ... break name; ... }` */
function labelled(L: Lowering, node: AnyNode, labels: readonly string[], run: () => void): void {
  const id = L.label();
  L.exits.push({ labels, plain: false, breakId: id, next: null, frame: L.frame });
  const { stmts } = L.collect(run);
  L.exits.pop();
  L.emit({ kind: 'block', id, body: stmts, pos: L.pos(node) });
}

function leave(L: Lowering, node: Extract<Statement, { type: 'BreakStatement' | 'ContinueStatement' }>): void {
  const name = node.label?.name;
  const isBreak = node.type === 'BreakStatement';
  for (let k = L.exits.length - 1; k >= 0; k--) {
    const exit: Exit = L.exits[k]!;
    if (exit.frame !== L.frame) break;
    if (name !== undefined ? !exit.labels.includes(name) : isBreak ? !exit.plain : exit.next === null) continue;
    if (isBreak) L.emit({ kind: 'break', target: exit.breakId, pos: L.pos(node) });
    else if (exit.next!.kind === 'continue') L.emit({ kind: 'continue', target: exit.next!.id, pos: L.pos(node) });
    else L.emit({ kind: 'break', target: exit.next!.id, pos: L.pos(node) });
    return;
  }
  L.fail('RK110', node, { what: `\`${isBreak ? 'break' : 'continue'}\` to a place outside`, hint: 'Leave a loop, switch or block around it.' });
}

/** `return c ? a : b` becomes an `if`, so that each side can be an object. */
function returnStatement(L: Lowering, node: Extract<Statement, { type: 'ReturnStatement' }>): void {
  if (L.returns === null) L.fail('RK110', node, { what: '`return` here', hint: 'Return at the end of the function.' });
  returnValue(L, node.argument ?? null, node);
}

export function returnValue(L: Lowering, value: Expression | null, node: AnyNode): void {
  const target = L.returns!;
  if (value === null) { target.leave(null, node); return; }
  switch (value.type) {
    case 'ParenthesizedExpression': returnValue(L, value.expression, node); return;
    case 'SequenceExpression':
      for (const e of value.expressions.slice(0, -1)) L.attempt(() => L.expression(e, true));
      returnValue(L, value.expressions.at(-1)!, node);
      return;
    case 'ConditionalExpression': {
      const test = condition(L, value.test);
      if (test.expr.kind === 'const') { returnValue(L, test.expr.value === true ? value.consequent : value.alternate, node); return; }
      const side = (part: Expression): Stmt[] => L.collect(() => L.attempt(() => returnValue(L, part, node))).stmts;
      L.emit({ kind: 'if', test: test.expr, then: side(value.consequent), else: side(value.alternate), pos: L.pos(node) });
      return;
    }
    case 'UnaryExpression':
      if (value.operator === 'void') {
        L.expression(value.argument, true);
        target.leave(null, node);
        return;
      }
      break;
    case 'Identifier':
      if (value.name === 'undefined' && !L.parsed.refs.has(value)) { target.leave(null, node); return; }
      break;
  }
  target.leave(value, node);
}

// ---------------------------------------------------------------- loops

type LoopNode = Extract<Statement, { type: 'ForStatement' | 'WhileStatement' | 'DoWhileStatement' }>;

function loop(L: Lowering, node: LoopNode, labels: readonly string[]): void {
  if (node.type === 'ForStatement' && node.init) {
    const { init } = node;
    L.attempt(() => { if (init.type === 'VariableDeclaration') declaration(L, init); else L.expression(init, true); });
  }
  const post = node.type === 'DoWhileStatement';
  const testNode = node.test ?? null;
  const test = L.collect((): Data | null => (testNode === null ? null : L.attempt(() => condition(L, testNode)) ?? null));
  const updateNode = node.type === 'ForStatement' ? node.update ?? null : null;
  const update = L.collect(() => (updateNode === null ? undefined : L.attempt(() => L.expression(updateNode, true)))).stmts;
  emitLoop(L, node, labels, post, test.stmts, test.value?.expr ?? null, update, () => statement(L, node.body, []));
}

/** Puts a loop together: in the IR's own form where test and update are plain, else spelt out inside. */
function emitLoop(L: Lowering, node: AnyNode, labels: readonly string[], post: boolean, pre: Stmt[], test: Expr | null, update: Stmt[], body: () => void): void {
  const id = L.label();
  const always = test === null || (test.kind === 'const' && test.value === true);
  const plain = pre.length === 0 && update.every((s): s is AssignStmt => s.kind === 'assign' && s.value.kind !== 'invoke' && s.value.kind !== 'send');
  const inner = plain ? id : L.label();
  L.exits.push({ labels, plain: true, breakId: id, next: { kind: plain ? 'continue' : 'break', id: inner }, frame: L.frame });
  const { stmts } = L.collect(() => L.attempt(body));
  L.exits.pop();
  const pos = L.pos(node);
  if (plain) {
    const condition = always ? null : test;
    L.emit({ kind: 'loop', id, pretest: post ? null : condition, body: stmts, update: update as AssignStmt[], posttest: post ? condition : null, pos });
    return;
  }
  const stop: Stmt[] = always ? pre : [...pre, { kind: 'if', test: negated(test!), then: [{ kind: 'break', target: id }], else: [] }];
  const wrapped: Stmt[] = breaksTo(stmts, inner) ? [{ kind: 'block', id: inner, body: stmts }] : stmts;
  const whole = post ? [...wrapped, ...update, ...stop] : [...stop, ...wrapped, ...update];
  L.emit({ kind: 'loop', id, pretest: null, body: whole, update: [], posttest: null, pos });
}

export function breaksTo(stmts: readonly Stmt[], id: number): boolean {
  return stmts.some((s) => (s.kind === 'break' ? s.target === id
    : s.kind === 'if' ? breaksTo(s.then, id) || breaksTo(s.else, id)
      : s.kind === 'block' || s.kind === 'loop' ? breaksTo(s.body, id)
        : s.kind === 'switch' ? breaksTo(s.otherwise, id) || s.cases.some((c) => breaksTo(c.body, id)) : false));
}

/** `for (const x of ctx.range(n))`, `for (const x of array)`. */
function forOf(L: Lowering, node: Extract<Statement, { type: 'ForOfStatement' }>, labels: readonly string[]): void {
  if (node.await) L.fail('RK102', node, { what: 'async' });
  const over = L.expression(node.right);
  let from: Value = lit(0);
  let to: Value;
  let item: (k: Data) => Value = (k) => k;
  if (over.kind === 'range') ({ from, to } = over);
  else if (over.kind === 'array' && over.grid === 0) {
    to = L.parts.member(L, over, 'length', node.right as AnyNode);
    item = (k) => element(L, over, k, node.right as AnyNode);
  } else if (over.kind === 'list') {
    const hidden = L.variableIn(L.frame, node, 'items');
    initialise(L, hidden, false, false, over, node.right as AnyNode);
    to = lit(over.items.length);
    item = (k) => element(L, arrayOf(L, hidden), k, node.right as AnyNode);
  } else if (over.kind === 'data' && over.type.kind === 'array') {
    to = lit(over.type.length);
    item = (k) => element(L, over, k, node.right as AnyNode);
  } else if (over.kind === 'unknown') {
    // How often is not known; what is done each time can be looked at.
    to = cast(L, over, 'i32', node.right as AnyNode);
    item = () => over;
  } else L.fail('RK129', node.right, { what: `${describe(over)} as the subject of \`for..of\``, hint: over.kind === 'data' ? 'Use `ctx.range(n)` or an array.' : hintFor(over) });

  const direct = over.kind === 'range' ? directName(L, node) : null;
  const counter = L.variableIn(L.frame, node.left, direct?.name ?? 'k');
  const end = to.kind === 'lit' ? to : L.settled(to);
  // The counter has the type of the bound.
  if (end.kind === 'data') counter.hear(end.type, end.flex, end.nonneg === true);
  initialise(L, counter, false, false, from, node.right as AnyNode);
  if (direct !== null) L.variable(direct).alias = currentOf(L, counter);
  const k = currentOf(L, counter);
  const test = (compare(L, '<', k, end, node.right as AnyNode) as Data).expr;
  const one = counter.type?.kind === 'scalar' && (counter.type.name === 'i64' || counter.type.name === 'u64') ? 1n : 1;
  const next: AssignStmt = {
    kind: 'assign', place: { kind: 'local', local: counter.local! },
    value: { kind: 'binary', op: 'add', left: load({ kind: 'local', local: counter.local! }, k.type), right: constant(one, k.type), type: k.type },
  };
  emitLoop(L, node, labels, false, [], test, [next], () => {
    if (direct === null) {
      const value = L.settled(item(over.kind === 'list' || over.kind === 'data' ? { ...k, flex: null } : k));
      if (node.left.type === 'VariableDeclaration') L.parts.bind(L, node.left.declarations[0]!.id, value, node.left as AnyNode);
      else L.parts.assign(L, node.left, value, node.left as AnyNode);
    }
    statement(L, node.body, []);
  });
}

const currentOf = (L: Lowering, v: ReturnType<Lowering['variable']>): Data => {
  const type = v.type ?? scalarOf.i32;
  return { ...data(load({ kind: 'local', local: v.local! }, type), type, flexOf(v)), nonneg: v.nonneg };
};
const arrayOf = (L: Lowering, v: ReturnType<Lowering['variable']>): Data => {
  const { local } = v;
  if (local === null) return L.data(literal(0), { start: 0, end: 0 } as AnyNode);
  return data(load({ kind: 'local', local }, local.type), local.type);
};

/** The loop's own name, if nothing else writes it: then it is the counter. */
function directName(L: Lowering, node: Extract<Statement, { type: 'ForOfStatement' }>): NonNullable<ReturnType<Lowering['variable']>['decl']> | null {
  if (node.left.type !== 'VariableDeclaration') return null;
  const id = node.left.declarations[0]!.id;
  if (id.type !== 'Identifier') return null;
  const decl = L.parsed.refs.get(id);
  return decl !== undefined && decl.writes === 1 && !decl.hoisted ? decl : null;
}
