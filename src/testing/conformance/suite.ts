/**
 * The conformance suite: cases as data, the same for every backend, run by the tests and by
 * `ringkernel selftest`. Nothing here knows a test framework.
 */
import type { OpenOptions } from '../../runtime/options.ts';
import { RingKernel } from '../../runtime/ring-kernel.ts';

/**
 * What a case needs of its target beyond launching. `execute`: handlers run. `overflowFault`: integer overflow
 * faults. `bounds`: an index out of bounds does. `watchdog`: a handler that does not end is stopped. `stall`: an actor whose replies nobody reads
 * stops after a few messages (not so where a pass handles many at once). `wraps`: integers wrap at their
 * width, division by zero gives 0. `rounds`: f32 is rounded at every step. `debug`: has `ctx.debug`.
 * `compileOnly`: nothing runs, so that compiling is all there is to test.
 */
export type Feature = 'execute' | 'overflowFault' | 'bounds' | 'watchdog' | 'dropOldest' | 'stall' | 'i64' | 'f64' | 'wraps' | 'rounds' | 'debug' | 'compileOnly';

/** Something the suite runs on: a backend with the options that open it. */
export interface ConformanceTarget {
  /** As it is shown: `cpu`, `cpu exact`, … */
  readonly name: string;
  readonly open: OpenOptions;
  readonly features: readonly Feature[];
  /** Cases known to fail here, with the reason. One that passes nevertheless is reported as a failure. */
  readonly expectations?: Readonly<Record<string, string>>;
  /** Messages of the load cases. Default 1,000,000. */
  readonly load?: number;
  /** Actors of the largest case. Default 10,000. */
  readonly actors?: number;
}

export interface CaseContext {
  readonly target: ConformanceTarget;
  /** A ring on the target, closed when the case ends. `more` adds to how it is opened. */
  ring(more?: OpenOptions): Promise<RingKernel>;
  readonly load: number;
  readonly actors: number;
}

export interface ConformanceCase {
  readonly name: string;
  readonly needs: readonly Feature[];
  run(context: CaseContext): Promise<void>;
}

export type CaseOutcome =
  | { readonly name: string; readonly outcome: 'passed'; readonly ms: number }
  | { readonly name: string; readonly outcome: 'failed'; readonly ms: number; readonly error: unknown }
  /** The target lacks what the case needs. */
  | { readonly name: string; readonly outcome: 'notApplicable'; readonly reason: string }
  /** It failed, as expected. */
  | { readonly name: string; readonly outcome: 'expected'; readonly reason: string; readonly error: unknown };

/** What the target lacks for a case; null when nothing. */
export function lacks(target: ConformanceTarget, test: ConformanceCase): string | null {
  const missing = test.needs.filter((need) => !target.features.includes(need));
  return missing.length === 0 ? null : `${target.name} has no ${missing.join(', ')}`;
}

/** Runs one case; the rings it opened are closed whatever happens. Rejects with what the case rejects with. */
export async function runCase(target: ConformanceTarget, test: ConformanceCase): Promise<void> {
  const rings: RingKernel[] = [];
  try {
    await test.run({
      target,
      load: target.load ?? 1_000_000,
      actors: target.actors ?? 10_000,
      async ring(more = {}) {
        const ring = await RingKernel.open({ timeout: 60_000, ...target.open, ...more });
        rings.push(ring);
        return ring;
      },
    });
  } finally {
    for (const ring of rings) await ring.close();
  }
}

/** Runs one case and says how it went, expectations included. */
export async function judgeCase(target: ConformanceTarget, test: ConformanceCase): Promise<CaseOutcome> {
  const { name } = test;
  const missing = lacks(target, test);
  if (missing !== null) return { name, outcome: 'notApplicable', reason: missing };
  const expected = target.expectations?.[name];
  const start = performance.now();
  const ms = (): number => performance.now() - start;
  try {
    await runCase(target, test);
  } catch (error) {
    return expected === undefined ? { name, outcome: 'failed', ms: ms(), error } : { name, outcome: 'expected', reason: expected, error };
  }
  if (expected === undefined) return { name, outcome: 'passed', ms: ms() };
  return { name, outcome: 'failed', ms: ms(), error: new Error(`'${name}' passes on ${target.name} although it is expected to fail (${expected}): take it off the expectations`) };
}

/** Runs the cases one after the other; yields each outcome as it is known. */
export async function* runConformance(target: ConformanceTarget, cases: readonly ConformanceCase[]): AsyncGenerator<CaseOutcome> {
  for (const test of cases) yield await judgeCase(target, test);
}
