import { conformanceTargets, cpuVariants } from '../../src/testing/conformance/targets.ts';
import { conformance } from './describe.ts';

const watchdog = 100;

conformance({ ...conformanceTargets.cpu, open: { backend: 'cpu', engine: { watchdog } } });
conformance({ ...cpuVariants.workers, open: { backend: 'cpu', engine: { workers: 2, watchdog } } });
conformance(cpuVariants.inline);
