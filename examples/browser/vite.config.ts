import { defineConfig } from 'vite';

/** `ISOLATED=1 npx vite examples/browser` serves with the headers that allow shared memory. */
const headers = process.env['ISOLATED'] === '1'
  ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } : {};

export default defineConfig({
  base: './',
  server: { headers },
  preview: { headers },
  build: { target: 'es2022', emptyOutDir: true, rollupOptions: { external: [/^node:/, 'koffi'] } },
  worker: { format: 'es' },
});
