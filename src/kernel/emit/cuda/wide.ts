/**
 * A second kernel for stencils on large grids: a thread makes groups of four cells along x, layer after layer. Groups
 * lie where 8 bytes are aligned, so that memory is read and written in pairs, and what a thread has read of its own
 * column stays in registers until the layers above it are done. Cells are those of the plain kernel, bit for bit.
 */
import { nextOf } from '../../compile.ts';
import type { BufferParam, Expr, GlobalProgram } from '../../ir.ts';
import { walkStmts } from '../../passes/walk.ts';
import { bodiesOf } from '../../program.ts';
import { entryArguments } from '../entry.ts';
import type { Line } from '../lines.ts';
import { legal } from '../names.ts';
import { cellPart, type CellPart } from './cell.ts';

export interface WideKernel {
  /** The cell's function, to stand before `text`. */
  readonly lines: readonly Line[];
  readonly text: string;
  /** Takes the arguments of the plain kernel. */
  readonly entry: string;
  readonly halo: number;
  readonly dims: 2 | 3;
}

/** Threads of a block, cells of a group, layers of a thread. */
export const wide = { threads: 512, cells: 4, layers: 4 } as const;

/** Blocks for a grid of this size, ghosts counted; null where groups do not lie aligned. */
export function wideGrid(kernel: WideKernel, size: readonly number[]): readonly [number, number] | null {
  const { halo, dims } = kernel;
  const [width, height, depth] = size as readonly [number, number, number?];
  if (width % 2 !== 0) return null;
  const groups = Math.ceil((width - 2 * halo + (halo % 2)) / wide.cells);
  const rows = dims === 3 ? height - 2 * halo : 1;
  const layers = (dims === 3 ? depth! : height) - 2 * halo;
  return [Math.ceil((groups * rows) / wide.threads), Math.ceil(layers / wide.layers)];
}

/** Ghosts around the grids of a stencil, as the test for threads beyond the grid tells; 0: it is none. */
function haloOf(program: GlobalProgram): number {
  const first = program.func.body[0];
  let test: Expr | null = first?.kind === 'if' ? first.test : null;
  while (test?.kind === 'logical') test = test.left;
  if (test?.kind !== 'compare' || test.op !== 'ge') return 0;
  const { right } = test;
  return right.kind === 'binary' && right.op === 'sub' && right.left.kind === 'call' && right.left.name === 'width' && right.right.kind === 'const' ? Number(right.right.value) / 2 : 0;
}

/** Cells beyond the grid are computed and thrown away: nothing may hang on their values that could go on for ever. */
function loops(program: GlobalProgram): boolean {
  let found = false;
  for (const f of bodiesOf(program)) walkStmts(f.body, { stmt: (s) => { if (s.kind === 'loop') found = true; } });
  return found;
}

const types = (dims: 2 | 3): string => String.raw`
#ifdef RK_HOST
template <typename T> static inline T rk_one(const T* p) { return *p; }
#else
template <typename T> static __device__ __forceinline__ T rk_one(const T* p) { return __ldg(p); }
#endif
template <typename T> struct alignas(8) RkTwo { T at[2]; };
static __device__ __forceinline__ RkTwo<f32> rk_two(const f32* p) { const u64 v = rk_one((const u64*)p); return {{__uint_as_float((u32)v), __uint_as_float((u32)(v >> 32))}}; }
static __device__ __forceinline__ RkTwo<u32> rk_two(const u32* p) { const u64 v = rk_one((const u64*)p); return {{(u32)v, (u32)(v >> 32)}}; }
static __device__ __forceinline__ RkTwo<i32> rk_two(const i32* p) { const u64 v = rk_one((const u64*)p); return {{(i32)(u32)v, (i32)(u32)(v >> 32)}}; }
struct RkSpot { u32 x, y, z, width, height, depth; };
// The field around one cell.
template <typename T> struct RkAlone {
  const T* p; i32 row, layer;
  __device__ __forceinline__ T at(${dims === 2 ? 'i32 dx, i32 dl) const { return rk_one(p + dl * layer + dx); }' : 'i32 dx, i32 dy, i32 dl) const { return rk_one(p + dl * layer + dy * row + dx); }'}
};
// The field around a group of cells; the group itself, R layers up and down, is in registers.
template <typename T, i32 R> struct RkGroup {
  const T* p; i32 row, layer;
  T window[2 * R + 1][4];
  __device__ __forceinline__ void read(i32 k) {
    const T* const q = p + (k - R) * layer;
    const RkTwo<T> a = rk_two(q), b = rk_two(q + 2);
    window[k][0] = a.at[0]; window[k][1] = a.at[1]; window[k][2] = b.at[0]; window[k][3] = b.at[1];
  }
  __device__ __forceinline__ void begin() {
    #pragma unroll
    for (i32 k = 0; k < 2 * R; k++) read(k);
  }
  __device__ __forceinline__ void on() {
    #pragma unroll
    for (i32 k = 0; k < 2 * R; k++) {
      #pragma unroll
      for (i32 j = 0; j < 4; j++) window[k][j] = window[k + 1][j];
    }
    p += layer;
  }
};
// Cell number O of a group.
template <typename T, i32 R, i32 O> struct RkMember {
  const RkGroup<T, R>& g;
  __device__ __forceinline__ T at(${dims === 2 ? 'i32 dx, i32 dl' : 'i32 dx, i32 dy, i32 dl'}) const {
    const i32 o = O + dx;
    const T* const q = g.p + dl * g.layer${dims === 2 ? '' : ' + dy * g.row'};
    if (o < 0 || o > 3) return rk_one(q + o);
    if (${dims === 2 ? '' : 'dy == 0 && '}dl >= -R && dl <= R) return g.window[dl + R][o];
    return rk_two(q + (o & ~1)).at[o & 1];
  }
};
`;

