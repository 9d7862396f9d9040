import * as special from './special.ts';

/**
 * The functions behind a module's imports from `math`. Results are f64; a module that computes in f32 rounds
 * them, so a function is within one unit in the last place of the exact f32 result.
 */
export const mathImports: Readonly<Record<string, (...x: number[]) => number>> = Object.freeze({
  ...Object.fromEntries([
    'acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp', 'expm1', 'hypot',
    'log', 'log10', 'log1p', 'log2', 'pow', 'sign', 'sin', 'sinh', 'tan', 'tanh',
  ].map((name) => [name, (Math as unknown as Record<string, (...x: number[]) => number>)[name]!])),
  ...special,
  /** C's fmod. */
  rem: (a: number, b: number): number => a % b,
});
