/** What `ctx` is when a handler runs as the TypeScript it was written in. */
import { fail } from '../../error/index.ts';
import { jsLibrary } from '../../kernel/emit/js/library.ts';
import { mathImports } from '../../kernel/emit/wasm/math-imports.ts';
import { collect } from '../../kernel/emit/library.ts';
import { intrinsics, spelling, type IntrinsicRow } from '../../kernel/intrinsics/table.ts';
import type { Format } from '../../kernel/ir.ts';
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../../layout/half.ts';
import type { ScalarName } from '../../layout/types.ts';
import { constructors } from './source-vectors.ts';

/** What a context asks of the actor it belongs to. */
export interface SourceActorFacts {
  readonly self: number;
  readonly state: object | null;
  readonly uses: unknown;
  readonly send: Readonly<Record<string, (value: unknown) => boolean>>;
  /** `debug`, `alert`, `metric`. */
  tell(kind: Format['kind'], text: string, args: readonly (number | bigint | boolean)[]): void;
  /** Intrinsics that are questions to the actor: sender, clock, queue depths. Undefined: not one of them. */
  ask(name: string): ((operand: never) => unknown) | undefined;
}

type Cast = (x: number | bigint | boolean) => number | bigint | boolean;

/** Floats saturate, other integers keep their low bits; NaN is 0. */
const toInteger = (x: number | bigint | boolean, bits: 32 | 64, signed: boolean): bigint => {
  const wrap = signed ? BigInt.asIntN : BigInt.asUintN;
  if (typeof x === 'bigint') return wrap(bits, x);
  const n = Number(x);
  if (Number.isNaN(n)) return 0n;
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? 2 ** (bits - 1) : 2 ** bits;
  // An i32 that becomes u32 keeps its bits; every other negative number is a float's.
  if (bits === 32 && Number.isInteger(n) && n >= -(2 ** 31) && n < 2 ** 32) return wrap(32, BigInt(n));
  if (n <= low) return BigInt(low);
  if (n >= high) return BigInt(high) - 1n;
  return BigInt(Math.trunc(n));
};

const casts: Readonly<Record<ScalarName, Cast>> = {
  bool: (x) => Boolean(x) && !Number.isNaN(Number(x)),
  i32: (x) => Number(toInteger(x, 32, true)),
  u32: (x) => Number(toInteger(x, 32, false)),
  i64: (x) => toInteger(x, 64, true),
  u64: (x) => toInteger(x, 64, false),
  f16: (x) => fromHalfBits(toHalfBits(Number(x))),
  bf16: (x) => fromBfloatBits(toBfloatBits(Number(x))),
  f32: (x) => Math.fround(Number(x)),
  f64: (x) => Number(x),
};

const vectors = constructors((x) => Number(casts.i32(x)), (x) => Number(casts.u32(x)));

function* range(from: number | bigint, to?: number | bigint): Generator<number | bigint> {
  const zero = typeof from === 'bigint' ? 0n : 0;
  const [first, end] = to === undefined ? [zero, from] : [from, to];
  for (let i = first; i < end; i++) yield i;
}

function idiv(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'bigint') return b === 0n ? 0n : a / (b as bigint);
  return b === 0 ? 0 : Math.trunc(a / (b as number));
}

const builtins: Readonly<Record<string, unknown>> = {
  ...casts, ...vectors, range, idiv,
};

const compiled = new Map<string, (...args: never[]) => unknown>();

/** An intrinsic by its JavaScript spelling for the types of the operands at hand. */
function intrinsic(row: IntrinsicRow): (...args: never[]) => unknown {
  return (...args: never[]) => {
    const type = overload(row, args);
    const key = `${row.name}:${type}`;
    let fn = compiled.get(key);
    if (fn === undefined) {
      const template = spelling(row, 'js', type);
      if (template === undefined) throw fail('CapabilityMissing', { kernel: 'this one', backend: "`debug: 'source'`", missing: `\`${row.name}\`` });
      const names = row.params.map((_, i) => `$${i}`);
      fn = new Function('rk', ...names, [...collect(template, jsLibrary), `return ${template.replaceAll('$t', type)};`].join('\n')).bind(null, { math: mathImports }) as (...args: never[]) => unknown;
      compiled.set(key, fn);
    }
    return fn(...args);
  };
}

/** JavaScript knows numbers and bigints; the widest fitting overload computes what those would. */
function overload(row: IntrinsicRow, args: readonly unknown[]): ScalarName {
  const order: readonly ScalarName[] = args.some((x) => typeof x === 'bigint') ? ['i64', 'u64']
    : args.every((x) => typeof x === 'number' && Number.isInteger(x) && x >= 0) ? ['u32', 'i32', 'f64', 'f32']
      : args.every((x) => Number.isInteger(x)) ? ['i32', 'f64', 'f32', 'u32']
        : ['f64', 'f32', 'bool'];
  return order.find((t) => row.types.includes(t) && spelling(row, 'js', t) !== undefined) ?? row.types[0] ?? 'f64';
}

/** A handler is one thread: what rows of global kernels are there. */
const alone: Readonly<Record<NonNullable<IntrinsicRow['alone']>, unknown>> = {
  0: 0, 1: 1, nothing: () => undefined, operand: (x: unknown) => x, count: (test: boolean) => Number(test),
};

/** The context of one actor. Members are looked up when they are used, so that one that is missing says so by name. */
export function sourceContext(actor: SourceActorFacts): object {
  const own: Record<string, unknown> = {
    ...builtins, self: actor.self, send: actor.send, uses: actor.uses,
    ...Object.fromEntries((['debug', 'alert', 'metric'] as const).map((kind) => [kind, (text: string, ...args: (number | bigint | boolean)[]) => actor.tell(kind, text, args)])),
  };
  if (actor.state !== null) {
    Object.defineProperty(own, 'state', { value: actor.state, enumerable: true });
  }
  const context: object = new Proxy(own, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target) return Reflect.get(target, key) as unknown;
      const asked = actor.ask(key);
      const row = intrinsics.get(key);
      if (asked !== undefined) return row?.property === true ? (asked as () => unknown)() : asked;
      if (row?.alone !== undefined) return alone[row.alone];
      if (row === undefined || !(row.on.includes('ctx') || row.on.includes('actor'))) return undefined;
      const written = row.written as ((...args: unknown[]) => unknown) | undefined;
      target[key] = written === undefined ? intrinsic(row) : (...operands: unknown[]) => written(context, ...operands);
      return target[key];
    },
  });
  return context;
}
