import { fail } from '../error/index.ts';
import type { Need, Program } from '../kernel/ir.ts';
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
  subgroups: 'subgroup operations',
  send: 'sending to other kernels',
  clock: 'a device clock',
  hlc: 'hybrid logical clocks',
  debug: '`ctx.debug`',
};

/** What a program needs and a target lacks. */
export const missingNeeds = (program: Program, capabilities: Capabilities): Need[] =>
  [...program.needs].filter((need) => !capabilities.needs.has(need));

/** Throws `CapabilityMissing` when the target lacks something the program needs. */
export function checkNeeds(program: Program, capabilities: Capabilities, backend: string): void {
  const missing = missingNeeds(program, capabilities);
  if (missing.length === 0) return;
  throw fail('CapabilityMissing', { kernel: program.id, backend, missing: missing.map((need) => wording[need]).join(', ') });
}
