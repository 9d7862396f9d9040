/** The wave page, built by Vite, driven in Chromium: click, see the wave arrive, change backend. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WaveServer } from '../../apps/wave/server/server.ts';
import { missing } from '../support/tools.ts';
import { launchChromium, openPage, serve } from './support.ts';

const root = join(import.meta.dirname, '../../apps/wave');
const artifacts = join(import.meta.dirname, '../../artifacts');

describe.skipIf(missing('chromium'))('the wave page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-wave-'));
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

  const opened = (page: Page, name: string): Promise<unknown> =>
    page.waitForFunction((n) => document.getElementById('name')!.textContent === n || document.getElementById('error')!.textContent !== '', name, { timeout: 60_000 });
  const text = (page: Page, id: string): Promise<string> => page.locator(`#${id}`).innerText();
  const click = async (page: Page, x: number, y: number): Promise<void> => {
    const box = (await page.locator('canvas').boundingBox())!;
    await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
  };
  /** Waits until the membrane is seen to move at a point. */
  const moved = (page: Page, x: number, y: number): Promise<unknown> => page.waitForFunction(([fx, fy]) => {
    const c = document.querySelector('canvas')!;
    const [r, g, b] = c.getContext('2d')!.getImageData(Math.floor(c.width * fx!), Math.floor(c.height * fy!), 1, 1).data;
    return r! + g! + b! > 60;
  }, [x, y] as const, { timeout: 60_000 });

  test('a click arrives, walls and sources stand, the backend changes', async () => {
    await using server = await serve(folder, true);
    const { page, errors } = await openPage(browser, `${server.url}/?backend=webgpu&size=128`);
    try {
      await opened(page, 'webgpu');
      expect(await text(page, 'error')).toBe('');
      await click(page, 0.3, 0.5);
      await moved(page, 0.7, 0.5);
      expect(await text(page, 'latency')).toMatch(/ms$/);
      await page.screenshot({ path: join(artifacts, 'wave-webgpu.png') });

      await page.selectOption('#backend', 'cpu');
      await page.selectOption('#size', '512');
      await opened(page, 'cpu');
      expect(await text(page, 'error')).toBe('');
      await page.waitForFunction(() => document.querySelector('canvas')!.width === 512);
      await page.check('input[value=wall]');
      await click(page, 0.5, 0.2);
      await page.waitForFunction(() => { const p = document.querySelector('canvas')!.getContext('2d')!.getImageData(256, 102, 1, 1).data; return p[0] === 0x99 && p[1] === 0x8f; });
      await page.check('input[value=source]');
      await click(page, 0.4, 0.6);
      await page.waitForFunction(() => document.getElementById('sources')!.textContent === '1');
      await page.check('input[value=inject]');
      await click(page, 0.65, 0.4);
      await moved(page, 0.75, 0.55);
      await page.locator('#speed').fill('0.3');
      await page.waitForFunction(() => Number(document.getElementById('rate')!.textContent) > 0);
      await page.screenshot({ path: join(artifacts, 'wave-cpu.png') });
      expect(errors.filter((e) => !e.includes('404'))).toEqual([]);
      console.log(`512 x 512 on the CPU in Chromium: ${await text(page, 'rate')} steps/s, commands answered in ${await text(page, 'latency')}`);
    } finally {
      await page.close();
    }
  });

  test('computed on the server: a click arrives, frames come no faster than they are painted', async () => {
    await using waves = new WaveServer({ backend: 'cpu' });
    await using server = await serve(folder, true, null, (request, response) => waves.handle(request, response));
    const { page, errors } = await openPage(browser, `${server.url}/?backend=server&size=512`);
    try {
      await opened(page, 'server: cpu');
      expect(await text(page, 'error')).toBe('');
      await page.waitForFunction(() => document.querySelector('canvas')!.width === 512);
      await click(page, 0.3, 0.5);
      await page.waitForFunction(() => document.getElementById('latency')!.textContent!.endsWith('ms'));
      // The server steps as fast as it can: one blow may have died away between two pictures, a source lasts.
      await page.check('input[value=source]');
      await click(page, 0.4, 0.5);
      await moved(page, 0.6, 0.5);
      await page.check('input[value=wall]');
      await click(page, 0.5, 0.2);
      await page.waitForFunction(() => { const p = document.querySelector('canvas')!.getContext('2d')!.getImageData(256, 102, 1, 1).data; return p[0] === 0x99 && p[1] === 0x8f; });
      await page.waitForFunction(() => Number(document.getElementById('rate')!.textContent) > 0);
      await page.screenshot({ path: join(artifacts, 'wave-server.png') });
      const { sent, seen } = waves.stats()[0]!;
      expect(sent - seen).toBeLessThanOrEqual(2);
      console.log(`512 x 512 on the server's CPU: ${await text(page, 'rate')} steps/s, commands answered in ${await text(page, 'latency')}`);
      // Whoever leaves takes the membrane along.
      await page.selectOption('#size', '128');
      await page.selectOption('#backend', 'cpu');
      await opened(page, 'cpu');
      expect(waves.membranes).toBe(0);
      expect(errors.filter((e) => !e.includes('404'))).toEqual([]);
    } finally {
      await page.close();
    }
  });
});
