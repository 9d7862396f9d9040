/**
 * The threads of one workgroup on the CPU, as generators: each runs until it comes to a barrier or to an
 * operation among the lanes of its subgroup. Subgroups are 32 neighbouring threads, counted row by row, in
 * lockstep at such operations; threads that the workgroup does not have are inactive lanes.
 */
import type { ScalarName } from '../layout/types.ts';

export type LaneOp = 'shuffle' | 'shuffleXor' | 'shuffleUp' | 'shuffleDown' | 'all' | 'any' | 'ballot' | 'add' | 'min' | 'max' | 'and' | 'or' | 'xor';

/** What one lane brings to an operation; `by` is the lane, mask or distance of a shuffle. */
export interface LaneRequest {
  readonly op: LaneOp;
  readonly type: ScalarName;
  readonly value: number | boolean;
  readonly by?: number;
}

/** Lanes of a subgroup. */
export const laneCount = 32;

type Meeting = LaneRequest | { readonly op: 'barrier' } | undefined;
type Thread = Iterator<unknown, unknown, never>;

/** Thrown where threads that must meet do not; on a GPU that hangs or gives nonsense. */
export class Divergence extends Error {
  override readonly name = 'Divergence';
}

const typed = (type: ScalarName, x: number): number => (type === 'f32' ? Math.fround(x) : type === 'i32' ? x | 0 : type === 'u32' ? x >>> 0 : x);

const folds: Readonly<Partial<Record<LaneOp, (a: number, b: number) => number>>> = {
  add: (a, b) => a + b, min: (a, b) => Math.min(a, b), max: (a, b) => Math.max(a, b),
  and: (a, b) => a & b, or: (a, b) => a | b, xor: (a, b) => a ^ b,
};

/** Each lane's answer. Folds go in halves, as the butterfly of a GPU does. */
export function exchange(requests: readonly LaneRequest[]): (number | boolean)[] {
  const { op, type } = requests[0]!;
  const fold = folds[op];
  if (fold !== undefined) {
    const values = requests.map((r) => Number(r.value));
    for (let step = laneCount / 2; step >= 1; step /= 2) {
      for (let i = 0; i < step && i + step < values.length; i++) values[i] = typed(type, fold(values[i]!, values[i + step]!));
    }
    return requests.map(() => values[0]!);
  }
  switch (op) {
    case 'all': { const all = requests.every((r) => r.value); return requests.map(() => all); }
    case 'any': { const any = requests.some((r) => r.value); return requests.map(() => any); }
    case 'ballot': { const bits = requests.reduce((n, r, lane) => (r.value ? n | (1 << lane) : n), 0) >>> 0; return requests.map(() => bits); }
    default: return requests.map((r, lane) => (requests[source(r, lane)] ?? r).value);
  }
}

/** The lane a shuffle reads; one that is not there leaves the lane its own value. */
function source({ op, by = 0 }: LaneRequest, lane: number): number {
  switch (op) {
    case 'shuffleXor': return lane ^ by;
    case 'shuffleUp': return lane - by;
    case 'shuffleDown': return lane + by;
    default: return by;
  }
}

/** Runs the threads of a workgroup to their end. Throws `Divergence` where only some come to a barrier or an operation. */
export function together(threads: readonly Thread[]): void {
  for (let waiting = threads.length; waiting > 0;) {
    let arrived = 0;
    for (let first = 0; first < threads.length; first += laneCount) arrived += toBarrier(threads.slice(first, first + laneCount));
    if (arrived !== 0 && arrived !== waiting) throw new Divergence(`divergent barrier: ${arrived} of ${waiting} threads came to it`);
    waiting = arrived;
  }
}

/** Runs one subgroup to the next barrier; how many of its threads came to one. */
function toBarrier(threads: readonly Thread[]): number {
  let answers: readonly unknown[] = [];
  for (;;) {
    const steps = threads.map((t, lane) => t.next(answers[lane] as never));
    const met = steps.map((s) => s.value as Meeting);
    const asking = met.filter((m, i): m is LaneRequest => steps[i]!.done !== true && m !== undefined && m.op !== 'barrier');
    if (asking.length === 0) return steps.filter((s) => s.done !== true).length;
    const { op } = asking[0]!;
    const same = asking.filter((r) => r.op === op).length;
    if (same !== threads.length) throw new Divergence(`divergent subgroup operation: ${same} of ${threads.length} lanes came to '${op}'`);
    answers = exchange(asking);
  }
}
