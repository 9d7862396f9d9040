/** The suite on the Metal backend over the emulated device: the very same host code, the emitted MSL executed on the CPU. */
import { conformanceTargets } from '../../src/testing/conformance/targets.ts';
import { fakeMetal } from '../fake/metal/library.ts';
import { missing } from '../support/tools.ts';
import { conformance } from './describe.ts';

if (missing('clang')) conformance(conformanceTargets.metal, 'needs clang');
else {
  conformance({
    ...conformanceTargets.metal, name: 'metal, emulated', load: 2000, actors: 100,
    open: { backend: 'metal', settings: { libraries: fakeMetal().libraries }, engine: { watchdog: 1 << 18 } },
  });
}
