/** nvcc takes whole engines, down to machine code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engineSource } from '../../../src/backend/cuda/device/program.ts';
import { factsOf } from '../../../src/backend/cuda/kinds.ts';
import { message, ringKernel, u32 } from '../../../src/index.ts';
import { cudaCompileOptions } from '../../../src/codegen.ts';
import { findTool, missing } from '../../support/tools.ts';

const Ask = message('NvccAsk', { n: u32 });
const Answer = message('NvccAnswer', { n: u32 });
const plain = ringKernel({ id: 'nvcc_plain', on: Ask, reply: Answer }, (_, msg) => ({ n: msg.n + 1 }));
const counting = ringKernel({ id: 'nvcc_counting', on: Ask, reply: Answer, state: { sum: u32 } }, (ctx, msg) => {
  ctx.state.sum += msg.n;
  return { n: ctx.state.sum };
});
const architectures = [75, 80, 90, 100] as const;

describe.skipIf(missing('nvcc'))('nvcc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-engine-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it(`compiles an engine of several kinds for sm ${architectures.join(', ')}`, { timeout: 120_000 }, () => {
    const file = join(folder, 'engine.cu');
    writeFileSync(file, engineSource([factsOf(plain.program, 0, false), factsOf(counting.program, 1, true)]));
    const targets = architectures.flatMap((sm) => ['-gencode', `arch=compute_${sm},code=sm_${sm}`]);
    const run = spawnSync(findTool('nvcc')!, [...cudaCompileOptions, ...targets, '--threads', '2', '-Wno-deprecated-gpu-targets', '-c', '-o', `${file}.o`, file], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
  });
});
