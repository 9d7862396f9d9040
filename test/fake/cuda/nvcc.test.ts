/** nvcc takes whole engines and every function of the language. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engineSource } from '../../../src/backend/cuda/device/program.ts';
import { factsOf } from '../../../src/backend/cuda/kinds.ts';
import { cudaCompileOptions } from '../../../src/codegen.ts';
import { cudaPart, cudaUnit } from '../../../src/kernel/emit/cuda/index.ts';
import type { ActorProgram, GlobalProgram } from '../../../src/kernel/ir.ts';
import * as kernels from '../../../src/testing/conformance/kernels.ts';
import { accuracyBatches } from '../../../src/testing/intrinsics/accuracy.ts';
import { randomProgram } from '../../../src/testing/programs.ts';
import { soakKind, soakLeaf } from '../../../src/testing/soak/kinds.ts';
import { findTool, missing } from '../../support/tools.ts';

/** The last that the goldens are compiled for too; 70 is gone from nvcc 13, which the test of the goldens holds. */
const architectures = [75, 80, 90, 100] as const;
const suite = Object.values(kernels).flatMap((value: object) => ('program' in value && (value.program as ActorProgram).kind === 'actor' ? [value.program as ActorProgram] : []));
const soakers = [soakKind(0), soakLeaf(0)].map(({ program }) => program);

/** Sets of kinds as they meet in one engine. `exact`: what faults instead of wrapping. */
const engines: readonly { readonly name: string; readonly programs: readonly ActorProgram[]; readonly exact: boolean }[] = [
  { name: 'one kind', programs: suite.slice(0, 1), exact: false },
  { name: 'the soak', programs: soakers, exact: false },
  { name: 'all kinds of the conformance suite', programs: suite, exact: false },
  { name: 'all kinds of the conformance suite, exact', programs: suite, exact: true },
  // Choices of aggregates among them, on which the compilers of CUDA 13 crash in some places.
  { name: 'random programs', programs: [83, 111, 1, 2, 3, 4, 5, 6].map((seed) => randomProgram(seed, { size: 1 + (seed % 14) })), exact: false },
];

describe.skipIf(missing('nvcc'))(missing('nvcc') ? 'nvcc (there is none here)' : 'nvcc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-engine-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** `targets` none: as far as PTX, unoptimised. */
  const compile = (name: string, text: string, targets: readonly number[]): { readonly status: number | null; readonly errors: readonly string[] } => {
    const file = join(folder, `${name.replace(/\W+/g, '-')}.cu`);
    writeFileSync(file, text);
    const codes = targets.length === 0 ? ['-arch=sm_90', '-ptx', '-Xcicc', '-O0'] : [...targets.flatMap((sm) => ['-gencode', `arch=compute_${sm},code=sm_${sm}`]), '-c', '--threads', '2'];
    const run = spawnSync(findTool('nvcc')!, [...cudaCompileOptions, ...codes, '-Wno-deprecated-gpu-targets', '-diag-suppress', '177,550', '-o', `${file}.out`, file], { encoding: 'utf8' });
    return { status: run.status, errors: run.stderr.split('\n').filter((line) => /error|fault/i.test(line)) };
  };

  it.each(engines)('compiles the engine of $name', { timeout: 300_000 }, ({ name, programs, exact }) => {
    // Large ones take minutes down to machine code, and are made of what is compiled for every architecture elsewhere.
    const targets = programs.length > 1 ? [] : architectures;
    expect(compile(name, engineSource(programs.map((p, i) => factsOf(p, i, exact))), targets)).toEqual({ status: 0, errors: [] });
  });

  it('compiles every function of numbers, those written in the language too', { timeout: 300_000 }, () => {
    const parts = accuracyBatches('cuda').map(({ definition }) => cudaPart(definition.program as GlobalProgram));
    expect(parts.length).toBeGreaterThan(4);
    expect(compile('functions', cudaUnit(parts), [75, 100])).toEqual({ status: 0, errors: [] });
  });
});
