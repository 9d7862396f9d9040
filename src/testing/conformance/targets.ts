/** What each backend promises, for the suite: used by the tests and by `ringkernel selftest`. */
import type { BackendName } from '../../backend/contract.ts';
import type { ConformanceTarget } from './suite.ts';

export const conformanceTargets = {
  cpu: { name: 'cpu', open: { backend: 'cpu' }, features: ['execute', 'watchdog', 'dropOldest', 'stall', 'i64', 'f64', 'wraps', 'rounds'] },
  cuda: { name: 'cuda', open: { backend: 'cuda' }, features: ['execute', 'watchdog', 'stall', 'i64', 'f64', 'wraps', 'rounds'] },
  webgpu: { name: 'webgpu', open: { backend: 'webgpu' }, features: ['execute', 'watchdog', 'dropOldest', 'stall', 'i64', 'wraps', 'rounds'], load: 100_000, actors: 1000 },
  metal: { name: 'metal', open: { backend: 'metal' }, features: ['execute', 'dropOldest', 'i64', 'wraps', 'rounds'], load: 100_000, actors: 1000 },
  null: { name: 'null', open: { backend: 'null' }, features: ['i64', 'f64'] },
} as const satisfies Record<BackendName, ConformanceTarget>;
