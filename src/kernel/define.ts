/** The definitions a user writes: actors, global kernels, device functions. Compiled, and checked, when defined. */
import { fail } from '../error/index.ts';
import { struct, type AnyType, type Fields, type Scalar, type ScalarValue, type Struct } from '../layout/types.ts';
import type { MessageType } from '../message/message.ts';
import { compileActor, compileDeviceFunction, compileGlobal, type ParamSource } from './compile.ts';
import type { ActorContext, GridContext, Intrinsics, KernelArray, KernelValue, MessageFields, MessageView, Ports, ReadGrid, ReadonlyKernelArray, WriteGrid } from './face.ts';
import type { ActorProgram, FunctionProgram, GlobalProgram, Port } from './ir.ts';
import { register } from './registry.ts';
import { registerDeviceFunction } from './lower/device.ts';
import type { AnyFunction } from './syntax.ts';

/** Constants and helper functions, or a function that gives them later (circular imports). */
export type Uses<U> = U | (() => U);

/** One message type with its handler and reply, as a definition records it. */
export interface HandlerEntry<M extends MessageType = MessageType, R extends MessageType | null = MessageType | null> {
  readonly message: M;
  readonly reply: R;
  readonly fn: AnyFunction;
}

/** A kernel that handles messages. `H` is the union of its handlers, for the types of its handles. */
export interface KernelDefinition<H extends HandlerEntry = HandlerEntry, S extends Fields = Fields, P extends Ports = Ports> {
  readonly id: string;
  readonly program: ActorProgram;
  readonly handlers: readonly H[];
  readonly ports: P;
  /** null: no state. */
  readonly state: Struct<S> | null;
  /** Constants and helpers, as given. */
  readonly uses: object;
}

/** A definition that can take further message types. */
export interface KernelBuilder<H extends HandlerEntry, S extends Fields, P extends Ports, U> extends KernelDefinition<H, S, P> {
  /** A new definition that also handles `message`, and answers each with a `reply`. */
  on<M extends MessageType, R extends MessageType>(message: M, reply: R, fn: Handler<M, R, S, P, U>): KernelBuilder<H | HandlerEntry<M, R>, S, P, U>;
  /** A new definition that also handles `message`, without an answer. */
  on<M extends MessageType>(message: M, fn: Handler<M, null, S, P, U>): KernelBuilder<H | HandlerEntry<M, null>, S, P, U>;
}

/** A message handler: runs on the device, once for each message. */
export type Handler<M, R, S extends Fields, P extends Ports, U> =
  (ctx: ActorContext<S, P, U>, msg: MessageView<M>, uses: U) => R extends MessageType ? MessageFields<R> : void;

export interface ActorOptions<S extends Fields, P extends Ports, U> {
  /** Unique name of the kernel; survives minifiers, unlike names of functions. */
  readonly id: string;
  /** Fields that persist between messages; zero at the start. */
  readonly state?: S;
  /** Messages it sends to other kernels, by port. */
  readonly sends?: P;
  /** Constants and helper functions of the handlers. */
  readonly uses?: Uses<U>;
}

type None = Record<never, never>;

/** A kernel for one message type with a reply. */
export function ringKernel<M extends MessageType, R extends MessageType, const S extends Fields = None, P extends Ports = None, U extends object = None>(
  options: ActorOptions<S, P, U> & { readonly on: M; readonly reply: R }, fn: Handler<M, R, S, P, U>): KernelBuilder<HandlerEntry<M, R>, S, P, U>;
/** A kernel for one message type without a reply. */
export function ringKernel<M extends MessageType, const S extends Fields = None, P extends Ports = None, U extends object = None>(
  options: ActorOptions<S, P, U> & { readonly on: M; readonly reply?: undefined }, fn: Handler<M, null, S, P, U>): KernelBuilder<HandlerEntry<M, null>, S, P, U>;
/** A kernel for several message types: `ringKernel({ id, state }).on(Add, Sum, fn).on(Reset, fn)`. */
export function ringKernel<const S extends Fields = None, P extends Ports = None, U extends object = None>(
  options: ActorOptions<S, P, U>): KernelBuilder<never, S, P, U>;
