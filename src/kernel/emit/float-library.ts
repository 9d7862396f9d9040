/**
 * Functions of f32 that MSL and WGSL lack, or may compute with errors far above a few units in the last place.
 * One text for both: arithmetic, `if`, `return` and `let` for floats. Polynomials as in Cephes (Moshier).
 */
import { horner, spelledFor, type Definition } from './float-text.ts';
import type { Library } from './library.ts';
import { specialDefinitions } from './special-library.ts';

const definitions: readonly Definition[] = [
  ['rk_log1p_near', ['x'], `let z = x * x;
  return x + (${horner('x', 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1)} * x * z - 0.5f * z);`],
  // How many powers of two leave a number between sqrt(1/2) and sqrt(2), and log(1 + that number - 1).
  ['rk_log_power', ['x'], `let e = FLOAT(INT((BITS(x) >> 23u) & 255u) - 127);
  return e + select(0.0f, 1.0f, NUMBER((BITS(x) & 0x7fffffu) | 0x3f800000u) > 1.41421356f);`],
  ['rk_log_rest', ['x'], `let m = NUMBER((BITS(x) & 0x7fffffu) | 0x3f800000u);
  return rk_log1p_near(select(m, 0.5f * m, m > 1.41421356f) - 1.0f);`],
  ['rk_log_edge', ['x'], `if (x == 0.0f) { return INFINITE(0xff800000u); }
  if (x < 0.0f) { return INFINITE(0x7fc00000u); }
  return x;`],
  ['rk_log', ['x'], `if (!(x >= 1.17549435e-38f) || BITS(x) >= 0x7f800000u) { return rk_log_edge(x); }
  let e = rk_log_power(x);
  return e * 0.693359375f + (rk_log_rest(x) - e * 2.12194440e-4f);`],
  ['rk_log2', ['x'], `if (!(x >= 1.17549435e-38f) || BITS(x) >= 0x7f800000u) { return rk_log_edge(x); }
  return rk_log_power(x) + rk_log_rest(x) * 1.44269504f;`],
  ['rk_log10', ['x'], `if (!(x >= 1.17549435e-38f) || BITS(x) >= 0x7f800000u) { return rk_log_edge(x); }
  return rk_log_power(x) * 0.301029996f + rk_log_rest(x) * 0.434294482f;`],
  ['rk_log1p', ['x'], `if (x > -0.29f && x < 0.41f) { return select(rk_log1p_near(x), x, x == 0.0f); }
  return rk_log(1.0f + x);`],
  ['rk_power2', ['k'], 'return NUMBER(UINT(INT(k) + 127) << 23u);'],
  ['rk_expm1_near', ['r'], `return ${horner('r', 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)} * r * r + r;`],
  ['rk_exp_scaled', ['r', 'k'], `let half_k = floor(k * 0.5f);
  return (rk_expm1_near(r) + 1.0f) * rk_power2(half_k) * rk_power2(k - half_k);`],
  ['rk_exp', ['x'], `if (!(x > -103.9f)) { return select(0.0f, x, (BITS(x) & 0x7fffffffu) > 0x7f800000u); }
  if (x > 88.72284f) { return select(INFINITE(0x7f800000u), x, (BITS(x) & 0x7fffffffu) > 0x7f800000u); }
  let k = floor(x * 1.44269504f + 0.5f);
  return rk_exp_scaled((x - k * 0.693359375f) + k * 2.12194440e-4f, k);`],
  ['rk_exp10', ['x'], `if (!(x > -45.1f)) { return select(0.0f, x, (BITS(x) & 0x7fffffffu) > 0x7f800000u); }
  if (x > 38.5318394f) { return select(INFINITE(0x7f800000u), x, (BITS(x) & 0x7fffffffu) > 0x7f800000u); }
  let k = floor(x * 3.32192809f + 0.5f);
  return rk_exp_scaled(((x - k * 0.30078125f) - k * 2.4874566e-4f) * 2.30258509f, k);`],
  ['rk_expm1', ['x'], `if (abs(x) < 0.34f) { return select(rk_expm1_near(x), x, abs(x) < 1e-7f); }
  return rk_exp(x) - 1.0f;`],
  ['rk_sinh', ['x'], `let a = abs(x);
  let h = rk_exp(0.5f * a);
  let t = rk_expm1(min(a, 1.0f));
  let size = select(select(0.5f * (h * h - 1.0f / (h * h)), (0.5f * h) * h, a > 20.0f), 0.5f * (t + t / (t + 1.0f)), a < 1.0f);
  return select(size, -size, x < 0.0f);`],
  ['rk_cosh', ['x'], `let h = rk_exp(0.5f * abs(x));
  return select(0.5f * (h * h + 1.0f / (h * h)), (0.5f * h) * h, abs(x) > 20.0f);`],
  ['rk_tanh', ['x'], `let t = rk_expm1(2.0f * min(abs(x), 10.0f));
  let size = select(t / (t + 2.0f), x, (BITS(x) & 0x7fffffffu) > 0x7f800000u);
  return select(size, -size, x < 0.0f);`],
  ['rk_asinh', ['x'], `let a = abs(x);
  let b = min(a, 10000.0f);
  let size = select(rk_log1p(b + b * b / (1.0f + sqrt(b * b + 1.0f))), rk_log(a) + 0.693147181f, a > 10000.0f);
  return select(size, -size, x < 0.0f);`],
  ['rk_acosh', ['x'], `if (x < 1.0f) { return INFINITE(0x7fc00000u); }
  let t = min(x, 10000.0f) - 1.0f;
  return select(rk_log1p(t + sqrt(2.0f * t + t * t)), rk_log(x) + 0.693147181f, x > 10000.0f);`],
  ['rk_atanh', ['x'], `let a = abs(x);
  if (a > 1.0f) { return INFINITE(0x7fc00000u); }
  if (a == 1.0f) { return x * INFINITE(0x7f800000u); }
  let size = 0.5f * rk_log1p(2.0f * a / (1.0f - a));
  return select(size, -size, x < 0.0f);`],
  ['rk_hypot', ['a', 'b'], `let big = max(abs(a), abs(b));
  let small = min(abs(a), abs(b));
  if (abs(a) == INFINITE(0x7f800000u) || abs(b) == INFINITE(0x7f800000u)) { return INFINITE(0x7f800000u); }
  if ((BITS(a) & 0x7fffffffu) > 0x7f800000u) { return a; }
  if ((BITS(b) & 0x7fffffffu) > 0x7f800000u) { return b; }
  if (big == 0.0f) { return a + b; }
  let r = small / big;
  return big * sqrt(1.0f + r * r);`],
  // A third of the exponent by its bits, then Newton's method.
  ['rk_cbrt', ['x'], `let size = abs(x);
  if (size == 0.0f || (BITS(size) >= 0x7f800000u)) { return x; }
  let a = select(size, size * 16777216.0f, size < 1.17549435e-38f);
  let r0 = NUMBER(BITS(a) / 3u + 709921077u);
  let r1 = (2.0f * r0 + a / (r0 * r0)) * 0.333333333f;
  let r2 = (2.0f * r1 + a / (r1 * r1)) * 0.333333333f;
  let r3 = r2 - (r2 - a / (r2 * r2)) * 0.333333333f;
  let root = select(r3, r3 * 0.00390625f, size < 1.17549435e-38f);
  return select(root, -root, x < 0.0f);`],
  ['rk_asin_near', ['x'], `let z = x * x;
  return ${horner('z', 4.2163199048e-2, 2.4181311049e-2, 4.5470025998e-2, 7.4953002686e-2, 1.6666752422e-1)} * z * x + x;`],
  ['rk_asin', ['x'], `let a = abs(x);
  if (a > 1.0f) { return INFINITE(0x7fc00000u); }
  if (a <= 0.5f) { return rk_asin_near(x); }
  let size = 1.57079633f - 2.0f * rk_asin_near(sqrt(0.5f * (1.0f - a)));
  return select(size, -size, x < 0.0f);`],
  ['rk_acos', ['x'], `if (abs(x) > 1.0f) { return INFINITE(0x7fc00000u); }
  if (x > 0.5f) { return 2.0f * rk_asin_near(sqrt(0.5f * (1.0f - x))); }
  if (x < -0.5f) { return 3.14159265f - 2.0f * rk_asin_near(sqrt(0.5f * (1.0f + x))); }
  return 1.57079633f - rk_asin_near(x);`],
  ['rk_atan_near', ['x'], `let z = x * x;
  return ${horner('z', 8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1)} * z * x + x;`],
  ['rk_atan_unit', ['a'], `if (a > 0.414213562f) { return 0.785398163f + rk_atan_near((a - 1.0f) / (a + 1.0f)); }
  return rk_atan_near(a);`],
  ['rk_atan2', ['y', 'x'], `let a = abs(y);
  let b = abs(x);
  if (a == 0.0f && (BITS(x) >> 31u) == 0u) { return y; }
  let ratio = select(min(a, b) / max(a, b), 1.0f, a == b && a > 0.0f);
  let t = rk_atan_unit(select(ratio, 0.0f, a == 0.0f));
  let first = select(t, 1.57079633f - t, a > b);
  let size = select(first, 3.14159265f - first, (BITS(x) >> 31u) != 0u);
  return select(size, -size, (BITS(y) >> 31u) != 0u);`],
  // Powers of zero, which the built-in function misses.
  ['rk_pow_zero', ['y'], 'return select(0.0f, INFINITE(0x7f800000u), y < 0.0f);'],
];

/** The library for one of the two languages. */
export const floatLibrary = (language: 'wgsl' | 'msl'): Library => spelledFor(language, [...definitions, ...specialDefinitions]);
