/**
 * `npm run bench [-- --only ID] [-- --json FILE] [-- --list]`: every figure this project states, each beside
 * its peer and its limit, measured in the same run.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { line, machine, record, type Benchmark, type BenchRecord } from './harness.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, json: { type: 'string' }, list: { type: 'boolean', default: false } },
});

const here = import.meta.dirname;
const files = readdirSync(here).filter((f) => f.endsWith('.bench.ts')).sort();
const benchmarks: Benchmark[] = [];
for (const file of files) {
  const module = (await import(pathToFileURL(join(here, file)).href)) as { default: Benchmark | Benchmark[] };
  benchmarks.push(...[module.default].flat());
}

if (values.list) {
  for (const b of benchmarks) console.log(`${b.id.padEnd(24)} ${b.title}`);
} else {
  const wanted = (b: Benchmark): boolean => values.only === undefined || values.only.some((id) => b.id.startsWith(id) || id.startsWith(b.id));
  const records: BenchRecord[] = [];
  console.log(machine());
  for (const benchmark of benchmarks.filter(wanted)) {
    const reason = (await benchmark.available?.()) ?? null;
    if (reason !== null) {
      console.log(`${benchmark.id.padEnd(36)} not run: ${reason}`);
      continue;
    }
    if (process.stderr.isTTY) process.stderr.write(`running ${benchmark.id} ...\r`);
    await benchmark.run((m) => {
      const r = record(m);
      records.push(r);
      console.log(line(r));
    });
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(records, null, 2)}\n`);
}
