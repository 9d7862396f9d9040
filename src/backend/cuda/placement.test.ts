import { expect, test } from 'vitest';
import { Census, place, type Served } from './placement.ts';
import { duties } from './structures.ts';

const actors = (n: number, serve: Served['serve'] = 'auto', own = false): Served[] => Array.from({ length: n }, (_, i) => ({ id: i + 1, serve, own }));
/** Every actor's places, and the modes they are served in. */
const served = (table: Uint32Array): Map<number, number[]> => {
  const out = new Map<number, number[]>();
  for (let at = 0; at < table.length; at += 64) for (let l = 0; l < 32; l++) if (table[at + 32 + l] !== 0) out.set(table[at + 32 + l]!, [...(out.get(table[at + 32 + l]!) ?? []), table[at]!]);
  return out;
};

test('a few actors get a block each, beside the one that dispatches', () => {
  const p = place(actors(3), 10);
  expect(p.blocks).toBe(4);
  expect([...p.blockOf]).toEqual([[1, 1], [2, 2], [3, 3]]);
  expect([p.table[0], p.table[64]]).toEqual([duties.dispatcher, duties.supervisor]);
});

test('as many actors as warps: one each', () => {
  const found = served(place(actors(72), 10).table);
  expect(found.size).toBe(72);
  expect([...found.values()].every((m) => m.length === 1 && m[0] === duties.warp)).toBe(true);
});

test('more actors than warps share them, those with rings of their own do not', () => {
  const own = actors(5, 'auto', true);
  const more = actors(500).map((a) => ({ ...a, id: a.id + 5 }));
  const found = served(place([...own, ...more], 10).table);
  expect(found.size).toBe(505);
  expect(own.every((a) => found.get(a.id)![0] === duties.warp)).toBe(true);
  expect(more.every((a) => found.get(a.id)![0] === duties.thread)).toBe(true);
});

test('an actor served by a block has all its warps', () => {
  const found = served(place([{ id: 1, serve: 'block', own: false }, { id: 2, serve: 'auto', own: false }], 3).table);
  expect(found.get(1)).toEqual(Array(8).fill(duties.block));
  expect(found.get(2)).toEqual([duties.warp]);
});

test('too many are refused', () => {
  expect(() => place(actors(3, 'block'), 3)).toThrow(/TooManyActors/);
  expect(() => place(actors(8 * 32 + 1, 'thread'), 2)).toThrow(/TooManyActors/);
});

test('a census tells what placing would, without placing', () => {
  const kinds: readonly Served[] = [{ id: 1, serve: 'block', own: false }, { id: 1, serve: 'warp', own: false }, { id: 1, serve: 'thread', own: false }, { id: 1, serve: 'auto', own: false }, { id: 1, serve: 'auto', own: true }];
  let refused = 0;
  for (let n = 0; n < 3000; n++) {
    const some = Array.from({ length: 1 + (n * 7) % 90 }, (_, i) => ({ ...kinds[(n + i * (1 + n % 4)) % (1 + n % 5)]!, id: i + 1 }));
    const blocks = 2 + n % 6;
    const census = new Census();
    for (const a of some.slice(1)) census.add(a);
    const outcome = (ask: () => unknown): boolean => { try { ask(); return true; } catch { return false; } };
    const placed = outcome(() => place(some, blocks));
    expect(outcome(() => census.check(blocks, some[0])), JSON.stringify([blocks, some])).toBe(placed);
    // Asking has counted nobody in.
    expect(outcome(() => census.check(blocks))).toBe(some.length === 1 || outcome(() => place(some.slice(1), blocks)));
    if (!placed) refused++;
  }
  expect(refused).toBeGreaterThan(100);
});
