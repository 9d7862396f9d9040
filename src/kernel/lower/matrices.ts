/** Matrices and quaternions: constructors, and methods that are functions of `linear-algebra.ts`. */
import type { AnyNode } from '../parse/nodes.ts';
import { mat2, mat3, mat4, sameType, vec3, vec4, type Mat, type Vec, type VecLength } from '../../layout/types.ts';
import { matrixFunctions, quat, quaternionFunctions } from '../linear-algebra.ts';
import type { Expr } from '../ir.ts';
import type { AnyFunction } from '../syntax.ts';
import { store } from './convert.ts';
import { constant, literal, type Lowering } from './lowering.ts';
import { called, scalarOf, type Type } from './types.ts';
import { data, type Data, type Value } from './value.ts';

const f32 = scalarOf.f32;
const matrices: { readonly [L in VecLength]: Mat<L> } = { 2: mat2, 3: mat3, 4: mat4 };
export const matrixTypes: ReadonlyMap<string, Mat> = new Map<string, Mat>([['mat2', mat2], ['mat3', mat3], ['mat4', mat4]]);

export const asMatrix = (type: Type): Mat | null => (type.kind === 'array' && type.matrix !== undefined ? type as Mat : null);
export const isQuaternion = (type: Type): type is Vec => sameType(type, vec4(f32));

export const matrixMethods: ReadonlySet<string> = new Set(['mul', 'add', 'sub', 'transpose', 'determinant', 'inverse']);
export const quaternionMethods: ReadonlySet<string> = new Set(Object.keys(quaternionFunctions));

/** `ctx.mat3(column, column, column)`, `ctx.mat3(nine numbers, column by column)`, `ctx.mat3(k)` with k on the diagonal. */
export function makeMatrix(L: Lowering, name: string, args: readonly Value[], node: AnyNode): Value {
  const type = matrixTypes.get(name)!;
  const size = type.matrix;
  const number = (arg: Value): Expr => store(L, arg, f32, node, `argument of ${name}`);
  const column = (parts: readonly Expr[]): Expr => ({ kind: 'construct', parts, type: type.elem });
  const rows = Array.from({ length: size }, (_, k) => k);
  let columns: Expr[];
  if (args.length === 1) {
    const k = L.spill(number(args[0]!), f32);
    columns = rows.map((c) => column(rows.map((r) => (r === c ? k : constant(0, f32)))));
  } else if (args.length === size) columns = args.map((a) => store(L, a, type.elem, node, `argument of ${name}`));
  else if (args.length === size * size) columns = rows.map((c) => column(rows.map((r) => number(args[c * size + r]!))));
  else L.fail('RK122', node, { name, expected: `1, ${size} or ${size * size}`, actual: args.length });
  return data({ kind: 'construct', parts: columns, type }, type);
}

export function matrixMethod(L: Lowering, self: Data, name: string, args: readonly Value[], node: AnyNode): Value {
  const type = asMatrix(self.type)!;
  const column = type.elem;
  const table = matrixFunctions[type.matrix];
  const call = (key: keyof typeof table, result: Type, ...operands: readonly Data[]): Value =>
    L.parts.library(L, `rk_${called(type)}_${key}`, table[key] as unknown as AnyFunction, result, [self, ...operands], node);
  const takes = (count: number): void => { if (args.length !== count) L.fail('RK122', node, { name, expected: count, actual: args.length }); };
  const given = (to: Type): Data => data(store(L, args[0]!, to, node, `argument of ${name}`), to);
  switch (name) {
    case 'transpose': case 'inverse': takes(0); return call(name, type);
    case 'determinant': takes(0); return call(name, f32);
    case 'add': case 'sub': takes(1); return call(name, type, given(type));
    default: {
      takes(1);
      const by = args[0]!;
      const operand = by.kind === 'lit' ? literal(by.value) : by;
      if (operand.kind === 'data' && operand.type.kind === 'scalar') return call('timesNumber', type, given(f32));
      return operand.kind === 'data' && operand.type.kind === 'array' ? call('timesMatrix', type, given(type)) : call('timesVector', column, given(column));
    }
  }
}

export function quaternionMethod(L: Lowering, self: Data, name: string, args: readonly Value[], node: AnyNode): Value {
  const quaternion = self.type;
  const signature: Readonly<Record<string, readonly [operands: readonly Type[], result: Type]>> = {
    qmul: [[quaternion], quaternion], conjugate: [[], quaternion], rotate: [[vec3(f32)], vec3(f32)], slerp: [[quaternion, f32], quaternion], toMatrix: [[], matrices[3]],
  };
  const [operands, result] = signature[name]!;
  if (args.length !== operands.length) L.fail('RK122', node, { name, expected: operands.length, actual: args.length });
  const given = operands.map((type, k) => data(store(L, args[k]!, type, node, `argument of ${name}`), type));
  return L.parts.library(L, `rk_quat_${name}`, quaternionFunctions[name as 'qmul'] as unknown as AnyFunction, result, [self, ...given], node);
}

/** `ctx.quat(axis, angle)`. */
export function makeQuaternion(L: Lowering, args: readonly Value[], node: AnyNode): Value {
  if (args.length !== 2) L.fail('RK122', node, { name: 'quat', expected: 2, actual: args.length });
  const types = [vec3(f32), f32] as const;
  const given = types.map((type, k) => data(store(L, args[k]!, type, node, 'argument of quat'), type));
  return L.parts.library(L, 'rk_quat', quat as unknown as AnyFunction, vec4(f32), given, node);
}
