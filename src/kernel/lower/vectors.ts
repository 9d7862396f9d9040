/** Vectors: constructors, swizzles and methods, by component, so that every device gives the same result. */
import type { AnyNode } from '../parse/nodes.ts';
import { sameType, vec2, vec3, vec4, type Vec, type VecElem } from '../../layout/types.ts';
import type { BinaryOp, Expr, Place } from '../ir.ts';
import { convertExpr, store } from './convert.ts';
import { constant, load, type Lowering } from './lowering.ts';
import { called, isFloat, isInt32, scalarOf } from './types.ts';
import { data, type Data, type Value } from './value.ts';

export const vectorTypes: ReadonlyMap<string, Vec<VecElem>> = new Map<string, Vec<VecElem>>([
  ['vec2', vec2(scalarOf.f32)], ['vec3', vec3(scalarOf.f32)], ['vec4', vec4(scalarOf.f32)],
  ['ivec2', vec2(scalarOf.i32)], ['ivec3', vec3(scalarOf.i32)], ['ivec4', vec4(scalarOf.i32)],
  ['uvec2', vec2(scalarOf.u32)], ['uvec3', vec3(scalarOf.u32)], ['uvec4', vec4(scalarOf.u32)],
]);

const vecOf = (elem: VecElem, length: number): Vec<VecElem> => (length === 2 ? vec2(elem) : length === 3 ? vec3(elem) : vec4(elem));

export function component(vector: Data, k: number): Expr {
  const type = (vector.type as Vec).elem;
  if (vector.expr.kind === 'construct') return vector.expr.parts[k]!;
  if (vector.expr.kind === 'load') return load({ kind: 'component', base: vector.expr.place, component: k, type }, type);
  return { kind: 'extract', value: vector.expr, part: k, type };
}

/** Names of components, by use: places and colours. */
const componentNames = ['xyzw', 'rgba'] as const;

/** `.x`, `.zyx`, `.rgb`; null if the name is none. */
export function swizzle(L: Lowering, vector: Data, name: string): Data | null {
  const type = vector.type as Vec<VecElem>;
  const letters = componentNames.find((names) => names.includes(name[0] ?? '-'));
  const parts = [...name].map((c) => letters?.indexOf(c) ?? -1);
  if (parts.length === 0 || parts.length > 4 || parts.some((k) => k < 0 || k >= type.length)) return null;
  if (parts.length === 1) return data(component(vector, parts[0]!), type.elem);
  const once = reusable(L, vector);
  const made = vecOf(type.elem, parts.length);
  const whole = data({ kind: 'construct', parts: parts.map((k) => component(once, k)), type: made }, made);
  // Components of a place can be assigned together, each once.
  if (vector.expr.kind !== 'load' || new Set(parts).size < parts.length) return whole;
  const base = vector.expr.place;
  return { ...whole, targets: parts.map((k): Place => ({ kind: 'component', base, component: k, type: type.elem })) };
}

/** `ctx.vec3(x, y, z)`, `ctx.vec3(s)`, `ctx.vec3(v.xy, z)`, `ctx.ivec3(v)`: vectors give their components, and are converted. */
export function makeVector(L: Lowering, name: string, args: readonly Value[], node: AnyNode): Value {
  const type = vectorTypes.get(name)!;
  const scalar = (arg: Value): Expr => store(L, arg, type.elem, node, `argument of ${name}`);
  const parts = args.flatMap((arg): Expr[] => {
    if (arg.kind !== 'data' || arg.type.kind !== 'vec') return [scalar(arg)];
    const once = reusable(L, arg);
    const { elem } = arg.type;
    return Array.from({ length: arg.type.length }, (_, k) => convertExpr(component(once, k), elem, type.elem));
  });
  const alone = args.length === 1 && parts.length === 1;
  if (!alone && parts.length !== type.length) L.fail('RK122', node, { name, expected: type.length, actual: parts.length });
  if (!alone) return data({ kind: 'construct', parts, type }, type);
  const one = L.spill(parts[0]!, type.elem);
  return data({ kind: 'construct', parts: Array.from({ length: type.length }, () => one), type }, type);
}

/** So that its components can be taken several times. */
function reusable(L: Lowering, v: Data): Data {
  if (v.expr.kind === 'load') return v;
  if (v.expr.kind === 'construct') {
    const parts = v.expr.parts.map((p) => (p.kind === 'const' || p.kind === 'load' ? p : L.spill(p, p.type!)));
    return { ...v, expr: { ...v.expr, parts } };
  }
  return { ...v, expr: L.spill(v.expr, v.type, 'v') };
}

const operators: Record<string, BinaryOp> = { add: 'add', sub: 'sub', mul: 'mul', div: 'div' };
/** Methods that apply an intrinsic to each component. */
const mapped: ReadonlySet<string> = new Set(['min', 'max', 'abs', 'floor', 'ceil', 'round', 'trunc', 'fract', 'sqrt']);
const argumentsOf: Record<string, number> = {
  neg: 0, length: 0, lengthSquared: 0, normalize: 0, sum: 0, abs: 0, floor: 0, ceil: 0, round: 0, trunc: 0, fract: 0, sqrt: 0, clamp: 2, lerp: 2,
};
export const vectorMethods: ReadonlySet<string> = new Set([
  ...Object.keys(operators), ...mapped, 'neg', 'dot', 'cross', 'length', 'lengthSquared', 'distance', 'normalize', 'reflect', 'sum', 'clamp', 'lerp', 'equals',
]);

