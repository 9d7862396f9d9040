/** Calls: which function is meant, and what it becomes. */
import type { AnyNode, Expression } from '../parse/nodes.ts';
import type { Expr, Format } from '../ir.ts';
import { binary, number, rounded, unify } from './arithmetic.ts';
import { typedArrays } from './assembly.ts';
import { as, cast, convertExpr, messageFields, truth } from './convert.ts';
import { castNames } from './context.ts';
import { effect } from './effect.ts';
import { inline } from './inline.ts';
import { callIntrinsic } from './intrinsic.ts';
import { constant, describe, truthConst, type CallNode, type Lowering } from './lowering.ts';
import { arrayMethod } from './arrays.ts';
import { called, isFloat, isInt, isInt32, isInt64, scalarOf } from './types.ts';
import { data, lit, nothing, type Data, type Value } from './value.ts';
import { asMatrix, makeMatrix, makeQuaternion, matrixMethod, matrixMethods, matrixTypes, quaternionMethod, quaternionMethods } from './matrices.ts';
import { makeVector, vectorMethod, vectorTypes } from './vectors.ts';
import type { ScalarName } from '../../layout/types.ts';

export function call(L: Lowering, node: CallNode, discard: boolean): Value {
  const callee = calleeOf(node.callee as Expression);
  if (node.optional) L.fail('RK110', node, { what: 'Optional chaining', hint: 'Nothing is optional on the device.' });
  const named = isNameWrapper(L, callee, node);
  if (named !== null) return L.expression(named, discard);
  const target = L.expression(callee);
  if (target.kind === 'builtin' && (target.name === 'debug' || target.name === 'alert' || target.name === 'metric')) return tell(L, target.name, node);
  const args = argumentsOf(L, node);
  const cast = target.kind === 'builtin' && (castNames as readonly string[]).includes(target.name);
  if ((target.kind === 'intrinsic' || target.kind === 'method' || (target.kind === 'builtin' && !cast)) && args.some((a) => a.kind === 'unknown')) return { kind: 'unknown' };
  switch (target.kind) {
    case 'unknown': return target;
    case 'function': return inline(L, target, args, node, discard);
    case 'helper': return L.parts.invoke(L, target, args, node, discard);
    case 'intrinsic': return callIntrinsic(L, target.row, target.path, args, node, discard);
    case 'builtin': return builtin(L, target.name, target.path, args, node);
    case 'global': return convertTo(L, target.name, args, node);
    case 'port': {
      if (args.length !== 1) L.fail('RK122', node, { name: `send.${target.port.name}`, expected: 1, actual: args.length });
      const fields = messageFields(L, args[0]!, target.port.message, node.arguments[0] as AnyNode);
      return effect(L, { kind: 'send', port: target.port, fields, type: scalarOf.bool, pos: L.pos(node) }, discard, 'sent');
    }
    case 'method':
      if (target.self.kind === 'data') {
        if (target.self.type.kind === 'vec') return (quaternionMethods.has(target.name) ? quaternionMethod : vectorMethod)(L, target.self, target.name, args, node);
        if (asMatrix(target.self.type) !== null && matrixMethods.has(target.name)) return matrixMethod(L, target.self, target.name, args, node);
      }
      return arrayMethod(L, target.self, target.name, args, node);
    default: L.fail('RK121', node, { name: describe(target) });
  }
}

/** `(0, f)(x)` is `f(x)`. */
function calleeOf(node: Expression): Expression {
  if (node.type === 'ParenthesizedExpression') return calleeOf(node.expression);
  if (node.type === 'SequenceExpression' && node.expressions.slice(0, -1).every((e) => e.type === 'Literal')) return calleeOf(node.expressions.at(-1)!);
  return node;
}

/** Bundlers keep names of functions with `__name(f, "f")`, whatever they call it. */
function isNameWrapper(L: Lowering, callee: Expression, node: CallNode): Expression | null {
  if (callee.type !== 'Identifier' || L.parsed.refs.has(callee) || node.arguments.length !== 2) return null;
  const [fn, name] = node.arguments as [Expression, Expression];
  const isFunction = fn.type === 'ArrowFunctionExpression' || fn.type === 'FunctionExpression' || (fn.type === 'Identifier' && L.parsed.refs.get(fn) !== undefined);
  return isFunction && name.type === 'Literal' && typeof name.value === 'string' ? fn : null;
}

function argumentsOf(L: Lowering, node: CallNode): Value[] {
  const list = node.arguments.map((a) => {
    if (a.type === 'SpreadElement') L.fail('RK110', a, { what: 'Spread', hint: 'Write the arguments one by one.' });
    return a;
  });
  return L.inOrder(list, (a) => L.expression(a));
}

