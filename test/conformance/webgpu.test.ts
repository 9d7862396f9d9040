import { conformanceTargets } from '../../src/testing/conformance/targets.ts';
import { tools } from '../support/tools.ts';
import { withoutWebGpu } from '../support/webgpu.ts';
import { conformance } from './describe.ts';

// Software Vulkan runs an endless loop to the watchdog's limit at some ten million turns a second.
if (withoutWebGpu()) conformance(conformanceTargets.webgpu, `needs Vulkan: ${tools.vulkan.install}`);
else conformance({ ...conformanceTargets.webgpu, open: { backend: 'webgpu', engine: { watchdog: 1 << 18 } }, load: 20_000 });
