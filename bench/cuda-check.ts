/**
 * The conformance suite on a CUDA device with figures of one's own: for tools that make everything slow.
 * `cuda-check [--load N] [--actors N] [--watchdog MS] [--only TEXT] [--json FILE]`; exit code 1 when a case fails.
 */
import { writeFileSync } from 'node:fs';
import { RingKernelError } from '../src/index.ts';
import { conformanceCases, judgeCase } from '../src/testing/conformance/index.ts';
import { conformanceTargets } from '../src/testing/conformance/targets.ts';

const args = process.argv.slice(2);
const option = (name: string, standard: string): string => { const i = args.indexOf(name); return i < 0 ? standard : args[i + 1]!; };
const only = option('--only', '');
const watchdog = Number(option('--watchdog', 'Infinity'));
const target = {
  ...conformanceTargets.cuda, load: Number(option('--load', '1000')), actors: Number(option('--actors', '100')),
  features: conformanceTargets.cuda.features.filter((feature) => feature !== 'watchdog' || Number.isFinite(watchdog)),
  open: { backend: 'cuda' as const, settings: JSON.parse(process.env['RK_CUDA'] ?? '{}') as Record<string, unknown>, engine: { watchdog }, timeout: 120_000 },
};
const results: { readonly name: string; readonly outcome: string; readonly ms: number }[] = [];
for (const test of conformanceCases.filter(({ name }) => name.includes(only))) {
  const result = await judgeCase(target, test);
  if (result.outcome === 'notApplicable') continue;
  const ms = Math.round('ms' in result ? result.ms : 0);
  results.push({ name: result.name, outcome: result.outcome, ms });
  console.log(`${result.outcome} ${result.name}, ${ms} ms`);
  if (result.outcome !== 'failed') continue;
  process.exitCode = 1;
  console.log(result.error instanceof RingKernelError ? `  ${result.error.message} ${result.error.why}` : String(result.error));
}
console.log(`${results.filter(({ outcome }) => outcome === 'passed').length} of ${results.length} passed`);
const json = option('--json', '');
if (json !== '') writeFileSync(json, `${JSON.stringify(results, null, 1)}\n`);