export function vectorMethod(L: Lowering, self: Data, name: string, args: readonly Value[], node: AnyNode): Value {
  const expected = argumentsOf[name] ?? 1;
  if (args.length !== expected) L.fail('RK122', node, { name, expected, actual: args.length });
  const v = reusable(L, self);
  const type = v.type as Vec<VecElem>;
  const { elem, length } = type;
  const indices = Array.from({ length }, (_, k) => k);
  const build = (part: (k: number) => Expr): Data => data({ kind: 'construct', parts: indices.map(part), type, pos: L.pos(node) }, type);
  const binary = (op: BinaryOp, left: Expr, right: Expr): Expr => ({ kind: 'binary', op, left, right, type: elem });
  const call = (fn: string, ...list: Expr[]): Expr => ({ kind: 'call', name: fn, args: list, places: [], type: elem });
  /** A vector argument, or a number for every component. */
  const operand = (arg: Value): ((k: number) => Expr) => {
    const whole = vectorArgument(L, arg, type, node, name);
    if (whole !== null) { const r = reusable(L, whole); return (k) => component(r, k); }
    const one = L.spill(store(L, arg, elem, node, `argument of ${name}`), elem);
    return () => one;
  };
  const vector = (arg: Value): ((k: number) => Expr) => {
    const whole = vectorArgument(L, arg, type, node, name);
    if (whole === null) L.fail('RK210', node, { actual: 'number', expected: called(type), where: `argument of ${name}` });
    const r = reusable(L, whole);
    return (k) => component(r, k);
  };
  const sum = (part: (k: number) => Expr): Expr => indices.slice(1).reduce((acc, k) => binary('add', acc, part(k)), part(0));
  const floats = (): void => {
    if (!isFloat(elem)) L.fail('RK214', node, { name, type: called(type), types: 'vectors of f32' });
  };
  if (name in operators) {
    const other = operand(args[0]!);
    const op = name === 'div' && isInt32(elem) ? 'idiv' : operators[name]!;
    return build((k) => binary(op, component(v, k), other(k)));
  }
  switch (name) {
    case 'neg': return build((k) => ({ kind: 'unary', op: 'neg', value: component(v, k), type: elem }));
    case 'sum': return data(sum((k) => component(v, k)), elem);
    case 'reflect': {
      floats();
      const o = vector(args[0]!);
      const twice = L.spill(binary('mul', constant(2, elem), sum((k) => binary('mul', component(v, k), o(k)))), elem);
      return build((k) => binary('sub', component(v, k), binary('mul', twice, o(k))));
    }
    case 'dot': { const o = vector(args[0]!); return data(sum((k) => binary('mul', component(v, k), o(k))), elem); }
    case 'lengthSquared': return data(sum((k) => binary('mul', component(v, k), component(v, k))), elem);
    case 'length': floats(); return data(call('sqrt', sum((k) => binary('mul', component(v, k), component(v, k)))), elem);
    case 'distance': {
      floats();
      const o = vector(args[0]!);
      const d = indices.map((k) => L.spill(binary('sub', component(v, k), o(k)), elem));
      return data(call('sqrt', sum((k) => binary('mul', d[k]!, d[k]!))), elem);
    }
    case 'normalize': {
      floats();
      const size = L.spill(call('sqrt', sum((k) => binary('mul', component(v, k), component(v, k)))), elem, 'size');
      return build((k) => binary('div', component(v, k), size));
    }
    case 'cross': {
      if (length !== 3) L.fail('RK214', node, { name, type: called(type), types: 'vec3' });
      const o = vector(args[0]!);
      const part = (a: number, b: number): Expr => binary('sub', binary('mul', component(v, a), o(b)), binary('mul', component(v, b), o(a)));
      return build((k) => part((k + 1) % 3, (k + 2) % 3));
    }
    case 'clamp': {
      const low = operand(args[0]!);
      const high = operand(args[1]!);
      return build((k) => call('min', call('max', component(v, k), low(k)), high(k)));
    }
    case 'lerp': {
      floats();
      const o = vector(args[0]!);
      const t = operand(args[1]!);
      return build((k) => binary('add', component(v, k), binary('mul', binary('sub', o(k), component(v, k)), t(k))));
    }
    case 'equals': {
      const o = vector(args[0]!);
      const same = (k: number): Expr => ({ kind: 'compare', op: 'eq', left: component(v, k), right: o(k), type: scalarOf.bool });
      return data(indices.slice(1).reduce<Expr>((acc, k) => ({ kind: 'logical', op: 'and', left: acc, right: same(k), type: scalarOf.bool }), same(0)), scalarOf.bool);
    }
    default: {
      if (!(name === 'min' || name === 'max' || name === 'abs')) floats();
      const other = expected === 1 ? operand(args[0]!) : null;
      return build((k) => (other === null ? call(name, component(v, k)) : call(name, component(v, k), other(k))));
    }
  }
}

function vectorArgument(L: Lowering, arg: Value, type: Vec<VecElem>, node: AnyNode, name: string): Data | null {
  if (arg.kind === 'record' || arg.kind === 'list') return data(store(L, arg, type, node, `argument of ${name}`), type);
  // A record of numbers in `uses` is a constant vector.
  if (arg.kind === 'uses') {
    const parts = ['x', 'y', 'z', 'w'].slice(0, type.length).map((c) => L.parts.member(L, arg, c, node));
    return data({ kind: 'construct', parts: parts.map((p) => store(L, p, type.elem, node, `argument of ${name}`)), type }, type);
  }
  if (arg.kind !== 'data' || arg.type.kind === 'scalar') return null;
  if (!sameType(arg.type, type)) L.fail('RK210', node, { actual: called(arg.type), expected: called(type), where: `argument of ${name}` });
  return arg;
}
