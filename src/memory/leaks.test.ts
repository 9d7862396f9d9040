import { expect, it } from 'vitest';
import { f32, RingKernel, type RingEvent } from '../index.ts';
import { deviceAllocator, MemoryPool, type Leak } from './index.ts';

/** Opens a ring, forgets some of its memory, closes it; what it tells. */
async function forgetful(leaks?: 'warn' | 'error' | 'ignore'): Promise<{ told: Leak[]; warnings: string[]; outcome: string; released: boolean }> {
  const told: Leak[] = [];
  const warnings: string[] = [];
  const onWarning = (warning: Error): void => { if (warning.name === 'RingKernelWarning') warnings.push(warning.message); };
  process.on('warning', onWarning);
  try {
    const ring = await RingKernel.open({ backend: 'cpu', ...(leaks === undefined ? {} : { leaks }) });
    ring.on((event: RingEvent) => { if (event.type === 'leak') told.push(event.leak); });
    using kept = ring.buffer(f32, 10, { label: 'kept' });
    const forgotten = ring.buffer(f32, 256, { label: 'wave' });
    await ring.grid(f32, [4, 4], undefined, { label: 'mesh' });
    const pool = new MemoryPool(deviceAllocator(ring.memory, 'scratch'), { bytes: 64 });
    pool.acquire();
    pool.acquire();
    kept[Symbol.dispose]();
    const outcome = await ring.close().then(() => 'closed', (error: Error) => error.message);
    await ring.close().catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    return { told, warnings, outcome, released: forgotten.released };
  } finally {
    process.off('warning', onWarning);
  }
}

const all: Leak[] = [{ label: 'wave', buffers: 1, bytes: 1024 }, { label: 'scratch', buffers: 2, bytes: 128 }, { label: 'mesh', buffers: 1, bytes: 64 }];
const text = /^BuffersNotReleased: .*1 × 'wave' \(1024 bytes\), 2 × 'scratch' \(128 bytes\), 1 × 'mesh' \(64 bytes\)/;

it('memory nobody released is told by name when the ring is closed, with one warning', async () => {
  const { told, warnings, outcome, released } = await forgetful();
  expect([told, outcome, released]).toEqual([all, 'closed', true]);
  expect(warnings).toEqual([expect.stringMatching(text)]);
});

it('as an error where that is wished, once everything is closed', async () => {
  const { told, warnings, outcome, released } = await forgetful('error');
  expect([told, warnings, released]).toEqual([all, [], true]);
  expect(outcome).toMatch(text);
});

it('only as events where the rest is not wanted', async () => {
  expect(await forgetful('ignore')).toEqual({ told: all, warnings: [], outcome: 'closed', released: true });
});

it('a ring that owes nothing says nothing', async () => {
  const ring = await RingKernel.open({ backend: 'cpu', leaks: 'error' });
  ring.buffer(f32, 3)[Symbol.dispose]();
  await ring.close();
});
