/** Every target there is, as text: what the null backend compiles to. */
import { RingKernelError } from '../../error/index.ts';
import { KernelCompileError } from '../../kernel/diagnostics.ts';
import { emitCuda } from '../../kernel/emit/cuda/index.ts';
import { emitJs } from '../../kernel/emit/js/index.ts';
import { emitMsl, emitMslActor } from '../../kernel/emit/msl/index.ts';
import { emitWasm } from '../../kernel/emit/wasm/index.ts';
import { emitWgslActor } from '../../kernel/emit/wgsl/actor.ts';
import { emitWgslGlobal } from '../../kernel/emit/wgsl/global.ts';
import { joinLines } from '../../kernel/emit/lines.ts';
import type { Program } from '../../kernel/ir.ts';

type Emit = (program: Program) => string | null;

/** null: the target has no form for this kind of program. */
const targets: Readonly<Record<string, Emit>> = {
  wasm: (program) => emitWasm(program).listing,
  js: (program) => emitJs(program).source,
  cuda: (program) => emitCuda(program).text,
  wgsl: (program) => {
    switch (program.kind) {
      case 'global': return emitWgslGlobal(program).source;
      case 'actor': return joinLines(emitWgslActor(program, 'k0', 0, [], 0).lines);
      case 'function': return null;
    }
  },
  msl: (program) => {
    switch (program.kind) {
      case 'global': return emitMsl(program).source;
      case 'actor': return joinLines(emitMslActor(program, 'k0', 0, []).lines);
      case 'function': return null;
    }
  },
};

export interface TargetText {
  readonly target: string;
  /** null: this target lacks something the program needs; `reason` says what. */
  readonly text: string | null;
  readonly reason: string;
}

/** Compiles a program for every target. What a target cannot have is said; everything else that fails is thrown. */
export function compileForAll(program: Program): TargetText[] {
  return Object.entries(targets).flatMap(([target, emit]): TargetText[] => {
    try {
      const text = emit(program);
      return text === null ? [] : [{ target, text, reason: '' }];
    } catch (cause) {
      if (isMissing(cause)) return [{ target, text: null, reason: (cause as Error).message }];
      throw cause;
    }
  });
}

/** Codes `RK3xx` are about what a target lacks. */
function isMissing(cause: unknown): boolean {
  if (cause instanceof KernelCompileError) return cause.errors.every(isMissing);
  return cause instanceof RingKernelError && cause.code.startsWith('RK3');
}
