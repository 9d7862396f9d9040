/** CUDA C++ of a persistent grid: constants of its plan, the step made of the stencil's cell, the fixed parts. */
import { cudaUnit, type CudaPart } from '../../../kernel/emit/cuda/index.ts';
import type { CellPart } from '../../../kernel/emit/cuda/cell.ts';
import type { GlobalProgram } from '../../../kernel/ir.ts';
import { nextOf } from '../../../kernel/compile.ts';
import { declareStructs } from '../../../layout/declare.ts';
import { primitives } from '../device/primitives.ts';
import { conductor } from './conductor.ts';
import type { GridPlan, PlannedField } from './plan.ts';
import { commandWords, entryBytes, entryChunks, gridStructures, laneSlots, logSlots, mostSources, ops, shareSlots } from './structures.ts';
import { loop, worker } from './worker.ts';

const rules = { fixed: 0, periodic: 1, reflecting: 2, absorbing: 3 } as const;

/** Layers of one turn of the marching loop, at most: what stays in registers. */
const longestMarch = 32;

/** Words of a number as the device holds it. */
export function bitsOf(type: 'f32' | 'i32' | 'u32', value: number): number {
  return type === 'f32' ? new Uint32Array(Float32Array.of(value).buffer)[0]! : value >>> 0;
}

/** Words of a worker's sources outside the kernel. */
export const sourceWords = 2 + mostSources * 8;

function constants(plan: GridPlan): string {
  const { spec } = plan;
  const [w, h, d = 1] = spec.size as readonly [number, number, number?];
  const inner = Math.max(0, plan.most - 2 * spec.halo);
  const segments = inner === 0 ? 1 : Math.min(inner, Math.max(1, Math.round(plan.threads / plan.columns)));
  const edge = spec.boundary.rule === 'fixed' ? spec.boundary.value : 0;
  const all: Record<string, number> = {
    DIMS: spec.dims, HALO: spec.halo, W: w, H: h, D: d, LAYERS: plan.layers, COLUMNS: plan.columns, PITCH: plan.pitch, LAYER: plan.layer,
    WORKERS: plan.workers, THREADS: plan.threads, LOW: plan.low, EXTRA: plan.extra, TILE: plan.tile, BUFFERS: plan.buffers, HOME: plan.home,
    SEGMENTS: segments, SPAN: Math.max(1, Math.ceil(inner / segments)), FIELDS: plan.fields.length, HALO_FIELDS: plan.fields.filter((f) => f.halo >= 0).length,
    PARAMS: spec.params.length + 1, SOURCES: mostSources, SOURCE_WORDS: sourceWords, LOG: logSlots, SLOTS: laneSlots, WORDS: commandWords, SHARES: shareSlots, CHUNKS: entryChunks, ENTRY: entryBytes,
    SHARED_TILES: plan.shared ? 1 : 0, ...Object.fromEntries(Object.entries(rules).map(([name, n]) => [name.toUpperCase(), n])), RULE: rules[spec.boundary.rule],
    ...Object.fromEntries(Object.entries(ops).map(([name, n]) => [`OP_${name.toUpperCase()}`, n])),
  };
  return [...Object.entries(all).map(([name, n]) => `#define RK_${name} ${n}`), `#define RK_EDGE ${bitsOf('f32', edge)}u`].join('\n');
}

