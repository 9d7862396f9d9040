/** How a grid is cut into tiles for threads: layers along the slowest axis (y, in three dimensions z). */
import { ghost, source, type Rule, rules } from '../../../engine/grids/ghosts.ts';

export interface TilePlan {
  /** Own cells along the slowest axis, ghosts not counted. */
  readonly from: number;
  readonly to: number;
  /** Tiles whose cells its own cells or ghosts hang on. */
  readonly neighbours: readonly number[];
}

/** Bytes of cells a tile works on: a few tiles stay in the caches from one step to the next. */
const tileBytes = 512 * 1024;
/** Tiles of a thread where the grid is small: one may wait for a neighbour while another steps. */
const leastTiles = 4;

/**
 * Layers of a tile. `layerBytes`: bytes of all buffers in a layer; `halo`: a tile has at least so many.
 */
export function tileLayers(layers: number, layerBytes: number, threads: number, halo: number): number {
  const byCache = Math.floor(tileBytes / layerBytes);
  const byThreads = Math.ceil(layers / (threads * leastTiles));
  // Rows are computed three at a time.
  const wanted = Math.max(1, Math.min(byCache, byThreads));
  const rounded = wanted >= 3 ? Math.floor(wanted / 3) * 3 : wanted;
  return Math.max(halo, rounded);
}

/** Tiles of `thick` layers; a last one that were thinner than the halo joins the one before. */
export function cutLayers(layers: number, thick: number, halo: number, periodic: boolean): TilePlan[] {
  const starts: number[] = [];
  for (let at = 0; at < layers; at += thick) starts.push(at);
  if (starts.length > 1 && layers - starts.at(-1)! < halo) starts.pop();
  const n = starts.length;
  return starts.map((from, i) => {
    const beside = [i - 1, i + 1].map((k) => (periodic ? (k + n) % n : k)).filter((k) => k >= 0 && k < n && k !== i);
    return { from, to: starts[i + 1] ?? layers, neighbours: [...new Set(beside)] };
  });
}

/** Which tiles each thread has, in the order in which it visits them: every second thread backwards, so that two threads come to the border between them together. */
export function dealTiles(tiles: number, threads: number): number[][] {
  return Array.from({ length: threads }, (_, t) => {
    const own = Array.from({ length: tiles }, (_, i) => i).filter((i) => Math.floor((i * threads) / tiles) === t);
    return t % 2 === 0 ? own : own.toReversed();
  }).filter((own) => own.length > 0);
}

/**
 * The ghosts that take their values from a tile's own cells, as ranges of `engine/grids/ghosts.ts`, `to` not counted.
 * `padded`: cells with ghosts.
 */
export function ghostsOf({ from, to }: Pick<TilePlan, 'from' | 'to'>, rule: Rule, halo: number, padded: readonly number[]): [number, number][] {
  const [w, h] = padded as readonly [number, number];
  const deep = padded.length === 3;
  const size = padded.at(-1)!;
  const face = deep ? w * h : w;
  const side = deep ? 2 * halo * w + 2 * halo * (h - 2 * halo) : 2 * halo;
  const ranges: [number, number][] = [];
  for (let k = 0; k < 2 * halo; k++) {
    const inside = source(ghost(k, halo, size), halo, size - 2 * halo, rules[rule]) - halo;
    if (inside < from || inside >= to) continue;
    const last = ranges.at(-1);
    if (last?.[1] === k * face) last[1] += face;
    else ranges.push([k * face, (k + 1) * face]);
  }
  const sides = 2 * halo * face;
  ranges.push([sides + from * side, sides + to * side]);
  return ranges;
}
