import { defineConfig } from 'vite';

/** The headers allow shared memory: the CPU backend uses worker threads then. */
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  base: './',
  server: { headers },
  preview: { headers },
  build: { target: 'es2022', emptyOutDir: true, rollupOptions: { external: [/^node:/, 'koffi'] } },
  worker: { format: 'es' },
});
