import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CodeCache, normalise } from './cache.ts';

const folders: string[] = [];
const cache = (): CodeCache => {
  const folder = mkdtempSync(join(tmpdir(), 'rk-cache-'));
  folders.push(folder);
  return new CodeCache(folder);
};
afterEach(() => { for (const f of folders.splice(0)) rmSync(f, { recursive: true, force: true }); });

const key = { source: 'int a;\n', architecture: 'sm_90', compiler: 'nvrtc 13.0' };

test('an entry is found again, by the same source, architecture and compiler only', () => {
  const c = cache();
  c.put(key, Buffer.from('code'));
  expect(c.get(key)?.toString()).toBe('code');
  expect(c.get({ ...key, architecture: 'sm_80' })).toBeNull();
  expect(c.get({ ...key, compiler: 'nvcc 12.4' })).toBeNull();
  expect(c.get({ ...key, source: 'int b;' })).toBeNull();
  expect(c.get({ ...key, compiler: null })?.toString()).toBe('code');
});

test('line directives, comments and blanks do not matter', () => {
  const c = cache();
  c.put(key, Buffer.from('code'));
  expect(c.get({ ...key, source: '#line 3 "x.ts"\n// why\nint a;   \n\n' })?.toString()).toBe('code');
  expect(normalise('int a; // kept\n')).toBe('int a; // kept');
});

test('a corrupted entry is removed', () => {
  const c = cache();
  c.put(key, Buffer.from('code'));
  const [name] = readdirSync(c.folder);
  const path = join(c.folder, name!);
  const data = readFileSync(path);
  data[data.length - 1]! ^= 1;
  writeFileSync(path, data);
  expect(c.get(key)).toBeNull();
  expect(readdirSync(c.folder)).toEqual([]);
  c.put(key, Buffer.from('again'));
  expect(c.get(key)?.toString()).toBe('again');
});

test('a folder that cannot be written is no error', () => {
  const file = join(cache().folder, 'file');
  writeFileSync(file, '');
  const c = new CodeCache(join(file, 'sub'));
  c.put(key, Buffer.from('code'));
  expect(c.get(key)).toBeNull();
});
