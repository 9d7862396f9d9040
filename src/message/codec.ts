import type { FieldInputs, FieldValues, Fields, Struct } from '../layout/types.ts';
import { closureCodec } from './codec-closures.ts';
import { compiledCodec } from './codec-compiled.ts';

/** Typed views over one buffer; `byteOffset` of every view is 0, so element index = byte offset / size. */
export interface Views {
  readonly buffer: ArrayBufferLike;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
}

export function viewsOf(buffer: ArrayBufferLike): Views {
  return {
    buffer,
    u8: new Uint8Array(buffer), u16: new Uint16Array(buffer),
    i32: new Int32Array(buffer), u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer), f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer), u64: new BigUint64Array(buffer),
  };
}

/**
 * Moves values of one struct between JavaScript objects and bytes. `encode` allocates nothing.
 * `T` is what `decode` gives, `I` what `encode` takes (vectors also as tuples, arrays as any list).
 */
export interface Codec<T = unknown, I = T> {
  readonly struct: Struct;
  /**
   * Writes every field at `offset` (bytes, aligned to 8). Throws `SerializationError`, before the first
   * write, on a value that does not fit its field.
   */
  encode(views: Views, offset: number, value: I): void;
  decode(views: Views, offset: number): T;
}

/** Where each 32-bit word of a value lies when it is not contiguous. */
export interface CodecOptions {
  /**
   * Maps the byte offset of a word within the value (a multiple of 4) to its byte offset in memory (a multiple
   * of 4), relative to `offset`. 64-bit fields then become two 32-bit stores. Default: the identity.
   */
  readonly map?: (byteOffset: number) => number;
  /**
   * `compiled` generates JavaScript, `closures` does without `new Function`. Default: `compiled` where the
   * page's content security policy allows it.
   */
  readonly mode?: 'compiled' | 'closures';
}

const cache = new WeakMap<Struct, Codec>();

/** The codec of a struct. Without `options` the same object every time. */
export function codecOf<F extends Fields>(struct: Struct<F>, options?: CodecOptions): Codec<FieldValues<F>, FieldInputs<F>> {
  type Result = Codec<FieldValues<F>, FieldInputs<F>>;
  if (options !== undefined) return make(struct, options) as Result;
  let codec = cache.get(struct);
  if (codec === undefined) cache.set(struct, codec = make(struct, {}));
  return codec as Result;
}

function make(struct: Struct, { map, mode }: CodecOptions): Codec {
  const words = map === undefined ? null
    : Uint32Array.from({ length: Math.ceil(struct.size / 4) }, (_, word) => map(word * 4) / 4);
  return (mode ?? (mayCompile() ? 'compiled' : 'closures')) === 'compiled'
    ? compiledCodec(struct, words)
    : closureCodec(struct, words);
}

let compilation: boolean | undefined;

/** False under a content security policy that forbids evaluating text. */
function mayCompile(): boolean {
  if (compilation === undefined) {
    try {
      compilation = new Function('return true')() as boolean;
    } catch {
      compilation = false;
    }
  }
  return compilation;
}
