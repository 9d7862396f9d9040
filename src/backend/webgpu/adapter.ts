/** Looks for an adapter and describes it: all that is needed to know whether WebGPU is there. */
import { reasonOf } from '../../error/index.ts';
import type { DeviceInfo } from '../contract.ts';
import { findGpu, isNoGpu, noAdapter, type NoGpu } from './gpu.ts';

/** Settings of a WebGPU context. */
export interface WebGpuSettings {
  /** Which adapter to ask for. Default `high-performance`. */
  readonly powerPreference?: 'high-performance' | 'low-power';
  /** Ask for the software adapter. Default false. */
  readonly fallback?: boolean;
}

export async function findAdapter(settings: WebGpuSettings = {}): Promise<GPUAdapter | NoGpu> {
  const gpu = await findGpu();
  if (isNoGpu(gpu)) return gpu;
  try {
    const adapter = await gpu.requestAdapter({
      powerPreference: settings.powerPreference ?? 'high-performance',
      ...(settings.fallback === true ? { forceFallbackAdapter: true } : {}),
    });
    return adapter ?? noAdapter;
  } catch (cause) {
    return { reason: `Asking for an adapter failed: ${reasonOf(cause)}`, fix: noAdapter.fix };
  }
}

export function describeAdapter(adapter: GPUAdapter): DeviceInfo {
  // Browsers of 2023 have no `info`, and say elsewhere whether the adapter is a fallback.
  const { vendor = '', architecture = '', device = '', description = '', isFallbackAdapter = (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter ?? false } =
    (adapter as { info?: Partial<GPUAdapterInfo> }).info ?? {};
  const software = isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|software/i.test(`${vendor} ${architecture} ${description}`);
  return {
    backend: 'webgpu', index: 0, name: description || [vendor, architecture, device].filter(Boolean).join(' ') || 'WebGPU adapter', memory: 0,
    detail: {
      vendor, architecture, software, features: [...adapter.features].sort().join(' '),
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize, maxBufferSize: adapter.limits.maxBufferSize,
      maxComputeInvocationsPerWorkgroup: adapter.limits.maxComputeInvocationsPerWorkgroup,
    },
  };
}
