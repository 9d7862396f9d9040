/** How the interpreter holds values: scalars as they are, vectors, arrays and structs as lists of parts. */
import type { AnyType } from '../layout/types.ts';
import type { ScalarLike } from '../kernel/arithmetic.ts';

export type Value = ScalarLike | Value[];

const components = ['x', 'y', 'z', 'w'] as const;

export function zeroOf(type: AnyType): Value {
  switch (type.kind) {
    case 'scalar': return type.name === 'bool' ? false : type.name === 'i64' || type.name === 'u64' ? 0n : 0;
    case 'vec': return Array.from({ length: type.length }, () => zeroOf(type.elem));
    case 'array': return Array.from({ length: type.length }, () => zeroOf(type.elem));
    case 'struct': return type.fields.map((f) => zeroOf(f.type));
  }
}

/** A copy that shares nothing. */
export const copied = (value: Value): Value => (Array.isArray(value) ? value.map(copied) : value);

/** From what a user passes: objects for structs and vectors (vectors also as lists). */
export function fromHost(type: AnyType, value: unknown): Value {
  switch (type.kind) {
    case 'scalar': return value as ScalarLike;
    case 'vec':
      return Array.isArray(value) ? value.map((v) => fromHost(type.elem, v))
        : components.slice(0, type.length).map((c) => (value as Record<string, ScalarLike>)[c]!);
    case 'array': return Array.from(value as ArrayLike<unknown>, (v) => fromHost(type.elem, v));
    case 'struct': return type.fields.map((f) => fromHost(f.type, (value as Record<string, unknown>)[f.name]));
  }
}

/** To what a user gets. */
export function toHost(type: AnyType, value: Value): unknown {
  if (type.kind === 'scalar' || !Array.isArray(value)) return value;
  switch (type.kind) {
    case 'vec': return Object.fromEntries(value.map((v, i) => [components[i]!, v]));
    case 'array': return value.map((v) => toHost(type.elem, v));
    case 'struct': return Object.fromEntries(type.fields.map((f, i) => [f.name, toHost(f.type, value[i]!)]));
  }
}
