import { cpuVariants } from '../../src/testing/conformance/targets.ts';
import { conformance } from './describe.ts';

conformance({ ...cpuVariants.exact, open: { debug: 'exact', engine: { watchdog: 200 } } });
