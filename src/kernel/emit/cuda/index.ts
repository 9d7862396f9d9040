/**
 * CUDA C++ from the IR. No header is included, so NVRTC and nvcc both take the text as it is.
 *
 * ## What is emitted
 * - A **global kernel** becomes `extern "C" __global__ void <id>(...)`. Arguments as `entryArguments` lists
 *   them: a buffer is a pointer followed by its extents as u32 (`length`, and for grids `width`, `height`[, `depth`]).
 * - A **device function** becomes `__device__ R <name>(u8* memory, ...)`: addresses are byte offsets from
 *   `memory` (which is left out where nothing touches it, except from the entry function).
 * - An **actor** becomes one function per handler, `handle_<index>` in a namespace named after the actor. `abi.ts`
 *   says what they are given and what the engine provides.
 *
 * ## Arithmetic
 * Compile with `cudaCompileOptions`: without contraction into FMA, floats are bit for bit those of the CPU for
 * `+ - * / sqrt fma` and conversions. Integers wrap; the text avoids what C++ leaves undefined.
 */
import type { Pos, Program } from '../../ir.ts';
import { programFor } from '../../program.ts';
import { entryArguments, type EntryArgument } from '../entry.ts';
import { collect } from '../library.ts';
import { joinLines, joinWithDirectives, ownLines, type Line, type Locate } from '../lines.ts';
import { legal } from '../names.ts';
import { handlerDeclarations } from './abi.ts';
import { cudaLibrary, cudaPrelude } from './library.ts';
import { CudaVisitor } from './visitor.ts';

/** Options for NVRTC and nvcc that the emitted text relies on. */
export const cudaCompileOptions = ['--std=c++17', '--fmad=false'] as const;

export interface CudaOptions {
  /**
   * Handlers fault on integer overflow and division by zero too (on indices out of range they always do); global
   * kernels read zero and store nothing out of range. Default false.
   */
  readonly exact?: boolean;
  /** Namespace of the functions. Default: the id for actors, none for the others. */
  readonly namespace?: string;
  /** Scope of raw memory accesses: `sys` is seen by the host and other GPUs. Default `sys`. */
  readonly scope?: 'gpu' | 'sys';
  /** Where positions lie in the user's files; `#line` directives are written for those it knows. */
  readonly locate?: Locate;
}

/** One program's share of a translation unit. */
export interface CudaPart {
  /** Struct declarations, constants and functions, in their namespace. */
  readonly lines: readonly Line[];
  /** Names to call or launch: `adder::handle_0`, `heat2d`. */
  readonly entries: readonly string[];
  /** For global kernels: arguments in order. */
  readonly arguments: readonly EntryArgument[];
  readonly locate: Locate | null;
}

export function cudaPart(given: Program, options: CudaOptions = {}): CudaPart {
  const program = programFor(given, 'cuda');
  const visitor = new CudaVisitor(program, { exact: options.exact ?? false, scope: options.scope ?? 'sys' });
  const namespace = options.namespace ?? (program.kind === 'actor' ? legal(program.id) : '');
  const qualified = (name: string): string => (namespace === '' ? name : `${namespace}::${name}`);
  const entries: string[] = [];
  const constants = program.constants.map((c) => visitor.constant(c));
  // Names of the top level are claimed before any function's locals.
  const kernelName = program.kind === 'global' ? visitor.entryName() : '';
  for (const fn of program.functions) visitor.helper(fn);
  switch (program.kind) {
    case 'actor':
      for (const h of program.handlers) {
        const name = `handle_${h.index}`;
        visitor.handler(h, program.state, name);
        entries.push(qualified(name));
      }
      break;
    case 'global':
      visitor.kernel(program, kernelName);
      entries.push(kernelName);
      break;
    case 'function':
      visitor.helper(program.func, 'memory');
      entries.push(qualified(visitor.entryFunction(program.func)));
  }
  const declarations = [...visitor.structDeclarations(), ...constants].flatMap((d) => [...ownLines(d), ...ownLines('')]);
  const lines = [
    ...(namespace === '' ? [] : ownLines(`namespace ${namespace} {\n`)),
    ...declarations, ...visitor.printed,
    ...(namespace === '' ? [] : ownLines(`}  // namespace ${namespace}\n`)),
  ];
  return { lines, entries, arguments: program.kind === 'global' ? entryArguments(program) : [], locate: options.locate ?? null };
}

/**
 * A whole translation unit: types, the routines that are used anywhere in it, `before` (the engine's
 * declarations), the programs, `after` (the engine's kernels). Later programs' positions are found with their own `locate`.
 */
export function cudaUnit(parts: readonly CudaPart[], around: { readonly before?: string; readonly after?: string; readonly file?: string } = {}): string {
  const before = around.before ?? '';
  const after = around.after ?? '';
  const text = [before, ...parts.map((p) => joinLines(p.lines)), after].join('\n');
  const origin = new Map<Pos, Locate>();
  for (const p of parts) for (const l of p.lines) if (l.pos !== null && p.locate !== null) origin.set(l.pos, p.locate);
  const lines = [
    ...ownLines(cudaPrelude), ...ownLines(before), ...collect(text, cudaLibrary).flatMap(ownLines), ...ownLines(''),
    ...parts.flatMap((p) => p.lines), ...ownLines(after),
  ];
  return joinWithDirectives(lines, (pos) => origin.get(pos)?.(pos) ?? null, around.file ?? 'kernel.cu');
}

export interface CudaSource {
  readonly text: string;
  readonly entries: readonly string[];
  readonly arguments: readonly EntryArgument[];
}

/** One program as a translation unit of its own. Handlers stand behind the engine's declarations, without the engine. */
export function emitCuda(program: Program, options: CudaOptions = {}): CudaSource {
  const part = cudaPart(program, options);
  const text = cudaUnit([part], { before: program.kind === 'actor' ? handlerDeclarations : '', file: `${legal(program.id)}.cu` });
  return { text, entries: part.entries, arguments: part.arguments };
}
