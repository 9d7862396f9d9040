/** What pages are told when something is missing, refused or lost; and the content security policy of the guide. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserBuild } from '../../scripts/browser.ts';
import { missing } from '../support/tools.ts';
import type { failures } from './failures-page.ts';
import { launchChromium, openPage, serve } from './support.ts';

type Failures = typeof failures;

/** The policy that the guide gives. */
const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/browser.md'), 'utf8');
const policy = /Content-Security-Policy: (.*)/.exec(guide)![1]!;

describe.skipIf(missing('chromium'))('failures in the browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-failures-'));
  let browser: Browser;

  beforeAll(async () => {
    await build({ ...browserBuild([join(import.meta.dirname, 'failures-page.ts')]), outbase: import.meta.dirname, outdir: folder });
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>failures</title><link rel="icon" href="data:,"><script type="module" src="failures-page.js"></script>');
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Calls one of the page's functions in a fresh page. */
  async function inPage<N extends keyof Failures>(name: N, args: Parameters<Failures[N]>, options: { isolated?: boolean; policy?: string; on?: Browser } = {}): Promise<Awaited<ReturnType<Failures[N]>>> {
    await using server = await serve(folder, options.isolated ?? false, options.policy ?? null);
    const { page } = await openPage(options.on ?? browser, server.url) as { page: Page };
    try {
      await page.waitForFunction(() => 'failures' in globalThis);
      return await page.evaluate(([n, given]) => ((globalThis as unknown as { failures: Record<string, (...list: unknown[]) => unknown> }).failures[n]!)(...given), [name, args as unknown[]] as const) as never;
    } finally {
      await page.close();
    }
  }

  const works = (backend: string) => ({ code: 'nothing thrown', text: expect.stringContaining(`"backend":"${backend}","n":42`) });

  test.each([['webgpu', false], ['cpu', false], ['cpu', true]] as const)('%s under the policy of the guide, isolated: %s', async (backend, isolated) => {
    expect(await inPage('open', [backend], { isolated, policy })).toEqual(works(backend));
  });

  test('without the policy\'s `wasm-unsafe-eval`, the CPU says what it lacks', async () => {
    const { code, text } = await inPage('open', ['cpu'], { policy: policy.replace(" 'wasm-unsafe-eval'", '') });
    expect(code).not.toBe('nothing thrown');
    expect(text).toMatch(/WebAssembly|wasm/);
  });

  test('WebGPU works without both', async () => {
    expect(await inPage('open', ['webgpu'], { policy: `default-src 'none'; script-src 'self'` })).toEqual(works('webgpu'));
  });

  test('without the policy\'s `worker-src`, the CPU says what it lacks', async () => {
    const { code, text } = await inPage('open', ['cpu'], { isolated: true, policy: policy.replace('; worker-src blob:', '') });
    expect(code).not.toBe('nothing thrown');
    expect(text).toMatch(/blob:|content security policy/i);
  });

  test('auto passes over what a page cannot have and what is emulated, and ends at the CPU', async () => {
    const { text } = await inPage('open', ['auto']);
    expect(JSON.parse(text)).toEqual({ backend: 'cpu', n: 42, skipped: ['cuda', 'metal', 'webgpu'] });
  });

  test.each(['cuda', 'metal', 'null'] as const)('%s is not there in a page', async (backend) => {
    expect(await inPage('open', [backend])).toEqual({ code: 'BackendUnavailable', text: expect.stringMatching(/leave '.*' out.*Use WebGPU or the CPU/) });
  });

  test('no adapter: what to switch on', async () => {
    expect(await inPage('withoutAdapter', [])).toEqual({ code: 'BackendUnavailable', text: expect.stringMatching(/no adapter.*hardware acceleration/) });
  });

  test('a browser started without WebGPU offers no adapter or no WebGPU, and says so', async () => {
    const without = await launchChromium({ webgpu: false });
    try {
      expect(await inPage('open', ['webgpu'], { on: without })).toEqual({ code: 'BackendUnavailable', text: expect.stringMatching(/WebGPU.*--enable-unsafe-webgpu/s) });
    } finally {
      await without.close();
    }
  });

  test('too old a browser: which ones have it; adapters that do not describe themselves work', async () => {
    const { none, plain } = await inPage('tooOld', []);
    expect(none).toEqual({ code: 'BackendUnavailable', text: expect.stringMatching(/navigator\.gpu.*Chrome or Edge 113.*Safari.*Firefox/) });
    expect(plain).toEqual(works('webgpu'));
  });

  test('a missing feature, a limit, a refused shader: each by name', async () => {
    const { feature, limit, shader } = await inPage('missing', []);
    expect(feature).toEqual({ code: 'CapabilityMissing', text: expect.stringMatching(/together.*subgroup operations/) });
    expect(limit).toEqual({ code: 'LimitExceeded', text: expect.stringMatching(/Buffer 'buffer'.*bytes/) });
    expect(shader).toEqual({ code: 'CompilationFailed', text: expect.stringMatching(/line 2.*let x: u32 = 1\.5/s) });
  });

  test('a lost device rejects what waits and a new ring works', async () => {
    const { lost, again } = await inPage('loss', []);
    expect(lost).toEqual({ code: expect.stringMatching(/DeviceLost|EngineLost/), text: expect.stringMatching(/lost/) });
    expect(again).toEqual(works('webgpu'));
  });
});
