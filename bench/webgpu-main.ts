/** The WebGPU figures alone, for a machine that has only the bundle: `run.sh webgpu-main [--json FILE]`. */
import { writeFileSync } from 'node:fs';
import { line, record, type BenchRecord } from './harness.ts';
import { webgpu } from './webgpu.ts';

const at = process.argv.indexOf('--json');
const records: BenchRecord[] = [];
const reason = (await webgpu.available?.()) ?? null;
if (reason !== null) {
  console.log(`${webgpu.id}: ${reason}`);
  process.exit(1);
}
await webgpu.run((m) => {
  const r = record(m);
  records.push(r);
  console.log(line(r));
  if (at > 0) writeFileSync(process.argv[at + 1]!, `${JSON.stringify(records, null, 1)}\n`);
});
process.exit();
