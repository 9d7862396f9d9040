/** Short soaks: every message of a random program of launches, ends and sends is accounted for. `RK_SOAK` seeds. */
import { afterAll, describe, expect, it } from 'vitest';
import { RingKernel } from '../../src/index.ts';
import type { OpenOptions } from '../../src/runtime/options.ts';
import { Ledger } from '../../src/testing/soak/ledger.ts';
import { cudaPlacements, soak, type SoakOptions } from '../../src/testing/soak/index.ts';
import { fakeCuda } from '../fake/cuda/build.ts';
import { fakeMetal } from '../fake/metal/library.ts';
import { missing } from '../support/tools.ts';
import { withoutWebGpu } from '../support/webgpu.ts';

const seeds = Array.from({ length: Number(process.env['RK_SOAK'] ?? 2) }, (_, i) => i + 1);
const fake = fakeCuda();

interface Target { readonly name: string; readonly skip: boolean; readonly open: OpenOptions; readonly options: SoakOptions }
const targets: readonly Target[] = [
  { name: 'cpu', skip: false, open: { backend: 'cpu' }, options: {} },
  { name: 'webgpu', skip: withoutWebGpu(), open: { backend: 'webgpu' }, options: {} },
  { name: 'metal, emulated', skip: missing('clang'), open: { backend: 'metal', settings: { libraries: fakeMetal().libraries } }, options: {} },
  // Each set of kinds is compiled by g++: few of them.
  {
    name: 'cuda, fake driver', skip: 'missing' in fake, options: { kinds: 1, operations: 50, placements: cudaPlacements },
    open: { backend: 'cuda', settings: 'missing' in fake ? {} : { ...fake.settings }, engine: { watchdog: Infinity } },
  },
];

describe.each(targets.filter(({ skip }) => !skip))('soak: $name', ({ open, options }) => {
  let ring: RingKernel | null = null;
  afterAll(async () => { await ring?.close(); });

  it.each(seeds)('seed %i', { timeout: 240_000 }, async (seed) => {
    ring ??= await RingKernel.open({ timeout: 60_000, ...open });
    const report = await soak(ring, { ...options, seed });
    expect(report.flaws).toEqual([]);
    expect(report.flawCount).toBe(0);
    expect(report.sent).toBeGreaterThan(500);
    expect(report.done).toBeGreaterThanOrEqual(report.sent);
    expect(ring.kernels()).toEqual([]);
  });
});

describe('the books of a soak', () => {
  const closed = (fill: (ledger: Ledger) => void): readonly string[] => {
    const ledger = new Ledger();
    fill(ledger);
    ledger.close();
    return ledger.flaws;
  };

  it('find what is lost, doubled, refused yet handled, and from nowhere', () => {
    expect(closed((l) => { l.taken(1, 1, 'try', 9); l.outcome(1, 1, 'handled'); })).toEqual([]);
    expect(closed((l) => { l.outcome(1, 1, 'handled'); l.taken(1, 1, 'port', 0); })).toEqual([]);
    expect(closed((l) => { l.taken(1, 1, 'try', 9); })).toEqual(['1:1 is lost (try to 9)']);
    expect(closed((l) => { l.taken(1, 1, 'try', 9); l.outcome(1, 1, 'handled'); l.outcome(1, 1, 'letter'); })).toEqual(['1:1 has a second outcome: letter']);
    expect(closed((l) => { l.refused(1, 1); l.outcome(1, 1, 'handled'); })).toEqual(['1:1 was refused, and arrived: handled']);
    expect(closed((l) => { l.outcome(1, 1, 'handled'); })).toEqual(['1:1 was never sent, and arrived']);
    expect(closed((l) => { l.uncertain(1, 1); l.uncertain(1, 2); l.outcome(1, 2, 'letter'); })).toEqual([]);
  });
});
