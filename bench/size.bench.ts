/** Bytes a page loads: the browser entry with the language, WebGPU and the CPU, minified and gzipped chunk by chunk. */
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { browserBuild } from '../scripts/browser.ts';
import type { Benchmark } from './harness.ts';

const entry = join(import.meta.dirname, '../src/index.ts');

/** Chunks that are loaded when the entry is, and when these modules are imported by it later. */
function loaded(meta: Metafile, later: readonly string[]): Set<string> {
  const outputs = Object.entries(meta.outputs);
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const i of meta.outputs[name]!.imports) if (i.kind === 'import-statement' && i.path in meta.outputs) visit(i.path);
  };
  for (const module of ['src/index.ts', ...later]) {
    const chunk = outputs.find(([, o]) => o.entryPoint?.endsWith(module));
    if (chunk === undefined) throw new Error(`no chunk of ${module}`);
    visit(chunk[0]);
  }
  return found;
}

/** Minified bytes of those chunks by folder of the sources, two levels deep, the largest first. */
function rooms(meta: Metafile, chunks: ReadonlySet<string>): [string, number][] {
  const sums = new Map<string, number>();
  for (const name of chunks) {
    for (const [path, { bytesInOutput }] of Object.entries(meta.outputs[name]!.inputs)) {
      const room = path.replace(/^src\//, '').split('/').slice(0, -1).slice(0, 2).join('/') || 'entry';
      sums.set(room, (sums.get(room) ?? 0) + bytesInOutput);
    }
  }
  return [...sums].sort((a, b) => b[1] - a[1]);
}

const size: Benchmark = {
  id: 'size',
  title: 'Bundle of the browser entry, minified and gzipped',
  async run(report) {
    const { metafile, outputFiles } = await build({ ...browserBuild([entry]), outdir: 'out', write: false });
    const bytes = new Map(outputFiles.map((f) => [f.path, gzipSync(f.contents, { level: 9 }).byteLength]));
    const kilobytes = (later: readonly string[]): number =>
      [...loaded(metafile, later)].reduce((n, name) => n + [...bytes].find(([path]) => path.endsWith(name))![1], 0) / 1024;
    const webgpu = ['src/backend/webgpu/index.ts', 'src/backend/webgpu/context.ts'];
    const cpu = ['src/backend/cpu/index.ts'];
    report({ id: 'size.entry', value: kilobytes([]), unit: 'KB', note: 'the face and the language, before a backend is opened' });
    report({ id: 'size.webgpu', value: kilobytes(webgpu), unit: 'KB', note: 'a page whose actors run on WebGPU: all that it loads' });
    report({ id: 'size.cpu', value: kilobytes([webgpu[0]!, ...cpu]), unit: 'KB', note: 'a page that finds no WebGPU and whose actors run on the CPU: all that it loads' });
    report({ id: 'size.both', value: kilobytes([...webgpu, ...cpu]), unit: 'KB', budget: 90, note: 'WebGPU and the CPU, actors, the language' });
    for (const [room, sum] of rooms(metafile, loaded(metafile, [...webgpu, ...cpu])).slice(0, 14)) {
      report({ id: `size.rooms.${room.replaceAll('/', '.')}`, value: sum / 1024, unit: 'KB', note: `src/${room} in \`size.both\`, minified, not gzipped` });
    }
    report({
      id: 'size.browser', value: kilobytes([...webgpu, ...cpu, 'src/backend/webgpu/kernel.ts', 'src/backend/cpu/kernel.ts']), unit: 'KB',
      note: 'as before, and global kernels on both',
    });
  },
};

export default size;
