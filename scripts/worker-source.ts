/** Makes `src/backend/cpu/worker-source.ts` from `src/backend/cpu/worker/main.ts`. `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const at = (path: string): string => fileURLToPath(new URL(`../src/backend/cpu/${path}`, import.meta.url));

/** The text of the file, as it has to be. */
export function workerSourceFile(): string {
  const { outputFiles } = buildSync({
    entryPoints: [at('worker/main.ts')], bundle: true, write: false, format: 'iife', platform: 'node', target: 'es2022', charset: 'utf8',
    logLevel: 'silent', legalComments: 'none',
  });
  const text = outputFiles[0]!.text.replace(/^ *\/\/ .*\n/gm, '').replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `/** What a worker thread evaluates. Made from \`worker/main.ts\` by \`tsx scripts/worker-source.ts\`. */\nexport const workerSource = \`${text}\`;\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = workerSourceFile();
  const file = at('worker-source.ts');
  if (process.argv.includes('--check')) {
    if (readFileSync(file, 'utf8') !== made) {
      console.error('worker-source.ts is out of date: run `npx tsx scripts/worker-source.ts`.');
      process.exitCode = 1;
    }
  } else {
    writeFileSync(file, made);
  }
}
