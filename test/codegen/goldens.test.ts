/**
 * The emitted text of every definition under `in/`, kept under `out/`. `RK_GOLDENS=update` rewrites it.
 * nvcc compiles the CUDA text of all of them, clang the MSL text with real address spaces.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RingKernelError } from '../../src/error/index.ts';
import { handlerDeclarations } from '../../src/kernel/emit/cuda/abi.ts';
import { cudaCompileOptions, cudaPart, cudaUnit } from '../../src/kernel/emit/cuda/index.ts';
import { lintMsl } from '../../src/kernel/emit/msl/lint.ts';
import { legal } from '../../src/kernel/emit/names.ts';
import { compileStrict, mslVersions } from '../fake/metal/strict.ts';
import { findTool, missing } from '../support/tools.ts';
import { callEverything } from './cuda-engine.ts';
import { goldenTargets, metalText, type Definition } from './targets.ts';

const here = import.meta.dirname;
const update = process.env['RK_GOLDENS'] === 'update';
const inputs = readdirSync(join(here, 'in')).filter((f) => f !== 'face.ts').map((f) => basename(f, '.ts')).sort();
const definitions = new Map<string, Definition>();
for (const name of inputs) definitions.set(name, ((await import(`./in/${name}.ts`)) as { default: Definition }).default);

/** The text, or why the target refuses. */
function textOf(target: { readonly text: (program: Definition['program']) => string | null }, definition: Definition): string | null {
  try {
    return target.text(definition.program);
  } catch (e) {
    if (e instanceof RingKernelError && e.code.startsWith('RK3')) return `${e.message}\n`;
    throw e;
  }
}

describe.each(inputs)('%s', (name) => {
  it.each(goldenTargets)('as $name', (target) => {
    const file = join(here, 'out', target.name, `${name}.${target.extension}`);
    const text = textOf(target, definitions.get(name)!);
    if (text === null) return expect(existsSync(file)).toBe(false);
    if (update) {
      mkdirSync(join(here, 'out', target.name), { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});

it('keeps no text of definitions that are gone', () => {
  for (const target of goldenTargets) {
    for (const file of readdirSync(join(here, 'out', target.name))) expect(inputs).toContain(basename(file, `.${target.extension}`));
  }
});

// ---------------------------------------------------------------- CUDA

/** Compute capabilities that the goldens are compiled for; `until`: the last toolkit that takes it. */
const architectures = [
  { sm: 70, until: 12 }, { sm: 75, until: null }, { sm: 80, until: null }, { sm: 90, until: null }, { sm: 100, until: null },
] as const;

describe.skipIf(missing('nvcc'))('nvcc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-cuda-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const nvcc = findTool('nvcc')!;
  // Tests that are skipped are collected all the same.
  const version = nvcc === undefined ? 0 : Number(/release (\d+)/.exec(execFileSync(nvcc, ['--version'], { encoding: 'utf8' }))![1]);
  const taken = architectures.filter((a) => a.until === null || version <= a.until);

  const compile = (exact: boolean): string => {
    const parts = [...definitions.values()].map((d) => cudaPart(d.program, { exact, namespace: `golden_${legal(d.id)}` }));
    const file = join(folder, `${exact ? 'exact' : 'fast'}.cu`);
    writeFileSync(file, cudaUnit(parts, { before: handlerDeclarations, after: callEverything(parts) }));
    const targets = taken.flatMap(({ sm }) => ['-gencode', `arch=compute_${sm},code=sm_${sm}`]);
    const run = spawnSync(nvcc, [
      ...cudaCompileOptions, ...targets, '--threads', '2', '-Wno-deprecated-gpu-targets', '-Werror', 'all-warnings', '-diag-suppress', '177,550', '-c', '-o', `${file}.o`, file,
    ], { encoding: 'utf8' });
    return run.stdout + run.stderr;
  };

  it.each([{ exact: false }, { exact: true }])(`compiles every definition for sm ${taken.map((a) => a.sm).join(', ')}, exact $exact`, { timeout: 300_000 }, ({ exact }) => {
    expect(compile(exact)).toBe('');
  });

  it.each(architectures.filter((a) => !taken.includes(a)))('says that it has dropped sm_$sm', ({ sm }) => {
    writeFileSync(join(folder, 'empty.cu'), '');
    const run = spawnSync(nvcc, [`-arch=sm_${sm}`, '-cubin', '-o', join(folder, 'empty.cubin'), join(folder, 'empty.cu')], { encoding: 'utf8' });
    expect(run.stderr).toMatch(/Unsupported gpu architecture '(sm|compute)_\d+'/);
  });
});

// ---------------------------------------------------------------- MSL

const shaders = inputs.map((name) => ({ name, text: textOf({ text: metalText }, definitions.get(name)!) })).filter((s) => s.text?.startsWith('#include'));

it.each(shaders)('MSL of $name obeys the rule table', ({ text }) => expect(lintMsl(text!)).toEqual([]));

describe.skipIf(missing('clang')).each(mslVersions)('clang with real address spaces, MSL %i', (version) => {
  it.each(shaders)('takes the MSL of $name', { timeout: 60_000 }, ({ text }) => expect(compileStrict(text!, version)).toBe(''));
});
