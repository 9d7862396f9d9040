/** The TypeScript types of what a kernel sees: its context, its message, its parameters. */
import type { MessageType } from '../message/message.ts';
import type { Fields, FixedArray, Mat, Scalar, ScalarValue, Struct, Vec } from '../layout/types.ts';
import type { Matrix, MatrixLike, Vector, VectorConstructors, VectorLike } from './face-vectors.ts';

export type { Matrix, Vector, VectorLike } from './face-vectors.ts';

/** A fixed array inside a kernel. */
export interface KernelArray<T> extends Iterable<T> {
  [index: number]: T;
  readonly length: number;
  fill(value: T): void;
}
export interface ReadonlyKernelArray<T> extends Iterable<T> {
  readonly [index: number]: T;
  readonly length: number;
}

/** A value of this type inside a kernel, writable. */
export type KernelValue<T> =
  T extends Scalar<infer N> ? ScalarValue<N>
    : T extends Vec<Scalar, infer L> ? Vector<L>
      : T extends Mat<infer L> ? Matrix<L>
      : T extends FixedArray<infer E> ? KernelArray<KernelValue<E>>
        : T extends Struct<infer F> ? KernelFields<F>
          : never;
export type KernelFields<F extends Fields> = { -readonly [K in keyof F]: KernelValue<F[K]> };

/** As `KernelValue`, read-only: messages. */
export type ReadonlyKernelValue<T> =
  T extends Scalar<infer N> ? ScalarValue<N>
    : T extends Vec<Scalar, infer L> ? Readonly<Vector<L>>
      : T extends Mat<infer L> ? Readonly<Matrix<L>>
      : T extends FixedArray<infer E> ? ReadonlyKernelArray<ReadonlyKernelValue<E>>
        : T extends Struct<infer F> ? ReadonlyKernelFields<F>
          : never;
export type ReadonlyKernelFields<F extends Fields> = { readonly [K in keyof F]: ReadonlyKernelValue<F[K]> };

/** What may be stored where a value of this type goes. */
export type KernelInput<T> =
  T extends Scalar<infer N> ? ScalarValue<N>
    : T extends Vec<Scalar, infer L> ? VectorLike<L>
      : T extends Mat<infer L> ? MatrixLike<L>
      : T extends FixedArray<infer E> ? ReadonlyKernelArray<KernelInput<E>> | readonly KernelInput<E>[]
        : T extends Struct<infer F> ? { readonly [K in keyof F]: KernelInput<F[K]> }
          : never;
export type KernelInputs<F extends Fields> = { readonly [K in keyof F]: KernelInput<F[K]> };

/** Fields of a message, as a kernel reads them. */
export type MessageView<M> = M extends MessageType<infer F> ? ReadonlyKernelFields<F> : never;
/** Fields of a message, as a kernel writes them. */
export type MessageFields<M> = M extends MessageType<infer F> ? KernelInputs<F> : never;

/** Casts, constructors and loops. */
export interface Casts extends VectorConstructors {
  /** To a signed 32-bit integer: floats saturate (NaN gives 0), unsigned and 64-bit integers keep their low bits, `a / b` of integers divides them. */
  i32(x: number | bigint | boolean): number;
  /** To an unsigned 32-bit integer, as `i32`. */
  u32(x: number | bigint | boolean): number;
  /** To a signed 64-bit integer. */
  i64(x: number | bigint | boolean): bigint;
  /** To an unsigned 64-bit integer. */
  u64(x: number | bigint | boolean): bigint;
  /** To single precision. */
  f32(x: number | bigint | boolean): number;
  /** To double precision; not on every device. */
  f64(x: number | bigint | boolean): number;
  /** Rounded to half precision, ties to even: what a field or element of type f16 takes. */
  f16(x: number | bigint | boolean): number;
  /** Rounded to bfloat16, ties to even (through f32): what a field or element of type bf16 takes. */
  bf16(x: number | bigint | boolean): number;
  /** Zero and NaN are false. */
  bool(x: number | bigint | boolean): boolean;
  /** Integer division, truncating; 0 for a zero divisor. */
  idiv(a: number, b: number): number;
  idiv(a: bigint, b: bigint): bigint;
  /** `for (const i of ctx.range(n))`: 0 to n - 1, in the type of n. */
  range(n: number): Iterable<number>;
  range(n: bigint): Iterable<bigint>;
  range(from: number, to: number): Iterable<number>;
  range(from: bigint, to: bigint): Iterable<bigint>;
  /** Sends a line to the host; `{}` stands for the arguments in order. */
  debug(format: string, ...values: (number | bigint | boolean)[]): void;
}

type Unary = (x: number) => number;
type Binary = (a: number, b: number) => number;
type Test = (x: number) => boolean;
interface WordFunction { (x: number): number; (x: bigint): number }

/**
 * Functions beyond `Math` that every kernel has; `docs/intrinsics.md` describes each. Those of 64-bit integers
 * take bigint.
 */
