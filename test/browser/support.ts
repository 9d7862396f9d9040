/** What browser tests share: a static server with and without cross-origin isolation, and Debian's Chromium. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findTool } from '../support/tools.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.map': 'application/json', '.wasm': 'application/wasm',
};

export interface StaticServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves a folder. `isolated`: with the headers that allow shared memory. `policy`: a content security policy. `first` is asked before the folder, and tells whether it has answered. */
export async function serve(folder: string, isolated: boolean, policy: string | null = null,
  first: (request: IncomingMessage, response: ServerResponse) => boolean = () => false): Promise<StaticServer> {
  const server = createServer((request, response) => {
    if (first(request, response)) return;
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      ...(policy === null ? {} : { 'content-security-policy': policy }),
      ...(isolated ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' } : {}),
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

/** Debian's Chromium with WebGPU on SwiftShader. */
export const launchChromium = (options: { readonly webgpu: boolean } = { webgpu: true }): Promise<Browser> => chromium.launch({
  executablePath: findTool('chromium')!,
  headless: true,
  args: ['--no-sandbox', '--disable-dev-shm-usage', ...(options.webgpu ? ['--enable-unsafe-webgpu'] : ['--disable-features=WebGPU'])],
});

/** Opens a page; what goes wrong in it is collected. */
export async function openPage(browser: Browser, url: string): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport: { width: 960, height: 760 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  await page.goto(url);
  return { page, errors };
}
