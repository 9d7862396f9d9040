/** Documents derived from tables are what their tables say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedDocuments } from '../../scripts/documents.ts';

for (const [path, text] of Object.entries(generatedDocuments())) {
  test(`${path} is up to date (npm run docs)`, () => {
    const file = join(import.meta.dirname, '..', '..', path);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(text);
  });
}
