import { fail } from '../error/index.ts';
import type { DeviceInfo } from '../backend/contract.ts';
import type { ActorDefinition } from '../runtime/types.ts';

/** A device that has room, as a placement sees it. */
export interface Candidate {
  /** Number of the device in its group. */
  readonly index: number;
  readonly device: DeviceInfo;
  /** Kernels it runs now. */
  readonly kernels: number;
  /** Bytes not held by the engine; null where the device does not say how much it has. */
  readonly freeMemory: number | null;
  /** Ninety for 9.0; null where the device has none. */
  readonly computeCapability: number | null;
}

/** Chooses one of the candidates, by its index; there is at least one. */
export type CustomPlacement = (candidates: readonly Candidate[], definition: ActorDefinition) => number;
export type PlacementName = 'firstAvailable' | 'leastLoaded' | 'roundRobin' | 'memory' | 'computeCapability';
export type Placement = PlacementName | CustomPlacement;

/** The first of those for which `of` is largest; unknown counts as least. */
const most = (candidates: readonly Candidate[], of: (candidate: Candidate) => number | null): number =>
  candidates.reduce((best, one) => ((of(one) ?? -Infinity) > (of(best) ?? -Infinity) ? one : best)).index;

const strategies: Readonly<Record<Exclude<PlacementName, 'roundRobin'>, (candidates: readonly Candidate[]) => number>> = {
  firstAvailable: (candidates) => candidates[0]!.index,
  leastLoaded: (candidates) => most(candidates, ({ kernels }) => -kernels),
  memory: (candidates) => most(candidates, ({ freeMemory }) => freeMemory),
  computeCapability: (candidates) => most(candidates, (candidate) => candidate.computeCapability),
};

/** Places kernels; remembers where it was for `roundRobin`. */
export class Placer {
  readonly #placement: Placement;
  #last = -1;

  constructor(placement: Placement) {
    if (typeof placement !== 'function' && placement !== 'roundRobin' && !(placement in strategies)) {
      throw fail('InvalidConfig', { option: 'placement', value: String(placement), reason: `It is a function or one of roundRobin, ${Object.keys(strategies).join(', ')}.` });
    }
    this.#placement = placement;
  }

  /** Index of the device. Throws `NoDevice` when there is no candidate, or the custom placement names none of them. */
  choose(candidates: readonly Candidate[], definition: ActorDefinition): number {
    if (candidates.length === 0) throw fail('NoDevice', { kernel: definition.id, reason: 'every device is full' });
    const index = this.#choose(candidates, definition);
    if (!candidates.some((candidate) => candidate.index === index)) {
      throw fail('NoDevice', { kernel: definition.id, reason: `the placement chose ${String(index)}, which is no device with room` });
    }
    this.#last = index;
    return index;
  }

  #choose(candidates: readonly Candidate[], definition: ActorDefinition): number {
    if (typeof this.#placement === 'function') return this.#placement(candidates, definition);
    if (this.#placement !== 'roundRobin') return strategies[this.#placement](candidates);
    return (candidates.find(({ index }) => index > this.#last) ?? candidates[0]!).index;
  }
}

/** Compute capability in tenths, from what the device reports (`sm_90`). */
export function computeCapability({ detail }: DeviceInfo): number | null {
  const match = /^sm_(\d+)/.exec(String(detail['architecture'] ?? ''));
  return match === null ? null : Number(match[1]);
}
