import type { Pos } from '../ir.ts';

/** Where a position of a program lies in the user's files; null when that is not known. `line` counts from 1. */
export type Locate = (pos: Pos) => { readonly file: string; readonly line: number } | null;

/** One line of generated text and the place in the user's function that it comes from. */
export interface Line {
  readonly text: string;
  readonly pos: Pos | null;
  /** For text that a user wrote in the target's language: what messages call it, and which line of it this is. */
  readonly raw?: { readonly file: string; readonly line: number };
}

/** Generated text that grows line by line, indented, each line knowing its origin. */
export class Lines {
  readonly lines: Line[] = [];
  #depth = 0;

  /** Adds one line (or several, for text with line breaks) at the current depth. */
  add(text: string, pos: Pos | null = null): void {
    const indent = '  '.repeat(this.#depth);
    for (const part of text.split('\n')) this.lines.push({ text: part === '' ? '' : indent + part, pos });
  }

  /** The user's own text, as it stands. */
  addRaw(text: string, source: number, file: string): void {
    let start = 0;
    text.split('\n').forEach((line, i) => {
      this.lines.push({ text: line, pos: { source, start, end: start + line.length }, raw: { file, line: i + 1 } });
      start += line.length + 1;
    });
  }

  indent(body: () => void): void {
    this.#depth++;
    body();
    this.#depth--;
  }
}

/** Text that comes from no place of the user's. */
export const ownLines = (text: string): Line[] => text.split('\n').map((line) => ({ text: line, pos: null }));

export const joinLines = (lines: readonly Line[]): string => lines.map((l) => l.text).join('\n') + '\n';

/** Position for each line of the text, by line number from 0: for targets without `#line`. */
export const lineMap = (lines: readonly Line[]): readonly (Pos | null)[] => lines.map((l) => l.pos);

/**
 * The text with `#line` directives, so that the target's compiler and debugger speak of the user's file.
 * A directive is written only where the compiler would count wrongly. Lines without a position inside a
 * function go on counting; those marked `pos: null` after a directive return to `ownFile` at column 0 text
 * that opens a new declaration, so that messages about our own text do not blame the user's.
 */
export function joinWithDirectives(lines: readonly Line[], locate: Locate, ownFile: string): string {
  const out: string[] = [];
  let file = ownFile;
  let next = 1;
  for (const { text, pos, raw } of lines) {
    const found = raw ?? (pos === null ? null : locate(pos));
    if (found !== null) {
      if (found.file !== file || found.line !== next) out.push(`#line ${found.line} ${JSON.stringify(found.file)}`);
      file = found.file;
      next = found.line;
    } else if (file !== ownFile && /^[A-Za-z_#]/.test(text)) {
      file = ownFile;
      next = out.length + 2;
      out.push(`#line ${next} ${JSON.stringify(ownFile)}`);
    }
    out.push(text);
    next++;
  }
  return out.join('\n') + '\n';
}
