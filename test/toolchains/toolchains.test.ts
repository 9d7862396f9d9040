/** The same handlers through every toolchain: what `fn.toString()` gives differs, what is computed must not. */
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../support/build.ts';
import { readResult, root, toolchains } from './build.ts';

describe('toolchain matrix', () => {
  beforeAll(ensureBuilt);

  for (const toolchain of toolchains) {
    const reason = toolchain.missing?.() ?? null;
    if (reason !== null) {
      if (process.env['CI'] === 'true') throw new Error(reason);
      console.warn(`skipped: ${toolchain.name}: ${reason}`);
    }
    test.skipIf(reason !== null)(toolchain.name, async () => {
      const command = await toolchain.build();
      const { NODE_OPTIONS: _, ...env } = process.env;
      const stdout = execFileSync(command.program, command.args, { cwd: root, env: { ...env, ...command.env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 90_000 });
      const result = readResult(command, stdout);
      expect(result.wrong).toEqual([]);
      expect(result.passed).toBeGreaterThan(0);
    });
  }
});
