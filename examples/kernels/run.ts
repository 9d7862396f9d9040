/**
 * The kernels of this folder on one backend: `tsx examples/kernels/run.ts [backend]`, or on a machine that has only a
 * bundle, made with `scripts/bundle.ts examples/kernels/run.ts`, `run.sh run cuda`. Exit code 1 when a result is wrong.
 */
import { backendNames, loadBackend } from '../../src/backend/select.ts';
import type { BackendName } from '../../src/backend/contract.ts';
import { Bench } from '../../test/support/bench.ts';
import { kernelCases } from './cases.ts';

const name = (process.argv[2] ?? 'cpu') as BackendName;
if (!backendNames.includes(name)) throw new Error(`'${name}' is no backend; there are ${backendNames.join(', ')}`);
await using bench = new Bench(await (await loadBackend(name)).createContext());
console.log(`${name}: ${bench.context.device.name}`);
for (const { name: title, run } of kernelCases) {
  try {
    await run(bench);
    console.log(`  ok      ${title}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`  WRONG   ${title}: ${error instanceof Error ? error.stack : String(error)} ${(error as { why?: string }).why ?? ''}`);
  }
}
