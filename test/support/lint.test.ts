/** The rules of the code base hold: direction of imports, size of files, lint. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const run = (program: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
};

test('imports go in one direction and files stay small', () => {
  expect(run(process.execPath, '--import', 'tsx', 'scripts/lint-imports.ts')).toBe('');
});

test('oxlint', () => {
  expect(run(process.execPath, 'node_modules/oxlint/bin/oxlint', '--quiet')).toBe('');
});
