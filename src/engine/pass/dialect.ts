/**
 * The few things in which shading languages differ where the pass loop is concerned; the rest of its text
 * is the same in WGSL and MSL. All integers in the loop are u32.
 */
export interface PassDialect {
  /** A constant local with its terminator. */
  readonly let: (name: string, value: string) => string;
  /** A variable local with its terminator. */
  readonly var: (name: string, value: string) => string;
  /** A function; parameters are u32. */
  readonly fn: (name: string, params: readonly string[], result: 'u32' | 'bool' | null, body: string) => string;
  /** A call of such a function. */
  readonly call: (name: string, ...args: readonly string[]) => string;
  /** What belongs to one invocation, by name: `row` is `rk_row` or `ctx.row`. */
  readonly own: (name: OwnName) => string;
  /** Word `at` of `mem`, as a place. */
  readonly mem: (at: string) => string;
  /** Word `at` of `sync`. */
  readonly atomicLoad: (at: string) => string;
  readonly atomicStore: (at: string, value: string) => string;
  readonly atomicAdd: (at: string, value: string) => string;
  /** True if the word held `expected` (the name of a variable) and now holds `value`; may fail without cause. */
  readonly compareExchange: (at: string, expected: string, value: string) => string;
}

/**
 * State of one invocation: word addresses of its row and of the frame, the fault in hand, turns of loops, and
 * head of the message in hand.
 */
export const ownNames = [
  'row', 'frame', 'fault', 'site', 'turns', 'source', 'correlation', 'stampLow', 'stampHigh', 'deadlineLow', 'deadlineHigh', 'sent', 'refused',
] as const;
export type OwnName = (typeof ownNames)[number];
