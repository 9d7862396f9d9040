/** A picture of the membrane: a byte for each cell. */

/** The byte of a cell that is wall. */
export const wallByte = -128;

/** Displacements from -0.4 to 0.4 as -127 to 127; walls apart. `out` has a byte for each cell. */
export function picture(u: ArrayLike<number>, wall: ArrayLike<number>, out: Int8Array): Int8Array {
  for (let i = 0; i < out.length; i++) out[i] = wall[i]! > 0 ? wallByte : Math.max(-127, Math.min(127, Math.round(u[i]! * 2.5 * 127)));
  return out;
}

/** Displacement to colour: blue below, orange above, walls grey. By byte, taken as unsigned. */
export const colours: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  if (byte === wallByte + 256) return 0xff8a8f99;
  const v = (byte << 24 >> 24) / 127;
  const a = Math.abs(v) ** 0.6 * 255;
  const [r, g, b] = v >= 0 ? [a, a * 0.62, a * 0.2 + 12] : [a * 0.15, a * 0.55, a + 12];
  return ((255 << 24) | (Math.min(255, b) << 16) | (g << 8) | r) >>> 0;
});
