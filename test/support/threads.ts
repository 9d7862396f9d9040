/** Runs code of this project on real threads from a test: bundled once, no loader inside the thread. */
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';

/**
 * `modules` are bundled into `lib`; `body` is the thread's code with `lib` and `data` in scope, its `return`
 * value is the result.
 */
export async function inThreads<T>(modules: readonly URL[], body: string, data: readonly unknown[]): Promise<T[]> {
  const entry = modules.map((m) => `export * from ${JSON.stringify(m.pathname)};`).join('\n');
  const { outputFiles } = buildSync({ stdin: { contents: entry, resolveDir: '/' }, bundle: true, format: 'cjs', platform: 'node', write: false, target: 'es2022' });
  const script = `
    const { workerData: data, parentPort } = require('node:worker_threads');
    const module = { exports: {} };
    ((module, exports) => { ${outputFiles[0]!.text} })(module, module.exports);
    const lib = module.exports;
    parentPort.postMessage((() => { ${body} })());`;
  const workers = data.map((workerData) => new Worker(script, { eval: true, workerData }));
  try {
    return await Promise.all(workers.map((worker) => new Promise<T>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    })));
  } finally {
    await Promise.all(workers.map((w) => w.terminate()));
  }
}
