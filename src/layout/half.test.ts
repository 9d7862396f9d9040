import { expect, it } from 'vitest';
import { f32Bits, f32FromBits, fromHalfBits, toHalfBits } from './half.ts';

it('every half is its own nearest half', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = fromHalfBits(bits);
    if (Number.isNaN(value)) expect(toHalfBits(value)).toBe(0x7e00);
    else if (toHalfBits(value) !== bits) expect.fail(`${bits} -> ${value} -> ${toHalfBits(value)}`);
  }
});

it('rounds to the nearest, ties to even, between all neighbours', () => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    const low = fromHalfBits(bits);
    const high = bits === 0x7bff ? 65536 : fromHalfBits(bits + 1);
    const middle = (low + high) / 2;
    const even = bits % 2 === 0 ? bits : bits + 1;
    const got = [toHalfBits(middle), toHalfBits(middle * (1 - 2 ** -50)), toHalfBits(middle * (1 + 2 ** -50)), toHalfBits(-middle)];
    const want = [even, bits, bits + 1, even | 0x8000];
    if (got.join() !== want.join()) expect.fail(`${low}..${high}: ${got} instead of ${want}`);
  }
});

it('gives the bits of single floats', () => {
  expect(f32Bits(1)).toBe(0x3f800000);
  expect(f32FromBits(0xc0000000)).toBe(-2);
});
