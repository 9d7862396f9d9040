/** The CUDA figures alone, for a machine that has only the bundle: `run.sh cuda-main [ids] [--json FILE] [--limit FILE]`. */
import { writeFileSync } from 'node:fs';
import { line, record, type BenchRecord } from './harness.ts';
import { cudaBenchmarks } from './cuda.ts';
import { gridBenchmarks } from './cuda-grid.ts';
import { gridCheck } from './cuda-grid-check.ts';

const args = process.argv.slice(2);
const option = (name: string): string | undefined => { const i = args.indexOf(name); return i < 0 ? undefined : args.splice(i, 2)[1]; };
const json = option('--json');
const records: BenchRecord[] = [];
for (const benchmark of [...cudaBenchmarks, ...gridBenchmarks, gridCheck]) {
  if (args.length > 0 && !args.some((id) => benchmark.id.startsWith(id))) continue;
  const reason = (await benchmark.available?.()) ?? null;
  if (reason !== null) { console.log(`${benchmark.id}: ${reason}`); continue; }
  try {
    await benchmark.run((m) => {
      const r = record(m);
      records.push(r);
      console.log(line(r));
    });
  } catch (cause) {
    console.log(`${benchmark.id} FAILED: ${(cause as Error).stack} ${(cause as { why?: string }).why ?? ""}`);
    process.exitCode = 1;
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(records, null, 1)}\n`);
}
process.exit();
