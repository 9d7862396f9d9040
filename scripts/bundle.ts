/**
 * Builds a portable folder for a machine without network, compiler or Node: this Node, koffi's binary for it,
 * and entry points of this project as single files. `bundle/run.sh NAME [args]` unpacks Node once and runs one.
 *
 *   tsx scripts/bundle.ts [--fast] [--webgpu] [--out FOLDER] [entry.ts …]      entries default to the CUDA benches and the command line
 *
 * `--webgpu` takes Dawn along, packed; the entry points default to the WebGPU benches and the command line.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const args = process.argv.slice(2);
const into = args.indexOf('--out');
const out = into < 0 ? 'bundle' : args.splice(into, 2)[1]!;
const fast = args.includes('--fast');
const webgpu = args.includes('--webgpu');
const wanted = args.filter((a) => !a.startsWith('--'));
const entries = wanted.length > 0 ? wanted : [webgpu ? 'bench/webgpu-main.ts' : 'bench/cuda-main.ts', 'src/cli/main.ts'].filter((f) => existsSync(f));

mkdirSync(out, { recursive: true });
rmSync(join(out, 'app'), { recursive: true, force: true });
await build({
  entryPoints: Object.fromEntries(entries.map((file) => [basename(file, '.ts') === 'main' ? basename(dirname(file)) : basename(file, '.ts'), file])),
  outdir: join(out, 'app'), outExtension: { '.js': '.mjs' }, bundle: true, splitting: false, platform: 'node', target: 'node20', format: 'esm',
  sourcemap: false, external: ['koffi', 'webgpu', '@jridgewell/trace-mapping'], logLevel: 'warning',
  banner: { js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);" },
});

const modules = join(out, 'node_modules');
rmSync(modules, { recursive: true, force: true });
const platform = `${process.platform}-${process.arch}`;
for (const name of ['koffi', `@koromix/koffi-${platform}`, '@jridgewell/trace-mapping', '@jridgewell/resolve-uri', '@jridgewell/sourcemap-codec']) {
  const from = join('node_modules', name);
  if (!existsSync(from)) continue;
  cpSync(from, join(modules, name), { recursive: true, filter: (path) => !/\/(doc|vendor|musl_[^/]+)$|\.map$|CHANGELOG/.test(path) });
}

const packed = (file: string): Buffer => execFileSync('xz', [fast ? '-1' : '-6', '-T2', '-c', file], { maxBuffer: 2 ** 30 });
if (webgpu) {
  const dawn = join('dist', platform, 'dawn.node');
  mkdirSync(join(modules, 'webgpu', dirname(dawn)), { recursive: true });
  for (const name of ['index.js', 'package.json', 'LICENSE.md']) cpSync(join('node_modules/webgpu', name), join(modules, 'webgpu', name));
  writeFileSync(join(modules, 'webgpu', `${dawn}.xz`), packed(join('node_modules/webgpu', dawn)));
}

const node = join(out, 'node.xz');
if (!existsSync(node)) writeFileSync(node, packed(process.execPath));
const run = join(out, 'run.sh');
writeFileSync(run, `#!/bin/sh
# Runs one of app/*.mjs with the Node of this bundle, from wherever it lies.
here=$(cd "$(dirname "$0")" && pwd)
node=\${RINGKERNEL_NODE:-/tmp/ringkernel-node-${process.version}}
[ -x "$node" ] || { xz -dc "$here/node.xz" > "$node.$$" && chmod +x "$node.$$" && mv "$node.$$" "$node"; }
dawn=$here/node_modules/webgpu/dist/${platform}/dawn.node
[ ! -f "$dawn.xz" ] || [ -f "$dawn" ] || { xz -dc "$dawn.xz" > "$dawn.$$" && mv "$dawn.$$" "$dawn"; }
name=$1; shift
exec "$node" "$here/app/$name.mjs" "$@"
`);
chmodSync(run, 0o755);
const size = (path: string): number => (statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0) : statSync(path).size);
console.log(`${out}: ${(size(out) / 2 ** 20).toFixed(1)} MiB, run with ${run} ${entries.map((e) => basename(e, '.ts')).join(' | ')}`);
