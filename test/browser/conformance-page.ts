/** Runs in the browser: the conformance suite on the backend named in the address; the test reads `outcomes`. */
import { conformanceCases, judgeCase } from '../../src/testing/conformance/index.ts';
import type { ConformanceTarget } from '../../src/testing/conformance/index.ts';

export interface PageOutcome {
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
}

export interface ConformancePage {
  readonly isolated: boolean;
  readonly names: readonly string[];
  /** Runs one case. */
  run(target: ConformanceTarget, name: string): Promise<PageOutcome>;
}

(globalThis as unknown as { ringkernel: ConformancePage }).ringkernel = {
  isolated: globalThis.crossOriginIsolated,
  names: conformanceCases.map((c) => c.name),
  async run(target, name) {
    const result = await judgeCase(target, conformanceCases.find((c) => c.name === name)!);
    const detail = 'reason' in result ? result.reason : 'error' in result ? `${String(result.error)}\n${(result.error as Error).stack ?? ''}` : '';
    return { name, outcome: result.outcome, detail };
  },
};
