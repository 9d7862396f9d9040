import { fail } from '../../error/index.ts';
import { systemTime, type TimeSource } from '../../clock/time.ts';
import type { Serve } from './placement.ts';

export interface CudaSettings {
  /** Milliseconds a handler may run before it is asked to end. Default 1000; `Infinity`: for ever. */
  readonly watchdog: number;
  /** Actors at one time, at most 65534. Default 16384. */
  readonly maxActors: number;
  /**
   * Milliseconds after which the engine leaves its loop and enters it again, for GPUs that drive a display
   * and end kernels that run for seconds. Default: 500 on such a GPU, else 0: never.
   */
  readonly slice: number | null;
  /** Actors that may have a mapped ring of their own before later ones share one; never more than half of the warps there are. Default 96. */
  readonly ownRings: number;
  /** Lines of the shared ring; a power of two. Default 8192. */
  readonly sharedLines: number;
  /** Lines of a block's own ring to the host, a power of two; the ring that blocks share has four times as many. Default 2048. */
  readonly replyLines: number;
  /** Bytes of batches in flight, of one actor. Default 64 MiB. */
  readonly batchBytes: number;
  /** Source of the host's time. */
  readonly time: TimeSource;
}

const limits = {
  watchdog: [1000, 1, Infinity], maxActors: [16_384, 1, 65_534], slice: [null, 0, 60_000], ownRings: [96, 0, 1024],
  sharedLines: [8192, 64, 2 ** 20], replyLines: [2048, 64, 2 ** 20], batchBytes: [64 * 2 ** 20, 2 ** 16, 2 ** 32],
} as const;

const wrong = (option: string, value: unknown, reason: string): Error => fail('InvalidConfig', { option, value: String(value), reason });

/** Checks what the user has set and fills in the rest. */
export function cudaSettings(given: Readonly<Record<string, unknown>>): CudaSettings {
  for (const name of Object.keys(given)) {
    if (!(name in limits) && name !== 'time') throw wrong(`engine option '${name}'`, given[name], `The CUDA engine knows ${Object.keys(limits).join(', ')}.`);
  }
  const out: Record<string, unknown> = { time: given['time'] ?? systemTime };
  for (const [name, [byDefault, least, most]] of Object.entries(limits)) {
    const value = given[name] ?? byDefault;
    const power = name !== 'sharedLines' && name !== 'replyLines' || (Number(value) & (Number(value) - 1)) === 0;
    if (value !== null && (typeof value !== 'number' || !(value >= least && value <= most) || !power)) throw wrong(name, value, `It is a number from ${least} to ${most}.`);
    out[name] = value;
  }
  return out as unknown as CudaSettings;
}

export interface CudaPlacement {
  readonly serve: Serve;
  readonly ring: 'auto' | 'own' | 'shared';
}

/** Checks an actor's placement wishes. */
export function cudaPlacement(given: Readonly<Record<string, unknown>>): CudaPlacement {
  const choices = { serve: ['auto', 'thread', 'warp', 'block'], ring: ['auto', 'own', 'shared'] } as const;
  for (const name of Object.keys(given)) {
    if (!(name in choices)) throw wrong(`placement.${name}`, given[name], 'The CUDA engine knows `serve` and `ring`.');
  }
  const choose = (name: 'serve' | 'ring'): string => {
    const value = given[name] ?? 'auto';
    if (!(choices[name] as readonly unknown[]).includes(value)) throw wrong(`placement.${name}`, value, `It is one of ${choices[name].join(', ')}.`);
    return value as string;
  };
  return { serve: choose('serve') as Serve, ring: choose('ring') as CudaPlacement['ring'] };
}
