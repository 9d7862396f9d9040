/**
 * The build for pages: without the backends that need a system's own drivers, minified, in few chunks of which a
 * page loads those that it uses. Used by `scripts/build.ts`, and by the benchmark that weighs it.
 */
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Backends that a page cannot have. */
const left = ['cuda', 'metal', 'null'] as const;

const withoutDrivers: Plugin = {
  name: 'without-drivers',
  setup(build) {
    build.onLoad({ filter: new RegExp(`/src/backend/(?:${left.join('|')})/index\\.ts$`) }, ({ path }) => {
      const name = path.split('/').at(-2)!;
      return { contents: `import { absent } from '../absent.ts';\nexport const backend = absent('${name}');`, loader: 'ts', resolveDir: join(path, '..') };
    });
  },
};

export const browserBuild = (entryPoints: readonly string[]): BuildOptions & { metafile: true } => ({
  entryPoints: [...entryPoints], outbase: join(root, 'src'), bundle: true, splitting: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022',
  external: ['node:*', 'koffi', 'webgpu'], plugins: [withoutDrivers], metafile: true, logLevel: 'warning', chunkNames: 'chunks/[name]-[hash]', absWorkingDir: root,
});
