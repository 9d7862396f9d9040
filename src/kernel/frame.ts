/** Code frames: a few lines of source with a caret under the place that is meant. */

export interface FrameOptions {
  /** Lines shown before and after. Default 1. */
  readonly around?: number;
  /** Number of the text's first line. Default 1. */
  readonly firstLine?: number;
}

/**
 * `line` and `column` count from 1, as editors do.
 *
 * ```text
 *   52 |   const n = msg.n;
 * > 53 |   const s = helper(msg.x);
 *      |             ^
 * ```
 */
export function codeFrame(text: string, line: number, column: number, options: FrameOptions = {}): string {
  const around = options.around ?? 1;
  const firstLine = options.firstLine ?? 1;
  const lines = text.split(/\r?\n/);
  const index = line - firstLine;
  const from = Math.max(0, index - around);
  const to = Math.min(lines.length - 1, index + around);
  const width = String(to + firstLine).length;
  const out: string[] = [];
  for (let i = from; i <= to; i++) {
    const shown = lines[i]!;
    // A minified file is one line of many thousand characters: show the part around the place.
    const cut = i === index ? Math.max(0, column - 60) : 0;
    const visible = shown.length > 140 ? `${cut > 0 ? '…' : ''}${shown.slice(cut, cut + 120)}…` : shown;
    out.push(`${i === index ? '>' : ' '} ${String(i + firstLine).padStart(width)} | ${visible}`);
    if (i === index) {
      const lead = shown.length > 140 ? column - cut + (cut > 0 ? 1 : 0) : column;
      const blank = (shown.length > 140 ? visible : shown).slice(0, Math.max(0, lead - 1)).replace(/[^\t]/g, ' ');
      out.push(`  ${' '.repeat(width)} | ${blank}^`);
    }
  }
  return out.join('\n');
}

/** Line and column, both from 1, of an offset into a text. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
