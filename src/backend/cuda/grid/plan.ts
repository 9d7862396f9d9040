/** How a grid lies on a device: which worker has which layers, how many generations of each field it keeps, and where. */
import { fail } from '../../../error/index.ts';
import type { GridField, GridSpec } from '../../../engine/grid.ts';
import type { BufferParam } from '../../../kernel/ir.ts';
import { cellPart, type CellPart } from '../../../kernel/emit/cuda/cell.ts';
import type { DeviceFacts } from '../device.ts';

export interface PlannedField extends GridField {
  readonly index: number;
  /** Its number among the fields whose ghosts neighbours exchange; -1: nobody reads them. */
  readonly halo: number;
  /** Buffers of the tile: the present generation and, for evolving fields, the one being written. */
  readonly now: number;
  readonly next: number;
  /** How far the step reads along the layers, by constant offsets; -1: offsets are computed. */
  readonly along: number;
}

export interface GridPlan {
  readonly spec: GridSpec;
  readonly fields: readonly PlannedField[];
  readonly step: CellPart;
  readonly measures: readonly (readonly [string, CellPart])[];
  readonly workers: number;
  readonly threads: number;
  /** Cells of a layer, of a row with ghosts, of a layer with ghosts. */
  readonly columns: number;
  readonly pitch: number;
  readonly layer: number;
  readonly layers: number;
  /** Layers of the smallest tile; the first `extra` workers have one more. */
  readonly low: number;
  readonly extra: number;
  readonly most: number;
  /** Cells of one buffer of a tile; number of buffers. */
  readonly tile: number;
  readonly buffers: number;
  /** Tiles lie in shared memory. */
  readonly shared: boolean;
  /** Cells of a field outside the kernel. */
  readonly home: number;
  readonly ahead: number;
  readonly slice: number;
}

/** Shared memory that the kernel takes beside the tile. */
export const fixedShared = 8 * 1024;
/** Multiprocessors left to others: kernels that are launched meanwhile, the engine of actors. */
const spare = 2;

interface Settings {
  /** Blocks that step. Default: as many as the device holds, less a few for others. */
  readonly workers?: number;
  /** Threads of a block. */
  readonly threads?: number;
  /** Steps granted beyond the slowest worker: more let workers run freely, fewer let commands take effect sooner. Default 2. */
  readonly ahead?: number;
  /** Whether tiles lie in shared memory. Default: where they fit. */
  readonly shared?: boolean;
  /**
   * Milliseconds after which the kernel leaves its loop and enters it again, for GPUs that drive a display and end
   * kernels that run for seconds; 0: never. Default: 500 on such a GPU, else 0.
   */
  readonly slice?: number;
}

function settingsOf(given: Readonly<Record<string, unknown>>): Settings {
  const limits = { workers: [1, 1024], threads: [64, 1024], ahead: [1, 64], slice: [0, 60_000] } as const;
  for (const [name, value] of Object.entries(given)) {
    const range = limits[name as keyof typeof limits];
    const right = name === 'shared' ? typeof value === 'boolean' : range !== undefined && Number.isInteger(value) && (value as number) >= range[0] && (value as number) <= range[1] && (name !== 'threads' || (value as number) % 32 === 0);
    if (!right) throw fail('InvalidConfig', { option: `grid setting '${name}'`, value: String(value), reason: 'CUDA grids know workers (1 to 1024), threads (64 to 1024, whole warps), ahead (1 to 64), slice (0 to 60000) and shared (true or false).' });
  }
  return given as Settings;
}

/** How far a field is read by a program; null: not at all. */
function reachOf(part: CellPart, name: string): { readonly far: readonly number[]; readonly computed: boolean } | null {
  const found = [...part.reach].find(([param]) => param.name === name);
  return found === undefined ? null : { far: found[1], computed: part.computed.has(found[0] as BufferParam) };
}