/** The same for every grid, given its constants. */
const types = String.raw`
struct RkSource { u32 id, field, x, y, z, turn; f32 amplitude; u32 spare; };
// The cell at hand: coordinates without ghosts, extents with them.
struct RkPlace { u32 x, y, z; enum : u32 { width = RK_W + 2 * RK_HALO, height = RK_H + 2 * RK_HALO, depth = RK_DIMS == 3 ? RK_D + 2 * RK_HALO : 1 }; };
// A field around the cell at hand, in the tile.
template <typename T> struct RkNear {
  const T* p;
#if RK_DIMS == 2
  __device__ __forceinline__ T at(i32 dx, i32 dy) const { return p[dy * RK_LAYER + dx]; }
#else
  __device__ __forceinline__ T at(i32 dx, i32 dy, i32 dz) const { return p[dz * RK_LAYER + dy * RK_PITCH + dx]; }
#endif
};
// The same for a thread that walks along the layers: its own column is in registers.
template <typename T, i32 R> struct RkColumn {
  const T* p;
  T window[2 * R + 1];
#if RK_DIMS == 2
  __device__ __forceinline__ T at(i32 dx, i32 dy) const { return dx == 0 && dy >= -R && dy <= R ? window[dy + R] : p[dy * RK_LAYER + dx]; }
#else
  __device__ __forceinline__ T at(i32 dx, i32 dy, i32 dz) const { return dx == 0 && dy == 0 && dz >= -R && dz <= R ? window[dz + R] : p[dz * RK_LAYER + dy * RK_PITCH + dx]; }
#endif
  __device__ __forceinline__ void begin() { _Pragma("unroll") for (i32 k = 0; k < 2 * R; k++) window[k] = p[(k - R) * RK_LAYER]; }
  __device__ __forceinline__ void meet() { window[2 * R] = p[R * RK_LAYER]; }
  __device__ __forceinline__ void on() { _Pragma("unroll") for (i32 k = 0; k < 2 * R; k++) window[k] = window[k + 1]; p += RK_LAYER; }
};
#if RK_SHARED_TILES
#ifdef RK_HOST
static __shared__ u32 rk_tile[RK_TILE * RK_BUFFERS];
#else
extern __shared__ __align__(16) u32 rk_tile[];
#endif
#define RK_CELLS(w) rk_tile
#else
#define RK_CELLS(w) (w).tile
#endif
`;

const evolving = (plan: GridPlan): readonly PlannedField[] => plan.fields.filter((f) => f.role === 'evolving');
const followerOf = (plan: GridPlan, f: PlannedField): PlannedField | undefined => plan.fields.find((p) => p.of === f.index);

/** The worker's own words, and where its generations lie. */
function places(plan: GridPlan): string {
  const choose = (name: string, of: string, value: (f: PlannedField) => string, by: (f: PlannedField) => number, from: readonly PlannedField[]): string =>
    [`rk_inline u32 ${name}(const RkWorker& w, u32 ${of}) {`, `  switch (${of}) {`, ...from.slice(1).map((f) => `    case ${by(f)}: return ${value(f)};`), `    default: return ${from[0] === undefined ? '0' : value(from[0])};`, '  }', '}'].join('\n');
  const ev = evolving(plan);
  const words = [...plan.fields.map((f) => `now${f.index}`), ...ev.map((f) => `next${f.index}`)];
  const rotate = ev.flatMap((f) => {
    const past = followerOf(plan, f);
    return [
      `  { const u32 free = w.now${past === undefined ? f.index : past.index};`,
      ...(past === undefined ? [] : [`    w.now${past.index} = w.now${f.index};`]),
      `    w.now${f.index} = w.next${f.index}; w.next${f.index} = ${past !== undefined && f.next === past.now ? `w.now${past.index}` : 'free'}; }`,
    ];
  });
  const table = (name: string, value: (f: PlannedField) => number | string): string =>
    `rk_inline u32 ${name}(u32 f) {\n  switch (f) {\n${plan.fields.map((f) => `    case ${f.index}: return ${value(f)};`).join('\n')}\n    default: return 0;\n  }\n}`;
  const still = plan.fields.filter((f) => f.role === 'still');
  const haloed = plan.fields.filter((f) => f.halo >= 0);
  return [
    `struct RkWorker { u32 number, layers, first, step; u64 halos; u32* tile; u32 ${words.join(', ')}; };`,
    `rk_inline void rk_begin(RkWorker& w) {\n${[...plan.fields.map((f) => `  w.now${f.index} = ${f.now}u * RK_TILE;`), ...ev.map((f) => `  w.next${f.index} = ${f.next}u * RK_TILE;`)].join('\n')}\n}`,
    `// The generation just written is the present one.\nrk_inline void rk_rotate(RkWorker& w) {\n${rotate.join('\n')}\n}`,
    choose('rk_now_of', 'f', (f) => `w.now${f.index}`, (f) => f.index, plan.fields),
    choose('rk_next_of', 'halo', (f) => `w.next${f.index}`, (f) => f.halo, haloed),
    choose('rk_fresh', 'f', (f) => (f.role !== 'evolving' || followerOf(plan, f)?.now === f.next ? `w.now${f.index}` : `w.next${f.index}`), (f) => f.index, plan.fields),
    table('rk_follows', (f) => (f.of < 0 ? '0xffffffffu' : `${f.of}u`)),
    table('rk_still', (f) => (f.role === 'still' ? '1' : '0')),
    `rk_inline u32 rk_halo_field(u32 halo) {\n  switch (halo) {\n${haloed.map((f) => `    case ${f.halo}: return ${f.index};`).join('\n')}\n    default: return 0;\n  }\n}`,
    `rk_inline bool rk_still_buffer(u32 b) { return ${still.map((f) => `b == ${f.now}`).join(' || ') || 'false'}; }`,
  ].join('\n');
}

