/** Messages of every length through every kind of inbox, on the fake driver: what arrives is what was sent, whoever serves. */
import { afterAll, describe, expect, it } from 'vitest';
import { array, f32, message, RingKernel, ringKernel, u32 } from '../../../src/index.ts';
import { fakeCuda } from './build.ts';

const fake = fakeCuda();
/** Words of the payloads: within one line, up to its edge, over several, up to a block's stage and beyond it. */
const lengths = [2, 6, 7, 18, 64, 370, 4000] as const;

const echo = (words: number) => {
  const Load = message(`Load${words}`, { seed: u32, cells: array(f32, words) });
  const Back = message(`Back${words}`, { seed: u32, cells: array(f32, words) });
  const Small = message('Small', { n: u32 });
  const Count = message('Count', { n: u32, handled: u32 });
  const uses = { words };
  return {
    Load, Small,
    counting: ringKernel({ id: `count${words}`, uses, state: { handled: u32 } })
      .on(Load, Back, (ctx, msg) => { ctx.state.handled += 1; return { seed: msg.seed, cells: msg.cells }; })
      .on(Small, Count, (ctx, msg) => { ctx.state.handled += 1; return { n: msg.n, handled: ctx.state.handled }; }),
  };
};

describe.skipIf('missing' in fake)(`inboxes on the fake driver${'missing' in fake ? ` (${fake.missing})` : ''}`, { timeout: 120_000 }, () => {
  if ('missing' in fake) return;
  const opened = lengths.map((words) => ({ words, ...echo(words) }));
  let ring: RingKernel | null = null;
  afterAll(async () => { await ring?.[Symbol.asyncDispose](); });

  it('long messages in many lanes, with other kernels as senders too', async () => {
    ring ??= await RingKernel.open({ backend: 'cuda', settings: { ...fake.settings }, engine: { watchdog: Infinity } });
    const { Load, counting } = opened.find(({ words }) => words === 64)!;
    const { Small } = echo(64);
    const to = await ring.launch(counting, { id: 'many feeds', priorities: true, placement: { serve: 'warp', ring: 'shared' } });
    const passOn = ringKernel({ id: 'passOn', on: Small, sends: { next: Small } }, (ctx, msg) => { ctx.send.next({ n: msg.n }); });
    for (let i = 0; i < 3; i++) await ring.launch(passOn, { id: `pass ${i}`, connect: { next: to } });
    for (const priority of ['low', 'normal', 'critical', 'high'] as const) {
      for (let seed = 0; seed < 4; seed++) {
        const cells = Array.from({ length: 64 }, (_, i) => seed + i);
        const back = await to.call(Load, { seed, cells }, { priority });
        expect({ seed: back.seed, cells: [...back.cells] }, priority).toEqual({ seed, cells });
      }
    }
    expect((await to.readState()).handled).toBe(16);
    await to.terminate();
    expect(ring.deadLetters.total, 'nothing is taken for unhandled').toBe(0);
  });

  it.each(opened)('$words words', async ({ words, Load, Small, counting }) => {
    ring ??= await RingKernel.open({ backend: 'cuda', settings: { ...fake.settings }, engine: { watchdog: Infinity } });
    for (const envelope of ['compact', 'full'] as const) {
      for (const own of ['own', 'shared'] as const) {
        for (const serve of ['thread', 'warp', 'block'] as const) {
          await using kernel = await ring.launch(counting, { id: `${words} ${envelope} ${own} ${serve}`, envelope, placement: { ring: own, serve } });
          const cellsOf = (seed: number): number[] => Array.from({ length: words }, (_, i) => seed * 1000 + i);
          // Long and short ones close together, so that some are found while others are in hand.
          const answers = await Promise.all(Array.from({ length: 12 }, async (_, i) => (i % 3 === 2
            ? await kernel.call(Small, { n: i })
            : await kernel.call(Load, { seed: i, cells: cellsOf(i) }))));
          const got = answers.map((a) => ('seed' in a ? { seed: a.seed, cells: [...a.cells] } : a));
          expect(got, kernel.id).toEqual(Array.from({ length: 12 }, (_, i) => (i % 3 === 2
            ? { n: i, handled: i + 1 } : { seed: i, cells: cellsOf(i) })));
        }
      }
    }
  });
});
