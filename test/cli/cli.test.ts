/** The command line of the built package, as a user runs it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../support/build.ts';

const root = join(import.meta.dirname, '..', '..');

function ringkernel(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { cwd: root, env, encoding: 'utf8', timeout: 100_000 });
}

describe('ringkernel', () => {
  beforeAll(ensureBuilt);
  // Inside the package, so that the entry finds it by name.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'cli-'));
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });
  const entry = join(folder, 'entry.mjs');
  writeFileSync(entry, `
    import { f32, message, ringKernel } from 'ringkernel';
    const Add = message('Add', { a: f32, b: f32 });
    const Sum = message('Sum', { value: f32 });
    export const adder = ringKernel({ id: 'adder', on: Add, reply: Sum }, (ctx, msg) => ({ value: msg.a + msg.b }));
  `);

  test('without a command, and with one there is not: the commands, exit code 2', () => {
    for (const args of [[], ['nonsense']]) {
      const { status, stdout } = ringkernel(...args);
      expect(status).toBe(2);
      expect(stdout).toContain('doctor');
    }
    expect(ringkernel('--help').status).toBe(0);
  });

  test('doctor reports a real round trip on the CPU, and a reason for what is not here', () => {
    const { status, stdout } = ringkernel('doctor', '--json');
    expect(status).toBe(0);
    const { backends } = JSON.parse(stdout) as { backends: { backend: string; works: boolean; reason?: string; fix?: string; roundTrip?: { p50: number } }[] };
    expect(backends.find((b) => b.backend === 'cpu')?.roundTrip?.p50).toBeGreaterThan(0);
    for (const b of backends.filter(({ works }) => !works)) {
      expect(b.reason, b.backend).toBeTruthy();
      expect(b.fix, b.backend).toBeTruthy();
    }
  });

  test.each([
    ['ir', 'message.a + message.b'], ['wasm', 'f32.add'], ['js', 'Math.fround'], ['cuda', '__device__'], ['msl', 'thread '], ['wgsl', 'fn '],
  ])('codegen prints %s', (target, text) => {
    const { status, stdout, stderr } = ringkernel('codegen', entry, '--target', target);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain(text);
  });

  test('codegen writes a file a kernel', () => {
    const out = join(folder, 'out');
    expect(ringkernel('codegen', entry, '--target', 'ir', '--out', out).status).toBe(0);
    expect(readdirSync(out)).toEqual(['adder.ir.txt']);
    expect(readFileSync(join(out, 'adder.ir.txt'), 'utf8')).toContain('actor "adder"');
  });

  test('wrong input: what, why, how to mend it, and exit code 1', () => {
    for (const args of [['codegen'], ['codegen', entry, '--target', 'cobol'], ['codegen', entry, '--kernel', 'nobody'], ['selftest', '--backend', 'abacus'], ['bench', '--backend', 'abacus'], ['doctor', '--loud']]) {
      const { status, stderr } = ringkernel(...args);
      expect(status, args.join(' ')).toBe(1);
      expect(stderr.length, args.join(' ')).toBeGreaterThan(20);
    }
  });

  test('selftest runs the suite and counts', () => {
    const { status, stdout } = ringkernel('selftest', '--backend', 'null');
    expect(stdout).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\n/);
    expect(status).toBe(0);
  });

  test('bench times answers on a backend', () => {
    const { status, stdout } = ringkernel('bench', '--backend', 'cpu', '--json');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { callsPerSecond: number }[])[0]!.callsPerSecond).toBeGreaterThan(0);
  });
});
