/** Small kernels that a simulation applies between steps: brushes, sources, sums. */
import { globalKernel, read, readwrite, write } from '../../kernel/define.ts';
import { f32, i32, u32 } from '../../layout/types.ts';

/** Most sources of a simulation at a time. */
export const maxSources = 64;

/**
 * Changes the cells around a centre: mode 0 adds `amount` under a raised cosine, mode 1 sets cells to it.
 * Threads cover the box from `x0, y0, z0`; coordinates and sizes are those of the padded grid.
 */
export const brush = globalKernel({
  id: 'ringkernel.brush', workgroup: [8, 8],
  params: { u: readwrite(f32), w: i32, h: i32, x0: i32, y0: i32, z0: i32, x1: i32, y1: i32, z1: i32, cx: f32, cy: f32, cz: f32, radius: f32, amount: f32, mode: i32 },
}, (g, { u, w, h, x0, y0, z0, x1, y1, z1, cx, cy, cz, radius, amount, mode }) => {
  const x = x0 + g.i32(g.x);
  const y = y0 + g.i32(g.y);
  const z = z0 + g.i32(g.z);
  if (x > x1 || y > y1 || z > z1) return;
  const dx = g.f32(x) - cx;
  const dy = g.f32(y) - cy;
  const dz = g.f32(z) - cz;
  const r = Math.sqrt(dx * dx + dy * dy + dz * dz);
  if (r > radius) return;
  const at = (z * h + y) * w + x;
  if (mode === 1) u[at] = amount;
  else u[at] = u[at]! + amount * (0.5 + 0.5 * Math.cos((Math.PI * r) / (radius + 1)));
});

/** How far a source's phase moves in a step, in 2^-32 of a turn. */
export const phaseStep = (period: number): number => Math.round(2 ** 32 / period) >>> 0;

/**
 * Adds each source's current value to its cell. `cells`: index of the cell and step of the phase (`phaseStep`),
 * `amplitudes` beside them. The phase follows from the step alone, exactly, whatever happened before:
 * `clock[0] + step` times the step of the phase, in integers that wrap.
 */
export const drive = globalKernel({ id: 'ringkernel.drive', workgroup: 1, params: { u: readwrite(f32), cells: read(u32), amplitudes: read(f32), clock: read(u32), step: u32, count: u32 } }, (g, { u, cells, amplitudes, clock, step, count }) => {
  if (g.id > 0) return;
  const now = clock[0]! + step;
  for (const k of g.range(count)) {
    const phase = g.f32(cells[2 * k + 1]! * now) * (2 * Math.PI / 4294967296);
    const at = cells[2 * k]!;
    u[at] = u[at]! + amplitudes[k]! * Math.sin(phase);
  }
});

/** Sums of rows of cells inside, from row `first` to `rows`, ghosts left out, with the rounding error carried along. */
export const sumRows = globalKernel({ id: 'ringkernel.sum_rows', workgroup: 64, params: { data: read(f32), out: write(f32), w: i32, h: i32, halo: i32, haloZ: i32, first: i32, rows: i32 } }, (g, { data, out, w, h, halo, haloZ, first, rows }) => {
  const row = first + g.i32(g.x);
  if (row >= rows) return;
  const inside = h - 2 * halo;
  const base = ((g.idiv(row, inside) + haloZ) * h + (row % inside) + halo) * w;
  let sum = g.f32(0);
  let lost = g.f32(0);
  for (let x = halo; x < w - halo; x++) {
    const value = data[base + x]! - lost;
    const grown = sum + value;
    lost = (grown - sum) - value;
    sum = grown;
  }
  out[row] = sum;
});
