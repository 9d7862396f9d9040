/** Questions about types that the front end asks everywhere. */
import { bf16, bool, f16, f32, f64, i32, i64, typeName, u32, u64, type AnyType, type Scalar, type ScalarName } from '../../layout/types.ts';

export type { Struct } from '../../layout/types.ts';
export type Type = AnyType;

export const scalarOf: { readonly [N in ScalarName]: Scalar<N> } = { bool, i32, u32, i64, u64, f16, bf16, f32, f64 };

export const nameOf = (type: Type): ScalarName | null => (type.kind === 'scalar' ? type.name : null);
export const isFloat = (type: Type): boolean => type.kind === 'scalar' && (type.name === 'f32' || type.name === 'f64' || isHalf(type));
/** Numbers that are only stored: read as f32, rounded explicitly. */
export const isHalf = (type: Type): boolean => type.kind === 'scalar' && (type.name === 'f16' || type.name === 'bf16');
export const isInt32 = (type: Type): boolean => type.kind === 'scalar' && (type.name === 'i32' || type.name === 'u32');
export const isInt64 = (type: Type): boolean => type.kind === 'scalar' && (type.name === 'i64' || type.name === 'u64');
export const isInt = (type: Type): boolean => isInt32(type) || isInt64(type);
export const isBool = (type: Type): boolean => type.kind === 'scalar' && type.name === 'bool';
export const isUnsigned = (type: Type): boolean => type.kind === 'scalar' && (type.name === 'u32' || type.name === 'u64');

/** Order of implicit widening among numbers; 0 for what takes no part in it. */
export const rank: { readonly [N in ScalarName]: number } = { bool: 0, i64: 0, u64: 0, i32: 1, u32: 1, f16: 2, bf16: 2, f32: 3, f64: 4 };

/** Smallest and largest value of the integer types. */
export const limits: { readonly [N in 'i32' | 'u32' | 'i64' | 'u64']: readonly [number | bigint, number | bigint] } = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  i64: [-(1n << 63n), (1n << 63n) - 1n],
  u64: [0n, (1n << 64n) - 1n],
};

/** Whether an exact number is a value of the type (for floats: every number is, rounded). */
export function fits(value: number | bigint, type: Type): boolean {
  if (type.kind !== 'scalar') return false;
  switch (type.name) {
    case 'bool': return false;
    case 'i32': case 'u32': return typeof value === 'number' && Number.isInteger(value) && value >= limits[type.name][0] && value <= limits[type.name][1];
    case 'i64': case 'u64': return typeof value === 'bigint' && value >= limits[type.name][0] && value <= limits[type.name][1];
    default: return typeof value === 'number';
  }
}

/** The type of a literal that meets none. */
export function literalType(value: number | bigint): Scalar {
  if (typeof value === 'bigint') return value > limits.i64[1] ? u64 : i64;
  return fits(value, i32) && !Object.is(value, -0) ? i32 : fits(value, u32) && !Object.is(value, -0) ? u32 : f32;
}

export const isFractional = (value: number | bigint): boolean =>
  typeof value === 'number' && (Object.is(value, -0) || !Number.isInteger(value) || value < -(2 ** 31) || value > 2 ** 32 - 1);

/** Article and name, for messages. */
export const called = (type: Type): string => typeName(type);
