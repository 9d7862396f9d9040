import type { FieldInputs, FieldValues, Fields, Struct } from '../layout/types.ts';
import type { Views } from '../layout/views.ts';
import { closureCodec } from './codec-closures.ts';
import { compiledCodec } from './codec-compiled.ts';

export { viewsOf, type Views } from '../layout/views.ts';

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
