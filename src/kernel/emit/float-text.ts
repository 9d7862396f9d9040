/**
 * The few words in which `float-library.ts` and `special-library.ts` are written, and how MSL and WGSL spell them:
 * arithmetic, `if`, `while`, `for (COUNT k = …)`, `return`, and `let` and `var` for floats.
 */
import type { Library } from './library.ts';

/** Parameters are f32; a `#` before the name makes it i32. */
export type Definition = readonly [name: string, params: readonly string[], body: string];

const number = (x: number): string => `${x < 0 ? '(' : ''}${/[.e]/.test(String(x)) ? x : `${x}.0`}f${x < 0 ? ')' : ''}`;
/** A polynomial, the highest coefficient first. */
export const horner = (x: string, ...c: readonly number[]): string => c.slice(1).reduce((text, k) => `(${text} * ${x} + ${number(k)})`, number(c[0]!));

const languages = {
  wgsl: {
    head: (name: string, params: readonly string[]) => `fn ${name}(${params.map((p) => (p.startsWith('#') ? `${p.slice(1)}: i32` : `${p}: f32`)).join(', ')}) -> f32`,
    words: {
      BITS: 'bitcast<u32>', NUMBER: 'bitcast<f32>', INFINITE: 'rk_f32', FLOAT: 'f32', INT: 'i32', UINT: 'u32', SIN: 'rk_sin', COS: 'rk_cos', LOG: 'rk_log',
      select: 'select', abs: 'abs', let: 'let', var: 'var', COUNT: 'var',
    },
  },
  msl: {
    head: (name: string, params: readonly string[]) => `inline float ${name}(${params.map((p) => (p.startsWith('#') ? `int ${p.slice(1)}` : `float ${p}`)).join(', ')})`,
    words: {
      BITS: 'as_type<uint>', NUMBER: 'as_type<float>', INFINITE: 'as_type<float>', FLOAT: 'float', INT: 'int', UINT: 'uint', SIN: 'sin', COS: 'cos', LOG: 'log',
      select: 'rk_select', abs: 'fabs', let: 'const float', var: 'float', COUNT: 'int',
    },
  },
} as const;

export function spelledFor(language: keyof typeof languages, definitions: readonly Definition[]): Library {
  const { head, words } = languages[language];
  return Object.fromEntries(definitions.map(([name, params, body]) => {
    const text = body.replaceAll(/\b(BITS|NUMBER|INFINITE|FLOAT|INT|UINT|SIN|COS|LOG|select|abs)\(|\b(let|var|COUNT) /g, (_, call: keyof typeof words | undefined, declare: keyof typeof words) =>
      (call === undefined ? `${words[declare]} ` : `${words[call]}(`));
    return [name, `${head(name, params)} {\n  ${text}\n}`];
  }));
}