/** The arguments of a cell's function: accessors, results, parameters. */
function call(plan: GridPlan, part: CellPart, program: GlobalProgram, results: (name: string) => string): string {
  const args = program.params.map((p) => {
    if (p.kind === 'value') return `rk_p${plan.spec.params.findIndex((q) => q.name === p.name)}`;
    return p.access === 'read' ? `rk_f${plan.fields.find((f) => f.name === p.name)!.index}` : results(p.name);
  });
  return `${part.name}(${['rk_at', ...args].join(', ')});`;
}

const parameters = (plan: GridPlan): string[] => plan.spec.params.map((p, i) => `  const ${p.type.name} rk_p${i} = rk_from<${p.type.name}>(rk_s.params[${i}]);`);

const near = (f: PlannedField, indent: string): string => `${indent}const RkNear<${f.elem.name}> rk_f${f.index} = {(const ${f.elem.name}*)(cells + w.now${f.index} + at)};`;

/** One step: layers that neighbours wait for, then the others column by column, then what the neighbours have given. */
function step(plan: GridPlan): string {
  const { spec } = plan;
  const ev = evolving(plan);
  const resultOf = (name: string): string => `rk_v${ev.find((f) => nextOf(f.name) === name)!.index}`;
  const put = (f: PlannedField, indent: string): string[] => [
    ...(f.elem.name === 'f32' ? [`${indent}if (sources) rk_v${f.index} = rk_driven(w, ${f.index}, rk_at, rk_v${f.index});`] : []),
    `${indent}rk_put(w, w.next${f.index}, w.now${f.index}, at, rk_at.x, ${spec.dims === 3 ? 'rk_at.y' : '0'}, (i32)(w.first + layer), true, rk_to(rk_v${f.index}));`,
  ];
  const body = (indent: string): string[] => [
    ...ev.map((f) => `${indent}${f.elem.name} rk_v${f.index};`),
    `${indent}${call(plan, plan.step, spec.program, resultOf)}`,
    ...ev.flatMap((f) => put(f, indent)),
  ];
  const marching = (f: PlannedField): boolean => f.along > 0;
  return [
    'rk_inline void rk_step(RkWorker& w) {',
    '  u32* const cells = RK_CELLS(w);',
    '  const bool sources = rk_s.sources != 0;',
    ...parameters(plan),
    '  const u32 edges = w.layers < 2 * RK_HALO ? w.layers : 2 * RK_HALO;',
    '  for (u32 i = threadIdx.x; i < edges * RK_COLUMNS; i += RK_THREADS) {',
    '    const u32 edge = i / RK_COLUMNS, column = i % RK_COLUMNS, layer = edge < RK_HALO ? edge : w.layers - edges + edge;',
    '    const u32 at = (layer + RK_HALO) * RK_LAYER + rk_in_layer(column);',
    '    const RkPlace rk_at = rk_place(w, column, layer);',
    ...plan.fields.map((f) => near(f, '    ')),
    ...body('    '),
    ...ev.filter((f) => f.halo >= 0).map((f) => `    rk_give_halo(w, ${f.halo}, layer, column, rk_to(rk_v${f.index}));`),
    '  }',
    '  if (w.layers > 2 * RK_HALO) for (u32 i = threadIdx.x; i < RK_COLUMNS * RK_SEGMENTS; i += RK_THREADS) {',
    '    const u32 segment = i / RK_COLUMNS, column = i % RK_COLUMNS, last = w.layers - RK_HALO;',
    '    u32 layer = RK_HALO + segment * RK_SPAN;',
    '    const u32 end = layer + RK_SPAN < last ? layer + RK_SPAN : last;',
    '    if (layer >= end) continue;',
    '    u32 at = (layer + RK_HALO) * RK_LAYER + rk_in_layer(column);',
    '    RkPlace rk_at = rk_place(w, column, layer);',
    ...plan.fields.filter(marching).map((f) => `    RkColumn<${f.elem.name}, ${f.along}> rk_f${f.index}; rk_f${f.index}.p = (const ${f.elem.name}*)(cells + w.now${f.index} + at); rk_f${f.index}.begin();`),
    `    #pragma unroll ${Math.min(longestMarch, 8)}`,
    '    for (u32 k = 0; k < RK_SPAN; k++) {',
    '      if (layer >= end) break;',
    ...plan.fields.filter(marching).map((f) => `      rk_f${f.index}.meet();`),
    ...plan.fields.filter((f) => !marching(f)).map((f) => near(f, '      ')),
    ...body('      '),
    ...plan.fields.filter(marching).map((f) => `      rk_f${f.index}.on();`),
    `      layer++; at += RK_LAYER; rk_at.${spec.dims === 2 ? 'y' : 'z'}++;`,
    '    }',
    '  }',
    '  if (RK_HALO_FIELDS > 0) rk_take_halos(w);',
    '  if (sources) rk_push(w.step + 1);',
    '  rk_rotate(w);',
    '}',
  ].join('\n');
}

