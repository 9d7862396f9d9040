/** How close memory is to its limit, and what is done about it. */
import { fail } from '../error/index.ts';

export const pressureLevels = ['normal', 'elevated', 'warning', 'critical', 'outOfMemory'] as const;
export type PressureLevel = (typeof pressureLevels)[number];

/** From 0, nothing to do, to 1. */
export const severity: Readonly<Record<PressureLevel, number>> = { normal: 0, elevated: 0.2, warning: 0.5, critical: 0.8, outOfMemory: 1 };

/** Used share of the limit at which each level begins. */
export const defaultThresholds = { elevated: 0.6, warning: 0.8, critical: 0.95, outOfMemory: 1 } as const;
export type PressureThresholds = Readonly<Record<Exclude<PressureLevel, 'normal'>, number>>;

/**
 * `shrink` has a pool release free buffers: it keeps `keep * target * (1 - severity)`, at least one. A function
 * is called with the level.
 */
export type PressureReaction = { readonly shrink: number } | ((level: PressureLevel, before: PressureLevel) => void);

interface Shrinkable {
  readonly keep: number;
  shrinkTo(keep: number): number;
}

export class MemoryPressure {
  readonly thresholds: PressureThresholds;
  readonly #reactions: { readonly pool: Shrinkable | null; readonly reaction: PressureReaction }[] = [];
  #level: PressureLevel = 'normal';

  constructor(thresholds: Partial<PressureThresholds> = {}) {
    this.thresholds = { ...defaultThresholds, ...thresholds };
    const { elevated, warning, critical, outOfMemory } = this.thresholds;
    if (!(elevated > 0 && elevated <= warning && warning <= critical && critical <= outOfMemory)) {
      throw fail('InvalidConfig', { option: 'thresholds', value: [elevated, warning, critical, outOfMemory].join(', '), reason: 'They must rise from above 0.' });
    }
  }

  get level(): PressureLevel {
    return this.#level;
  }

  levelOf(used: number, limit: number): PressureLevel {
    const share = limit === Infinity ? 0 : used / limit;
    const { elevated, warning, critical, outOfMemory } = this.thresholds;
    return share >= outOfMemory ? 'outOfMemory' : share >= critical ? 'critical' : share >= warning ? 'warning' : share >= elevated ? 'elevated' : 'normal';
  }

  /** Called when pressure rises. */
  onRise(reaction: (level: PressureLevel, before: PressureLevel) => void): void {
    this.#reactions.push({ pool: null, reaction });
  }

  /** Shrinks a pool when pressure rises. `target`: the share of its `keep` that is worth keeping at all. Default 1. */
  relieve(pool: Shrinkable, target = 1): void {
    if (!(target >= 0 && target <= 1)) throw fail('InvalidConfig', { option: 'target', value: target, reason: 'It must be between 0 and 1.' });
    this.#reactions.push({ pool, reaction: { shrink: target } });
  }

  /** Takes the present figures. Reacts when the level is higher than at the last call; lower ones are only noted. */
  update({ used, limit }: { readonly used: number; readonly limit: number }): PressureLevel {
    const before = this.#level;
    this.#level = this.levelOf(used, limit);
    if (pressureLevels.indexOf(this.#level) > pressureLevels.indexOf(before)) {
      for (const { pool, reaction } of this.#reactions) {
        if (typeof reaction === 'function') reaction(this.#level, before);
        else pool?.shrinkTo(Math.max(1, Math.floor(pool.keep * reaction.shrink * (1 - severity[this.#level]))));
      }
    }
    return this.#level;
  }
}