export function ringKernel(options: ActorOptions<Fields, Ports, object> & { readonly on?: MessageType; readonly reply?: MessageType | undefined }, fn?: AnyFunction): KernelBuilder<HandlerEntry, Fields, Ports, object> {
  checkId(options?.id);
  if ((options.on === undefined) !== (fn === undefined)) throw invalid(options.id, 'the message type `on` and the handler come together', 'Pass both, or neither and use `.on(...)`.');
  const state = options.state === undefined ? null : struct(`${options.id.replace(/\W+/g, '_')}_state`, options.state);
  const handlers = options.on === undefined ? [] : [{ message: options.on, reply: options.reply ?? null, fn: fn! }];
  return builder(options, state, handlers);
}

function builder(options: ActorOptions<Fields, Ports, object>, state: Struct | null, handlers: readonly HandlerEntry[]): KernelBuilder<HandlerEntry, Fields, Ports, object> {
  const { id } = options;
  const sends = options.sends ?? {};
  for (const h of handlers) {
    checkMessage(id, h.message, '`on`');
    if (h.reply !== null) checkMessage(id, h.reply, '`reply`');
    if (typeof h.fn !== 'function') throw invalid(id, `the handler of '${h.message.name}' is no function`, 'Pass a function `(ctx, msg) => ...`.');
  }
  for (const [port, message] of Object.entries(sends)) checkMessage(id, message, `port '${port}'`);
  const doubled = handlers.find((h, k) => handlers.findIndex((o) => o.message.name === h.message.name) !== k);
  if (doubled !== undefined) throw invalid(id, `'${doubled.message.name}' has two handlers`, 'Give each message type one handler.');
  const ports: Port[] = Object.entries(sends).map(([name, message], index) => ({ name, index, message: message.struct }));
  const compile = (): ActorProgram => compileActor({
    id, state, ports, uses: usesOf(options.uses),
    handlers: handlers.map((h) => ({ message: h.message.struct, reply: h.reply?.struct ?? null, fn: h.fn })),
  });
  const late = typeof options.uses === 'function';
  let program: ActorProgram | null = late ? null : compile();
  const definition = Object.freeze({
    id, state, handlers, ports: sends,
    // Constants given by a function may not exist yet; they are asked for at the first use of the definition.
    get program() { return (program ??= compile()); },
    get uses() { return usesOf(options.uses); },
    on: (message: MessageType, second: MessageType | AnyFunction, third?: AnyFunction) =>
      builder(options, state, [...handlers, typeof second === 'function' ? { message, reply: null, fn: second } : { message, reply: second, fn: third! }]),
  }) as KernelBuilder<HandlerEntry, Fields, Ports, object>;
  if (handlers.length > 0) register(definition);
  return definition;
}

const usesOf = (uses: Uses<object> | undefined): object => (typeof uses === 'function' ? (uses as () => object)() : uses ?? {});

export function checkId(id: unknown): void {
  if (typeof id !== 'string' || !/^[A-Za-z_][\w.:/-]{0,127}$/.test(id)) {
    throw invalid(String(id), 'its id is no name', 'Use letters, digits and `_ . : / -`, a letter first, at most 128 characters.');
  }
}

export const invalid = (id: string, reason: string, hint: string): Error => fail('RK104', { id, reason: `'${id}': ${reason}`, hint });

function checkMessage(id: string, message: unknown, where: string): void {
  const m = message as Partial<MessageType> | null | undefined;
  if (typeof m !== 'object' || m === null || typeof m.name !== 'string' || m.struct?.kind !== 'struct') throw invalid(id, `${where} is no message type`, "Pass what `message('Name', { ... })` returns.");
}

// ---------------------------------------------------------------- global kernels

/** A parameter that is a buffer. */
export interface BufferParamType<A extends 'read' | 'write' | 'readwrite', E extends AnyType, G extends 0 | 2 | 3> {
  readonly kind: 'bufferParam';
  readonly access: A;
  readonly elem: E;
  readonly grid: G;
}
const bufferParam = <A extends 'read' | 'write' | 'readwrite', E extends AnyType, G extends 0 | 2 | 3>(access: A, elem: E, grid: G): BufferParamType<A, E, G> =>
  Object.freeze({ kind: 'bufferParam', access, elem, grid });

