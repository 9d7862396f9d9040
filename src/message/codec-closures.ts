/** Codecs without generated text, for pages whose content security policy forbids it: a tree of closures. */
import type { AnyType, Scalar, Struct } from '../layout/types.ts';
import type { Codec, Views } from './codec.ts';
import { componentNames, isList, isRecord, misfit, scalarRules } from './codec-scalars.ts';

interface Part {
  /** `path` names the value in errors. */
  check(value: unknown, path: string): void;
  /** `at` is the byte offset of the part within the whole value. */
  write(views: Views, offset: number, at: number, value: unknown): void;
  read(views: Views, offset: number, at: number): unknown;
}

/** `words[i]` is the word index at which word `i` of the value lies; null: contiguous. */
export function closureCodec(struct: Struct, words: Uint32Array | null): Codec {
  const root = partOf(struct, words);
  return {
    struct,
    encode(views, offset, value) {
      root.check(value, struct.name);
      root.write(views, offset, 0, value);
    },
    decode: (views, offset) => root.read(views, offset, 0),
  };
}

function partOf(type: AnyType, words: Uint32Array | null): Part {
  switch (type.kind) {
    case 'scalar': return scalarPart(type, words);
    case 'struct': return structPart(type, words);
    case 'vec': {
      const elem = partOf(type.elem, words);
      const names = componentNames.slice(0, type.length);
      const component = (value: unknown, i: number) => (isList(value) ? value[i] : (value as Record<string, unknown>)[names[i]!]);
      return {
        check(value, path) {
          if (isList(value) ? value.length !== type.length : !isRecord(value)) misfit(path, type, value);
          names.forEach((name, i) => elem.check(component(value, i), `${path}.${name}`));
        },
        write(views, offset, at, value) {
          for (let i = 0; i < type.length; i++) elem.write(views, offset, at + i * type.elem.size, component(value, i));
        },
        read: (views, offset, at) =>
          Object.fromEntries(names.map((name, i) => [name, elem.read(views, offset, at + i * type.elem.size)])),
      };
    }
    case 'array': {
      const elem = partOf(type.elem, words);
      return {
        check(value, path) {
          if (!isList(value) || value.length !== type.length) misfit(path, type, value);
          for (let i = 0; i < type.length; i++) elem.check((value as ArrayLike<unknown>)[i], `${path}[${i}]`);
        },
        write(views, offset, at, value) {
          for (let i = 0; i < type.length; i++) elem.write(views, offset, at + i * type.stride, (value as ArrayLike<unknown>)[i]);
        },
        read: (views, offset, at) => Array.from({ length: type.length }, (_, i) => elem.read(views, offset, at + i * type.stride)),
      };
    }
  }
}

function structPart(type: Struct, words: Uint32Array | null): Part {
  const fields = type.fields.map((field) => ({ name: field.name, offset: field.offset, part: partOf(field.type, words) }));
  return {
    check(value, path) {
      if (fields.length === 0) return;
      if (!isRecord(value)) misfit(path, type, value);
      for (const { name, part } of fields) part.check((value as Record<string, unknown>)[name], `${path}.${name}`);
    },
    write(views, offset, at, value) {
      for (const { name, offset: inner, part } of fields) part.write(views, offset, at + inner, (value as Record<string, unknown>)[name]);
    },
    read: (views, offset, at) => Object.fromEntries(fields.map((f) => [f.name, f.part.read(views, offset, at + f.offset)])),
  };
}

function scalarPart(type: Scalar, words: Uint32Array | null): Part {
  const { view, shift, fits, toStored, fromStored } = scalarRules[type.name];
  const toBits = (toStored ?? ((v: unknown) => v)) as (value: unknown) => number | bigint;
  const fromBits = (fromStored ?? ((s: unknown) => s)) as (stored: number | bigint) => unknown;
  const check = (value: unknown, path: string): void => {
    if (!fits(value)) misfit(path, type, value);
  };
  const place = words === null
    ? (offset: number, at: number) => offset + at
    : (offset: number, at: number) => offset + words[at >> 2]! * 4 + (at & 3);
  if (shift === 3 && words !== null) {
    const bits = new Uint32Array(2);
    const whole = type.name === 'f64' ? new Float64Array(bits.buffer)
      : type.name === 'i64' ? new BigInt64Array(bits.buffer) : new BigUint64Array(bits.buffer);
    return {
      check,
      write(views, offset, at, value) {
        whole[0] = value as never;
        views.u32[place(offset, at) >>> 2] = bits[0]!;
        views.u32[place(offset, at + 4) >>> 2] = bits[1]!;
      },
      read(views, offset, at) {
        bits[0] = views.u32[place(offset, at) >>> 2]!;
        bits[1] = views.u32[place(offset, at + 4) >>> 2]!;
        return whole[0];
      },
    };
  }
  return {
    check,
    write(views, offset, at, value) {
      (views[view] as { [index: number]: unknown })[place(offset, at) >>> shift] = toBits(value);
    },
    read: (views, offset, at) => fromBits(views[view][place(offset, at) >>> shift]!),
  };
}
