/** Every TypeScript block of the README and the guides is executed against the built package. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../support/build.ts';

const root = join(import.meta.dirname, '..', '..');
const documents = ['README.md', ...readdirSync(join(root, 'docs/guides')).filter((f) => f.endsWith('.md')).map((f) => `docs/guides/${f}`)];

interface Snippet {
  readonly line: number;
  readonly code: string;
}

/**
 * A block marked `ts` stands by itself; `ts continued` goes on where the block before it ended; `ts sketch`
 * is not executed. A trailing `// → text` states what the line prints.
 */
function snippetsOf(path: string): Snippet[] {
  const text = readFileSync(join(root, path), 'utf8');
  const snippets: Snippet[] = [];
  for (const match of text.matchAll(/^```ts( continued| sketch)?\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, match.index).split('\n').length;
    if (match[1] === ' sketch') continue;
    const last = snippets.at(-1);
    if (match[1] === ' continued' && last !== undefined) snippets[snippets.length - 1] = { line: last.line, code: `${last.code}\n${match[2]!}` };
    else snippets.push({ line, code: match[2]! });
  }
  return snippets;
}

const promised = (code: string): string[] => [...code.matchAll(/\/\/ → (.*)$/gm)].map((m) => m[1]!.trim());

describe('documents', () => {
  beforeAll(ensureBuilt);

  for (const document of documents) {
    for (const { line, code } of snippetsOf(document)) {
      test(`${document}, line ${line}`, () => {
        const folder = join(root, '.cache', 'docs');
        mkdirSync(folder, { recursive: true });
        const file = join(folder, `${document.replaceAll(/\W/g, '_')}_${line}.ts`);
        writeFileSync(file, code);
        const { NODE_OPTIONS: _, ...env } = process.env;
        const printed = execFileSync(process.execPath, ['--import', 'tsx', file], { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
        let from = 0;
        for (const text of promised(code)) {
          const at = printed.indexOf(text, from);
          expect(at, `expected "${text}" in:\n${printed}`).toBeGreaterThanOrEqual(0);
          from = at + text.length;
        }
      });
    }
  }
});
