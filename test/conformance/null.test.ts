import { conformanceTargets } from '../../src/testing/conformance/targets.ts';
import { conformance } from './describe.ts';

conformance(conformanceTargets.null);