/** `debug(format, ...values)`, `alert(name, value)`, `metric(name, value)`: the text stays with the program, the values go to the host. */
function tell(L: Lowering, kind: Format['kind'], node: CallNode): Value {
  const [format, ...rest] = node.arguments;
  let text: string | null = null;
  if (format?.type === 'Literal' && typeof format.value === 'string') text = format.value;
  if (format?.type === 'TemplateLiteral' && format.expressions.length === 0) text = format.quasis[0]!.value.cooked ?? null;
  if (text === null) L.fail('RK215', node, { what: kind === 'debug' ? 'The format of `debug`' : `The name of \`${kind}\``, reason: 'It is kept in the program, not on the device' });
  if (kind !== 'debug' && rest.length !== 1) L.fail('RK122', node, { name: kind, expected: 2, actual: node.arguments.length });
  const values = L.inOrder(rest as Expression[], (a) => L.expression(a));
  const args = values.map((v, k) => {
    const d = L.data(v, rest[k] as AnyNode);
    if (d.type.kind !== 'scalar') L.fail('RK214', rest[k] as AnyNode, { name: kind, type: called(d.type), types: 'scalars' });
    return d.expr;
  });
  L.emit({ kind: 'debug', format: L.assembly.format(kind, text), args, pos: L.pos(node) });
  return nothing(`\`${kind}\``);
}

const arity = (L: Lowering, name: string, args: readonly Value[], expected: number, node: AnyNode): void => {
  if (args.length !== expected) L.fail('RK122', node, { name, expected, actual: args.length });
};

/** Functions that are casts, operators or identities of the language. */
function builtin(L: Lowering, name: string, path: string, args: readonly Value[], node: CallNode): Value {
  if ((castNames as readonly string[]).includes(name)) {
    arity(L, path, args, 1, node);
    return cast(L, args[0]!, name as ScalarName, node);
  }
  if (vectorTypes.has(name)) return makeVector(L, name, args, node);
  if (matrixTypes.has(name)) return makeMatrix(L, name, args, node);
  if (name === 'quat') return makeQuaternion(L, args, node);
  if (name.startsWith('shared.')) return sharedMemory(L, name.slice('shared.'.length), args, node);
  switch (name) {
    case 'idiv': {
      arity(L, path, args, 2, node);
      const a = number(L, args[0]!, 'idiv', node);
      const b = number(L, args[1]!, 'idiv', node);
      if (a.kind === 'lit' && b.kind === 'lit' && typeof a.value === 'number') return lit(b.value === 0 ? 0 : Math.trunc(a.value / Number(b.value)));
      const p = unify(L, a, b, 'idiv', node);
      if (!isInt(p.type)) L.fail('RK214', node, { name: path, type: called(p.type), types: 'i32, u32, i64, u64' });
      return data({ kind: 'binary', op: 'idiv', left: p.left, right: p.right, type: p.type, pos: L.pos(node) }, p.type, p.flex);
    }
    case 'range': {
      if (args.length !== 1 && args.length !== 2) arity(L, path, args, 1, node);
      return { kind: 'range', from: args.length === 2 ? args[0]! : lit(0), to: args.at(-1)! };
    }
    case 'fround': arity(L, path, args, 1, node); return cast(L, args[0]!, 'f32', node);
    case 'imul': {
      arity(L, path, args, 2, node);
      const [a, b] = args.map((v) => toI32(L, v, node)) as [Expr, Expr];
      return data({ kind: 'binary', op: 'mul', left: a, right: b, type: scalarOf.i32, pos: L.pos(node) }, scalarOf.i32);
    }
    case 'pow': arity(L, path, args, 2, node); return binary(L, '**', args[0]!, args[1]!, node);
    case 'trunc': case 'floor': case 'ceil': case 'round': return rounding(L, name, path, args, node);
    case 'Number.isNaN': case 'Number.isFinite': case 'Number.isInteger': {
      arity(L, path, args, 1, node);
      return classify(L, name.slice('Number.'.length), args[0]!, node);
    }
    case 'BigInt.asIntN': case 'BigInt.asUintN': {
      arity(L, path, args, 2, node);
      const [width, value] = args as [Value, Value];
      if (width.kind !== 'lit' || width.value !== 64) L.fail('RK215', node, { what: 'The width', reason: 'Only 64 bits are a type of the language' });
      return cast(L, value, name === 'BigInt.asIntN' ? 'i64' : 'u64', node);
    }
    default: L.fail('RK121', node, { name: `\`${path}\`` });
  }
}

function toI32(L: Lowering, value: Value, node: AnyNode): Expr {
  if (value.kind === 'lit') return constant(Number(value.value) | 0, scalarOf.i32);
  const d = L.data(value, node);
  if (isInt64(d.type)) L.fail('RK205', node, { op: 'Math.imul' });
  return convertExpr(d.expr, d.type, scalarOf.i32, 'wrap');
}

/** Rounding an integer is the identity; rounding a division of integers divides them. */
function rounding(L: Lowering, name: 'trunc' | 'floor' | 'ceil' | 'round', path: string, args: readonly Value[], node: CallNode): Value {
  arity(L, path, args, 1, node);
  const value = args[0]!;
  if (value.kind === 'lit') return typeof value.value === 'bigint' ? value : lit(Math[name](value.value));
  const d = L.data(value, node);
  if (name !== 'round') {
    const quotient = rounded(d, name === 'trunc' ? 'idiv' : name === 'floor' ? 'floordiv' : 'ceildiv');
    if (quotient !== null) return quotient;
  }
  if (isInt(d.type)) return d;
  if (!isFloat(d.type)) L.fail('RK214', node, { name: path, type: called(d.type), types: 'numbers' });
  return data({ kind: 'call', name, args: [d.expr], places: [], type: d.type, pos: L.pos(node) }, d.type, d.flex);
}

