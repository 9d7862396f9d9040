/** What each backend promises, for the suite: used by the tests and by `ringkernel selftest`. */
import type { BackendName } from '../../backend/contract.ts';
import type { ConformanceTarget, Feature } from './suite.ts';

const computes = ['execute', 'bounds', 'i64', 'wraps', 'rounds', 'debug'] as const satisfies readonly Feature[];
/** Actors run by themselves, and can be stopped in the midst of a message. */
const persistent = [...computes, 'f64', 'stall', 'watchdog'] as const satisfies readonly Feature[];

export const conformanceTargets = {
  cpu: { name: 'cpu', open: { backend: 'cpu' }, features: [...persistent, 'dropOldest'] },
  cuda: { name: 'cuda', open: { backend: 'cuda' }, features: persistent },
  // WGSL lets compilers reorder and contract sums, and some do.
  webgpu: { name: 'webgpu', open: { backend: 'webgpu' }, features: [...computes.filter((f) => f !== 'rounds'), 'watchdog', 'dropOldest', 'stall'], load: 100_000, actors: 1000 },
  metal: { name: 'metal', open: { backend: 'metal' }, features: [...computes, 'watchdog', 'dropOldest', 'stall'], load: 100_000, actors: 1000 },
  /** Compiles for every target, runs nothing. */
  null: { name: 'null', open: { backend: 'null' }, features: ['compileOnly', 'i64', 'f64'] },
} as const satisfies Record<BackendName, ConformanceTarget>;

const { features } = conformanceTargets.cpu;
const less = { load: 20_000, actors: 1000 } as const;

/** Other ways to run on the CPU. */
export const cpuVariants = {
  workers: { name: 'cpu, two workers', open: { backend: 'cpu', engine: { workers: 2 } }, features, ...less },
  inline: { name: 'cpu in passes on the host thread', open: { backend: 'cpu', engine: { inline: true } }, features: features.filter((f) => f !== 'watchdog'), ...less },
  exact: { name: 'cpu exact', open: { debug: 'exact' }, features: ['overflowFault', ...features.filter((f) => f !== 'wraps')], ...less },
  /** JavaScript: no rounding, no wrapping, no bounds, and a handler that does not end cannot be stopped. */
  source: { name: 'cpu source', open: { debug: 'source' }, features: ['overflowFault', ...features.filter((f) => !['wraps', 'rounds', 'bounds', 'watchdog'].includes(f))], ...less },
} as const satisfies Record<string, ConformanceTarget>;
