/** The example page, built by Vite, driven in Chromium; a screenshot is kept under `artifacts/`. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing } from '../support/tools.ts';
import { launchChromium, openPage, serve } from './support.ts';

const root = join(import.meta.dirname, '../../examples/browser');
const artifacts = join(import.meta.dirname, '../../artifacts');

describe.skipIf(missing('chromium'))('the example page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-page-'));
  let browser: Browser;

  beforeAll(async () => {
    await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
    browser = await launchChromium();
    mkdirSync(artifacts, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { backend, isolated } of [{ backend: 'webgpu', isolated: false }, { backend: 'webgpu', isolated: true }, { backend: 'cpu', isolated: false }, { backend: 'cpu', isolated: true }]) {
    test(`${backend}, ${isolated ? 'isolated' : 'not isolated'}`, async () => {
      await using server = await serve(folder, isolated);
      const { page, errors } = await openPage(browser, `${server.url}/?backend=${backend}`);
      try {
        const text = (id: string): Promise<string> => page.locator(`#${id}`).innerText();
        await page.waitForFunction(() => ['ready', 'failed'].includes(document.getElementById('status')!.textContent!), undefined, { timeout: 60_000 });
        expect(await text('error')).toBe('');
        expect(await text('status')).toBe('ready');
        expect(await text('backend')).toBe(backend);
        expect(await text('isolation')).toMatch(isolated ? /^yes/ : /^no/);
        expect(await text('reply')).toBe('count 1, mean 2.500, highest 2.500');
        expect(await text('latency')).toMatch(/^\d+ µs$/);
        await page.click('#chain');
        await page.waitForFunction(() => document.getElementById('chained')!.textContent === 'arrived after 8 hops');
        await page.fill('#sample', '7.5');
        await page.click('#send');
        await page.waitForFunction(() => document.getElementById('state')!.textContent === 'count 202, sum 10.000, highest 7.500');
        const middle = await page.evaluate(() => [...document.querySelector('canvas')!.getContext('2d')!.getImageData(80, 64, 1, 1).data]);
        expect(middle).toEqual([255, 128, 0, 255]);
        await page.screenshot({ path: join(artifacts, `browser-${backend}-${isolated ? 'isolated' : 'plain'}.png`) });
        expect(errors.filter((e) => !e.includes('404'))).toEqual([]);
      } finally {
        await page.close();
      }
    });
  }
});
