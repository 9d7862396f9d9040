/**
 * Memory as WGSL sees it here: blocks of 32-bit words, addressed by the layout's offsets. Values of more than
 * one word go through accessor functions, made once per block and type.
 */
import type { AnyType, FixedArray, Scalar, Struct } from '../../../layout/types.ts';

/** `array<u32>`, or `array<atomic<u32>>`. */
export interface Block {
  readonly name: string;
  readonly atomic: boolean;
}

/** A byte address: `base` is a word address (text, '' for 0), then constant bytes and scaled indices. */
export interface Address {
  readonly block: Block;
  readonly base: string;
  readonly bytes: number;
  readonly terms: readonly { readonly index: string; readonly stride: number }[];
}

export const u32Text = (n: number): string => `${n >>> 0}u`;

const sum = (parts: readonly string[]): string => (parts.length === 0 ? '0u' : parts.join(' + '));
const scaled = (index: string, by: number): string => (by === 1 ? index : `${index} * ${u32Text(by)}`);

export function wordAddress(a: Address): string {
  // Counted in bytes where halves lie beside it.
  if (a.terms.some((t) => t.stride % 4 !== 0)) return `(${byteAddress(a)}) >> 2u`;
  return sum([
    ...(a.base === '' ? [] : [a.base]),
    ...a.terms.map((t) => scaled(t.index, t.stride / 4)),
    ...(a.bytes === 0 ? [] : [u32Text(a.bytes / 4)]),
  ]);
}

function byteAddress(a: Address): string {
  return sum([
    ...(a.base === '' ? [] : [`(${a.base}) * 4u`]),
    ...a.terms.map((t) => scaled(t.index, t.stride)),
    ...(a.bytes === 0 ? [] : [u32Text(a.bytes)]),
  ]);
}

/** Stored in half a word. */
const isHalf = (t: AnyType): t is Scalar<'f16' | 'bf16'> => t.kind === 'scalar' && t.size === 2;
/** Contains halves: addressed by bytes. */
export function hasHalf(t: AnyType): boolean {
  switch (t.kind) {
    case 'scalar': case 'vec': return isHalf(t);
    case 'array': return hasHalf(t.elem);
    case 'struct': return t.fields.some((f) => hasHalf(f.type));
  }
}

export class Memory {
  readonly #accessors = new Map<string, string>();
  readonly #typeName: (t: AnyType) => string;
  readonly #fieldName: (t: Struct, name: string) => string;

  constructor(typeName: (t: AnyType) => string, fieldName: (t: Struct, name: string) => string) {
    this.#typeName = typeName;
    this.#fieldName = fieldName;
  }