/** An array the kernel reads. */
export const read = <E extends AnyType>(elem: E): BufferParamType<'read', E, 0> => bufferParam('read', elem, 0);
/** An array the kernel writes. */
export const write = <E extends AnyType>(elem: E): BufferParamType<'write', E, 0> => bufferParam('write', elem, 0);
/** An array the kernel reads and writes; what atomics need. */
export const readwrite = <E extends AnyType>(elem: E): BufferParamType<'readwrite', E, 0> => bufferParam('readwrite', elem, 0);
/** A 2-D grid the kernel reads: `u.at(dx, dy)` relative to the thread's cell, `u.get(x, y)`, `u.w`, `u.h`. */
export const gridRead = <E extends AnyType>(elem: E): BufferParamType<'read', E, 2> => bufferParam('read', elem, 2);
/** A 2-D grid the kernel writes: `out.set(value)` at the thread's cell, `out.put(x, y, value)`. */
export const gridWrite = <E extends AnyType>(elem: E): BufferParamType<'write', E, 2> => bufferParam('write', elem, 2);
/** A 2-D grid the kernel reads and writes. */
export const gridReadWrite = <E extends AnyType>(elem: E): BufferParamType<'readwrite', E, 2> => bufferParam('readwrite', elem, 2);
/** A 3-D grid the kernel reads. */
export const gridRead3 = <E extends AnyType>(elem: E): BufferParamType<'read', E, 3> => bufferParam('read', elem, 3);
/** A 3-D grid the kernel writes. */
export const gridWrite3 = <E extends AnyType>(elem: E): BufferParamType<'write', E, 3> => bufferParam('write', elem, 3);
/** A 3-D grid the kernel reads and writes. */
export const gridReadWrite3 = <E extends AnyType>(elem: E): BufferParamType<'readwrite', E, 3> => bufferParam('readwrite', elem, 3);

export type GlobalParams = { readonly [name: string]: AnyType | BufferParamType<'read' | 'write' | 'readwrite', AnyType, 0 | 2 | 3> };

/** What a parameter is inside the kernel. */
export type ParamValue<T> =
  T extends BufferParamType<infer A, infer E, infer G>
    ? G extends 2 | 3
      ? A extends 'read' ? ReadGrid<KernelValue<E>, G> : A extends 'write' ? WriteGrid<KernelValue<E>, G> : ReadGrid<KernelValue<E>, G> & WriteGrid<KernelValue<E>, G>
      : A extends 'read' ? ReadonlyKernelArray<KernelValue<E>> : KernelArray<KernelValue<E>>
    : T extends Scalar<infer N> ? ScalarValue<N>
      : KernelValue<T>;

export interface GlobalOptions<T extends GlobalParams, U> {
  readonly id: string;
  /** Buffers (`read(f32)`, `gridWrite(f32)`, …) and scalars, in the order of the launch's arguments. */
  readonly params: T;
  /** Threads of a workgroup in x, y, z. Default 256. */
  readonly workgroup?: number | readonly [number, number?, number?];
  readonly uses?: Uses<U>;
}

/** A data-parallel kernel: the function runs once for each thread of a launch. */
export interface GlobalDefinition<T extends GlobalParams = GlobalParams> {
  readonly id: string;
  readonly params: T;
  readonly program: GlobalProgram;
  readonly fn: AnyFunction;
  readonly uses: object;
}

export function globalKernel<const T extends GlobalParams, U extends object = None>(
  options: GlobalOptions<T, U>, fn: (g: GridContext<U>, params: { readonly [K in keyof T]: ParamValue<T[K]> }, uses: U) => void): GlobalDefinition<T> {
  const { id, params } = options;
  checkId(id);
  const size = typeof options.workgroup === 'number' ? [options.workgroup] : options.workgroup ?? [256];
  const workgroup = [size[0] ?? 1, size[1] ?? 1, size[2] ?? 1] as const;
  if (workgroup.some((n) => !Number.isInteger(n) || n < 1) || workgroup[0] * workgroup[1] * workgroup[2] > 1024) {
    throw invalid(id, `its workgroup is ${workgroup.join(' x ')}`, 'Use whole numbers from 1, at most 1024 threads in all.');
  }
  const sources: Record<string, ParamSource> = {};
  for (const [name, p] of Object.entries(params)) {
    if (typeof p !== 'object' || p === null || !('kind' in p)) throw invalid(id, `parameter '${name}' has no type`, 'Use read(f32), write(f32), gridRead(f32), f32, …');
    sources[name] = p.kind === 'bufferParam' ? { kind: 'buffer', elem: p.elem, access: p.access, grid: p.grid } : { kind: 'value', type: p };
  }
  const compile = (): GlobalProgram => compileGlobal({ id, params: sources, workgroup, uses: usesOf(options.uses), fn: fn as AnyFunction });
  let program: GlobalProgram | null = typeof options.uses === 'function' ? null : compile();
  const definition = Object.freeze({
    id, params, fn: fn as AnyFunction,
    get program() { return (program ??= compile()); },
    get uses() { return usesOf(options.uses); },
  });
  register(definition);
  return definition;
}

