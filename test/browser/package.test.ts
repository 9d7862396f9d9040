/** The package as a page's bundler finds it: through its exports, in the build for pages. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../support/build.ts';
import { missing } from '../support/tools.ts';
import { launchChromium, openPage, serve } from './support.ts';

const root = join(import.meta.dirname, '../..');
const page = `
  import { f32, message, RingKernel, ringKernel } from 'ringkernel';
  import * as codegen from 'ringkernel/codegen';
  import * as stencil from 'ringkernel/stencil';
  const Add = message('Add', { a: f32, b: f32 });
  const Sum = message('Sum', { value: f32 });
  const adder = ringKernel({ id: 'adder', on: Add, reply: Sum }, (ctx, msg) => msg.a < 0 ? { value: msg.b } : { value: msg.a + msg.b });
  globalThis.call = async (backend) => {
    const ring = await RingKernel.open({ backend });
    const kernel = await ring.launch(adder);
    const { value } = await kernel.call({ a: 1, b: 2 });
    await ring.close();
    return [ring.backend, value, Object.keys(stencil).length > 0 && Object.keys(codegen).length > 0];
  };`;

describe.skipIf(missing('chromium'))('the package in a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-package-'));
  let inputs: string[] = [];

  beforeAll(async () => {
    ensureBuilt();
    const { metafile } = await build({
      stdin: { contents: page, resolveDir: root },
      bundle: true, splitting: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', external: ['node:*', 'koffi', 'webgpu'], outdir: folder, entryNames: 'page',
      metafile: true, logLevel: 'error',
    });
    inputs = Object.keys(metafile.inputs);
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>package</title><link rel="icon" href="data:,"><script type="module" src="page.js"></script>');
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is found by the browser condition, in one copy', () => {
    expect(inputs.some((f) => f.startsWith('dist/browser/'))).toBe(true);
    expect(inputs.filter((f) => f.startsWith('dist/') && !f.startsWith('dist/browser/'))).toEqual([]);
  });

  test('runs on WebGPU and on the CPU', async () => {
    await using server = await serve(folder, false);
    const browser = await launchChromium();
    try {
      const { page: opened, errors } = await openPage(browser, server.url);
      await opened.waitForFunction(() => 'call' in globalThis);
      const call = (backend: string): Promise<unknown> => opened.evaluate((b) => (globalThis as unknown as { call: (b: string) => Promise<unknown> }).call(b), backend);
      expect(await call('webgpu')).toEqual(['webgpu', 3, true]);
      expect(await call('cpu')).toEqual(['cpu', 3, true]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
