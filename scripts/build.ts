/**
 * `npm run build`: declarations by the TypeScript compiler, code by esbuild, which joins the many small
 * source files into a few chunks (importing each file by itself costs more than running it). Lazily
 * imported parts stay chunks of their own.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { browserBuild } from './browser.ts';

const root = join(import.meta.dirname, '..');
const { exports, dependencies, optionalDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { default: string; browser?: string }>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};

const sourceOf = (path: string): string => join(root, path.replace(/^\.\/dist\/(?:browser\/)?/, 'src/').replace(/\.js$/, '.ts'));
const exported = Object.values(exports).filter((e) => typeof e !== 'string');
/** Entry points are what package.json exports, and the command line; in pages, what it exports for them. */
const entries = [...exported.map((e) => e.default), './dist/cli/main.js'].map(sourceOf);
export const browserEntries = exported.flatMap((e) => (e.browser === undefined ? [] : [sourceOf(e.browser)]));

export async function buildPackage(): Promise<void> {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const types = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (types.status !== 0) throw new Error('The declarations do not compile.');
  await build({
    entryPoints: entries, outbase: join(root, 'src'), outdir: join(root, 'dist'),
    bundle: true, splitting: true, format: 'esm', platform: 'neutral', target: 'es2022', mainFields: ['module', 'main'],
    external: ['node:*', ...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...Object.keys(peerDependencies)],
    chunkNames: 'chunks/[name]-[hash]', sourcemap: true, logLevel: 'warning',
  });
  await build({ ...browserBuild(browserEntries), outdir: join(root, 'dist/browser'), sourcemap: true });
  chmodSync(join(root, 'dist/cli/main.js'), 0o755);
}

if (process.argv[1] === import.meta.filename) await buildPackage();
