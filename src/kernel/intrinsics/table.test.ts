import { expect, test } from 'vitest';
import { intrinsics } from './table.ts';

test('names are unique identifiers', () => {
  for (const [name, row] of intrinsics) {
    expect(name).toMatch(/^[A-Za-z]\w*$/);
    expect(row.name).toBe(name);
  }
});

test('every hole of a spelling has its operand', () => {
  for (const row of intrinsics.values()) {
    const operands = row.params.length + (row.places ?? 0);
    for (const spelled of Object.values(row.emit)) {
      for (const text of typeof spelled === 'string' ? [spelled] : Object.values(spelled)) {
        for (const hole of text.matchAll(/\$(\d)/g)) expect(Number(hole[1]), `${row.name}: ${text}`).toBeLessThan(operands);
      }
    }
  }
});

test('spellings per type belong to types of the row', () => {
  for (const row of intrinsics.values()) {
    for (const spelled of Object.values(row.emit)) {
      if (typeof spelled !== 'string') for (const type of Object.keys(spelled)) expect(row.types, row.name).toContain(type);
    }
  }
});
