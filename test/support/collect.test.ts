/** `npm test` works where only Node is installed: every test file can be collected without clang, g++, nvcc, Chromium and the rest. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test.skipIf(process.platform === 'win32')('without tools every file of tests is collected', { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-only-node-'));
  try {
    symlinkSync(process.execPath, join(folder, 'node'));
    for (const [name, path] of [['sh', '/bin/sh'], ['env', '/usr/bin/env']] as const) symlinkSync(path, join(folder, name));
    const { CI: _, NODE_OPTIONS: __, ...env } = process.env;
    const listed = execFileSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'list'], {
      cwd: root, env: { ...env, PATH: folder, TMPDIR: folder }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(listed.split('\n').length).toBeGreaterThan(1000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
