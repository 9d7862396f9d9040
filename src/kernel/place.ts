/** Where a position of the IR is in the user's TypeScript, as well as it can be known here. */
import { codeFrame, positionOf } from './frame.ts';
import type { Pos, SourceText } from './ir.ts';
import { locatorOf, type Locator } from './locate.ts';
import { isText } from './syntax.ts';

export interface UserPlace {
  /** The user's file, or what a text without one is called; null where only the function's own text is known. */
  readonly file: string | null;
  /** From 1; in `file`, or in the function's text. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly frame: string;
}

const locators = new WeakMap<SourceText, Locator | null>();

function locator(source: SourceText): Locator | null {
  let known = locators.get(source);
  if (known === undefined) {
    known = source.fn === null || isText(source.fn) ? null : locatorOf(source.fn, source.text);
    locators.set(source, known);
  }
  return known;
}

/** Null for a position outside the sources. Slow (asks the inspector, reads source maps): for the error path. */
export function placeOf(sources: readonly SourceText[], pos: Pos): UserPlace | null {
  const source = sources[pos.source];
  if (source === undefined) return null;
  const found = locator(source)?.(pos.start) ?? null;
  if (found !== null) {
    const frame = found.text === null ? codeFrame(source.text, ...own(source.text, pos.start)) : codeFrame(found.text, found.line, found.column);
    return { file: found.file, line: found.line, column: found.column, frame };
  }
  const [line, column] = own(source.text, pos.start);
  return { file: source.name ?? null, line, column, frame: codeFrame(source.text, line, column) };
}

function own(text: string, offset: number): [number, number] {
  const { line, column } = positionOf(text, offset);
  return [line, column];
}

/** `at src/handlers.ts:53:11`, with the frame under it. */
export const describePlace = (place: UserPlace): string =>
  `${place.file === null ? `at line ${place.line}, column ${place.column} of the function` : `at ${place.file}:${place.line}:${place.column}`}\n${place.frame}`;
