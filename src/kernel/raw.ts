/**
 * Raw functions: the body of a function in the languages of devices, beside a reference in TypeScript. A device
 * whose language is given compiles that text; every other device, and the CPU always, compiles the reference.
 */
import type { AnyType, Fields } from '../layout/types.ts';
import { compileDeviceFunction } from './compile.ts';
import { checkId, invalid, type ResultOf } from './define.ts';
import type { KernelValue } from './face.ts';
import type { FunctionProgram, RawTarget } from './ir.ts';
import { registerDeviceFunction, type DeviceFunctionInfo } from './lower/device.ts';
import { parseFunction, SyntaxProblem, type AnyFunction } from './syntax.ts';
import { cudaKeywords } from './words/cuda.ts';
import { mslKeywords } from './words/msl.ts';
import { wgslKeywords } from './words/wgsl.ts';

const keywords: { readonly [T in RawTarget]: readonly string[] } = { cuda: cudaKeywords, msl: mslKeywords, wgsl: wgslKeywords };
const targets = Object.keys(keywords) as RawTarget[];
const options: ReadonlySet<string> = new Set([...targets, 'name', 'params', 'returns', 'reference']);

/** What an argument can be. */
export type ArgumentOf<T extends Fields> = KernelValue<T[keyof T]>;

export interface RawFunctionOptions<T extends Fields, R extends AnyType, A extends readonly unknown[]> {
  /** What messages and generated code call it: a letter, then letters, digits and single underscores. */
  readonly name: string;
  /** Scalars and vectors by name, in the order of the arguments. The texts know them by these names. */
  readonly params: T;
  /** A scalar or vector. */
  readonly returns: R;
  /** Body in CUDA C++: types `i32 u32 i64 u64 f32 f64 bool`, vectors `rk_vec3<f32>`. Default: the reference is compiled. */
  readonly cuda?: string;
  /** Body in the Metal Shading Language: types as in CUDA, vectors `float3`. Default: the reference is compiled. */
  readonly msl?: string;
  /** Body in WGSL: 64-bit integers are `vec2<u32>`, low word first; vectors `vec3<f32>`. Default: the reference is compiled. */
  readonly wgsl?: string;
  /** What it computes, in the kernel language; takes the params in their order. The CPU runs it. */
  readonly reference: (...args: A) => ResultOf<R>;
}

/** A function of values. Called, it runs the reference as plain TypeScript; in a kernel's `uses` it is compiled. */
export interface RawFunction<A extends readonly unknown[] = readonly never[], R = unknown> {
  (...args: A): R;
  /** The reference, with the texts. */
  readonly program: FunctionProgram;
  readonly fn: AnyFunction;
}

/**
 * The escape hatch to what only one device has: bodies in CUDA C++, MSL and WGSL beside their reference. The texts
 * must be pure: same arguments, same result, no memory touched, as a call may be moved, shared or dropped.
 */
export function rawFunction<const T extends Fields, R extends AnyType, const A extends readonly ArgumentOf<T>[]>(given: RawFunctionOptions<T, R, A>): RawFunction<A, ResultOf<R>> {
  const { name, params, returns, reference } = given;
  check(given);
  const call = (...args: A): unknown => reference(...args);
  const raw = Object.fromEntries(targets.flatMap((t) => (given[t] === undefined ? [] : [[t, given[t]]])));
  const info: DeviceFunctionInfo = { id: name, fn: reference as AnyFunction, params, result: returns, usesValue: () => ({}), raw };
  registerDeviceFunction(call, info);
  Object.defineProperties(call, { fn: { value: reference }, program: { value: compileDeviceFunction(info) } });
  return call as unknown as RawFunction<A, ResultOf<R>>;
}

const isName = (name: string): boolean => /^[A-Za-z]\w*$/.test(name) && !name.includes('__') && !/^rk_/i.test(name);

function check(given: RawFunctionOptions<Fields, AnyType, never>): void {
  const { name, params, returns, reference } = given;
  checkId(name);
  const wrong = (reason: string, hint: string): Error => invalid(name, reason, hint);
  if (!isName(name)) throw wrong('its name is no name in every language', 'Use a letter, then letters, digits and single underscores, not beginning with `rk_`.');
  for (const key of Object.keys(given)) if (!options.has(key)) throw wrong(`it has no option '${key}'`, `It has: ${[...options].join(', ')}.`);
  const isValue = (type: AnyType | undefined): boolean => type?.kind === 'scalar' || type?.kind === 'vec';
  if (!isValue(returns)) throw wrong('`returns` is no scalar or vector', 'Return f32, vec3(f32), ….');
  const texts = targets.filter((t) => given[t] !== undefined);
  for (const [param, type] of Object.entries(params)) {
    if (!isValue(type)) throw wrong(`parameter '${param}' is no scalar or vector`, 'Pass the fields it needs one by one.');
    if (!isName(param)) throw wrong(`'${param}' is no name for a parameter`, 'Use a letter, then letters, digits and single underscores, not beginning with `rk_`.');
    const taken = texts.filter((t) => keywords[t].includes(param));
    if (taken.length > 0) throw wrong(`'${param}' is a word of ${taken.join(', ')}`, 'Give the parameter another name: the texts are used as they stand.');
  }
  for (const target of texts) {
    const text: unknown = given[target];
    if (typeof text !== 'string' || text.trim() === '') throw wrong(`\`${target}\` is no text`, 'Write the statements of the function\'s body.');
    if (!balanced(text)) throw wrong(`the braces of \`${target}\` do not match`, 'Write the body only; its head and its braces are generated.');
  }
  if (typeof reference !== 'function') throw wrong('it has no reference', 'Say in TypeScript what it computes: `reference: (x) => ...`.');
  const expected = Object.keys(params).length;
  const actual = parametersOf(reference as AnyFunction);
  if (actual !== null && actual !== expected) throw wrong(`its reference takes ${actual} parameter(s) where \`params\` names ${expected}`, 'Take every parameter, in the order of `params`.');
}

/** null: the text cannot be read; compiling it says why. */
function parametersOf(fn: AnyFunction): number | null {
  try {
    return parseFunction(fn).node.params.length;
  } catch (error) {
    if (error instanceof SyntaxProblem) return null;
    throw error;
  }
}

/** Whether the braces outside comments and strings match. */
function balanced(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/\/\/.*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{}]/g)) {
    if (token === '{') depth++;
    if (token === '}' && --depth < 0) return false;
  }
  return depth === 0;
}
