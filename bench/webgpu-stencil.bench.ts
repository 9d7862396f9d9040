/** Stencil steps on WebGPU, in Node and in Debian's Chromium, beside WGSL by hand in the same run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { backend } from '../src/backend/webgpu/index.ts';
import { launchChromium, openPage, serve } from '../test/browser/support.ts';
import { missing } from '../test/support/tools.ts';
import type { Benchmark, Report } from './harness.ts';
import { stencilTimes, type StencilTimes } from './webgpu-stencil.ts';

const tell = (report: Report, where: string, { ours, hand, device, n, steps }: StencilTimes): void => report({
  id: `stencil.${where}.${n}.step`, value: ours, unit: 'µs', budget: hand * 1.1, peer: { 'WGSL by hand': hand },
  note: `wave equation as a stencilKernel through Simulation, ${n} x ${n}, ${steps} steps at a time; on ${device}`,
});

async function inChromium(): Promise<StencilTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-stencil-'));
  try {
    buildSync({ entryPoints: [join(import.meta.dirname, 'webgpu-stencil-page.ts')], bundle: true, format: 'esm', splitting: true, outdir: folder, external: ['node:*', 'koffi', 'webgpu'], logLevel: 'error' });
    writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="webgpu-stencil-page.js"></script>');
    await using server = await serve(folder, true);
    const browser = await launchChromium();
    try {
      const { page } = await openPage(browser, `${server.url}/`);
      const found = await page.waitForFunction(() => (globalThis as { times?: StencilTimes | { error: string } }).times, undefined, { timeout: 300_000 });
      const times = await found.jsonValue() as StencilTimes | { error: string };
      if ('error' in times) throw new Error(times.error);
      return times;
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const node: Benchmark = {
  id: 'stencil.webgpu', title: 'WebGPU: stencil steps beside WGSL by hand',
  async available() {
    const found = await backend.probe();
    return found.available ? null : `${found.reason} ${found.fix}`;
  },
  run: async (report) => { tell(report, 'webgpu', await stencilTimes()); },
};

const chromium: Benchmark = {
  id: 'stencil.chromium', title: 'WebGPU in Chromium: stencil steps beside WGSL by hand',
  available: async () => (missing('chromium') ? 'There is no Chromium.' : null),
  run: async (report) => { tell(report, 'chromium', await inChromium()); },
};

export default [node, chromium];
