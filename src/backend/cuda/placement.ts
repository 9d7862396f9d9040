/** Which warp or lane of which block serves which actor. */
import { fail } from '../../error/index.ts';
import { warpsPerBlock } from './device/program.ts';
import { Duty, duties } from './structures.ts';

export type Serve = 'auto' | 'thread' | 'warp' | 'block';

export interface Served {
  /** From 1. */
  readonly id: number;
  readonly serve: Serve;
  /** Has a ring of its own in mapped memory: gets a warp before others do. */
  readonly own: boolean;
}

export interface Placement {
  readonly blocks: number;
  /** `Duty` structures, warp after warp. */
  readonly table: Uint32Array<ArrayBuffer>;
  /** By actor id: the block. */
  readonly blockOf: ReadonlyMap<number, number>;
  /** Blocks that serve an actor with a ring of its own. */
  readonly alone: ReadonlySet<number>;
}

const dutyWords = Duty.size / 4;
const lanesPerWarp = 32;

const needsWarp = (a: Served): boolean => a.serve === 'warp' || (a.serve === 'auto' && a.own);

/** How many actors want what: enough to tell whether there is room, without placing them. */
export class Census {
  #whole = 0;
  #warps = 0;
  #threads = 0;
  #open = 0;

  add(a: Served, n = 1): void {
    if (a.serve === 'block') this.#whole += n;
    else if (a.serve === 'thread') this.#threads += n;
    else if (needsWarp(a)) this.#warps += n;
    else this.#open += n;
  }

  /** What those get that leave the choice to us, `more` counted in. Throws `TooManyActors`. */
  check(maxBlocks: number, more?: Served): 'warps' | 'threads' {
    if (more !== undefined) {
      this.add(more);
      try {
        return this.check(maxBlocks);
      } finally {
        this.add(more, -1);
      }
    }
    const free = maxBlocks - 1 - this.#whole;
    const places = free * warpsPerBlock;
    if (free >= 0 && this.#warps + this.#open + Math.ceil(this.#threads / lanesPerWarp) <= places) return 'warps';
    if (free < 0 || places < this.#warps || (places - this.#warps) * lanesPerWarp < this.#threads + this.#open) {
      throw fail('TooManyActors', { actors: this.#whole + this.#warps + this.#threads + this.#open, blocks: maxBlocks, warps: Math.max(0, places) });
    }
    return 'threads';
  }
}

/**
 * Block 0 dispatches, when there is something to dispatch, and supervises. Actors get a warp each, spread over as many blocks as there are, while
 * that lasts; beyond it those that leave the choice to us share warps, a lane each.
 */
export function place(actors: readonly Served[], maxBlocks: number): Placement {
  const whole = actors.filter((a) => a.serve === 'block');
  let warps = actors.filter(needsWarp);
  let threads = actors.filter((a) => a.serve === 'thread');
  const open = actors.filter((a) => a.serve === 'auto' && !a.own);
  const census = new Census();
  for (const a of actors) census.add(a);
  const room = census.check(maxBlocks);
  const free = maxBlocks - 1 - whole.length;
  const places = free * warpsPerBlock;
  if (room === 'warps') warps = [...warps, ...open];
  else threads = [...threads, ...open];
  const sharing = threads.length === 0 ? 0 : Math.min(places - warps.length, threads.length);
  const used = Math.min(free, warps.length + sharing);
  const blocks = 1 + whole.length + used;
  const table = new Uint32Array(blocks * warpsPerBlock * dutyWords);
  const blockOf = new Map<number, number>();
  const alone = new Set<number>();
  const set = (block: number, warp: number, mode: number, lane: number, id: number): void => {
    const at = (block * warpsPerBlock + warp) * dutyWords;
    table[at] = mode;
    if (id === 0) return;
    table[at + 32 + lane] = id;
    blockOf.set(id, block);
  };
  if (actors.some((a) => !a.own)) set(0, 0, duties.dispatcher, 0, 0);
  set(0, 1, duties.supervisor, 0, 0);
  whole.forEach((a, i) => { for (let w = 0; w < warpsPerBlock; w++) set(1 + i, w, duties.block, 0, a.id); });
  const first = 1 + whole.length;
  warps.forEach((a, i) => set(first + (i % used), Math.floor(i / used), duties.warp, 0, a.id));
  threads.forEach((a, i) => {
    const warp = warps.length + (i % sharing);
    set(first + (warp % used), Math.floor(warp / used), duties.thread, Math.floor(i / sharing), a.id);
  });
  for (const a of actors) if (a.own) alone.add(blockOf.get(a.id)!);
  return { blocks, table, blockOf, alone };
}
