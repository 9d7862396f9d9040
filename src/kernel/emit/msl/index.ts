/**
 * Metal Shading Language from the IR, for language version 3.1 (macOS 14) and later. Every text passes the rules
 * of `lint.ts` before it is handed out.
 *
 * A global kernel becomes `kernel void <id>(...)`: buffers as `[[buffer(0)]]` and on in the order of the
 * parameters, then one block (`arguments`) with extents and values, laid out like any struct of ours.
 * Handlers become functions for the pass engine (`actor.ts`).
 */
import type { FaultSite } from '../../../engine/pass/driver.ts';
import type { Struct } from '../../../layout/types.ts';
import type { ActorProgram, BufferParam, GlobalProgram, Pos } from '../../ir.ts';
import { programFor } from '../../program.ts';
import { collect } from '../library.ts';
import { joinLines, joinWithDirectives, lineMap, ownLines, type Line, type Locate } from '../lines.ts';
import { legal } from '../names.ts';
import { MslActorVisitor, type MslActorText } from './actor.ts';
import { MslGlobalVisitor } from './global.ts';
import { mslLibrary, mslPrelude } from './library.ts';
import { checkMsl } from './lint.ts';

/** Oldest language version the text is written for, as `MTLLanguageVersion` counts (major << 16 | minor). */
export const mslVersion = (3 << 16) | 1;

export interface MslOptions {
  /** Out of range, buffers read zero and store nothing. Default false. */
  readonly exact?: boolean;
  /** Where positions lie in the user's files; `#line` directives are written for those it knows. */
  readonly locate?: Locate;
}

export interface MslGlobal {
  readonly source: string;
  readonly entry: string;
  readonly workgroup: readonly [number, number, number];
  readonly buffers: readonly BufferParam[];
  /** Extents (`x_length`, `u_width`, …) and values, bound behind the buffers; null: none. */
  readonly block: Struct | null;
  /** Origin of each line of `source`. */
  readonly map: readonly (Pos | null)[];
}

/** Puts the types and the routines in use before the parts, and checks the whole. */
export function mslUnit(parts: readonly (string | readonly Line[])[], options: { readonly locate?: Locate | undefined; readonly file?: string } = {}): { source: string; map: readonly (Pos | null)[] } {
  const body = parts.flatMap((p) => (typeof p === 'string' ? [...ownLines(p), ...ownLines('')] : p));
  const lines = [...ownLines(mslPrelude), ...collect(joinLines(body), mslLibrary).flatMap(ownLines), ...ownLines(''), ...body];
  const plain = options.locate === undefined && lines.every((l) => l.raw === undefined);
  const source = plain ? joinLines(lines) : joinWithDirectives(lines, options.locate ?? (() => null), options.file ?? 'kernel.metal');
  // What a user wrote in MSL is between them and the compiler.
  checkMsl(joinLines(lines.map((l) => (l.raw === undefined ? l : { ...l, text: '' }))));
  return { source, map: lineMap(lines) };
}

/** A global kernel as a Metal library's source. Throws `RK301` for what Metal lacks. */
export function emitMsl(given: GlobalProgram, options: MslOptions = {}): MslGlobal {
  const program = programFor(given, 'msl');
  const text = new MslGlobalVisitor(program, options.exact ?? false).print();
  const unit = mslUnit([...text.declarations, text.lines], { locate: options.locate, file: `${legal(program.id)}.metal` });
  return { ...unit, entry: text.entry, workgroup: program.workgroup, buffers: text.buffers, block: text.block };
}

/** An actor's handlers, to be put behind the routines of the pass engine. `sites` grows by what can fault. */
export const emitMslActor = (program: ActorProgram, namespace: string, kind: number, sites: FaultSite[]): MslActorText =>
  new MslActorVisitor(programFor(program, 'msl'), kind, sites).print(namespace);