/** A thread's share of each measure. */
function measures(plan: GridPlan): string {
  const one = ([name, part]: GridPlan['measures'][number], k: number): string => [
    `static __device__ __noinline__ f64 rk_measure_${k}(const RkWorker w) {`,
    '  const u32* const cells = RK_CELLS(w);',
    ...parameters(plan),
    '  f64 sum = 0.0;',
    '  for (u32 layer = 0; layer < w.layers; layer++) for (u32 column = threadIdx.x; column < RK_COLUMNS; column += RK_THREADS) {',
    '    const u32 at = (layer + RK_HALO) * RK_LAYER + rk_in_layer(column);',
    '    const RkPlace rk_at = rk_place(w, column, layer);',
    ...plan.fields.map((f) => near(f, '    ')),
    '    f32 rk_result;',
    `    ${call(plan, part, plan.spec.measures[name]!, () => 'rk_result')}`,
    '    sum += (f64)rk_result;',
    '  }',
    '  return sum;',
    '}',
  ].join('\n');
  return [
    ...plan.measures.map(one),
    `rk_inline f64 rk_measure(const RkWorker& w, u32 number) {\n  switch (number) {\n${plan.measures.map((_, k) => `    case ${k}: return rk_measure_${k}(w);`).join('\n')}\n    default: return 0.0;\n  }\n}`,
  ].join('\n');
}

/** Name of the kernel. */
export const entry = 'rk_grid';

export function gridSource(plan: GridPlan): string {
  const parts = [plan.step, ...plan.measures.map(([, m]) => m)].map((m): CudaPart => ({ lines: m.lines, entries: [], arguments: [], locate: null }));
  const kernel = `
extern "C" __global__ void __launch_bounds__(${plan.threads}) ${entry}(const RkGridParts* parts) {
  if (blockIdx.x < RK_WORKERS) rk_work(parts);
  else rk_conduct(parts);
}
`;
  return cudaUnit(parts, {
    before: constants(plan),
    after: [primitives, declareStructs('cuda', gridStructures), types, places(plan), worker, step(plan), measures(plan), loop, conductor, kernel].join('\n'),
    file: 'grid.cu',
  });
}
