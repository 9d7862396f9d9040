/** Message types: a name and typed fields; the layout, the type id and the codec follow from them. */
import { fail } from '../error/index.ts';
import { isTypeDescriptor, layoutText, struct, type AnyType, type FieldInputs, type FieldValues, type Fields, type Struct } from '../layout/types.ts';
import { codecOf, type Codec } from './codec.ts';
import { fnv1a64 } from './hash.ts';

/** Bytes of the largest payload. */
export const MAX_PAYLOAD = 64 * 1024;

export interface MessageType<F extends Fields = Fields, N extends string = string> {
  readonly name: N;
  readonly struct: Struct<F>;
  /** 64-bit FNV-1a of name and layout: equal exactly where both ends agree on the bytes. */
  readonly typeId: bigint;
  readonly codec: Codec<FieldValues<F>, FieldInputs<F>>;
}

/** What a receiver gets: `MessageValue<typeof Add>` is `{ a: number; b: number }`. */
export type MessageValue<M> = M extends MessageType<infer F> ? FieldValues<F> : never;

/** What a sender may pass: as `MessageValue`, with vectors also as tuples and arrays as any list. */
export type MessageInput<M> = M extends MessageType<infer F> ? FieldInputs<F> : never;

/**
 * Declares a message type: `const Add = message('Add', { a: f32, b: f32 })`.
 * Throws `InvalidMessage` for a name or field no target could declare, `MessageTooLarge` above `MAX_PAYLOAD`.
 */
export function message<const N extends string, const F extends Fields>(name: N, fields: F): MessageType<F, N> {
  checkName(name, name, 'its name');
  if (typeof fields !== 'object' || fields === null) {
    throw fail('InvalidMessage', { message: name, problem: 'it has no fields object', hint: 'Pass the fields, for example { a: f32 }.' });
  }
  for (const [field, type] of Object.entries(fields)) checkField(name, field, type);
  const layout = struct(name, fields);
  if (layout.size > MAX_PAYLOAD) throw fail('MessageTooLarge', { what: `Message '${name}'`, size: layout.size, max: MAX_PAYLOAD });
  return Object.freeze({ name, struct: layout, typeId: typeIdOf(layout), codec: codecOf(layout) });
}

/** 64-bit FNV-1a of a struct's name and layout. */
export const typeIdOf = (layout: Struct): bigint => fnv1a64(layoutText(layout));

function checkField(message: string, path: string, type: AnyType): void {
  const name = path.slice(path.lastIndexOf('.') + 1);
  checkName(message, name, `field '${path}'`);
  if (!isTypeDescriptor(type)) {
    throw fail('InvalidMessage', {
      message, problem: `field '${path}' has no type`, hint: 'Use f32, u32, u64, bool, vec3(f32), array(f32, 8) or a struct.',
    });
  }
  let inner = type;
  while (inner.kind === 'array') {
    if (!Number.isInteger(inner.length) || inner.length < 1) {
      throw fail('InvalidMessage', { message, problem: `field '${path}' is an array of ${inner.length} elements`, hint: 'Give the array a length of at least 1.' });
    }
    inner = inner.elem;
  }
  if (inner.kind === 'struct') for (const field of inner.fields) checkField(message, `${path}.${field.name}`, field.type);
}

function checkName(message: string, name: string, what: string): void {
  // Two underscores are reserved in C++, MSL and WGSL; `__proto__` is not an ordinary property.
  if (typeof name === 'string' && /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !name.includes('__')) return;
  throw fail('InvalidMessage', {
    message: String(message), problem: `${what} ('${String(name)}') is not a plain identifier`,
    hint: 'Use letters, digits and single underscores, beginning with a letter.',
  });
}