function classify(L: Lowering, name: string, value: Value, node: AnyNode): Value {
  if (value.kind === 'lit') return truthConst(typeof value.value === 'bigint' || Number[name as 'isNaN'](value.value));
  const d = L.data(value, node);
  if (isInt(d.type)) return truthConst(name !== 'isNaN');
  if (!isFloat(d.type)) L.fail('RK214', node, { name: `Number.${name}`, type: called(d.type), types: 'numbers' });
  const once = L.spill(d.expr, d.type);
  const bool = scalarOf.bool;
  const compare = (op: 'eq' | 'ne', left: Expr, right: Expr): Expr => ({ kind: 'compare', op, left, right, type: bool });
  // x - x is zero exactly for finite numbers.
  const finite = compare('eq', { kind: 'binary', op: 'sub', left: once, right: once, type: d.type }, constant(0, d.type));
  if (name === 'isNaN') return data(compare('ne', once, once), bool);
  if (name === 'isFinite') return data(finite, bool);
  const whole = compare('eq', { kind: 'call', name: 'trunc', args: [once], places: [], type: d.type }, once);
  return data({ kind: 'logical', op: 'and', left: finite, right: whole, type: bool }, bool);
}

/** `Number(x)`, `BigInt(x)`, `Boolean(x)`. */
function convertTo(L: Lowering, name: string, args: readonly Value[], node: CallNode): Value {
  if (name !== 'Number' && name !== 'BigInt' && name !== 'Boolean') L.fail('RK121', node, { name: `\`${name}\`` });
  arity(L, name, args, 1, node);
  const value = args[0]!;
  if (name === 'Boolean') return truth(L, value, node);
  if (value.kind === 'lit') {
    if (name === 'Number') return lit(Number(value.value));
    if (typeof value.value === 'number' && !Number.isInteger(value.value)) L.fail('RK211', node, { value: value.value, type: 'i64', range: 'whole numbers', where: 'BigInt(...)' });
    return lit(BigInt(value.value));
  }
  const d = L.data(value, node);
  if (name === 'Number') {
    if (isInt64(d.type)) return data(convertExpr(d.expr, d.type, scalarOf.f64), scalarOf.f64);
    return number(L, d, 'Number', node);
  }
  if (isInt64(d.type)) return d;
  if (isInt32(d.type)) return data(convertExpr(d.expr, d.type, scalarOf.i64), scalarOf.i64, { vars: [], frac: false });
  L.fail('RK214', node, { name: 'BigInt', type: called(d.type), types: 'i32, u32' });
}

function sharedMemory(L: Lowering, elem: string, args: readonly Value[], node: CallNode): Value {
  if (!Object.hasOwn(scalarOf, elem)) L.fail('RK123', node, { object: '`shared`', name: elem, known: Object.keys(scalarOf).join(', ') });
  arity(L, `shared.${elem}`, args, 1, node);
  const length = args[0]!;
  if (length.kind !== 'lit' || !Number.isInteger(length.value) || length.value < 1) L.fail('RK215', node, { what: 'The length of shared memory', reason: 'It is reserved when the kernel is compiled' });
  const type = scalarOf[elem as ScalarName];
  const shared = L.assembly.sharedArray(`${L.frame.source}:${node.start}`, 'tile', type, Number(length.value));
  return { kind: 'array', name: shared.name, base: { kind: 'shared', shared }, source: shared, elem: type, length: shared.length, grid: 0, readable: true, writable: true };
}

/** `new Float32Array(16)`: a local array; the only use of `new`. */
export function construct(L: Lowering, node: Extract<Expression, { type: 'NewExpression' }>): Value {
  const name = node.callee.type === 'Identifier' && !L.parsed.refs.has(node.callee) ? node.callee.name : '';
  const elem = typedArrays.get(name);
  if (elem === undefined) L.fail('RK110', node, { what: '`new`', hint: `Only ${[...typedArrays.keys()].join(', ')} with a constant length can be made.` });
  if (node.arguments.length !== 1) L.fail('RK122', node, { name, expected: 1, actual: node.arguments.length });
  const arg = L.expression(node.arguments[0] as Expression);
  const type = scalarOf[elem];
  if (arg.kind === 'list') return { kind: 'list', items: arg.items.map((v) => data(as(L, v, type, node), type)) };
  if (arg.kind !== 'lit' || !Number.isInteger(arg.value) || arg.value < 1) L.fail('RK215', node, { what: 'The length of an array', reason: 'Local arrays have a fixed size' });
  const zero = data(constant(isInt64(type) ? 0n : 0, type), type) satisfies Data;
  return { kind: 'list', items: Array.from({ length: Number(arg.value) }, () => zero) };
}
