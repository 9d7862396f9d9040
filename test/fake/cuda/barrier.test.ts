/** A barrier of the whole launch, on the fake CUDA driver. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalKernel, readwrite, RingKernel, u32 } from '../../../src/index.ts';
import { fakeCuda } from './build.ts';

const fake = fakeCuda();

/** Each round every thread takes its mirror image's number, and one more: wrong as soon as somebody runs ahead. */
const mirror = globalKernel({ id: 'mirror', params: { a: readwrite(u32), b: readwrite(u32), rounds: u32 }, workgroup: 64 }, (g, { a, b, rounds }) => {
  const last = g.gridSizeX * g.groupSizeX - 1;
  for (const _ of g.range(rounds)) {
    b[g.id] = a[last - g.id]! + 1;
    g.gridBarrier();
    a[g.id] = b[last - g.id]! + 1;
    g.gridBarrier();
  }
});

describe.skipIf('missing' in fake)('a barrier of the whole launch', { timeout: 60_000 }, () => {
  let ring: RingKernel;
  beforeAll(async () => { ring = await RingKernel.open({ backend: 'cuda', settings: (fake as { settings: object }).settings } as never); });
  afterAll(() => ring?.close());

  it('holds every thread back until the last has come, launch after launch', async () => {
    const n = 64 * 6;
    using a = ring.buffer(u32, n);
    using b = ring.buffer(u32, n);
    await a.write(Uint32Array.from({ length: n }, (_, i) => i));
    for (let k = 1; k <= 3; k++) {
      await ring.run(mirror, { a, b, rounds: 20 }, { threads: n });
      expect([...await a.readInto(new Uint32Array(n))]).toEqual(Array.from({ length: n }, (_, i) => i + 40 * k));
    }
  });
  it('is refused where not all blocks fit at once, and where there is none', async () => {
    using a = ring.buffer(u32, 64 * 64);
    using b = ring.buffer(u32, 64 * 64);
    await expect(ring.run(mirror, { a, b, rounds: 1 }, { threads: 64 * 64 })).rejects.toMatchObject({ code: 'TooManyBlocks' });
    await using cpu = await RingKernel.open({ backend: 'cpu' });
    using c = cpu.buffer(u32, 64);
    using d = cpu.buffer(u32, 64);
    await expect(cpu.run(mirror, { a: c, b: d, rounds: 1 })).rejects.toMatchObject({ code: 'CapabilityMissing' });
  });
});
