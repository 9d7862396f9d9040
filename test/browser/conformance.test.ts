/** The conformance suite in Chromium: WebGPU, and the CPU with and without shared memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserBuild } from '../../scripts/browser.ts';
import { conformanceCases, lacks, type ConformanceTarget } from '../../src/testing/conformance/index.ts';
import { conformanceTargets } from '../../src/testing/conformance/targets.ts';
import { missing } from '../support/tools.ts';
import type { ConformancePage, PageOutcome } from './conformance-page.ts';
import { launchChromium, openPage, serve, type StaticServer } from './support.ts';

const small = { load: 5000, actors: 200 };
const targets: readonly { target: ConformanceTarget; isolated: boolean }[] = [
  { target: { ...conformanceTargets.webgpu, ...small, name: 'webgpu in Chromium', open: { backend: 'webgpu', engine: { watchdog: 1 << 16 } } }, isolated: false },
  { target: { ...conformanceTargets.cpu, ...small, name: 'cpu in Chromium, isolated' }, isolated: true },
  { target: { ...conformanceTargets.cpu, ...small, name: 'cpu in Chromium, not isolated', features: conformanceTargets.cpu.features.filter((f) => f !== 'watchdog') }, isolated: false },
];

describe.skipIf(missing('chromium'))('conformance in the browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-browser-'));
  let browser: Browser;

  beforeAll(async () => {
    // As the package's own build for pages makes it, minified.
    await build({ ...browserBuild([join(import.meta.dirname, 'conformance-page.ts')]), outbase: import.meta.dirname, outdir: folder, sourcemap: 'inline' });
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>conformance</title><script type="module" src="conformance-page.js"></script>');
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { target, isolated } of targets) {
    describe(target.name, () => {
      let server: StaticServer;
      let page: Page;

      beforeAll(async () => {
        server = await serve(folder, isolated);
        ({ page } = await openPage(browser, server.url));
        await page.waitForFunction(() => 'ringkernel' in globalThis);
        expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(isolated);
      });
      afterAll(async () => {
        await page?.close();
        await server?.[Symbol.asyncDispose]();
      });

      for (const entry of conformanceCases) {
        const reason = lacks(target, entry);
        if (reason !== null) {
          test.skip(`${entry.name} (${reason})`);
          continue;
        }
        test(entry.name, async () => {
          const result: PageOutcome = await page.evaluate(
            ([t, name]) => (globalThis as unknown as { ringkernel: ConformancePage }).ringkernel.run(t, name),
            [target, entry.name] as const);
          expect(result.detail === '' ? result.outcome : `${result.outcome}: ${result.detail}`).toBe('passed');
        });
      }
    });
  }
});
