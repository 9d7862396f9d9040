/** What is kept as golden text for each definition: the targets, and how each is made. */
import type { GlobalDefinition, KernelDefinition } from '../../src/kernel/define.ts';
import { cudaPart, cudaUnit } from '../../src/kernel/emit/cuda/index.ts';
import { emitJs } from '../../src/kernel/emit/js/index.ts';
import { joinLines } from '../../src/kernel/emit/lines.ts';
import { emitMsl, emitMslActor } from '../../src/kernel/emit/msl/index.ts';
import { mslPassProgram } from '../../src/kernel/emit/msl/pass.ts';
import { emitWgslActor } from '../../src/kernel/emit/wgsl/actor.ts';
import { emitWgslGlobal } from '../../src/kernel/emit/wgsl/global.ts';
import { emitWasm } from '../../src/kernel/emit/wasm/index.ts';
import type { Program } from '../../src/kernel/ir.ts';
import { printIr } from '../../src/kernel/print.ts';

/** A golden input's default export. */
export type Definition = Pick<KernelDefinition | GlobalDefinition, 'id'> & { readonly program: Program };

/** Text of a program on a target; null where the target has no form for it. */
export interface GoldenTarget {
  readonly name: 'ir' | 'js' | 'wasm' | 'cuda' | 'msl' | 'wgsl';
  readonly extension: string;
  readonly text: (program: Program) => string | null;
}

/** What stands around handlers is the engines' own and not kept here. */
const cudaText = (program: Program): string => cudaUnit([cudaPart(program)], { file: `${program.id}.cu` });

/** Whole programs as a Metal compiler gets them; null where Metal has no form for it. */
export const metalText = (program: Program): string | null =>
  program.kind === 'global' ? emitMsl(program).source
    : program.kind === 'actor' ? mslPassProgram([{ index: 0, program, parallel: program.handlers.map(() => false) }]).source : null;

export const goldenTargets: readonly GoldenTarget[] = [
  { name: 'ir', extension: 'txt', text: printIr },
  { name: 'js', extension: 'js', text: (p) => emitJs(p).source },
  { name: 'wasm', extension: 'wat', text: (p) => emitWasm(p).listing },
  { name: 'cuda', extension: 'cu', text: cudaText },
  {
    name: 'msl', extension: 'metal', text: (p) => (p.kind === 'actor' ? joinLines(emitMslActor(p, 'kind0', 0, []).lines) : metalText(p)),
  },
  {
    name: 'wgsl', extension: 'wgsl', text: (p) => {
      if (p.kind === 'global') return emitWgslGlobal(p).source;
      if (p.kind !== 'actor') return null;
      const actor = emitWgslActor(p, 'k0_', 0, [], 0);
      return [...actor.declarations, joinLines(actor.lines)].join('\n');
    },
  },
];
