import { fail } from '../error/index.ts';
import type { Need, Program, RawTarget } from '../kernel/ir.ts';
import { bodiesOf, programFor, usesOf } from '../kernel/program.ts';
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

function seenBy(program: Program, backend: string): Program {
  const language = languages[backend];
  return language === undefined ? program : programFor(program, language);
}

/** What a program needs and a target lacks. */
export function missingNeeds(program: Program, capabilities: Capabilities, backend: string): Need[] {
  return [...seenBy(program, backend).needs].filter((need) => !capabilities.needs.has(need));
}

/** Throws `CapabilityMissing` when the target lacks something the program needs. */
export function checkNeeds(program: Program, capabilities: Capabilities, backend: string): void {
  const missing = missingNeeds(program, capabilities, backend);
  if (missing.length === 0) return;
  // A field says most; else the first use does.
  const uses = usesOf(bodiesOf(seenBy(program, backend)));
  const named = (need: Need): string => {
    const of = uses.filter((u) => u.need === need);
    const use = of.find(({ what }) => what.startsWith('field')) ?? of[0];
    return use === undefined ? wording[need] : `${wording[need]} (${use.what})`;
  };
  throw fail('CapabilityMissing', { kernel: program.id, backend, missing: missing.map(named).join(', ') });
}