  /** A type as part of a name. */
  #pure(t: AnyType): string {
    switch (t.kind) {
      case 'scalar': return t.name;
      case 'vec': return `vec${t.length}${t.elem.name}`;
      case 'array': return `array${t.length}${this.#pure(t.elem)}`;
      case 'struct': return this.#typeName(t);
    }
  }

  /** Accessors made so far, callees first. */
  get text(): readonly string[] {
    return [...this.#accessors.values()];
  }

  load(a: Address, t: AnyType): string {
    if (isHalf(t)) return `${this.#half(a.block, t.name)}(${byteAddress(a)})`;
    if (t.kind === 'scalar' && t.size === 4) return this.#word(a.block, wordAddress(a), t.name);
    return `${this.#loader(a.block, t)}(${hasHalf(t) ? byteAddress(a) : wordAddress(a)})`;
  }

  /** A statement without its semicolon. */
  store(a: Address, t: AnyType, value: string): string {
    if (isHalf(t)) return `${this.#setHalf(a.block, t.name)}(${byteAddress(a)}, ${value})`;
    if (t.kind === 'scalar' && t.size === 4) return this.#setWord(a.block, wordAddress(a), t.name, value);
    return `${this.#storer(a.block, t)}(${hasHalf(t) ? byteAddress(a) : wordAddress(a)}, ${value})`;
  }

  #word(block: Block, address: string, type: string): string {
    const raw = block.atomic ? `atomicLoad(&${block.name}[${address}])` : `${block.name}[${address}]`;
    return type === 'u32' ? raw : type === 'bool' ? `(${raw} != 0u)` : `bitcast<${type}>(${raw})`;
  }

  #setWord(block: Block, address: string, type: string, value: string): string {
    const raw = type === 'u32' ? value : type === 'bool' ? `u32(${value})` : `bitcast<u32>(${value})`;
    return block.atomic ? `atomicStore(&${block.name}[${address}], ${raw})` : `${block.name}[${address}] = ${raw}`;
  }

  #once(name: string, make: () => string): string {
    if (!this.#accessors.has(name)) {
      const text = make();
      this.#accessors.set(name, text);
    }
    return name;
  }

  #half(block: Block, type: 'f16' | 'bf16'): string {
    const value = type === 'f16' ? 'rk_half_value' : 'rk_bfloat_value';
    return this.#once(`${block.name}_${type}`, () =>
      `fn ${block.name}_${type}(a: u32) -> f32 { return ${value}((${this.#word(block, 'a >> 2u', 'u32')} >> ((a & 2u) << 3u)) & 0xffffu); }`);
  }

  /** The other half of the word may be another thread's: only the bits that differ in this half are turned. */
  #setHalf(block: Block, type: 'f16' | 'bf16'): string {
    const bits = type === 'f16' ? 'rk_half_bits' : 'rk_bfloat_bits';
    const old = this.#word(block, 'a >> 2u', 'u32');
    const turn = block.atomic ? `atomicXor(&${block.name}[a >> 2u], turned)` : `${block.name}[a >> 2u] = old ^ turned`;
    return this.#once(`${block.name}_set_${type}`, () => `fn ${block.name}_set_${type}(a: u32, v: f32) {
  let shift = (a & 2u) << 3u;
  let old = ${old};
  let turned = (((old >> shift) & 0xffffu) ^ ${bits}(v)) << shift;
  ${turn};
}`);
  }

  #parts(block: Block, t: Struct | Extract<AnyType, { kind: 'vec' }>): { address: Address; type: AnyType; access: string }[] {
    const half = hasHalf(t);
    const at = (bytes: number): Address => (half
      ? { block, base: '', bytes, terms: [{ index: 'a', stride: 1 }] }
      : { block, base: 'a', bytes, terms: [] });
    return t.kind === 'vec'
      ? Array.from({ length: t.length }, (_, i) => ({ address: at(i * t.elem.size), type: t.elem, access: `v.${'xyzw'[i]}` }))
      : t.fields.map((f) => ({ address: at(f.offset), type: f.type, access: `v.${this.#fieldName(t, f.name)}` }));
  }

  #element(block: Block, t: FixedArray): Address {
    const half = hasHalf(t);
    return { block, base: half ? '' : 'a', bytes: 0, terms: [...(half ? [{ index: 'a', stride: 1 }] : []), { index: 'i', stride: t.stride }] };
  }

  #loader(block: Block, t: AnyType): string {
    return this.#once(`${block.name}_${this.#pure(t)}`, () => {
      const head = `fn ${block.name}_${this.#pure(t)}(a: u32) -> ${this.#typeName(t)}`;
      if (t.kind === 'scalar') return `${head} { return vec2<u32>(${this.#word(block, 'a', 'u32')}, ${this.#word(block, 'a + 1u', 'u32')}); }`;
      if (t.kind === 'array') {
        return `${head} {\n  var v: ${this.#typeName(t)};\n  for (var i = 0u; i < ${u32Text(t.length)}; i++) { v[i] = ${this.load(this.#element(block, t), t.elem)}; }\n  return v;\n}`;
      }
      const parts = this.#parts(block, t).map((p) => this.load(p.address, p.type));
      return `${head} { return ${this.#typeName(t)}(${parts.join(', ')}); }`;
    });
  }

  #storer(block: Block, t: AnyType): string {
    return this.#once(`${block.name}_set_${this.#pure(t)}`, () => {
      const head = `fn ${block.name}_set_${this.#pure(t)}(a: u32, v: ${this.#typeName(t)})`;
      if (t.kind === 'scalar') return `${head} { ${this.#setWord(block, 'a', 'u32', 'v.x')}; ${this.#setWord(block, 'a + 1u', 'u32', 'v.y')}; }`;
      if (t.kind === 'array') {
        return `${head} {\n  var w = v;\n  for (var i = 0u; i < ${u32Text(t.length)}; i++) { ${this.store(this.#element(block, t), t.elem, 'w[i]')}; }\n}`;
      }
      return `${head} { ${this.#parts(block, t).map((p) => `${this.store(p.address, p.type, p.access)};`).join(' ')} }`;
    });
  }
}
