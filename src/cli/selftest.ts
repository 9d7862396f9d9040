import { release, version } from 'node:os';
import { parseArgs } from 'node:util';
import { describeDevice } from './describe.ts';
import { availabilityOf, backendNames } from '../backend/select.ts';
import type { BackendName } from '../backend/contract.ts';
import { fail, RingKernelError } from '../error/index.ts';
import { checkIntrinsics } from './selftest-intrinsics.ts';
import { conformanceCases, runConformance } from '../testing/conformance/index.ts';
import { conformanceTargets } from '../testing/conformance/targets.ts';

function choose(wanted: string | undefined): readonly BackendName[] {
  if (wanted === undefined) return backendNames.filter((b) => b !== 'null');
  if (!backendNames.includes(wanted as BackendName)) {
    throw fail('InvalidConfig', { option: '--backend', value: wanted, reason: `It is one of ${backendNames.join(', ')}.` });
  }
  return [wanted as BackendName];
}

/** Prints a report that can be pasted into an issue. `--intrinsics`: every row of the table of intrinsics in place of the suite; `--ulp` with the error of each. Exit code 1 when a case fails or nothing could be tested. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { backend: { type: 'string' }, load: { type: 'string' }, intrinsics: { type: 'boolean' }, ulp: { type: 'boolean' } } });
  const totals = { passed: 0, failed: 0, skipped: 0 };
  console.log(`ringkernel selftest, Node ${process.version}, ${process.platform}-${process.arch}, ${version()} ${release()}`);
  for (const backend of choose(values.backend)) {
    const found = await availabilityOf(backend);
    if (!found.available) {
      console.log(`\n${backend}: not here. ${found.reason}\n  ${found.fix}`);
      if (values.backend !== undefined) return 1;
      continue;
    }
    console.log(`\n${backend}: ${found.devices.map((d) => d.name).join(', ')}`);
    for (const d of found.devices) if (describeDevice(d) !== '') console.log(`  ${describeDevice(d)}`);
    if (values.intrinsics === true) {
      await checkIntrinsics(backend, totals, values.ulp === true);
      continue;
    }
    const target = { ...conformanceTargets[backend], ...(values.load === undefined ? {} : { load: Number(values.load) }) };
    let done = 0;
    for await (const result of runConformance(target, conformanceCases)) {
      done++;
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done}/${conformanceCases.length} ${result.name}`);
      switch (result.outcome) {
        case 'passed': totals.passed++; break;
        case 'notApplicable':
        case 'expected':
          totals.skipped++;
          console.log(`  skipped  ${result.name}: ${result.reason}`);
          break;
        case 'failed': {
          totals.failed++;
          const { error } = result;
          console.log(`  FAILED   ${result.name}: ${error instanceof RingKernelError ? `${error.message} ${error.why}` : error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        }
      }
    }
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}
