/** How IR types become WebAssembly values and bytes. */
import type { AnyType, Scalar } from '../../../layout/types.ts';
import type { ValType } from './encode/instr.ts';

/** One scalar inside a type: its byte offset, and where it stands for a reader (`position.x`). */
export interface Leaf {
  readonly type: Scalar;
  readonly offset: number;
  readonly path: string;
}

export function valTypeOf(type: Scalar): 'i32' | 'i64' | 'f32' | 'f64' {
  switch (type.name) {
    case 'bool': case 'i32': case 'u32': return 'i32';
    case 'i64': case 'u64': return 'i64';
    case 'f16': case 'bf16': case 'f32': return 'f32';
    case 'f64': return 'f64';
  }
}

const letters = ['x', 'y', 'z', 'w'];

/** The scalars of a type in order of their offsets. */
export function leavesOf(type: AnyType, offset = 0, path = ''): Leaf[] {
  switch (type.kind) {
    case 'scalar': return [{ type, offset, path }];
    case 'vec': return Array.from({ length: type.length }, (_, i) => ({
      type: type.elem, offset: offset + i * type.elem.size, path: `${path}.${letters[i]}`,
    }));
    case 'array': return Array.from({ length: type.length }, (_, i) => leavesOf(type.elem, offset + i * type.stride, `${path}.${i}`)).flat();
    case 'struct': return type.fields.flatMap((f) => leavesOf(f.type, offset + f.offset, `${path}.${f.name}`));
  }
}

/** Values with arrays in them live in memory (an array may be indexed at run time); all others are split into scalars. */
export function livesInMemory(type: AnyType): boolean {
  return type.kind === 'array' || (type.kind === 'struct' && type.fields.some((f) => livesInMemory(f.type)));
}

/** The WebAssembly values that stand for one IR value: its scalars, or its address. */
export function valTypesOf(type: AnyType): ValType[] {
  return livesInMemory(type) ? ['i32'] : leavesOf(type).map((l) => valTypeOf(l.type));
}

/** Parts of a value by number: fields of a struct, components of a vector, elements of an array. */
export function partOf(type: AnyType, part: number): { type: AnyType; offset: number; firstLeaf: number } {
  switch (type.kind) {
    case 'scalar': throw new Error('A scalar has no parts.');
    case 'vec': return { type: type.elem, offset: part * type.elem.size, firstLeaf: part };
    case 'array': return { type: type.elem, offset: part * type.stride, firstLeaf: part * leavesOf(type.elem).length };
    case 'struct': {
      const field = type.fields[part]!;
      const firstLeaf = type.fields.slice(0, part).reduce((n, f) => n + leavesOf(f.type).length, 0);
      return { type: field.type, offset: field.offset, firstLeaf };
    }
  }
}
