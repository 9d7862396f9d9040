import { fail } from '../error/index.ts';
import type { Need, Program, RawTarget } from '../kernel/ir.ts';
import { programFor } from '../kernel/program.ts';
import type { Capabilities } from './contract.ts';

const wording: Readonly<Record<Need, string>> = {
  f16: 'half-precision floats',
  f64: 'double-precision floats',
  i64: '64-bit integers',
  atomics: 'atomic operations',
  atomics64: '64-bit atomic operations',
  atomicsFloat: 'atomic operations on floats',
  shared: 'workgroup-shared memory',
  barrier: 'workgroup barriers',
  gridBarrier: 'barriers of a whole launch',
  subgroups: 'subgroup operations',
  send: 'sending to other kernels',
  clock: 'a device clock',
  hlc: 'hybrid logical clocks',
  debug: '`ctx.debug`',
};

/** Languages in which a user's own text may take the place of a function. */
const languages: Readonly<Record<string, RawTarget>> = { cuda: 'cuda', metal: 'msl', webgpu: 'wgsl' };

/** What a program needs and a target lacks. */
export function missingNeeds(program: Program, capabilities: Capabilities, backend: string): Need[] {
  const language = languages[backend];
  const { needs } = language === undefined ? program : programFor(program, language);
  return [...needs].filter((need) => !capabilities.needs.has(need));
}

/** Throws `CapabilityMissing` when the target lacks something the program needs. */
export function checkNeeds(program: Program, capabilities: Capabilities, backend: string): void {
  const missing = missingNeeds(program, capabilities, backend);
  if (missing.length === 0) return;
  throw fail('CapabilityMissing', { kernel: program.id, backend, missing: missing.map((need) => wording[need]).join(', ') });
}