export interface Intrinsics extends Casts, Readonly<Record<
  'rsqrt' | 'rcp' | 'saturate' | 'fract' | 'sinpi' | 'cospi' | 'radians' | 'degrees' | 'exp2' | 'exp10'
  | 'erf' | 'erfc' | 'tgamma' | 'lgamma' | 'normcdf' | 'normcdfinv' | 'erfinv' | 'erfcinv' | 'j0' | 'j1' | 'y0' | 'y1'
  | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'round' | 'cbrt' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan'
  | 'sinh' | 'cosh' | 'tanh' | 'asinh' | 'acosh' | 'atanh' | 'exp' | 'expm1' | 'log' | 'log1p' | 'log2' | 'log10'
  | 'brev' | 'bitsOf' | 'floatOf', Unary>>, Readonly<Record<
  'fmin' | 'fmax' | 'copysign' | 'fdim' | 'step' | 'hypot' | 'atan2' | 'pow' | 'ldexp', Binary>>, Readonly<Record<
  'isNaN' | 'isInfinite' | 'isFinite' | 'isNormal' | 'signbit', Test>>, Readonly<Record<'clz' | 'ctz' | 'ffs' | 'popcount', WordFunction>> {
  /** a * b + c with one rounding where the target has it. */
  fma(a: number, b: number, c: number): number;
  /** a + (b - a) * t. */
  mix(a: number, b: number, t: number): number;
  clamp(x: number, low: number, high: number): number;
  clamp(x: bigint, low: bigint, high: bigint): bigint;
  min(a: number, b: number): number;
  min(a: bigint, b: bigint): bigint;
  max(a: number, b: number): number;
  max(a: bigint, b: bigint): bigint;
  abs(x: number): number;
  abs(x: bigint): bigint;
  sign(x: number): number;
  rotl(x: number, count: number): number;
  rotl(x: bigint, count: number): bigint;
  rotr(x: number, count: number): number;
  rotr(x: bigint, count: number): bigint;
  besselI0(x: number): number;
  besselI1(x: number): number;
  /** Bessel functions of a whole order, of the first and of the second kind. */
  jn(order: number, x: number): number;
  yn(order: number, x: number): number;
  /** Sine and cosine: x and y of a vector. */
  sincos(x: number): Vector<2>;
  /** A quiet NaN. */
  nan(): number;
  /** The next float after x towards y. */
  nextafter(x: number, y: number): number;
  /** floor(log2 |x|) as an integer. */
  ilogb(x: number): number;
  /** x · 2^n, rounded once. */
  scalbn(x: number, n: number): number;
  /** x - y · n with n the integer nearest to x / y. */
  remainder(x: number, y: number): number;
  /** x to an integer power. */
  powi(x: number, n: number): number;
  bytePermute(a: number, b: number, selector: number): number;
  funnelShiftLeft(low: number, high: number, count: number): number;
  funnelShiftRight(low: number, high: number, count: number): number;
  /** High word of the product of two unsigned words. */
  mulhi(a: number, b: number): number;
  /** Philox4x32-10: four random words for a counter of four words and a key of two. */
  philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): Vector<4>;
  /** A random word, a number in [0, 1), a standard normal number; each for a seed and an index. */
  random(seed: number, index: number): number;
  randomUniform(seed: number, index: number): number;
  randomNormal(seed: number, index: number): number;
}

type Axes<N extends string> = `${N}${'X' | 'Y' | 'Z'}`;

/** What every kernel knows of its place and its neighbours. In a handler, which one thread runs, places are 0, sizes 1, and groups are the thread itself. */
export interface Places extends Readonly<Record<
  Axes<'local' | 'group' | 'groupSize' | 'gridSize'> | 'localId' | 'groupId' | 'lane' | 'laneCount', number>>, Readonly<Record<
  'subgroupAdd' | 'subgroupInclusiveAdd' | 'subgroupMin' | 'subgroupMax' | 'subgroupAnd' | 'subgroupOr' | 'subgroupXor' | 'groupAdd' | 'groupMin' | 'groupMax' | 'groupAnd' | 'groupOr', Unary>>, Readonly<Record<
  'shuffle' | 'shuffleXor' | 'shuffleUp' | 'shuffleDown', Binary>> {
  /** This thread's place in the whole launch. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** This thread, counted row by row through the launch. */
  readonly id: number;
  /** Waits for every thread of the workgroup; shared memory written before is visible after. */
  barrier(): void;
  /**
   * Waits for every thread of the launch; what any of them has written is visible after. All workgroups must fit the
   * device at once, or the launch is refused.
   */
  gridBarrier(): void;
  /** A barrier that tells every thread for how many, for all, for some of them the test held. */
  barrierCount(test: boolean): number;
  barrierAll(test: boolean): boolean;
  barrierAny(test: boolean): boolean;
  subgroupAll(test: boolean): boolean;
  subgroupAny(test: boolean): boolean;
  /** One bit for each lane. */
  ballot(test: boolean): number;
  /** Orders this thread's memory accesses as seen by its workgroup, by the device, by host and other devices. */
  fenceGroup(): void;
  fenceDevice(): void;
  fenceSystem(): void;
  /** Clock cycles of the processor; nanoseconds of the device's timer; a rest of about so many nanoseconds. */
  cycles(): bigint;
  nanoseconds(): bigint;
  nanosleep(ns: number): void;
}

