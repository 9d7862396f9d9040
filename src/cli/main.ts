#!/usr/bin/env node
/** `ringkernel`: what is here, what is generated, does it work, how fast is it. */
import { RingKernelError } from '../error/index.ts';

interface Command {
  readonly usage: string;
  readonly summary: string;
  /** Resolves to the exit code. */
  load(): Promise<{ run(args: string[]): Promise<number> }>;
}

const commands: Readonly<Record<string, Command>> = {
  doctor: { usage: 'doctor [--json]', summary: 'Which backends work here, after a real round trip on each, and why others do not.', load: () => import('./doctor.ts') },
  codegen: { usage: 'codegen <entry | --template ring|halo> --target TARGET [--engine] [--kernel ID] [--out FOLDER]', summary: 'Prints the code generated for the kernels a module defines; --engine: with the engine around it.', load: () => import('./codegen.ts') },
  selftest: { usage: 'selftest [--backend NAME] [--intrinsics [--ulp]]', summary: 'Runs the conformance suite on this machine; --intrinsics: every function of the language instead, against arithmetic of 240 bits, --ulp with the error of each.', load: () => import('./selftest.ts') },
  bench: { usage: 'bench [--backend NAME] [--json]', summary: 'Round trip and throughput on this machine.', load: () => import('./bench.ts') },
};

function help(): void {
  console.log('ringkernel <command>\n');
  for (const { usage, summary } of Object.values(commands)) console.log(`  ${usage}\n      ${summary}`);
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help') {
    help();
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(`There is no command '${name}'.\n`);
    help();
    return 2;
  }
  const { run } = await command.load();
  return run(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (cause) {
  if (cause instanceof RingKernelError) console.error(cause.message);
  else if (cause instanceof TypeError && String((cause as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')) console.error(cause.message);
  else console.error(cause);
  process.exitCode = 1;
}
