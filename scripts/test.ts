/**
 * `npm test`: runs every test and closes with one line, `N passed, N failed, N skipped`.
 * Arguments are handed to vitest: `npm test -- src/queue`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface JsonReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  success: boolean;
}

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ringkernel-test-'));
const report = join(folder, 'report.json');

function run(name: string, command: string, args: string[]): boolean {
  console.log(`> ${name}`);
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

let failed = 0;
const only = process.argv.slice(2);
if (only.length === 0 && !run('types', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'])) failed++;
if (!run('build', process.execPath, ['--import', 'tsx', 'scripts/build.ts'])) failed++;
process.env['RINGKERNEL_BUILT'] = '1';
const vitestGreen = run('vitest', process.execPath, [
  'node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...only,
]);

let passed = 0;
let skipped = 0;
try {
  const result = JSON.parse(readFileSync(report, 'utf8')) as JsonReport;
  passed = result.numPassedTests;
  skipped = result.numPendingTests + result.numTodoTests;
  failed += result.numFailedTests;
  // A file that breaks outside a test, or an unhandled rejection, fails the run without failing a test.
  if (!vitestGreen && result.numFailedTests === 0) failed += Math.max(1, result.numFailedTestSuites);
} catch (cause) {
  console.error('The test run left no report.', cause);
  failed++;
}
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
