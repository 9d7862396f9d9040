import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { randomProgram } from '../../src/testing/programs.ts';
import { problemsOf } from '../../src/kernel/validate.ts';
import type { Program } from '../../src/kernel/ir.ts';

it('random programs keep the rules of the IR', () => {
  for (let seed = 0; seed < 100; seed++) expect(problemsOf(randomProgram(seed, { size: 10, stray: true }))).toEqual([]);
});

const folder = new URL('../codegen/in/', import.meta.url);
for (const file of readdirSync(folder).filter((f) => f.endsWith('.ts'))) {
  it(`${file} keeps the rules of the IR`, async () => {
    const module = (await import(new URL(file, folder).href)) as Record<string, { program?: Program }>;
    for (const { program } of Object.values(module)) if (program !== undefined) expect(problemsOf(program)).toEqual([]);
  });
}
