/** The conformance suite and what runs it. */
import { batchCases } from './batches.ts';
import { faultConformance } from './faults.ts';
import { k2kCases } from './k2k.ts';
import { languageCases } from './language.ts';
import { lifecycleCases } from './lifecycle.ts';
import { loadCases } from './load.ts';
import { messageCases } from './messages.ts';
import { queueCases } from './queues.ts';
import type { ConformanceCase } from './suite.ts';

export const conformanceCases: readonly ConformanceCase[] = [
  ...lifecycleCases, ...messageCases, ...batchCases, ...queueCases, ...k2kCases, ...faultConformance, ...languageCases, ...loadCases,
];

export { judgeCase, lacks, runCase, runConformance, type CaseOutcome, type ConformanceCase, type ConformanceTarget, type Feature } from './suite.ts';
export { conformanceTargets, cpuVariants } from './targets.ts';
