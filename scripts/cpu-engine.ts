/**
 * Makes the generated files of the CPU engine: `worker-source.ts` from `worker/main.ts`, and `engine-code.ts`
 * from the engine's steps. `tsx scripts/cpu-engine.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { engineGlue, tickGlue } from '../src/backend/cpu/glue.ts';
import { stepProgram } from '../src/engine/steps/compile.ts';
import { debugCommit, debugReserve } from '../src/engine/steps/debug.ts';
import { abandonSend, failed } from '../src/engine/steps/fault.ts';
import { beat, pass, run } from '../src/engine/steps/loop.ts';
import { commit, reserve } from '../src/engine/steps/send.ts';
import { advance } from '../src/engine/steps/slots.ts';
import { emitWasm } from '../src/kernel/emit/wasm/index.ts';

const at = (path: string): string => fileURLToPath(new URL(`../src/backend/cpu/${path}`, import.meta.url));
const quoted = (text: string): string => `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\``;

function workerSource(): string {
  const { outputFiles } = buildSync({
    entryPoints: [at('worker/main.ts')], bundle: true, write: false, format: 'iife', platform: 'node', target: 'es2022', minify: true,
    logLevel: 'silent', legalComments: 'none',
  });
  const text = outputFiles[0]!.text.replace(/^ *\/\/ .*\n/gm, '');
  return `/** What a worker thread evaluates. Made from \`worker/main.ts\` by \`tsx scripts/cpu-engine.ts\`. */\nexport const workerSource = ${quoted(text)};\n`;
}

/** Without the names of functions and locals, which nothing needs at run time. */
function stripped(binary: Uint8Array): Uint8Array {
  const parts = [binary.subarray(0, 8)];
  for (let at = 8; at < binary.length;) {
    let end = at + 1;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[end++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    end += size;
    if (binary[at] !== 0) parts.push(binary.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}

function engineCode(): string {
  const steps = { advance, reserve, commit, debugReserve, debugCommit, failed, abandonSend, beat, pass, run };
  const modules: [string, Uint8Array][] = [['glue', engineGlue()]];
  for (const [name, step] of Object.entries(steps)) modules.push([name, emitWasm(stepProgram(step)).binary]);
  modules.push(['tick', tickGlue()]);
  const rows = modules.map(([name, binary]) => `  ${name}: '${Buffer.from(stripped(binary)).toString('hex')}',\n`);
  return `/** The engine's WebAssembly modules, as hexadecimal digits, which compress better than base64. Made from \`engine/steps\` by \`tsx scripts/cpu-engine.ts\`. */\nexport const engineCode: Readonly<Record<string, string>> = {\n${rows.join('')}};\n`;
}

/** The generated files, as they have to be. */
export const generatedFiles = (): Record<string, string> => ({
  [at('worker-source.ts')]: workerSource(),
  [at('engine-code.ts')]: engineCode(),
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of Object.entries(generatedFiles())) writeFileSync(file, text);
}
