/** Small kernels that a simulation applies between steps: brushes, sources, sums. */
import { globalKernel, read, readwrite, write } from '../kernel/define.ts';
import { f32, i32, u32 } from '../layout/types.ts';

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

/** Adds each source's current value to its cell and moves its phase on. `waves`: amplitude, step of phase, phase. */
export const drive = globalKernel({ id: 'ringkernel.drive', workgroup: 1, params: { u: readwrite(f32), cells: read(u32), waves: readwrite(f32), count: u32 } }, (g, { u, cells, waves, count }) => {
  if (g.id > 0) return;
  for (const k of g.range(count)) {
    const phase = waves[3 * k + 2]!;
    const at = cells[k]!;
    u[at] = u[at]! + waves[3 * k]! * Math.sin(phase);
    const later = phase + waves[3 * k + 1]!;
    waves[3 * k + 2] = later >= 2 * Math.PI ? later - 2 * Math.PI : later;
  }
});

/** Sum of each row of cells inside, ghosts left out, with the rounding error carried along. */
export const sumRows = globalKernel({ id: 'ringkernel.sum_rows', workgroup: 64, params: { data: read(f32), out: write(f32), w: i32, h: i32, halo: i32, haloZ: i32, rows: i32 } }, (g, { data, out, w, h, halo, haloZ, rows }) => {
  const row = g.i32(g.id);
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
