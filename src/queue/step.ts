/**
 * A step: a small function over raw memory, written once. Bound to a memory it is a plain TypeScript function;
 * its text and the names of its parameters are all that a compiler or the explorer needs. Like every kernel it
 * sees nothing from outside but its parameters: constants and other steps come in through `uses`.
 */
import type { RawMemory } from './memory.ts';

type Numbers<P extends readonly string[]> = { [K in keyof P]: number };

export interface Step<A extends readonly number[] = readonly number[], R extends number | void = number | void> {
  readonly id: string;
  /** Names of the u32 parameters, in order. */
  readonly params: readonly string[];
  /** Whether it gives a u32. */
  readonly result: R extends number ? true : false;
  readonly uses: Readonly<Record<string, unknown>>;
  readonly fn: (m: RawMemory, ...args: never[]) => R;
  /** Only for inference. */
  readonly call?: (...args: A) => R;
}

/** What a step's body finds in `uses`: other steps as plain functions, everything else as it is. */
export type Bound<U> = { readonly [K in keyof U]: U[K] extends Step<infer A, infer R> ? (...args: A) => R : U[K] };

/** Defines a step that gives a number. */
export function step<const P extends readonly string[], const U extends Record<string, unknown>>(
  id: string, params: P, uses: U, fn: (m: RawMemory, ...args: [...Numbers<P>, Bound<U>]) => number,
): Step<Numbers<P>, number> {
  return { id, params, result: true, uses, fn: fn as never };
}

/** Defines a step that gives nothing. */
export function effect<const P extends readonly string[], const U extends Record<string, unknown>>(
  id: string, params: P, uses: U, fn: (m: RawMemory, ...args: [...Numbers<P>, Bound<U>]) => void,
): Step<Numbers<P>, void> {
  return { id, params, result: false, uses, fn: fn as never };
}

export const isStep = (value: unknown): value is Step =>
  typeof value === 'object' && value !== null && typeof (value as Step).fn === 'function' && Array.isArray((value as Step).params);

const boundTo = new WeakMap<RawMemory, WeakMap<object, unknown>>();

/** The step as a function over one memory; the same function every time. */
export function bind<A extends readonly number[], R extends number | void>(s: Step<A, R>, m: RawMemory): (...args: A) => R {
  let known = boundTo.get(m);
  if (known === undefined) boundTo.set(m, known = new WeakMap());
  let bound = known.get(s) as ((...args: A) => R) | undefined;
  if (bound === undefined) known.set(s, bound = bindAnew(s, m));
  return bound;
}

function bindAnew<A extends readonly number[], R extends number | void>(s: Step<A, R>, m: RawMemory): (...args: A) => R {
  const uses = Object.fromEntries(Object.entries(s.uses).map(([name, value]) => [name, isStep(value) ? bind(value, m) : value]));
  const fn = s.fn as unknown as (...args: unknown[]) => R;
  // One closure per number of parameters: a rest parameter would allocate at every call.
  const forms: ((...args: never[]) => R)[] = [
    () => fn(m, uses),
    (a) => fn(m, a, uses),
    (a, b) => fn(m, a, b, uses),
    (a, b, c) => fn(m, a, b, c, uses),
  ];
  const form = forms[s.params.length];
  if (form === undefined) throw new Error(`step '${s.id}' has more than ${forms.length - 1} parameters`);
  return form as unknown as (...args: A) => R;
}
