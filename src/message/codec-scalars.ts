/** How one scalar value is checked, stored and read: the table behind both kinds of codec. */
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../layout/half.ts';
import { typeName, type AnyType, type ScalarName } from '../layout/types.ts';
import { fail } from '../error/index.ts';
import type { Views } from './codec.ts';

type Stored = number | bigint;

export interface ScalarRule {
  /** The view that holds it, and log2 of its element size. */
  readonly view: Exclude<keyof Views, 'buffer'>;
  readonly shift: 1 | 2 | 3;
  /** The value fits the type. Small, so that the engine inlines it. */
  readonly fits: (value: unknown) => boolean;
  /** Conversions where the stored number is not the value itself. */
  readonly toStored?: (value: never) => Stored;
  readonly fromStored?: (stored: never) => number | bigint | boolean;
}

/** The smallest magnitude that rounds to an f32 infinity. */
const f32Overflow = 2 ** 128 - 2 ** 103;
/** The same for bfloat16. */
const bf16Overflow = 2 ** 128 - 2 ** 119;

export const scalarRules: Readonly<Record<ScalarName, ScalarRule>> = {
  bool: {
    view: 'u32', shift: 2, fits: (v) => typeof v === 'boolean',
    toStored: (v: boolean) => (v ? 1 : 0), fromStored: (s: number) => s !== 0,
  },
  i32: { view: 'i32', shift: 2, fits: (v) => typeof v === 'number' && (v | 0) === v },
  u32: { view: 'u32', shift: 2, fits: (v) => typeof v === 'number' && (v >>> 0) === v },
  i64: { view: 'i64', shift: 3, fits: (v) => typeof v === 'bigint' && v >= -0x8000000000000000n && v <= 0x7fffffffffffffffn },
  u64: { view: 'u64', shift: 3, fits: (v) => typeof v === 'bigint' && v >= 0n && v <= 0xffffffffffffffffn },
  f16: {
    view: 'u16', shift: 1, fits: (v) => typeof v === 'number' && !(Math.abs(v) >= 65520 && Math.abs(v) !== Infinity),
    toStored: toHalfBits, fromStored: fromHalfBits,
  },
  bf16: {
    view: 'u16', shift: 1, fits: (v) => typeof v === 'number' && !(Math.abs(v) >= bf16Overflow && Math.abs(v) !== Infinity),
    toStored: toBfloatBits, fromStored: fromBfloatBits,
  },
  f32: { view: 'f32', shift: 2, fits: (v) => typeof v === 'number' && !(Math.abs(v) >= f32Overflow && Math.abs(v) !== Infinity) },
  f64: { view: 'f64', shift: 3, fits: (v) => typeof v === 'number' },
};

export const componentNames = ['x', 'y', 'z', 'w'] as const;

export const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const ranges: Readonly<Record<ScalarName, string>> = {
  bool: 'true or false',
  i32: 'an integer from -2147483648 to 2147483647',
  u32: 'an integer from 0 to 4294967295',
  i64: 'a bigint from -2^63 to 2^63 - 1',
  u64: 'a bigint from 0 to 2^64 - 1',
  f16: 'a number within half precision (65504 at most, or an infinity)',
  bf16: 'a number within the range of bfloat16 (about 3.39e38 at most, or an infinity)',
  f32: 'a number within single precision (about 3.4e38 at most, or an infinity)',
  f64: 'a number',
};

/** Throws the error for a value that does not fit; never returns. */
export function misfit(path: string, type: AnyType, value: unknown): never {
  throw fail('SerializationError', { path, expected: expectation(type), actual: shown(value), hint: hint(type, value) });
}

function expectation(type: AnyType): string {
  switch (type.kind) {
    case 'scalar': return `${type.name} (${ranges[type.name]})`;
    case 'vec': return `${typeName(type)} ({ ${componentNames.slice(0, type.length).join(', ')} } or ${type.length} numbers)`;
    case 'array': return `${typeName(type)} (a list of exactly ${type.length})`;
    case 'struct': return `an object with ${type.fields.map((f) => `'${f.name}'`).join(', ')}`;
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (isList(value)) return `a list of ${value.length}`;
  switch (typeof value) {
    case 'bigint': return `the bigint ${value}n`;
    case 'number': return `the number ${Object.is(value, -0) ? '-0' : value}`;
    case 'string': return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case 'object': return value === null ? 'null' : 'an object';
    default: return `a ${typeof value}`;
  }
}

function hint(type: AnyType, value: unknown): string {
  if (value === undefined) return 'Give every field of the message a value.';
  if (type.kind !== 'scalar') return 'Pass a value of the shape the message declares.';
  const wide = type.name === 'i64' || type.name === 'u64';
  if (wide && typeof value === 'number') return Number.isInteger(value) ? `Write ${value}n: 64-bit integers are bigint.` : '64-bit integers are bigint.';
  if (!wide && typeof value === 'bigint') return 'Write a plain number, or declare the field as u64 or i64.';
  if (typeof value === 'number' && !Number.isInteger(value) && (type.name === 'u32' || type.name === 'i32')) return 'Round the number first, or declare the field as f32.';
  return 'Check the value, or declare the field with a wider type.';
}
