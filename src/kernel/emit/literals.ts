/** Numbers as text that reads back to the same bits. */

/** `0x7f800000u`. */
export const hex = (bits: number): string => `0x${(bits >>> 0).toString(16).padStart(8, '0')}u`;

/**
 * The shortest decimal that reads back to `value` in its precision (single unless `double`), with a decimal
 * point or an exponent, without suffix. `value` is finite and representable.
 */
export function shortestFloat(value: number, double = false): string {
  if (Object.is(value, -0)) return '-0.0';
  let text = String(value);
  if (!double) {
    const single = Math.fround(value);
    for (let digits = 1; digits <= 9; digits++) {
      const candidate = Number(single.toPrecision(digits));
      if (Math.fround(candidate) === single) {
        text = String(candidate);
        break;
      }
    }
  }
  return /[.e]/.test(text) ? text.replace('e+', 'e') : `${text}.0`;
}
