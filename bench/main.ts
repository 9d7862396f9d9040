/**
 * Each benchmark runs in a process of its own, so that none finds the engine's optimiser or the heap as
 * another has left them.
 *
 * `npm run bench [-- --only ID] [-- --json FILE] [-- --list]`: every figure this project states, each beside
 * its peer and its limit, measured in the same run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { line, machine, record, type Benchmark, type BenchRecord } from './harness.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, json: { type: 'string' }, inside: { type: 'string' }, list: { type: 'boolean', default: false } },
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
} else if (values.inside === undefined) {
  const wanted = (b: Benchmark): boolean => values.only === undefined || values.only.some((id) => b.id.startsWith(id) || id.startsWith(b.id));
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-bench-'));
  const records: BenchRecord[] = [];
  console.log(machine());
  for (const { id } of benchmarks.filter(wanted)) {
    if (process.stderr.isTTY) process.stderr.write(`running ${id} ...\r`);
    const file = join(folder, 'records.json');
    rmSync(file, { force: true });
    spawnSync(process.execPath, [...process.execArgv, process.argv[1]!, '--inside', id, '--json', file], { stdio: ['ignore', 'inherit', 'inherit'] });
    try {
      records.push(...(JSON.parse(readFileSync(file, 'utf8')) as BenchRecord[]));
    } catch (cause) {
      console.log(`${id}: broke off (${String(cause)})`);
      process.exitCode = 1;
    }
  }
  rmSync(folder, { recursive: true, force: true });
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(records, null, 2)}\n`);
} else {
  const wanted = (b: Benchmark): boolean => b.id === values.inside;
  const records: BenchRecord[] = [];
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
