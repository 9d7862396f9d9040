/**
 * Declarations of structures as text for each target, with asserts that the target's compiler sees the same
 * bytes. WGSL has no 64-bit or 16-bit integers: such fields are words there, and padding is written out.
 */
import { roundUp, typeName, type AnyType, type Scalar, type Struct } from './types.ts';

export type DeclarationTarget = 'cuda' | 'msl' | 'wgsl';

export interface DeclareOptions {
  /** Text before the declarations: what it declares is not declared again. */
  readonly after?: string;
  /** Words that WGSL keeps for itself: members of these names end in an underscore there. */
  readonly reserved?: ReadonlySet<string>;
}

/** Declares the structures and, before them, those they contain; each once. */
export function declareStructs(target: DeclarationTarget, types: readonly Struct[], { after = '', reserved = new Set() }: DeclareOptions = {}): string {
  const order: Struct[] = [];
  for (const type of types) collect(type, order);
  // A structure without fields has no bytes, which no target can declare.
  const parts = order.filter((t) => t.size > 0 && !after.includes(`struct ${t.name} {`)).map((t) => (target === 'wgsl' ? wgslStruct(t, reserved) : cStruct(target, t)));
  const vectors = target === 'wgsl' ? [] : vectorTypes(order).map(({ name, elem, length }) =>
    `struct ${name} { ${cNames[target][elem.name]} ${['x', 'y', 'z', 'w'].slice(0, length).join(', ')}; };`);
  return [...vectors, ...parts].join('\n');
}

function collect(type: AnyType, order: Struct[]): void {
  if (type.kind === 'array') collect(type.elem, order);
  if (type.kind !== 'struct' || order.includes(type)) return;
  for (const field of type.fields) collect(field.type, order);
  order.push(type);
}

// ---------------------------------------------------------------- CUDA C++ and MSL

const cNames: Readonly<Record<'cuda' | 'msl', Readonly<Record<Scalar['name'], string>>>> = {
  cuda: {
    bool: 'unsigned int', i32: 'int', u32: 'unsigned int', i64: 'long long', u64: 'unsigned long long',
    f16: 'unsigned short', bf16: 'unsigned short', f32: 'float', f64: 'double',
  },
  // MSL has no f64: a field of that type is carried as its bits.
  msl: { bool: 'uint', i32: 'int', u32: 'uint', i64: 'long', u64: 'ulong', f16: 'half', bf16: 'ushort', f32: 'float', f64: 'ulong' },
};

/** Not the targets' own vectors: theirs are aligned otherwise. */
const vectorName = (elem: Scalar, length: number): string => `${elem.name}x${length}`;

function vectorTypes(types: readonly Struct[]): { name: string; elem: Scalar; length: number }[] {
  const found = new Map<string, { name: string; elem: Scalar; length: number }>();
  const visit = (type: AnyType): void => {
    if (type.kind === 'array') visit(type.elem);
    if (type.kind === 'vec') found.set(typeName(type), { name: vectorName(type.elem, type.length), elem: type.elem, length: type.length });
  };
  for (const type of types) for (const field of type.fields) visit(field.type);
  return [...found.values()];
}

function cStruct(target: 'cuda' | 'msl', type: Struct): string {
  const lines = type.fields.map((field) => {
    let inner = field.type;
    let dimensions = '';
    while (inner.kind === 'array') {
      dimensions += `[${inner.length}]`;
      inner = inner.elem;
    }
    const name = inner.kind === 'scalar' ? cNames[target][inner.name] : inner.kind === 'vec' ? vectorName(inner.elem, inner.length) : typeName(inner);
    return `  ${name} ${field.name}${dimensions};`;
  });
  const asserts = [
    `static_assert(sizeof(${type.name}) == ${type.size}, "size of ${type.name}");`,
    ...type.fields.map((f) => `static_assert(__builtin_offsetof(${type.name}, ${f.name}) == ${f.offset}, "offset of ${type.name}.${f.name}");`),
  ];
  return [`struct ${type.name} {`, ...lines, '};', ...asserts].join('\n');
}

// ---------------------------------------------------------------- WGSL

export interface WgslMember {
  readonly name: string;
  /** A WGSL type of 32-bit words. */
  readonly type: string;
  /** Bytes from the start of the structure, and bytes taken. */
  readonly offset: number;
  readonly size: number;
}

/** The members of a structure as WGSL declares them: in order, without gaps, four-byte aligned. */
export function wgslMembers(type: Struct): WgslMember[] {
  const members: WgslMember[] = [];
  let end = 0;
  const put = (name: string, wgslType: string, size: number): void => {
    members.push({ name, type: wgslType, offset: end, size });
    end += size;
  };
  const fill = (to: number): void => {
    if (to > end) put(`pad${end}`, to - end === 4 ? 'u32' : `array<u32, ${(to - end) / 4}>`, to - end);
  };
  for (const field of type.fields) {
    // Two halves share a word, which is then named after the first of them.
    if (field.offset < end) continue;
    fill(roundUp(field.offset, 4) === field.offset ? field.offset : end);
    for (const part of wgslParts(field.name, field.type)) put(part.name, part.type, part.size);
  }
  fill(type.size);
  return members;
}

function wgslParts(name: string, type: AnyType): { name: string; type: string; size: number }[] {
  switch (type.kind) {
    case 'scalar':
      if (type.size === 8) return [{ name: `${name}_lo`, type: 'u32', size: 4 }, { name: `${name}_hi`, type: 'u32', size: 4 }];
      return [type.size === 2 ? { name: `${name}_bits`, type: 'u32', size: 4 } : { name, type: type.name === 'bool' ? 'u32' : type.name, size: 4 }];
    case 'vec':
      return ['x', 'y', 'z', 'w'].slice(0, type.length).map((c) => ({ name: `${name}_${c}`, type: type.elem.name, size: 4 }));
    case 'struct':
      return type.size === 0 ? [] : [{ name, type: type.name, size: type.size }];
    case 'array': {
      const words = Math.ceil(type.size / 4);
      const elem = type.elem;
      const plain = elem.kind === 'scalar' && elem.size === 4 && elem.name !== 'bool' ? elem.name : 'u32';
      return [elem.kind === 'struct'
        ? { name, type: `array<${elem.name}, ${type.length}>`, size: type.size }
        : { name, type: `array<${plain}, ${words}>`, size: words * 4 }];
    }
  }
}

function wgslStruct(type: Struct, reserved: ReadonlySet<string>): string {
  const lines = wgslMembers(type).map((m) => `  ${m.name}${reserved.has(m.name) ? '_' : ''}: ${m.type}, // ${m.offset}`);
  return [`struct ${type.name} { // ${type.size} bytes`, ...lines, '}'].join('\n');
}
