/**
 * Special functions of f32 for MSL and WGSL, which have none: polynomials on a few intervals, fitted at Chebyshev's
 * nodes to values of 120 bits, and the recurrences of Bessel functions. Written like `float-library.ts`.
 */
import { horner, type Definition } from './float-text.ts';

const isNaN = '(BITS(x) & 0x7fffffffu) > 0x7f800000u';

export const specialDefinitions: readonly Definition[] = [
  // e^(-x²): the square of the upper 12 bits is exact, so that no bit of a large exponent is lost.
  ['rk_gaussian', ['x'], `let upper = NUMBER(BITS(x) & 0xfffff000u);
  return rk_exp(-(upper * upper)) * rk_exp((upper - x) * (upper + x));`],
  ['rk_erf_near', ['x'], `let u = x * x - 0.5f;
  return x * ${horner('u', 7.875875e-05, -0.0005654102, 0.0034802167, -0.018283356, 0.07940999, -0.2810722, 0.96546876)};`],
  // e^(x²) erfc(x), x >= 0.
  ['rk_erfc_scaled', ['x'], `if (x < 1.0f) {
    let u = x - 0.5f;
    return ${horner('u', -0.0026590277, 0.006571747, -0.013835475, 0.030589163, -0.063974835, 0.12418286, -0.22201042, 0.35934553, -0.5126888, 0.61569035)};
  }
  if (x < 2.5f) {
    let u = x - 1.75f;
    return ${horner('u', -3.8181908e-05, 0.00012481533, -0.00034130493, 0.0010314878, -0.003021427, 0.008405886, -0.022259964, 0.05576352, -0.13097635, 0.28497225)};
  }
  let u = 1.0f / (x * x) - 0.08f;
  return ${horner('u', 8.642749, -2.8417192, 0.96684176, -0.4417232, 0.25925854, -0.2293919, 0.5439016)} / x;`],
  ['rk_erfc', ['x'], `if (${isNaN}) { return x; }
  if (abs(x) < 0.5f) { return 1.0f - rk_erf_near(x); }
  if (abs(x) > 10.1f) { return select(0.0f, 2.0f, x < 0.0f); }
  let size = rk_gaussian(x) * rk_erfc_scaled(abs(x));
  return select(size, 2.0f - size, x < 0.0f);`],
  ['rk_erf', ['x'], `if (${isNaN}) { return x; }
  if (abs(x) < 1.0f) { return rk_erf_near(x); }
  let size = 1.0f - rk_erfc(min(abs(x), 9.0f));
  return select(size, -size, x < 0.0f);`],
  // Through the scaled function: erfc(-x / sqrt(2)) / 2 would lose what rounding its argument loses.
  ['rk_normcdf', ['x'], `if (${isNaN}) { return x; }
  let a = abs(x) * 0.70710678f;
  if (a < 0.5f) { return 0.5f + 0.5f * rk_erf_near(x * 0.70710678f); }
  if (abs(x) > 14.2f) { return select(0.0f, 1.0f, x > 0.0f); }
  let upper = NUMBER(BITS(x) & 0xfffff000u);
  let size = 0.5f * (rk_exp(-0.5f * (upper * upper)) * rk_exp(0.5f * ((upper - x) * (upper + x))) * rk_erfc_scaled(a));
  return select(size, 1.0f - size, x > 0.0f);`],
  ['rk_erfinv_near', ['x'], `let u = x * x - 0.125f;
  return x * ${horner('u', 0.09744709, 0.102965124, 0.110477716, 0.12914446, 0.1672978, 0.2685395, 0.91740835)};`],
  // 0 < y <= 1/2, by the root of the logarithm.
  ['rk_erfcinv_tail', ['y'], `let t = sqrt(-LOG(y));
  if (t < 1.8f) {
    let u = t - 1.31625f;
    return ${horner('u', 0.0011562645, -0.0005917101, -0.002629465, 0.008618645, -0.01911207, 0.034246795, -0.048921973, 0.04557352, 1.0269896, 0.95498383)};
  }
  if (t < 4.2f) {
    let u = t - 3.0f;
    return ${horner('u', -4.3444547e-06, 1.429089e-05, -2.8863844e-05, 7.8275654e-05, -0.00020340005, 0.00036282215, 6.950922e-05, -0.0054425867, 1.0417526, 2.714761)};
  }
  let u = t - 7.225f;
  return ${horner('u', 9.223621e-10, -8.731074e-08, 1.3078652e-06, -1.4050359e-05, 0.00014381454, -0.0014603157, 1.0151776, 7.0473948)};`],
  ['rk_erfcinv', ['x'], `if (!(x >= 0.0f && x <= 2.0f)) { return INFINITE(0x7fc00000u); }
  if (x == 0.0f) { return INFINITE(0x7f800000u); }
  if (x == 2.0f) { return INFINITE(0xff800000u); }
  if (x >= 0.5f && x <= 1.5f) { return rk_erfinv_near(1.0f - x); }
  let size = rk_erfcinv_tail(min(x, 2.0f - x));
  return select(size, -size, x > 1.0f);`],
  ['rk_erfinv', ['x'], `if (!(abs(x) <= 1.0f)) { return INFINITE(0x7fc00000u); }
  if (abs(x) == 1.0f) { return x * INFINITE(0x7f800000u); }
  if (abs(x) <= 0.5f) { return rk_erfinv_near(x); }
  let size = rk_erfcinv_tail(1.0f - abs(x));
  return select(size, -size, x < 0.0f);`],
  ['rk_normcdfinv', ['x'], `if (!(x >= 0.0f && x <= 1.0f)) { return INFINITE(0x7fc00000u); }
  return -1.41421356f * rk_erfcinv(2.0f * x);`],

  // Γ(x) by factors from Γ between 2 and 3. The numbers one further or back are exact where it matters.
  ['rk_tgamma', ['x'], `if (${isNaN}) { return x; }
  if (x == 0.0f) { return select(INFINITE(0x7f800000u), INFINITE(0xff800000u), (BITS(x) >> 31u) != 0u); }
  if (x > 35.05f) { return INFINITE(0x7f800000u); }
  if (x < 0.0f && floor(x) == x) { return INFINITE(0x7fc00000u); }
  if (x < -43.0f) { return 0.0f; }
  var at = x;
  var up = 1.0f;
  var down = 1.0f;
  while (at >= 3.0f) { at = at - 1.0f; up = up * at; }
  while (at < 2.0f) {
    down = down * at;
    at = at + 1.0f;
    if (abs(down) > 1.0e18f) { up = up / down; down = 1.0f; }
  }
  let u = at - 2.5f;
  return up * ${horner('u', 6.6661865e-05, -5.6775966e-06, 0.00075311266, 0.001609873, 0.010392554, 0.028360507, 0.109673224, 0.25387126, 0.6545586, 0.9347345, 1.3293403)} / down;`],
  // log Γ(1 + s), |s| <= 1/2; log Γ(2 + s), -1/2 <= s <= 1.
  ['rk_lgamma_1', ['s'], `let u = s - 0.0f;
  return s * ${horner('u', -0.16729733, 0.17973927, -0.058302134, 0.06530931, -0.11657937, 0.13109551, -0.14365292, 0.16913451, -0.2073982, 0.27059427, -0.40068552, 0.8224669, -0.5772157)};`],
  ['rk_lgamma_2', ['s'], `let u = s - 0.25f;
  return s * ${horner('u', -3.1611357e-06, 7.697779e-06, -1.3113929e-05, 3.27523e-05, -8.703469e-05, 0.00022407094, -0.0005901275, 0.0016147936, -0.004662629, 0.01468833, -0.054295402, 0.2922384, 0.49948686)};`],
  ['rk_lgamma_positive', ['x'], `if (x < 0.5f) { return rk_lgamma_1(x) - LOG(x); }
  if (x < 1.5f) { return rk_lgamma_1(x - 1.0f); }
  if (x < 3.0f) { return rk_lgamma_2(x - 2.0f); }
  if (x >= 8.0f) {
    let v = 1.0f / x;
    let l = LOG(x);
    return x * (l - 1.0f) - 0.5f * l + 0.918938533f + v * (0.0833333333f - v * v * (2.77777778e-3f - v * v * 7.93650794e-4f));
  }
  var at = x;
  var up = 1.0f;
  while (at >= 3.0f) { at = at - 1.0f; up = up * at; }
  return LOG(up) + rk_lgamma_2(at - 2.0f);`],
  ['rk_lgamma', ['x'], `if (${isNaN}) { return x; }
  if (abs(x) > 4.0e36f || (x <= 0.0f && floor(x) == x)) { return INFINITE(0x7f800000u); }
  if (x > 0.0f) { return rk_lgamma_positive(x); }
  if (x > -1.0e-9f) { return -LOG(-x); }
  // The sine by what is left beside whole numbers: exact, and small where the sine is.
  let rest = x - floor(x + 0.5f);
  return LOG(3.14159265f / abs(x * SIN(3.14159265f * rest))) - rk_lgamma_positive(-x);`],

  // Amplitudes of order 0 for large x: P, and Q of which 1/x is taken out.
  ['rk_bessel_p0', ['x'], `let u = 1.0f / (x * x) - 0.006849315f;
  return ${horner('u', 3.6948712, -0.44687155, 0.10181831, -0.0688499, 0.9995235)};`],
  ['rk_bessel_q0', ['x'], `let u = 1.0f / (x * x) - 0.006849315f;
  return ${horner('u', -13.311051, 1.2526941, -0.19712313, 0.07034764, -0.124508485)} / x;`],
  ['rk_j0', ['x'], `if (${isNaN}) { return x; }
  let a = abs(x);
  if (a > 3.0e38f) { return 0.0f; }
  if (a < 2.6f) {
    let u = a * a - 3.5f;
    return ${horner('u', 4.153813e-10, -5.856916e-08, 5.6779163e-06, -0.000347, 0.01153812, -0.15546189, 0.2987802)};
  }
  if (a < 5.6f) {
    let u = a - 4.1f;
    return ${horner('u', 4.4863814e-08, 4.5298938e-07, -4.781843e-06, -3.6292484e-05, 0.000314288, 0.0015912988, -0.011579959, -0.030963914, 0.18174054, 0.10327326, -0.38866967)};
  }
  if (a < 8.6f) {
    let u = a - 7.1f;
    return ${horner('u', -5.189576e-08, -2.963287e-07, 5.3982185e-06, 2.1616444e-05, -0.00033922368, -0.00080088945, 0.011441268, 0.011045858, -0.14775433, -0.025153272, 0.29905137)};
  }
  let s = SIN(a);
  let c = COS(a);
  let p = rk_bessel_p0(a);
  let q = rk_bessel_q0(a);
  return (p * (c + s) - q * (s - c)) / (1.77245385f * sqrt(a));`],
  ['rk_y0', ['x'], `if (${isNaN}) { return x; }
  if (x < 0.0f) { return INFINITE(0x7fc00000u); }
  if (x == 0.0f) { return INFINITE(0xff800000u); }
  let a = abs(x);
  if (a > 3.0e38f) { return 0.0f; }
  if (a < 2.6f) {
    let u = a * a - 3.5f;
    return ${horner('u', 2.7438243e-12, -4.904748e-10, 6.263105e-08, -5.3120852e-06, 0.0002646021, -0.005982358, 0.014727988, 0.5044745)} + 0.636619772f * (LOG(a) - 0.693147181f) * rk_j0(a);
  }
  if (a < 5.6f) {
    let u = a - 4.1f;
    return ${horner('u', -1.5488162e-08, -2.0669663e-07, -5.2356922e-06, 4.489867e-05, 0.00024310792, -0.001995682, -0.008342033, 0.054192346, 0.074949026, -0.38459402, -0.056094628)};
  }
  if (a < 8.6f) {
    let u = a - 7.1f;
    return ${horner('u', -3.0281225e-08, 5.422894e-07, 2.7700864e-06, -4.558281e-05, -0.00014507145, 0.0021639671, 0.0034696956, -0.04783467, -0.023180958, 0.29947886, 0.004181793)};
  }
  let s = SIN(a);
  let c = COS(a);
  let p = rk_bessel_p0(a);
  let q = rk_bessel_q0(a);
  return (p * (s - c) + q * (c + s)) / (1.77245385f * sqrt(a));`],

  // Amplitudes of order 1 for large x: P, and Q of which 1/x is taken out.
  ['rk_bessel_p1', ['x'], `let u = 1.0f / (x * x) - 0.006849315f;
  return ${horner('u', -4.2366104, 0.5333004, -0.13192031, 0.115299664, 1.0007961)};`],
  ['rk_bessel_q1', ['x'], `let u = 1.0f / (x * x) - 0.006849315f;
  return ${horner('u', 15.04717, -1.4593351, 0.24280389, -0.09898735, 0.3743101)} / x;`],
  ['rk_j1', ['x'], `if (${isNaN}) { return x; }
  let a = abs(x);
  if (a > 3.0e38f) { return 0.0f; }
  if (a < 2.6f) {
    let u = a * a - 3.5f;
    return select(1.0f, -1.0f, x < 0.0f) * a * ${horner('u', 3.014399e-11, -4.9853055e-09, 5.8523005e-07, -4.5423323e-05, 0.0020820017, -0.04615248, 0.31092378)};
  }
  if (a < 5.6f) {
    let u = a - 4.1f;
    return select(1.0f, -1.0f, x < 0.0f) * ${horner('u', 4.3220375e-08, -4.4484446e-07, -4.295875e-06, 3.8237667e-05, 0.00025443095, -0.0018857026, -0.007956765, 0.04631982, 0.09289181, -0.36348107, -0.10327326)};
  }
  if (a < 8.6f) {
    let u = a - 7.1f;
    return select(1.0f, -1.0f, x < 0.0f) * ${horner('u', -3.0122003e-08, 5.145028e-07, 2.8195727e-06, -4.3165695e-05, -0.00015158246, 0.0020353124, 0.0040046354, -0.045765053, -0.03313762, 0.29550865, 0.025153274)};
  }
  let s = SIN(a);
  let c = COS(a);
  let p = rk_bessel_p1(a);
  let q = rk_bessel_q1(a);
  return select(1.0f, -1.0f, x < 0.0f) * (p * (s - c) + q * (c + s)) / (1.77245385f * sqrt(a));`],
  ['rk_y1', ['x'], `if (${isNaN}) { return x; }
  if (x < 0.0f) { return INFINITE(0x7fc00000u); }
  if (x == 0.0f) { return INFINITE(0xff800000u); }
  let a = abs(x);
  if (a > 3.0e38f) { return 0.0f; }
  if (a < 2.6f) {
    let u = a * a - 3.5f;
    return a * ${horner('u', 1.7922474e-13, -3.7027395e-11, 5.613117e-09, -5.881114e-07, 3.8748327e-05, -0.001353586, 0.015764944, 0.098089844)} + 0.636619772f * ((LOG(a) - 0.693147181f) * rk_j1(a) - 1.0f / a);
  }
  if (a < 5.6f) {
    let u = a - 4.1f;
    return ${horner('u', -2.0104653e-07, 2.0065443e-07, 2.8726881e-06, 4.168029e-05, -0.00031605075, -0.0014583459, 0.009979637, 0.033367973, -0.16257733, -0.14989802, 0.38459402)};
  }
  if (a < 8.6f) {
    let u = a - 7.1f;
    return ${horner('u', 4.9249174e-08, 3.0002744e-07, -5.130117e-06, -2.2148155e-05, 0.00031951672, 0.0008704101, -0.010820144, -0.013878773, 0.14350408, 0.046361916, -0.2994789)};
  }
  let s = SIN(a);
  let c = COS(a);
  let p = rk_bessel_p1(a);
  let q = rk_bessel_q1(a);
  return (q * (s - c) - p * (c + s)) / (1.77245385f * sqrt(a));`],

  // Upwards where that is stable, else downwards from far beyond, scaled by 1 = J_0 + 2 Σ J_2k.
  ['rk_jn', ['#n', 'x'], `if (n < 0) { return INFINITE(0x7fc00000u); }
  if (n == 0) { return rk_j0(x); }
  if (n == 1) { return rk_j1(x); }
  if (${isNaN}) { return x; }
  let a = abs(x);
  if (a == 0.0f || a > 3.0e38f) { return 0.0f; }
  let flip = select(1.0f, -1.0f, x < 0.0f && (UINT(n) & 1u) != 0u);
  if (a > FLOAT(n)) {
    var below = rk_j0(a);
    var at = rk_j1(a);
    for (COUNT k = 1; k < n; k++) {
      let next = 2.0f * FLOAT(k) / a * at - below;
      below = at;
      at = next;
    }
    return flip * at;
  }
  // |J_n(x)| <= (x/2)^n / n!, and n! > (n/e)^n: smaller than the smallest number there is.
  if (FLOAT(n) * (log(a / (2.0f * FLOAT(n))) + 1.0f) < -110.0f) { return 0.0f; }
  if (a * a < 1.0e-5f * FLOAT(n + 1)) {
    var power = 1.0f;
    for (COUNT k = 1; k <= n; k++) { power = power * (0.5f * a / FLOAT(k)); }
    return flip * power * (1.0f - 0.25f * a * a / FLOAT(n + 1));
  }
  var above = 0.0f;
  var at = 1.0f;
  var norm = 0.0f;
  var wanted = 0.0f;
  for (COUNT k = 2 * ((n + INT(sqrt(40.0f * FLOAT(n))) + 22) / 2); k >= 0; k--) {
    if (k == n) { wanted = at; }
    if (k % 2 == 0) { norm = norm + select(2.0f, 1.0f, k == 0) * at; }
    let below = 2.0f * FLOAT(k) / a * at - above;
    above = at;
    at = below;
    if (abs(at) > 1.0e10f) {
      above = above * 1.0e-10f;
      at = at * 1.0e-10f;
      norm = norm * 1.0e-10f;
      wanted = wanted * 1.0e-10f;
    }
  }
  return flip * wanted / norm;`],
  ['rk_yn', ['#n', 'x'], `if (n < 0) { return INFINITE(0x7fc00000u); }
  if (n == 0 || !(x > 0.0f)) { return rk_y0(x); }
  var below = rk_y0(x);
  var at = rk_y1(x);
  for (COUNT k = 1; k < n && at > -1.0e38f; k++) {
    let next = 2.0f * FLOAT(k) / x * at - below;
    below = at;
    at = next;
  }
  return select(at, INFINITE(0xff800000u), at <= -1.0e38f && n > 1);`],
];
