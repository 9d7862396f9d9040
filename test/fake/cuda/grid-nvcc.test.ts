/** nvcc takes persistent grids and the kernels of large grids, down to machine code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planGrid } from '../../../src/backend/cuda/grid/plan.ts';
import { gridSource } from '../../../src/backend/cuda/grid/source.ts';
import { cudaCompileOptions, emitCuda } from '../../../src/codegen.ts';
import { f32 } from '../../../src/index.ts';
import { wideKernel } from '../../../src/kernel/emit/cuda/wide.ts';
import { joinLines } from '../../../src/kernel/emit/lines.ts';
import { previous, stencilKernel, type Boundary, type StencilDefinition } from '../../../src/stencil/index.ts';
import { gridSpec } from '../../../src/stencil/persistent.ts';
import { findTool, missing } from '../../support/tools.ts';

const wave = stencilKernel({ id: 'nvcc.wave', dims: 2, fields: { u: f32, prev: previous('u') }, params: { c2: f32 }, measures: { total: (_g, { u }) => u.at(0, 0) } }, (_g, { u, prev }, { c2 }) => {
  const c = u.at(0, 0);
  u.set(2 * c - prev.at(0, 0) + c2 * (u.north() + u.south() + u.east() + u.west() - 4 * c));
});
const heat = stencilKernel({ id: 'nvcc.heat', dims: 3, fields: { u: f32 }, params: { k: f32 } }, (_g, { u }, { k }) => {
  const c = u.at(0, 0, 0);
  u.set(c + k * (u.east() + u.west() + u.south() + u.north() + u.up() + u.down() - 6 * c));
});
const architectures = [80, 90, 100] as const;
// A device of the kind that the sources are made for.
const facts = { attributes: { multiprocessors: 132, maxSharedOptIn: 232_448, maxSharedPerBlock: 49_152, kernelTimeout: 0 } } as never;

describe.skipIf(missing('nvcc'))('nvcc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-grid-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function compiled(name: string, source: string): string {
    const file = join(folder, `${name}.cu`);
    writeFileSync(file, source);
    const targets = architectures.flatMap((sm) => ['-gencode', `arch=compute_${sm},code=sm_${sm}`]);
    const run = spawnSync(findTool('nvcc')!, [...cudaCompileOptions, ...targets, '--threads', '2', '-Wno-deprecated-gpu-targets', '-Xptxas', '-v', '-c', '-o', `${file}.o`, file], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    return run.stderr;
  }

  it.each([
    ['a wave in shared memory', wave, [1024, 1024], 'periodic'], ['a cube in device memory', heat, [128, 128, 128], { absorbing: 0.4 }],
  ] as const)(`compiles a persistent grid for sm ${architectures.join(', ')}: %s`, { timeout: 240_000 }, (name, definition, size, boundary: Boundary) => {
    const plan = planGrid(gridSpec(definition as unknown as StencilDefinition, { size, params: { c2: 0.2, k: 0.1 }, boundary }), facts);
    const said = compiled(name.replaceAll(' ', '_'), gridSource(plan));
    // A block of this size must be able to start.
    for (const [, registers] of said.matchAll(/Used (\d+) registers/g)) expect(Number(registers) * plan.threads).toBeLessThanOrEqual(65_536);
  });
  it('compiles the kernels of large grids', { timeout: 120_000 }, () => {
    for (const { program } of [wave, heat]) {
      const kernel = wideKernel(program)!;
      compiled(kernel.entry, `${emitCuda(program).text}\n${joinLines(kernel.lines)}${kernel.text}`);
    }
  });
});
