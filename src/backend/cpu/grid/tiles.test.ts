import { describe, expect, it } from 'vitest';
import { ghostCells, type Rule } from '../../../engine/grids/ghosts.ts';
import { cutLayers, dealTiles, ghostsOf, tileLayers } from './tiles.ts';

describe('tiles of a grid', () => {
  it('cover all layers; a last one thinner than the halo joins the one before', () => {
    expect(cutLayers(10, 4, 1, false).map(({ from, to, neighbours }) => [from, to, neighbours])).toEqual([[0, 4, [1]], [4, 8, [0, 2]], [8, 10, [1]]]);
    expect(cutLayers(9, 4, 2, false).map(({ from, to }) => [from, to])).toEqual([[0, 4], [4, 9]]);
    expect(cutLayers(5, 8, 2, true)).toEqual([{ from: 0, to: 5, neighbours: [] }]);
    expect(cutLayers(8, 4, 1, true).map(({ neighbours }) => neighbours)).toEqual([[1], [0]]);
    expect(cutLayers(12, 4, 1, true).map(({ neighbours }) => [...neighbours].sort())).toEqual([[1, 2], [0, 2], [0, 1]]);
  });

  it('are dealt so that each thread has some, and neighbouring threads meet at their border', () => {
    expect(dealTiles(5, 2)).toEqual([[0, 1, 2], [4, 3]]);
    expect(dealTiles(2, 8)).toEqual([[0], [1]]);
  });

  it('have at least the layers of the halo, and threes of them where they have more', () => {
    expect(tileLayers(100, 1 << 20, 2, 3)).toBe(3);
    expect(tileLayers(64, 1024, 2, 1)).toBe(6);
    expect(tileLayers(1000, 12_000, 2, 1) % 3).toBe(0);
  });

  it('share out every ghost once', () => {
    for (const rule of ['periodic', 'reflecting', 'nearest'] as Rule[]) for (const size of [[7, 11], [5, 6, 9]]) for (const halo of [1, 2]) {
      const padded = size.map((n) => n + 2 * halo);
      const owners = new Uint8Array(ghostCells(size.length as 2 | 3, halo, padded as never));
      for (const cut of cutLayers(size.at(-1)!, 3, halo, rule === 'periodic')) for (const [from, to] of ghostsOf(cut, rule, halo, padded)) for (let n = from; n < to; n++) owners[n]!++;
      expect(owners.every((n) => n === 1)).toBe(true);
    }
  });
});
