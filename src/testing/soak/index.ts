/**
 * A soak: kernels of several kinds are launched, connected, stopped, started and ended at random, in the midst
 * of messages from the host and among themselves, and every message is accounted for: handled once, in the
 * order of its sender, or told of as a dead letter.
 */
import type { RingKernel } from '../../runtime/ring-kernel.ts';
import { Random } from '../random.ts';
import { Round, type Counts } from './round.ts';

export interface SoakOptions {
  /** Of all choices. What happens between them is time's. Default 1. */
  readonly seed?: number;
  /** Operations of a round, of each hand. Default 60. */
  readonly operations?: number;
  /** Operations under way at once. Default 3. */
  readonly hands?: number;
  /** Kinds to choose from, of each of two sorts. Default 3. */
  readonly kinds?: number;
  /** Kernels alive at once, at most. Default 12. */
  readonly kernels?: number;
  /** Messages of one burst, at most. Default 300. */
  readonly burst?: number;
  /** Milliseconds until a round must be even, once nothing more is sent. Default 60,000. */
  readonly patience?: number;
  /** What a launch asks of the backend, by chance. Default: nothing. */
  readonly placements?: readonly Readonly<Record<string, unknown>>[];
  /** Priority lanes and 256 B headers are tried too. Default true. */
  readonly variety?: boolean;
}

/** Ways to place a kernel on CUDA; the first as it comes. A block runs a handler with all its threads, which the soak's kernels are not made for. */
export const cudaPlacements = [
  {}, {}, { serve: 'warp' }, { serve: 'thread' }, { ring: 'own' }, { ring: 'shared' }, { serve: 'thread', ring: 'own' }, { serve: 'warp', ring: 'shared' },
] as const;

export interface SoakReport extends Counts {
  readonly seed: number;
  /** Messages taken, and outcomes of messages. */
  readonly sent: number;
  readonly done: number;
  /** The first of them, as text; empty when all is well. */
  readonly flaws: readonly string[];
  readonly flawCount: number;
}

/** One round on an open ring: all kernels it launched have ended when it resolves. */
export async function soak(ring: RingKernel, options: SoakOptions = {}): Promise<SoakReport> {
  const { seed = 1, hands = 3, operations = 60 } = options;
  const round = new Round(ring, { kinds: 3, kernels: 12, burst: 300, patience: 60_000, placements: [{}], variety: true, ...options });
  const working = Array.from({ length: hands }, (_, hand) => round.work(new Random(seed * 1009 + hand), operations));
  try {
    await Promise.all(working);
    await round.settle();
  } finally {
    await round.end();
  }
  const { ledger } = round;
  return { seed, ...round.counts, sent: ledger.sent, done: ledger.done, flaws: ledger.flaws, flawCount: ledger.flawCount };
}
