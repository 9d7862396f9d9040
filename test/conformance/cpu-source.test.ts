import { cpuVariants } from '../../src/testing/conformance/targets.ts';
import { conformance } from './describe.ts';

conformance(cpuVariants.source);
