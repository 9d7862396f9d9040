/** The templates of `ringkernel codegen`: their text is taken by each target's compiler, says the stated sizes, and their kernels run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backend as webgpu } from '../../src/backend/webgpu/index.ts';
import { engineText } from '../../src/cli/engine-text.ts';
import { sharedStructures, templateMessages, templates, type TemplateName } from '../../src/cli/templates.ts';
import { passStructures } from '../../src/engine/pass/layout.ts';
import { cudaCompileOptions } from '../../src/kernel/emit/cuda/index.ts';
import { lintMsl } from '../../src/kernel/emit/msl/lint.ts';
import { wgslMembers } from '../../src/layout/declare.ts';
import type { OpenOptions } from '../../src/runtime/options.ts';
import { RingKernel } from '../../src/runtime/ring-kernel.ts';
import { fakeCuda } from '../fake/cuda/build.ts';
import { fakeMetal } from '../fake/metal/library.ts';
import { compileStrict, mslVersions } from '../fake/metal/strict.ts';
import { findTool, missing } from '../support/tools.ts';
import { withoutWebGpu } from '../support/webgpu.ts';

const names = Object.keys(templates) as TemplateName[];
const stated = {
  ControlBlock: 128, MessageHeader: 256, HlcTimestamp: 24, InboxHeader: 64, RouteEntry: 32, RouteTable4: 128, RouteTable6: 192, RouteTable26: 832,
};

it('keeps the stated sizes', () => {
  const sizes = Object.fromEntries(sharedStructures.map((s) => [s.name, s.size]));
  expect(sizes).toMatchObject(stated);
  for (const s of sharedStructures) expect(wgslMembers(s).reduce((n, m) => n + m.size, 0)).toBe(s.size);
  for (const [type, size] of passStructures) expect([type.name, type.size]).toEqual([type.name, size]);
});

describe.each(names)('%s', (name) => {
  const { program } = templates[name];

  it.each(['cuda', 'msl'] as const)('asserts sizes and offsets as %s', async (target) => {
    const text = await engineText(target, program);
    for (const [type, size] of Object.entries(stated)) expect(text).toContain(`static_assert(sizeof(${type}) == ${size}, `);
  });

  it('obeys the rules of MSL', async () => expect(lintMsl(await engineText('msl', program))).toEqual([]));

  it.skipIf(missing('clang')).each(mslVersions)('is MSL %i', async (version) => expect(compileStrict(await engineText('msl', program), version)).toBe(''));

  it.skipIf(missing('nvcc'))('is CUDA', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringkernel-template-'));
    try {
      const file = join(folder, `${name}.cu`);
      writeFileSync(file, await engineText('cuda', program));
      const run = spawnSync(findTool('nvcc')!, [...cudaCompileOptions, '-arch=sm_80', '-cubin', '-o', `${file}.cubin`, file], { encoding: 'utf8' });
      expect({ status: run.status, errors: run.stderr.split('\n').filter((l) => l.includes('error')) }).toEqual({ status: 0, errors: [] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.skipIf(withoutWebGpu())('is WGSL', { timeout: 60_000 }, async () => {
    await using context = await webgpu.createContext();
    using kernel = await context.compile({ source: await engineText('wgsl', program), entries: ['actors', 'batches'] });
    expect(kernel.entries).toEqual(['actors', 'batches']);
  });
});

const cuda = fakeCuda();

const rings: readonly { readonly name: string; readonly skip: boolean; readonly open: () => OpenOptions }[] = [
  { name: 'cpu', skip: false, open: () => ({ backend: 'cpu' }) },
  { name: 'metal, emulated', skip: missing('clang'), open: () => ({ backend: 'metal', settings: { libraries: fakeMetal().libraries } }) },
  { name: 'cuda, fake driver', skip: 'missing' in cuda, open: () => ({ backend: 'cuda', settings: 'missing' in cuda ? {} : { ...cuda.settings }, engine: { watchdog: Infinity } }) },
  { name: 'webgpu', skip: withoutWebGpu(), open: () => ({ backend: 'webgpu' }) },
];

describe.each(rings.filter((r) => !r.skip))('templates on $name', ({ open }) => {
  it('takes every message of the empty kernel', { timeout: 60_000 }, async () => {
    await using ring = await RingKernel.open(open());
    const kernel = await ring.launch(templates.ring);
    for (let value = 0; value < 100; value++) await kernel.send(templateMessages.Ping, { value });
    while (kernel.status().messagesProcessed < 100) await new Promise<void>((resolve) => { setImmediate(resolve); });
    expect(kernel.status()).toMatchObject({ messagesProcessed: 100, faulted: false });
  });

  it('exchange halos as one large grid would', { timeout: 120_000 }, async () => {
    const { Load, Exchange, Arrived, Relax } = templateMessages;
    const [side, across] = [8, 2];
    const width = side * across;
    await using ring = await RingKernel.open(open());
    const ids = Array.from({ length: across ** 2 }, (_, i) => `tile${i}`);
    // The grid is a torus: every tile has four neighbours.
    const idOf = (x: number, y: number): string => ids[((y + across) % across) * across + (x + across) % across]!;
    const tiles = [];
    for (let y = 0; y < across; y++) {
      for (let x = 0; x < across; x++) {
        tiles.push(await ring.launch(templates.halo, { id: idOf(x, y), connect: { north: idOf(x, y - 1), south: idOf(x, y + 1), west: idOf(x - 1, y), east: idOf(x + 1, y) } }));
      }
    }
    let grid = Float32Array.from({ length: width * width }, (_, i) => (i * 37) % 101);
    const tileOf = (all: Float32Array, t: number): number[] => Array.from({ length: side * side }, (_, i) =>
      all[(Math.floor(t / across) * side + Math.floor(i / side)) * width + (t % across) * side + i % side]!);
    for (const [t, tile] of tiles.entries()) await tile.send(Load, { cells: tileOf(grid, t) });
    for (let step = 1; step <= 3; step++) {
      for (const tile of tiles) await tile.send(Exchange, {});
      for (const tile of tiles) while ((await tile.call(Arrived, {})).count < 4 * step);
      const results = await Promise.all(tiles.map((tile) => tile.call(Relax, {})));
      const at = (x: number, y: number): number => grid[((y + width) % width) * width + (x + width) % width]!;
      grid = Float32Array.from({ length: width * width }, (_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        const sum = Math.fround(Math.fround(Math.fround(at(x - 1, y) + at(x + 1, y)) + at(x, y - 1)) + at(x, y + 1));
        return sum * 0.25;
      });
      for (const [t, result] of results.entries()) {
        expect(result.edges).toBe(4 * step);
        expect([...result.cells]).toEqual(tileOf(grid, t));
      }
    }
  });
});
