/**
 * Codecs as generated JavaScript: straight-line checks, then straight-line stores, with the property names
 * and offsets as constants. Arrays become loops.
 */
import type { AnyType, FixedArray, Scalar, Struct } from '../layout/types.ts';
import type { Codec } from './codec.ts';
import { componentNames, isList, isRecord, misfit, scalarRules } from './codec-scalars.ts';

/** A byte position within the value: a constant plus loop variables times strides. */
interface Position {
  readonly base: number;
  readonly loops: readonly { readonly variable: string; readonly stride: number }[];
}

/** Code that takes one value apart. */
interface Piece {
  /** Declares the locals and throws on what does not fit. */
  readonly check: string;
  /** Declares the same locals again, in the loop that writes. */
  readonly read: string;
  readonly write: string;
}

/** `words[i]` is the word index at which word `i` of the value lies; null: contiguous. */
export function compiledCodec(struct: Struct, words: Uint32Array | null): Codec {
  const generator = new Generator(words);
  const encode = generator.encode(struct, 'value', { base: 0, loops: [] }, JSON.stringify(struct.name));
  const decode = generator.decode(struct, { base: 0, loops: [] });
  const text = `${generator.prelude()}
return {
  encode(views, offset, value) {
    const { u16, i32, u32, f32, f64, i64, u64 } = views;
    const at1 = offset >>> 1, at2 = offset >>> 2, at3 = offset >>> 3;
    ${encode.check}
    ${encode.write}
  },
  decode(views, offset) {
    const { u16, i32, u32, f32, f64, i64, u64 } = views;
    const at1 = offset >>> 1, at2 = offset >>> 2, at3 = offset >>> 3;
    ${decode.statements}
    return ${decode.value};
  },
};`;
  const build = new Function('rules', 'types', 'words', 'isList', 'isRecord', 'misfit', text);
  const methods = build(scalarRules, generator.types, words, isList, isRecord, misfit) as Pick<Codec, 'encode' | 'decode'>;
  return { struct, ...methods };
}

class Generator {
  /** Types that errors name. */
  readonly types: AnyType[] = [];
  private readonly words: Uint32Array | null;
  private names = 0;

  constructor(words: Uint32Array | null) {
    this.words = words;
  }

  /** Rules as local constants, so that the engine sees one call target each. */
  prelude(): string {
    const lines = Object.keys(scalarRules).map((name) =>
      `const fits_${name} = rules.${name}.fits, to_${name} = rules.${name}.toStored, from_${name} = rules.${name}.fromStored;`);
    return `'use strict';\n${lines.join('\n')}
const scratch64 = new BigUint64Array(1), signed64 = new BigInt64Array(scratch64.buffer), scratchF64 = new Float64Array(scratch64.buffer), scratch32 = new Uint32Array(scratch64.buffer);`;
  }

  /** `source` is an expression; `path` an expression of the text that names the value in errors. */
  encode(type: AnyType, source: string, position: Position, path: string): Piece {
    const local = this.name('v');
    const read = `const ${local} = ${source};\n`;
    switch (type.kind) {
      case 'scalar':
        return { check: `${read}if (!fits_${type.name}(${local})) ${this.misfit(type, local, path)}\n`, read, write: this.store(type, local, position) };
      case 'struct': {
        if (type.fields.length === 0) return { check: '', read: '', write: '' };
        const parts = type.fields.map((field) => this.encode(
          field.type, `${local}[${JSON.stringify(field.name)}]`,
          { ...position, base: position.base + field.offset }, join(path, `.${field.name}`),
        ));
        return {
          check: `${read}if (!isRecord(${local})) ${this.misfit(type, local, path)}\n${parts.map((p) => p.check).join('')}`,
          read: read + parts.map((p) => p.read).join(''),
          write: parts.map((p) => p.write).join(''),
        };
      }
      case 'vec': {
        const listed = this.name('l');
        const parts = componentNames.slice(0, type.length).map((name, i) => this.encode(
          type.elem, `${listed} ? ${local}[${i}] : ${local}.${name}`,
          { ...position, base: position.base + i * type.elem.size }, join(path, `.${name}`),
        ));
        const list = `const ${listed} = isList(${local});\n`;
        return {
          check: `${read}${list}if (${listed} ? ${local}.length !== ${type.length} : !isRecord(${local})) ${this.misfit(type, local, path)}\n${parts.map((p) => p.check).join('')}`,
          read: read + list + parts.map((p) => p.read).join(''),
          write: parts.map((p) => p.write).join(''),
        };
      }
      case 'array': {
        const i = this.name('i');
        const loop = this.loop(type, i);
        const part = this.encode(type.elem, `${local}[${i}]`, inLoop(position, type, i), `${path} + "[" + ${i} + "]"`);
        return {
          check: `${read}if (!isList(${local}) || ${local}.length !== ${type.length}) ${this.misfit(type, local, path)}\n${loop} {\n${part.check}}\n`,
          read,
          write: `${loop} {\n${part.read}${part.write}}\n`,
        };
      }
    }
  }

