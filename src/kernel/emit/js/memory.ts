/** Typed values at byte addresses, as JavaScript text over the views of one buffer. */
import type { AnyType, ScalarName } from '../../../layout/types.ts';
import { literal } from './values.ts';

const views: Record<ScalarName, readonly [view: string, shift: number]> = {
  bool: ['u32', 2], i32: ['i32', 2], u32: ['u32', 2], i64: ['i64', 3], u64: ['u64', 3], f16: ['u16', 1], bf16: ['u16', 1], f32: ['f32', 2], f64: ['f64', 3],
};

export interface Address {
  /** Text of a number. */
  readonly base: string;
  readonly offset: number;
}

export const addressText = ({ base, offset }: Address): string => (offset === 0 ? base : `(${base} + ${offset})`);

/** The view's element at an address. */
export function element(type: ScalarName, at: Address): string {
  const [view, shift] = views[type];
  return `${view}[${addressText(at)} >> ${shift}]`;
}

/** View and index of the element, as arguments of `Atomics`. */
export function elementOperands(type: ScalarName, at: Address): string {
  const [view, shift] = views[type];
  return `${view}, ${addressText(at)} >> ${shift}`;
}

export function loadText(type: AnyType, at: Address): string {
  switch (type.kind) {
    case 'scalar':
      if (type.name === 'bool') return `(${element('bool', at)} !== 0)`;
      if (type.name === 'bf16') return `rk_f32_of_bits(${element('bf16', at)} << 16)`;
      return type.name === 'f16' ? `rk_half_value(${element('f16', at)})` : element(type.name, at);
    case 'vec': return `[${parts(type.length, type.elem, type.elem.size, at)}]`;
    case 'array':
      if (type.length <= 4) return `[${parts(type.length, type.elem, type.stride, at)}]`;
      return `Array.from({ length: ${type.length} }, (_, i) => ${within(loadText(type.elem, { base: `(${addressText(at)} + i * ${type.stride})`, offset: 0 }))})`;
    case 'struct':
      return `{ ${type.fields.map((f) => `${f.name}: ${loadText(f.type, { base: at.base, offset: at.offset + f.offset })}`).join(', ')} }`;
  }
}

const within = (text: string): string => (text.startsWith('{') ? `(${text})` : text);

const parts = (length: number, elem: AnyType, stride: number, at: Address): string =>
  Array.from({ length }, (_, i) => loadText(elem, { base: at.base, offset: at.offset + i * stride })).join(', ');

/** Statements that store `value`, the text of a name or literal that may be repeated. */
export function storeText(type: AnyType, at: Address, value: string, depth = 0): string[] {
  const part = (elem: AnyType, offset: number, access: string): string[] => storeText(elem, { base: at.base, offset: at.offset + offset }, value + access, depth);
  switch (type.kind) {
    case 'scalar':
      if (type.name === 'bool') return [`${element('bool', at)} = ${value} ? 1 : 0`];
      if (type.name === 'bf16') return [`${element('bf16', at)} = rk_bfloat_bits(${value})`];
      return [`${element(type.name, at)} = ${type.name === 'f16' ? `rk_half_bits(${value})` : value}`];
    case 'vec': return Array.from({ length: type.length }, (_, i) => part(type.elem, i * type.elem.size, `[${i}]`)).flat();
    case 'struct': return type.fields.flatMap((f) => part(f.type, f.offset, `.${f.name}`));
    case 'array': {
      if (type.length <= 4) return Array.from({ length: type.length }, (_, i) => part(type.elem, i * type.stride, `[${i}]`)).flat();
      const i = 'ijklmn'[depth] ?? `i${depth}`;
      const inner = storeText(type.elem, { base: `(${addressText(at)} + ${i} * ${type.stride})`, offset: 0 }, `${value}[${i}]`, depth + 1);
      return [`for (let ${i} = 0; ${i} < ${type.length}; ${i}++) { ${inner.join('; ')}; }`];
    }
  }
}

/** A value of all zeros. */
export function zeroText(type: AnyType): string {
  switch (type.kind) {
    case 'scalar': return literal(type.name, type.name === 'bool' ? false : 0);
    case 'vec': return `[${Array(type.length).fill(literal(type.elem.name, 0)).join(', ')}]`;
    case 'array': return type.elem.kind === 'scalar' ? `Array(${type.length}).fill(${zeroText(type.elem)})` : `Array.from({ length: ${type.length} }, () => ${within(zeroText(type.elem))})`;
    case 'struct': return `{ ${type.fields.map((f) => `${f.name}: ${zeroText(f.type)}`).join(', ')} }`;
  }
}
