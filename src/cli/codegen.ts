import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fail } from '../error/index.ts';
import { registered } from '../kernel/registry.ts';
import { targets, type TargetName } from './targets.ts';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args, allowPositionals: true,
    options: { target: { type: 'string', default: 'ir' }, kernel: { type: 'string' }, out: { type: 'string' } },
  });
  const [entry] = positionals;
  if (entry === undefined) throw fail('InvalidConfig', { option: 'entry', value: '(nothing)', reason: 'Name the module that defines the kernels.' });
  if (!Object.hasOwn(targets, values.target)) {
    throw fail('InvalidConfig', { option: '--target', value: values.target, reason: `It is one of ${Object.keys(targets).join(', ')}.` });
  }
  const target = targets[values.target as TargetName];
  const before = new Set(registered());
  try {
    await import(pathToFileURL(resolve(entry)).href);
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw fail('InvalidConfig', { option: 'entry', value: entry, reason: 'This Node does not load TypeScript; run it as `node --import tsx node_modules/.bin/ringkernel codegen …`, or name a JavaScript file.' }, cause);
    }
    throw cause;
  }
  const kernels = registered().filter((d) => !before.has(d) && (values.kernel === undefined || d.id === values.kernel));
  if (kernels.length === 0) {
    throw fail('InvalidConfig', { option: values.kernel === undefined ? 'entry' : '--kernel', value: values.kernel ?? entry, reason: 'The module defines no such kernel.' });
  }
  for (const { id, program } of kernels) {
    const text = await target.print(program);
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