  decode(type: AnyType, position: Position): { readonly statements: string; readonly value: string } {
    switch (type.kind) {
      case 'scalar': return this.load(type, position);
      case 'struct': return this.literal(type.fields.map((f) => [f.name, f.type, f.offset]), position);
      case 'vec': return this.literal(componentNames.slice(0, type.length).map((name, i) => [name, type.elem, i * type.elem.size]), position);
      case 'array': {
        const i = this.name('i');
        const local = this.name('a');
        const part = this.decode(type.elem, inLoop(position, type, i));
        return {
          statements: `const ${local} = new Array(${type.length});\n${this.loop(type, i)} {\n${part.statements}${local}[${i}] = ${part.value};\n}\n`,
          value: local,
        };
      }
    }
  }

  private literal(parts: readonly (readonly [string, AnyType, number])[], position: Position): { statements: string; value: string } {
    const decoded = parts.map(([name, type, offset]) => ({ name, ...this.decode(type, { ...position, base: position.base + offset }) }));
    return {
      statements: decoded.map((d) => d.statements).join(''),
      value: `{ ${decoded.map((d) => `${JSON.stringify(d.name)}: ${d.value}`).join(', ')} }`,
    };
  }

  private store(type: Scalar, local: string, position: Position): string {
    const rule = scalarRules[type.name];
    const value = rule.toStored === undefined ? local : `to_${type.name}(${local})`;
    if (rule.shift !== 3 || this.words === null) return `${rule.view}[${this.index(position, rule.shift)}] = ${value};\n`;
    return `${scratchOf(type)}[0] = ${value};\n`
      + `u32[${this.index(position, 2)}] = scratch32[0];\n`
      + `u32[${this.index({ ...position, base: position.base + 4 }, 2)}] = scratch32[1];\n`;
  }

  private load(type: Scalar, position: Position): { statements: string; value: string } {
    const rule = scalarRules[type.name];
    if (rule.shift !== 3 || this.words === null) {
      const stored = `${rule.view}[${this.index(position, rule.shift)}]`;
      return { statements: '', value: rule.fromStored === undefined ? stored : `from_${type.name}(${stored})` };
    }
    const local = this.name('w');
    return {
      statements: `scratch32[0] = u32[${this.index(position, 2)}];\n`
        + `scratch32[1] = u32[${this.index({ ...position, base: position.base + 4 }, 2)}];\n`
        + `const ${local} = ${scratchOf(type)}[0];\n`,
      value: local,
    };
  }

  /** Index into a view of elements of `1 << shift` bytes. */
  private index(position: Position, shift: 1 | 2 | 3): string {
    if (this.words === null) {
      const terms = position.loops.map((l) => ` + ${l.variable} * ${l.stride >> shift}`);
      return `at${shift} + ${position.base >> shift}${terms.join('')}`;
    }
    // Halves: the word's place, and which half of it.
    if (position.loops.length === 0) {
      const word = this.words[position.base >> 2]!;
      return shift === 2 ? `at2 + ${word}` : `at1 + ${word * 2 + ((position.base >> 1) & 1)}`;
    }
    const byte = `${position.base}${position.loops.map((l) => ` + ${l.variable} * ${l.stride}`).join('')}`;
    const word = `words[(${byte}) >> 2]`;
    return shift === 2 ? `at2 + ${word}` : `at1 + ${word} * 2 + (((${byte}) >> 1) & 1)`;
  }

  private loop(type: FixedArray, i: string): string {
    return `for (let ${i} = 0; ${i} < ${type.length}; ${i}++)`;
  }

  private misfit(type: AnyType, local: string, path: string): string {
    return `misfit(${path}, types[${this.types.push(type) - 1}], ${local});`;
  }

  private name(prefix: string): string {
    // The underscore keeps names apart from the views (`i32`).
    return `${prefix}_${this.names++}`;
  }
}

const scratchOf = (type: Scalar): string => (type.name === 'f64' ? 'scratchF64' : type.name === 'i64' ? 'signed64' : 'scratch64');

const inLoop = (position: Position, type: FixedArray, variable: string): Position =>
  ({ ...position, loops: [...position.loops, { variable, stride: type.stride }] });

/** Adds constant text to a text expression. */
const join = (path: string, text: string): string => `${path} + ${JSON.stringify(text)}`;
