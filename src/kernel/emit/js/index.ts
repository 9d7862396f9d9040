/** Programs to JavaScript, for debugging: exact results, faults with their place in the user's source. */
import { fail } from '../../../error/index.ts';
import type { FaultKind } from '../../../engine/abi.ts';
import type { Views } from '../../../message/codec.ts';
import type { Pos, Program } from '../../ir.ts';
import { together } from '../../lanes.ts';
import { joinLines, lineMap } from '../lines.ts';
import { mathImports } from '../wasm/math-imports.ts';
import { JsProgram } from './program.ts';

export { sourceMapOf, sourceMapComment, type SourceMap } from './source-map.ts';

export interface JsOptions {
  /** Faults on integer overflow and division by zero; else both wrap as on a device. Default true. */
  readonly exact?: boolean;
}

export interface JsResult {
  /** Body of a function of `rk` (`JsImports`) that returns the exports. */
  readonly source: string;
  /** The IR position each line of `source` comes from. */
  readonly positions: readonly (Pos | null)[];
}

/** What emitted JavaScript is given, with the meaning of `engine/abi.ts`. */
export interface JsImports {
  readonly views: Views;
  /** The program's constant buffers, in order. */
  readonly constants: readonly ArrayBufferView[];
  /** Functions that `Math` lacks. */
  readonly math: Readonly<Record<string, (...x: number[]) => number>>;
  /** Runs the threads of a workgroup that meet. */
  together(threads: readonly Iterator<unknown, unknown, never>[]): void;
  /** Raw memory, for plain functions. */
  readonly memory?: unknown;
  /** Must throw. */
  fault(kind: FaultKind, source: number, start: number, end: number): never;
  reserve?(actor: number, port: number): number;
  commit?(actor: number, port: number): void;
  debug?(actor: number, format: number, args: readonly (number | bigint | boolean)[]): void;
  clock?(): bigint;
  tick?(actor: number): bigint;
}

export type JsExports = Readonly<Record<string, (...args: (number | bigint | boolean)[]) => number | bigint | boolean | undefined>>;

/** Thrown where emitted JavaScript detects a fault. */
export class JsFault extends Error {
  override readonly name = 'JsFault';
  readonly kind: FaultKind;
  readonly pos: Pos;

  constructor(kind: FaultKind, pos: Pos) {
    super(`${kind} at ${pos.source}:${pos.start}`);
    this.kind = kind;
    this.pos = pos;
  }
}

export function emitJs(program: Program, options: JsOptions = {}): JsResult {
  const lines = new JsProgram(program, options.exact ?? true).print();
  return { source: joinLines(lines), positions: lineMap(lines) };
}

/**
 * Makes the exports of an emitted program. In a browser whose content security policy forbids `eval` this
 * throws. `map`: what `sourceMapComment(sourceMapOf(program, result, 2))` gives, so that stack traces (Node:
 * `--enable-source-maps`) and debuggers show the user's file.
 */
export function instantiateJs(program: Program, result: JsResult, imports: Omit<JsImports, 'constants' | 'fault' | 'math' | 'together'> & Partial<Pick<JsImports, 'fault'>>, map = ''): JsExports {
  const rk: JsImports = {
    fault: (kind, source, start, end) => { throw new JsFault(kind, { source, start, end }); },
    ...imports,
    math: mathImports,
    together,
    constants: program.constants.map((c) => c.data),
  };
  try {
    return (new Function('rk', `${result.source}//# sourceURL=ringkernel/${encodeURIComponent(program.id)}.js\n${map}`) as (rk: JsImports) => JsExports)(rk);
  } catch (cause) {
    throw fail('BackendUnavailable', {
      backend: 'cpu', reason: 'The host does not let JavaScript be made from text.', hint: "Open with another `debug` mode than 'exact', or allow 'unsafe-eval'.",
    }, cause);
  }
}
