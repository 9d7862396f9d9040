/** SEMANTICS.md names tests; they must exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conformanceCases } from '../../src/testing/conformance/index.ts';

const root = join(import.meta.dirname, '..', '..');
const lines = readFileSync(join(root, 'SEMANTICS.md'), 'utf8').split('\n');
const guarantees = lines.slice(lines.indexOf('## Guarantees'), lines.indexOf('## Not promised')).filter((l) => /^\d+\./.test(l));

test('guarantees are numbered without gaps', () => {
  expect(guarantees.map((l) => Number.parseInt(l, 10))).toEqual(guarantees.map((_, i) => i + 1));
});

for (const guarantee of guarantees) {
  test(guarantee.slice(0, 60), () => {
    const [, kind, names] = /— (conformance|test): (.+)$/.exec(guarantee) ?? [];
    expect(kind, 'names its tests').toBeDefined();
    for (const [, name] of names!.matchAll(/`([^`]+)`/g)) {
      if (kind === 'conformance') expect(conformanceCases.map((c) => c.name)).toContain(name);
      else expect(existsSync(join(root, name!)), name).toBe(true);
    }
  });
}