// ---------------------------------------------------------------- device functions

/** Raw memory: 32-bit words at u32 byte offsets from one base. */
export interface Memory extends Intrinsics {
  load(address: number): number;
  loadAcquire(address: number): number;
  load64(address: number): bigint;
  store(address: number, value: number): void;
  storeRelease(address: number, value: number): void;
  store64(address: number, value: bigint): void;
  /** The old value, as do all that follow. */
  fetchAdd(address: number, value: number): number;
  fetchOr(address: number, value: number): number;
  fetchAnd(address: number, value: number): number;
  exchange(address: number, value: number): number;
  compareExchange(address: number, expected: number, value: number): number;
  fence(): void;
  /** 0: woken, 1: the word held something else, 2: timed out. */
  wait(address: number, expected: number, timeoutNs: bigint): number;
  notify(address: number, count: number): number;
  /** Microseconds since the epoch. */
  clock(): bigint;
  /** Runs handler number `index`. */
  invoke(index: number, actor: number, message: number, reply: number): number;
}

type LastKey<K> = (K extends unknown ? (f: () => K) => void : never) extends (f: infer I) => void ? I extends () => infer L ? L : never : never;
type Keys<K, Done extends unknown[] = []> = [K] extends [never] ? Done : Keys<Exclude<K, LastKey<K>>, [LastKey<K>, ...Done]>;
/** The arguments of a function with these parameters, in their order. */
export type Arguments<T extends Fields> = Keys<keyof T> extends infer Names extends unknown[] ? { [I in keyof Names]: Names[I] extends keyof T ? KernelValue<T[Names[I]]> : never } : never;
export type ResultOf<R> = R extends AnyType ? KernelValue<R> : void;

export interface DeviceFunctionOptions<T extends Fields, R extends AnyType | null, U> {
  readonly id: string;
  /**
   * In the order of the function's parameters after `m`. The types of the parameters follow the order in which TypeScript
   * lists the keys, which may be by name: where numbers and bigints are mixed, name them in alphabetical order.
   */
  readonly params: T;
  /** Default: no value. */
  readonly result?: R;
  readonly uses?: Uses<U>;
}

/** A function over raw memory. Called, it runs as plain TypeScript; compiled, it runs on devices. */
export interface DeviceFunction<A extends readonly unknown[] = readonly never[], R = unknown> {
  (m: Memory, ...args: A): R;
  readonly id: string;
  readonly params: Fields;
  readonly result: AnyType | null;
  readonly program: FunctionProgram;
  readonly fn: AnyFunction;
}

export function deviceFunction<const T extends Fields, R extends AnyType | null = null, U extends object = None>(
  options: DeviceFunctionOptions<T, R, U>, fn: (m: Memory, ...args: [...Arguments<T>, uses: U]) => ResultOf<R>): DeviceFunction<Arguments<T>, ResultOf<R>> {
  const { id, params } = options;
  checkId(id);
  const call = (...args: unknown[]): unknown => (fn as (...list: unknown[]) => unknown)(...args, usesOf(options.uses));
  const info = { id, fn: fn as AnyFunction, params, result: options.result ?? null, usesValue: () => usesOf(options.uses) };
  registerDeviceFunction(call, info);
  let program: FunctionProgram | null = typeof options.uses === 'function' ? null : compileDeviceFunction(info);
  Object.defineProperties(call, {
    id: { value: id }, params: { value: params }, result: { value: info.result }, fn: { value: fn },
    program: { get: () => (program ??= compileDeviceFunction(info)) },
  });
  return call as unknown as DeviceFunction<Arguments<T>, ResultOf<R>>;
}
