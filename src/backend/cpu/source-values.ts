/**
 * Values of the kernel language as plain JavaScript: vectors with their methods, and state that lies in
 * bytes, so that a u32 wraps and an f32 is rounded when it is stored, as on a device.
 */
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../../layout/half.ts';
import type { AnyType, FixedArray, ScalarName, Struct, Vec } from '../../layout/types.ts';
import type { Views } from '../../message/codec.ts';
import { equip, equipMatrix, partsOf, Vector } from './source-vectors.ts';

export { Vector } from './source-vectors.ts';

const components = ['x', 'y', 'z', 'w'] as const;

/** A vector that lies in memory: assigning a component writes it there. */
class StoredVector {
  constructor(type: Vec, views: Views, offset: number) {
    for (let i = 0; i < type.length; i++) defineSlot(this, components[i]!, type.elem, views, offset + i * type.elem.size);
  }
}
equip(StoredVector.prototype);

/** A decoded message with its vectors as `Vector`s. */
export function withVectors(type: AnyType, value: unknown): unknown {
  if (!hasVectors(type)) return value;
  switch (type.kind) {
    case 'scalar': return value;
    case 'vec': return new Vector(partsOf(value as object));
    case 'array': {
      const elements = Array.from(value as ArrayLike<unknown>, (element) => withVectors(type.elem, element));
      return type.matrix === undefined ? elements : equipMatrix(elements);
    }
    case 'struct': return Object.fromEntries(type.fields.map((f) => [f.name, withVectors(f.type, (value as Record<string, unknown>)[f.name])]));
  }
}

const hasVectors = (type: AnyType): boolean =>
  type.kind === 'vec' || (type.kind === 'array' && hasVectors(type.elem)) || (type.kind === 'struct' && type.fields.some((f) => hasVectors(f.type)));

/** An object whose fields are those of the struct at `offset`; assigning one writes it there. */
export function storedStruct(type: Struct, views: Views, offset: number): object {
  const result = {};
  for (const field of type.fields) defineSlot(result, field.name, field.type, views, offset + field.offset);
  return Object.seal(result);
}

function defineSlot(target: object, name: string | number, type: AnyType, views: Views, offset: number): void {
  if (type.kind === 'scalar') {
    const [read, write] = scalars[type.name];
    Object.defineProperty(target, name, { get: () => read(views, offset), set: (value: never) => { write(views, offset, value); }, enumerable: true });
    return;
  }
  const part = stored(type, views, offset);
  Object.defineProperty(target, name, { get: () => part, set: (value: object) => { assign(type, part, value); }, enumerable: true });
}

function stored(type: Exclude<AnyType, { kind: 'scalar' }>, views: Views, offset: number): object {
  switch (type.kind) {
    case 'struct': return storedStruct(type, views, offset);
    case 'vec': return new StoredVector(type, views, offset);
    case 'array': return storedArray(type, views, offset);
  }
}

const typedArrays: Partial<Record<ScalarName, new (buffer: ArrayBuffer, offset: number, length: number) => ArrayLike<number | bigint>>> = {
  i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, f32: Float32Array, f64: Float64Array,
};

function storedArray(type: FixedArray, views: Views, offset: number): object {
  const { elem, length, stride } = type;
  const Typed = elem.kind === 'scalar' ? typedArrays[elem.name] : undefined;
  if (Typed !== undefined) return new Typed(views.buffer as ArrayBuffer, offset, length);
  const result: unknown[] = [];
  for (let i = 0; i < length; i++) defineSlot(result, i, elem, views, offset + i * stride);
  return Object.seal(type.matrix === undefined ? result : equipMatrix(result));
}

function assign(type: AnyType, part: object, value: object): void {
  const to = part as Record<string, unknown>;
  const from = value as Record<string, unknown>;
  if (type.kind === 'struct') for (const { name } of type.fields) to[name] = from[name];
  else if (type.kind === 'vec') for (const c of components.slice(0, type.length)) to[c] = from[c];
  else if (type.kind === 'array') for (let i = 0; i < type.length; i++) to[i] = from[i];
}

type Scalars = Readonly<Record<ScalarName, readonly [(v: Views, o: number) => unknown, (v: Views, o: number, value: never) => void]>>;

const scalars: Scalars = {
  bool: [(v, o) => v.u32[o >> 2] !== 0, (v, o, x: boolean) => { v.u32[o >> 2] = x ? 1 : 0; }],
  i32: [(v, o) => v.i32[o >> 2], (v, o, x: number) => { v.i32[o >> 2] = x; }],
  u32: [(v, o) => v.u32[o >> 2], (v, o, x: number) => { v.u32[o >> 2] = x; }],
  i64: [(v, o) => v.i64[o >> 3], (v, o, x: bigint) => { v.i64[o >> 3] = x; }],
  u64: [(v, o) => v.u64[o >> 3], (v, o, x: bigint) => { v.u64[o >> 3] = x; }],
  f16: [(v, o) => fromHalfBits(v.u16[o >> 1]!), (v, o, x: number) => { v.u16[o >> 1] = toHalfBits(x); }],
  bf16: [(v, o) => fromBfloatBits(v.u16[o >> 1]!), (v, o, x: number) => { v.u16[o >> 1] = toBfloatBits(x); }],
  f32: [(v, o) => v.f32[o >> 2], (v, o, x: number) => { v.f32[o >> 2] = x; }],
  f64: [(v, o) => v.f64[o >> 3], (v, o, x: number) => { v.f64[o >> 3] = x; }],
};
