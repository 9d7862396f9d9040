/** Steps of the engine: as the queue's, with two things more that only an engine's memory has. */
import type { RawMemory } from '../../queue/memory.ts';
import { effect, step, type Bound, type Step } from '../../queue/step.ts';

export interface EngineMemory extends RawMemory {
  /** Microseconds since the epoch. */
  clock(): bigint;
  /** Calls entry `index` of the table of handlers. */
  invoke(index: number, actor: number, message: number, reply: number): number;
}

type Numbers<P extends readonly string[]> = { [K in keyof P]: number };
type Define<R extends number | void> = <const P extends readonly string[], const U extends Record<string, unknown>>(
  id: string, params: P, uses: U, fn: (m: EngineMemory, ...args: [...Numbers<P>, Bound<U>]) => R,
) => Step<Numbers<P>, R>;

/** A step that gives a number. */
export const engineStep = step as unknown as Define<number>;
/** A step that gives nothing. */
export const engineEffect = effect as unknown as Define<void>;