/** The first parameter of an actor's handler. */
export interface ActorContext<S extends Fields, P extends Ports, U> extends Intrinsics, Places {
  /** The actor's own persistent state. */
  readonly state: KernelFields<S>;
  /** One function for each port: true if the message was taken, false if the inbox was full or nothing is connected. */
  readonly send: { readonly [K in keyof P]: (message: MessageFields<P[K]>) => boolean };
  readonly uses: U;
  /** This actor's id. */
  readonly self: number;
  /** Id of the actor that sent the message; 0: the host. */
  readonly sender: number;
  /** Correlation number of the message; 0: nobody waits for an answer. */
  readonly correlation: number;
  /** Packed HLC time stamp of the message, and its deadline; deadline 0: none. */
  readonly timestamp: bigint;
  readonly deadline: bigint;
  /** The actor's clock: microseconds since the epoch, and the logical counter. */
  readonly hlcPhysical: bigint;
  readonly hlcLogical: bigint;
  /** Tells the host that something needs attention: the event `raised`, by name with its value. Like `debug` it never waits; without room it is dropped and counted. */
  alert(name: string, value: number | bigint | boolean): void;
  /** A figure for the host: the event `measured`; `Telemetry` keeps a summary of each. */
  metric(name: string, value: number | bigint | boolean): void;
  /** Packed HLC time; the clock moves on by this call. */
  now(): bigint;
  /** Takes in a stamp that came in a payload: the clock moves past it. Stamps of messages are taken in before their handler runs. */
  hlcUpdate(stamp: bigint): bigint;
}

export type Ports = { readonly [name: string]: MessageType };

/** Workgroup-shared memory: `g.shared.f32(256)`, the same array for all threads of a workgroup. */
export type SharedMemory = { readonly [N in 'i32' | 'u32' | 'f32' | 'f64' | 'f16' | 'bf16' | 'bool' | 'i64' | 'u64']: (length: number) => KernelArray<ScalarValue<N>> };

/** An element's new value, atomically; the old one. */
type Atomic = (array: KernelArray<number>, index: number, value: number) => number;

/** The first parameter of a global kernel. */
export interface GridContext<U> extends Intrinsics, Places, Readonly<Record<
  'atomicAdd' | 'atomicSub' | 'atomicMin' | 'atomicMax' | 'atomicAnd' | 'atomicOr' | 'atomicXor' | 'atomicExchange', Atomic>> {
  atomicCompareExchange(array: KernelArray<number>, index: number, expected: number, value: number): number;
  atomicLoad(array: KernelArray<number>, index: number): number;
  atomicStore(array: KernelArray<number>, index: number, value: number): void;
  /** Wraps to 0 after `limit`; counts down to 0 and then to `limit`. */
  atomicIncrement(array: KernelArray<number>, index: number, limit: number): number;
  atomicDecrement(array: KernelArray<number>, index: number, limit: number): number;
  readonly uses: U;
  readonly shared: SharedMemory;
  /** Over the whole launch, into one element: each workgroup adds its own result atomically. */
  gridAdd(array: KernelArray<number>, index: number, x: number): void;
  gridMin(array: KernelArray<number>, index: number, x: number): void;
  gridMax(array: KernelArray<number>, index: number, x: number): void;
  /** Sum over the lanes before the own. */
  subgroupExclusiveAdd(x: number): number;
  /** Lanes of the subgroup that take part, one bit each. */
  activeMask(): number;
  /** Lanes whose value equals this lane's, one bit each; `matchAll`: all lanes' bits if all are equal, else 0. */
  matchAny(x: number): number;
  matchAll(x: number): number;
  /** Hints that an element will be read soon: into the cache nearest to the processor, or the next. */
  prefetchL1(array: ReadonlyKernelArray<number>, index: number): void;
  prefetchL2(array: ReadonlyKernelArray<number>, index: number): void;
}

/** A grid parameter: `at` counts from this thread's own cell, `get` from the corner. */
export interface ReadGrid<T, D extends 2 | 3> {
  readonly w: number;
  readonly h: number;
  readonly d: D extends 3 ? number : never;
  readonly length: number;
  at(...offset: D extends 3 ? [dx: number, dy: number, dz: number] : [dx: number, dy: number]): T;
  get(...cell: D extends 3 ? [x: number, y: number, z: number] : [x: number, y: number]): T;
  north(): T;
  south(): T;
  east(): T;
  west(): T;
  up: D extends 3 ? () => T : never;
  down: D extends 3 ? () => T : never;
}
export interface WriteGrid<T, D extends 2 | 3> {
  readonly w: number;
  readonly h: number;
  readonly d: D extends 3 ? number : never;
  readonly length: number;
  /** Writes this thread's own cell. */
  set(value: T): void;
  /** Writes the cell at these coordinates. */
  put(...args: D extends 3 ? [x: number, y: number, z: number, value: T] : [x: number, y: number, value: T]): void;
}

