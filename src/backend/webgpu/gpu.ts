/** Where `GPU` comes from: the browser, or npm `webgpu` (Dawn) in Node. */
import { reasonOf } from '../../error/index.ts';
import { hasVulkanDriver } from './vulkan.ts';

export interface NoGpu {
  readonly reason: string;
  readonly fix: string;
}

interface Held {
  __ringkernelGpu?: GPU;
}

const inNode = typeof process === 'object' && typeof process.versions?.node === 'string';

export const isNoGpu = (found: GPU | NoGpu): found is NoGpu => 'reason' in found;

export async function findGpu(): Promise<GPU | NoGpu> {
  const own = (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
  if (own !== undefined) return own;
  return inNode ? loadDawn() : missingInBrowser();
}

async function loadDawn(): Promise<GPU | NoGpu> {
  // Dawn's instance dies with this object even while devices of it live; so it is held for ever.
  const held = globalThis as typeof globalThis & Held;
  if (held.__ringkernelGpu !== undefined) return held.__ringkernelGpu;
  if (!mayHaveDriver()) return noAdapter;
  // Not a literal: bundlers for browsers must not look for it.
  const name = 'webgpu';
  try {
    const dawn = await import(/* @vite-ignore */ /* webpackIgnore: true */ name) as { create(options: string[]): GPU; globals: object };
    for (const [key, value] of Object.entries(dawn.globals)) if (!(key in globalThis)) Object.assign(globalThis, { [key]: value });
    held.__ringkernelGpu = dawn.create([]);
    return held.__ringkernelGpu;
  } catch (cause) {
    const text = reasonOf(cause);
    return {
      reason: `The package 'webgpu' does not load: ${text}`,
      fix: 'Run `npm install webgpu` (version 0.6.2 or later; on Linux it needs glibc 2.34 and GLIBCXX 3.4.30).',
    };
  }
}

/** Elsewhere than on Linux drivers come with the system. */
function mayHaveDriver(): boolean {
  if (process.platform !== 'linux') return true;
  const fs = process.getBuiltinModule('node:fs');
  return hasVulkanDriver(process.env, (folder) => {
    try {
      return fs.readdirSync(folder);
    } catch {
      return [];
    }
  });
}

function missingInBrowser(): NoGpu {
  if (globalThis.isSecureContext === false) {
    return { reason: 'This page is not a secure context, and browsers offer WebGPU only there.', fix: 'Serve the page over https or from localhost.' };
  }
  return {
    reason: 'This browser has no WebGPU (`navigator.gpu` is missing).',
    fix: 'Use Chrome or Edge 113, Safari 26, Firefox 141 or later; on Linux start Chrome with --enable-unsafe-webgpu.',
  };
}

export const noAdapter: NoGpu = inNode ? {
  reason: 'Dawn finds no usable Vulkan device.',
  fix: 'Install your GPU\'s Vulkan driver and libvulkan1 (check with `vulkaninfo`). Without a GPU: '
    + '`apt-get install -y --no-install-recommends chromium libvulkan1` and set VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json.',
} : {
  reason: 'The browser has WebGPU but offers no adapter.',
  fix: 'Switch on hardware acceleration in the browser\'s settings; on Linux start Chrome with --enable-unsafe-webgpu.',
};
