/** Device memory as elements of one type. */
import type { Context, DeviceBuffer, Stream } from '../backend/contract.ts';
import { fail } from '../error/index.ts';
import { roundUp, struct, type AnyType, type InputOf, type ScalarName, type Struct, type ValueOf } from '../layout/types.ts';
import { viewsOf, type Views } from '../layout/views.ts';
import { codecOf, type Codec } from '../message/codec.ts';

export interface RangeOptions {
  /** First element. Default 0. */
  readonly at?: number;
  readonly stream?: Stream;
}

export class TypedBuffer<T extends AnyType> implements Disposable {
  readonly type: T;
  /** Elements. */
  readonly length: number;
  /** What kernels are launched with. */
  readonly buffer: DeviceBuffer;
  readonly #context: Context;
  readonly #stride: number;
  /** Elements are the one field of a struct, so that the codec of messages serves here too. */
  readonly #codec: Codec;

  /** Around memory that exists: `DeviceMemory.typed` allocates it. */
  constructor(context: Context, type: T, length: number, buffer: DeviceBuffer) {
    this.#context = context;
    this.type = type;
    this.length = length;
    this.buffer = buffer;
    this.#stride = TypedBuffer.strideOf(type);
    this.#codec = codecOf(elementStruct(type)) as Codec;
    if (buffer.bytes < this.bytes) {
      throw fail('InvalidConfig', { option: 'buffer', value: buffer.label, reason: `It has ${buffer.bytes} bytes; ${length} elements need ${this.bytes}.` });
    }
  }

  /** Bytes from one element to the next. */
  static strideOf(type: AnyType): number {
    return roundUp(type.size, type.align);
  }

  get bytes(): number {
    return this.length * this.#stride;
  }

  get released(): boolean {
    return this.buffer.released;
  }

  /** Copies elements to the device: values, or the bytes of a typed array that holds scalars of this type. Resolves when `source` may change. */
  async write(source: ArrayLike<InputOf<T>> | ArrayBufferView, options: RangeOptions = {}): Promise<void> {
    const raw = ArrayBuffer.isView(source) && this.#sameBytes(source) ? source : null;
    const count = raw === null ? (source as ArrayLike<unknown>).length : raw.byteLength / this.#stride;
    const at = this.#range('write', options.at ?? 0, count);
    if (count > 0) await this.#context.write(this.buffer, raw ?? this.#encode(source as ArrayLike<unknown>), at * this.#stride, options.stream);
  }

  /** Copies elements from the device. Default: all behind `at`. */
  async read(options: RangeOptions & { readonly count?: number } = {}): Promise<ValueOf<T>[]> {
    const at = options.at ?? 0;
    const count = options.count ?? this.length - at;
    this.#range('read', at, count);
    const views = viewsOf(new ArrayBuffer(roundUp(count * this.#stride + 8, 8)));
    if (count > 0) await this.#context.read(this.buffer, views.u8.subarray(0, count * this.#stride), at * this.#stride, options.stream);
    return this.#decode(views, count);
  }

  /** Copies the bytes of elements from the device into a typed array, which says how many. */
  async readInto<V extends ArrayBufferView>(target: V, options: RangeOptions = {}): Promise<V> {
    const at = this.#range('readInto', options.at ?? 0, target.byteLength / this.#stride);
    if (target.byteLength > 0) await this.#context.read(this.buffer, target, at * this.#stride, options.stream);
    return target;
  }

  /** Copies elements to another buffer of the same type on the same device. Default: all behind `at`. */
  async copyTo(target: TypedBuffer<T>, options: RangeOptions & { readonly count?: number; readonly targetAt?: number } = {}): Promise<void> {
    const at = options.at ?? 0;
    const count = options.count ?? this.length - at;
    this.#range('copyTo', at, count);
    const to = target.#range('copyTo', options.targetAt ?? 0, count);
    if (count > 0) await this.#context.copy(this.buffer, target.buffer, count * this.#stride, at * this.#stride, to * this.#stride, options.stream);
  }

  [Symbol.dispose](): void {
    this.buffer[Symbol.dispose]();
  }

  #range(what: string, at: number, count: number): number {
    if (!Number.isInteger(at) || !Number.isInteger(count) || at < 0 || count < 0 || at + count > this.length) {
      throw fail('InvalidIndex', { what: `${what} on '${this.buffer.label}'`, from: at, to: at + count, length: this.length });
    }
    return at;
  }

  /** A typed array whose elements lie as ours do. */
  #sameBytes(source: ArrayBufferView): boolean {
    const scalar = scalarOf(this.type);
    if (scalar === null) return source instanceof Uint8Array;
    return source instanceof arrayTypes[scalar];
  }

  #encode(values: ArrayLike<unknown>): Uint8Array {
    const element = viewsOf(new ArrayBuffer(roundUp(this.#codec.struct.size, 8)));
    const bytes = new Uint8Array(values.length * this.#stride);
    for (let i = 0; i < values.length; i++) {
      this.#codec.encode(element, 0, { element: values[i] });
      bytes.set(element.u8.subarray(0, this.type.size), i * this.#stride);
    }
    return bytes;
  }

  #decode(views: Views, count: number): ValueOf<T>[] {
    // The codec wants elements at multiples of eight, which those of small types are not.
    const element = viewsOf(new ArrayBuffer(roundUp(this.#codec.struct.size, 8)));
    return Array.from({ length: count }, (_, i) => {
      element.u8.set(views.u8.subarray(i * this.#stride, i * this.#stride + this.type.size));
      return (this.#codec.decode(element, 0) as { element: ValueOf<T> }).element;
    });
  }
}

const arrayTypes: { readonly [N in ScalarName]: new (n: number) => ArrayBufferView } = {
  bool: Uint32Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array,
  f16: Uint16Array, bf16: Uint16Array, f32: Float32Array, f64: Float64Array,
};

/** The scalar that an element consists of, if of one kind only. */
function scalarOf(type: AnyType): ScalarName | null {
  switch (type.kind) {
    case 'scalar': return type.name;
    case 'vec': return type.elem.name;
    case 'array': return scalarOf(type.elem);
    case 'struct': return null;
  }
}

const elementStructs = new WeakMap<AnyType, Struct<{ element: AnyType }>>();

function elementStruct(type: AnyType): Struct<{ element: AnyType }> {
  let found = elementStructs.get(type);
  if (found === undefined) elementStructs.set(type, found = struct('Buffer', { element: type }));
  return found;
}
