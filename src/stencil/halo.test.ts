import { describe, expect, test } from 'vitest';
import { directions, Tiles, type Tile } from './halo.ts';

const cases = [
  { size: [23, 17], tile: [8, 5], halo: 1, corners: false },
  { size: [23, 17], tile: [8, 5], halo: 2, corners: true },
  { size: [16, 16], tile: [16, 16], halo: 3, corners: true },
  { size: [11, 9, 7], tile: [4, 5, 3], halo: 1, corners: false },
  { size: [11, 8, 8], tile: [4, 4, 3], halo: 2, corners: true },
] as const;

/** Steps each cell to a mix of cells up to `halo` away, slanting ones only with corners. */
const offsets = (dims: number, halo: number, corners: boolean): number[][] =>
  directions(dims as 2 | 3, corners).flatMap((d) => Array.from({ length: halo }, (_, k) => d.map((s) => s * (k + 1))));

const index = (size: readonly number[], at: readonly number[]): number => at.reduceRight((i, p, axis) => i * size[axis]! + p, 0);
const placeOf = (size: readonly number[], i: number): number[] => { let rest = i; return size.map((n) => { const p = rest % n; rest = Math.floor(rest / n); return p; }); };
const cellsOf = (size: readonly number[]): number => size.reduce((a, b) => a * b, 1);

function plain(size: readonly number[], u: Float64Array, steps: readonly number[][], periodic: boolean): Float64Array {
  return u.map((c, i) => {
    const at = placeOf(size, i);
    return steps.reduce((sum, step, k) => {
      const p = at.map((x, axis) => x + step[axis]!);
      const inside = p.every((x, axis) => x >= 0 && x < size[axis]!);
      const value = inside || periodic ? u[index(size, p.map((x, axis) => (x + size[axis]!) % size[axis]!))]! : 0;
      return sum + value / (k + 2);
    }, c) / 2;
  });
}

function stepTile(tile: Tile<Float64Array>, halo: number, steps: readonly number[][]): void {
  for (let i = 0; i < cellsOf(tile.size); i++) {
    const at = placeOf(tile.size, i).map((x) => x + halo);
    const read = (step: readonly number[]): number => tile.now[index(tile.padded, at.map((x, axis) => x + step[axis]!))]!;
    tile.next[index(tile.padded, at)] = steps.reduce((sum, step, k) => sum + read(step) / (k + 2), tile.now[index(tile.padded, at)]!) / 2;
  }
}

describe('halo exchange', () => {
  for (const { size, tile, halo, corners } of cases) for (const periodic of [false, true]) {
    test(`${size.join(' x ')} in tiles of ${tile.join(' x ')}, halo ${halo}, ${corners ? 'corners' : 'faces'}${periodic ? ', periodic' : ''}`, () => {
      const tiles = new Tiles({ size, tile, halo, corners, periodic, make: (n) => new Float64Array(n) });
      const steps = offsets(size.length, halo, corners);
      let u: Float64Array = Float64Array.from({ length: cellsOf(size) }, (_, i) => Math.sin(i * 1.7));
      tiles.scatter(u);
      for (let s = 0; s < 12; s++) {
        tiles.exchange();
        for (const t of tiles.tiles) stepTile(t, halo, steps);
        tiles.swap();
        u = plain(size, u, steps, periodic);
      }
      const got = new Float64Array(u.length);
      tiles.gather(got);
      expect(got).toEqual(u);
      expect(tiles.stats().rounds).toBe(12);
    });
  }

  test('neighbours: 4 and 8, 6 and 26', () => {
    const middle = (size: number[], corners: boolean): number => {
      const tiles = new Tiles({ size, tile: size.map(() => 2), corners, make: (n) => new Float32Array(n) });
      return tiles.neighbours((tiles.tiles.length - 1) / 2).length;
    };
    expect([middle([6, 6], false), middle([6, 6], true), middle([6, 6, 6], false), middle([6, 6, 6], true)]).toEqual([4, 8, 6, 26]);
  });

  test('a tile receives by itself, from one side', () => {
    const tiles = new Tiles({ size: [4, 2], tile: [2, 2], make: (n) => new Int32Array(n) });
    tiles.scatter([1, 2, 3, 4, 5, 6, 7, 8]);
    tiles.receive(1, [-1, 0]);
    expect([...tiles.tiles[1]!.now.subarray(4, 8)]).toEqual([2, 3, 4, 0]);
    expect(tiles.stats()).toEqual({ rounds: 0, messages: 1, cells: 2, bytes: 8 });
    expect(() => tiles.receive(1, [1, 0])).toThrow(/direction/);
    expect(() => tiles.receive(9)).toThrow();
  });

  test('sizes are checked', () => {
    const make = (n: number): Float32Array => new Float32Array(n);
    const invalid = expect.objectContaining({ code: 'InvalidConfig' });
    expect(() => new Tiles({ size: [9, 8], tile: [4, 4], halo: 2, make })).toThrow(invalid);
    expect(() => new Tiles({ size: [8], tile: [4], make })).toThrow(invalid);
    expect(() => new Tiles({ size: [8, 8], tile: [4], make })).toThrow(invalid);
    expect(() => new Tiles({ size: [8, 8], tile: [4, 4], halo: 0, make })).toThrow(invalid);
    expect(() => new Tiles({ size: [8, 8], tile: [4, 4], make: () => new Float32Array(3) })).toThrow(invalid);
  });
});
