/**
 * Macs are arm64 computers: there structs travel and results return by other rules than here. So the same host code runs on an
 * arm64 Node under qemu, with koffi's arm64 binary, against a fake and shaders that were compiled for arm64.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTool, missing } from '../../support/tools.ts';
import type { Arm64Report } from './arm64-main.ts';
import { buildFakeMetal } from './library.ts';

const without = (['clang', 'gxxArm64', 'qemuArm64', 'nodeArm64'] as const).map((tool) => missing(tool)).includes(true);

const slice = [
  'a handler runs on the device and its reply comes back',
  'state lives on from message to message',
  'one kernel takes several message types, each with its reply',
  'a batch of typed arrays is answered by typed arrays in the same order',
  'a chain of kernels passes messages on without the host',
  'language: 64-bit integers',
];

describe.skipIf(without)('Metal on arm64', () => {
  it('runs kernels, messages and refusals, and leaves nothing behind', { timeout: 120_000 }, () => {
    const modules = join(import.meta.dirname, '../../../.cache/arm64/node_modules');
    const run = spawnSync(findTool('qemuArm64')!, [
      findTool('nodeArm64')!, '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'arm64-main.ts'), JSON.stringify([buildFakeMetal('aarch64-linux-gnu'), ...slice]),
    ], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', NODE_PATH: modules, QEMU_LD_PREFIX: '/usr/aarch64-linux-gnu' } });
    expect(run.stderr).toBe('');
    const report = JSON.parse(run.stdout.trimEnd().split('\n').at(-1)!) as Arm64Report;
    expect(report.arch).toBe('arm64');
    expect(report.device).toMatchObject({ unifiedMemory: true, maxThreadgroupMemory: 32_768, maxBufferLength: 2 ** 30 });
    expect(report.scaled).toEqual(Array.from({ length: 40 }, (_, i) => i * 1.5));
    expect(report.refusal).toContain('CompilationFailed');
    expect(report.cases).toEqual(Object.fromEntries(slice.map((name) => [name, null])));
    expect(report.living).toEqual({ MTLDevice: 1 });
  });
});
