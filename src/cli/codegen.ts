import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fail } from '../error/index.ts';
import type { Program } from '../kernel/ir.ts';
import { registered, type Registered } from '../kernel/registry.ts';
import { targets, type TargetName } from './targets.ts';

const invalid = (option: string, value: string, reason: string, cause?: unknown): Error => fail('InvalidConfig', { option, value, reason }, cause);

/** What a module defines when it is loaded. */
async function definedBy(entry: string, id: string | undefined): Promise<readonly Registered[]> {
  const before = new Set(registered());
  try {
    await import(pathToFileURL(resolve(entry)).href);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw cause;
    throw invalid('entry', entry, 'This Node does not load TypeScript; run it as `node --import tsx node_modules/.bin/ringkernel codegen …`, or name a JavaScript file.', cause);
  }
  const kernels = registered().filter((d) => !before.has(d) && (id === undefined || d.id === id));
  if (kernels.length === 0) throw invalid(id === undefined ? 'entry' : '--kernel', id ?? entry, 'The module defines no such kernel.');
  return kernels;
}

async function template(name: string): Promise<readonly Registered[]> {
  const { templates } = await import('./templates.ts');
  if (!Object.hasOwn(templates, name)) throw invalid('--template', name, `It is one of ${Object.keys(templates).join(', ')}.`);
  return [templates[name as keyof typeof templates]];
}

/** The program with the engine around it. */
async function withEngine(target: string, program: Program): Promise<string> {
  const { engineTargets, engineText } = await import('./engine-text.ts');
  const found = engineTargets.find((t) => t === target);
  if (found === undefined) throw invalid('--target', target, `With an engine around it, it is one of ${engineTargets.join(', ')}.`);
  if (program.kind !== 'actor') throw invalid('--engine', program.id, 'Only kernels that take messages run in an engine.');
  return engineText(found, program);
}

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args, allowPositionals: true,
    options: {
      target: { type: 'string', default: 'ir' }, kernel: { type: 'string' }, out: { type: 'string' },
      template: { type: 'string' }, engine: { type: 'boolean', default: false },
    },
  });
  const [entry] = positionals;
  if (!Object.hasOwn(targets, values.target)) throw invalid('--target', values.target, `It is one of ${Object.keys(targets).join(', ')}.`);
  const target = targets[values.target as TargetName];
  if (entry === undefined && values.template === undefined) throw invalid('entry', '(nothing)', 'Name the module that defines the kernels, or a `--template`.');
  const kernels = values.template === undefined ? await definedBy(entry!, values.kernel) : await template(values.template);
  const engine = values.engine || values.template !== undefined;
  for (const { id, program } of kernels) {
    const text = engine ? await withEngine(values.target, program) : await target.print(program);
    if (values.out === undefined) {
      console.log(text);
      continue;
    }
    mkdirSync(values.out, { recursive: true });
    const file = join(values.out, `${id.replaceAll(/[^\w.-]/g, '_')}.${target.extension}`);
    writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`);
    console.log(file);
  }
  return 0;
}