/** The wide kernel of a stencil's program; null for other programs, and for stencils that it does not suit. */
export function wideKernel(program: GlobalProgram): WideKernel | null {
  const halo = haloOf(program);
  if (halo === 0 || program.params.some((p) => (p.kind === 'value' ? p.local.type : p.elem).size !== 4 || (p.kind === 'value' ? p.local.type.kind !== 'scalar' : p.grid === 0))) return null;
  const part = cellPart(program, halo, 'rk_wide_cell');
  if ('refusal' in part || part.computed.size > 0 || loops(program)) return null;
  const grids = program.params.filter((p) => p.kind === 'buffer');
  const [first] = grids;
  // A measure writes a grid that no field is read from; only steps are worth it.
  if (first === undefined || !grids.every((p) => p.access === 'read' || grids.some((q) => nextOf(q.name) === p.name))) return null;
  const dims = first.grid as 2 | 3;
  const entry = `${legal(program.id)}_wide`;
  return { lines: part.lines, text: kernel(program, part, entry, halo, dims, grids), entry, halo, dims };
}

function kernel(program: GlobalProgram, part: CellPart, entry: string, halo: number, dims: 2 | 3, grids: readonly BufferParam[]): string {
  const name = (p: { readonly index: number }): string => `rk_a${p.index}`;
  const elem = (p: BufferParam): string => (p.elem.kind === 'scalar' ? p.elem.name : '');
  const params = entryArguments(program).map((a) => {
    if (a.kind === 'value') return `${a.param.local.type.kind === 'scalar' && a.param.local.type.name === 'bool' ? 'u32' : (a.param.local.type as { name: string }).name} ${name(a.param)}`;
    if (a.kind === 'extent') return `u32 ${name(a.param)}_${a.extent}`;
    return `${a.param.access === 'read' ? 'const ' : ''}${elem(a.param)}* __restrict__ ${name(a.param)}`;
  });
  const read = grids.filter((p) => p.access === 'read');
  const written = grids.filter((p) => p.access !== 'read');
  const along = (p: BufferParam): number => part.reach.get(p)?.[dims - 1] ?? 0;
  const call = (reads: (p: BufferParam) => string, writes: (p: BufferParam) => string): string =>
    `${part.name}(${['spot', ...program.params.map((p) => (p.kind === 'value' ? (p.local.type as { name: string }).name === 'bool' ? `${name(p)} != 0u` : name(p) : p.access === 'read' ? reads(p) : writes(p)))].join(', ')});`;
  const [any] = grids;
  const size = name(any!);
  const members = Array.from({ length: wide.cells }, (_, o) => [
    `      { RkSpot spot = here; spot.x += ${o}u;`,
    `        ${call((p) => `RkMember<${elem(p)}, ${along(p)}, ${o}>{${name(p)}_g}`, (p) => `${name(p)}_v[${o}]`)} }`,
  ]).flat();
  const up = dims === 2 ? 'y' : 'z';
  return `${types(dims)}
extern "C" __global__ void __launch_bounds__(${wide.threads}) ${entry}(${params.join(', ')}) {
  const u32 inner = ${size}_width - ${2 * halo}u, groups = (inner + ${halo % 2}u + 3u) / 4u;
  const u32 i = blockIdx.x * ${wide.threads}u + threadIdx.x;
${dims === 2
    ? `  const u32 row = 0u, g = i, layers = ${size}_height - ${2 * halo}u;\n  if (i >= groups) return;\n  const i32 along = (i32)${size}_width, layer = along;`
    : `  const u32 row = i / groups, g = i % groups, layers = ${size}_depth - ${2 * halo}u;\n  if (row >= ${size}_height - ${2 * halo}u) return;\n  const i32 along = (i32)${size}_width, layer = along * (i32)${size}_height;`}
  const u32 x = ${halo - (halo % 2)}u + 4u * g, start = blockIdx.y * ${wide.layers}u;
  const i32 at = (i32)(start + ${halo}u) * layer + ${dims === 2 ? '' : `(i32)(row + ${halo}u) * along + `}(i32)x;
  // Groups at the end of a row hold ghosts too: those are computed, from cells that are there, and not written. Only the
  // grid's first and last rows have nothing beyond them.
  const bool whole = x >= ${halo}u && x + 4u <= inner + ${halo}u, last = start + ${wide.layers}u >= layers;
  const bool alone = !whole && (${dims === 2 ? 'start == 0u || last' : `(start == 0u && row == 0u) || (last && row + 1u == ${size}_height - ${2 * halo}u)`});
  RkSpot here = {x - ${halo}u, ${dims === 2 ? 'start, 0u' : 'row, start'}, ${size}_width, ${size}_height, ${dims === 2 ? '1u' : `${size}_depth`}};
  if (!alone) {
${read.map((p) => `    RkGroup<${elem(p)}, ${along(p)}> ${name(p)}_g; ${name(p)}_g.p = ${name(p)} + at; ${name(p)}_g.row = along; ${name(p)}_g.layer = layer; ${name(p)}_g.begin();`).join('\n')}
${written.map((p) => `    ${elem(p)}* ${name(p)}_q = ${name(p)} + at;`).join('\n')}
    #pragma unroll
    for (u32 k = 0; k < ${wide.layers}u; k++) {
      if (start + k >= layers) break;
${read.map((p) => `      ${name(p)}_g.read(${2 * along(p)});`).join('\n')}
${written.map((p) => `      ${elem(p)} ${name(p)}_v[4];`).join('\n')}
${members.join('\n')}
      if (whole) {
${written.map((p) => `        *(RkTwo<${elem(p)}>*)${name(p)}_q = {{${name(p)}_v[0], ${name(p)}_v[1]}}; *(RkTwo<${elem(p)}>*)(${name(p)}_q + 2) = {{${name(p)}_v[2], ${name(p)}_v[3]}};`).join('\n')}
      } else {
        #pragma unroll
        for (u32 o = 0; o < 4u; o++) if (x + o >= ${halo}u && x + o < inner + ${halo}u) { ${written.map((p) => `${name(p)}_q[o] = ${name(p)}_v[o];`).join(' ')} }
      }
${written.map((p) => `      ${name(p)}_q += layer;`).join('\n')}
${read.map((p) => `      ${name(p)}_g.on();`).join('\n')}
      here.${up}++;
    }
    return;
  }
  for (u32 k = 0; k < ${wide.layers}u && start + k < layers; k++) for (u32 o = 0; o < 4u; o++) {
    if (x + o < ${halo}u || x + o >= inner + ${halo}u) continue;
    const i32 own = at + (i32)k * layer + (i32)o;
    RkSpot spot = here;
    spot.x += o; spot.${up} += k;
${read.map((p) => `    const RkAlone<${elem(p)}> ${name(p)}_f = {${name(p)} + own, along, layer};`).join('\n')}
${written.map((p) => `    ${elem(p)} ${name(p)}_v;`).join('\n')}
    ${call((p) => `${name(p)}_f`, (p) => `${name(p)}_v`)}
${written.map((p) => `    ${name(p)}[own] = ${name(p)}_v;`).join('\n')}
  }
}
`;
}