export function planGrid(spec: GridSpec, facts: DeviceFacts): GridPlan {
  const { dims, halo, size, id } = spec;
  const cannot = (reason: string): Error => fail('CapabilityMissing', { kernel: id, backend: 'cuda', missing: `a persistent grid of this kind: ${reason}` });
  const settings = settingsOf(spec.settings ?? {});
  const part = (program: GridSpec['program'], namespace: string): CellPart => {
    const made = cellPart(program, halo, namespace);
    if ('refusal' in made) throw cannot(made.refusal);
    return made;
  };
  const step = part(spec.program, 'rk_grid_step');
  const measures = Object.entries(spec.measures).map(([name, program], k) => [name, part(program, `rk_grid_measure_${k}`)] as const);
  const [width, height] = size as readonly [number, number];
  const layers = size[dims - 1]!;
  const columns = dims === 2 ? width : width * height;
  const pitch = width + 2 * halo;
  const layer = dims === 2 ? pitch : pitch * (height + 2 * halo);

  let buffers = 0;
  let halos = 0;
  const fields: PlannedField[] = spec.fields.map((f, index) => ({ ...f, index, halo: -1, now: buffers++, next: -1, along: 0 }));
  const reads = (name: string): boolean => [step, ...measures.map(([, m]) => m)].some((m) => reachOf(m, name)?.far.some((n) => n > 0) === true);
  const placed = fields.map((f): PlannedField => {
    const own = reachOf(step, f.name);
    const along = own === null ? 0 : own.computed ? -1 : own.far[dims - 1]!;
    if (f.role !== 'evolving') return { ...f, along };
    const followers = fields.filter((p) => p.of === f.index);
    if (followers.length > 1) throw cannot(`'${f.name}' has two fields that follow it`);
    if (spec.boundary.rule === 'absorbing' && f.elem.name !== 'f32') throw cannot(`edges absorb fields of f32 alone, and '${f.name}' is of ${f.elem.name}`);
    const [follower] = followers;
    // What was one step ago is read at the own cell alone: the next generation takes its place.
    const past = follower === undefined ? null : reachOf(step, follower.name);
    const inPlace = follower !== undefined && (past === null || (!past.computed && past.far.every((n) => n === 0)));
    const ghosts = reads(f.name) || (follower !== undefined && reads(follower.name));
    return { ...f, along, halo: ghosts ? halos++ : -1, next: inPlace ? follower.now : buffers++ };
  });

  const room = facts.attributes.multiprocessors - 1 - (facts.attributes.multiprocessors > 16 ? spare : 0);
  const wanted = Math.min(settings.workers ?? Math.max(1, room), Math.max(1, Math.floor(layers / halo)));
  // As few workers as finish a step in the same time.
  const workers = settings.workers === undefined ? Math.ceil(layers / Math.ceil(layers / wanted)) : wanted;
  if (settings.workers !== undefined && settings.workers > layers / halo) throw fail('InvalidConfig', { option: 'workers', value: settings.workers, reason: `${layers} layers, at least ${halo} for each worker.` });
  const low = Math.floor(layers / workers);
  const extra = layers % workers;
  const most = low + (extra > 0 ? 1 : 0);
  const tile = Math.ceil(((most + 2 * halo) * layer) / 32) * 32;
  const fits = tile * 4 * buffers + fixedShared <= facts.attributes.maxSharedOptIn;
  if (settings.shared === true && !fits) throw fail('InvalidConfig', { option: 'shared', value: true, reason: `Tiles of ${tile * 4 * buffers} bytes do not fit.` });
  if (tile * buffers > 2 ** 30) throw fail('LimitExceeded', { what: 'Cells of a tile', needed: tile * buffers, limit: 2 ** 30, hint: 'Use a smaller grid, or launched steps.' });
  const threads = settings.threads ?? Math.max(64, Math.min(1024, Math.ceil((columns * most) / 4 / 32) * 32, Math.ceil(columns / 32) * 32 * Math.max(1, most - 2 * halo)));
  return {
    spec, fields: placed, step, measures, workers, threads, columns, pitch, layer, layers, low, extra, most, tile, buffers,
    shared: settings.shared ?? fits, home: (layers + 2 * halo) * layer, ahead: settings.ahead ?? 2, slice: settings.slice ?? (facts.attributes.kernelTimeout === 1 ? 500 : 0),
  };
}
