/** WebGPU in tests: software Vulkan unless the environment names a driver of its own. */
import { findTool, missing } from './tools.ts';

/** True, after printing why, when no WebGPU device can be had here. Sets the driver for this process. */
export function withoutWebGpu(): boolean {
  if (process.env['VK_DRIVER_FILES'] !== undefined) return false;
  if (missing('vulkan')) return true;
  process.env['VK_DRIVER_FILES'] = findTool('vulkan')!;
  return false;
}
