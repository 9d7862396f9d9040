/** Source maps for emitted JavaScript: stack traces and debuggers show the user's TypeScript. */
import { encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { Program } from '../../ir.ts';
import { placeOf } from '../../place.ts';
import type { JsResult } from './index.ts';

export interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * One mapping a line, where its place in the user's files is known. `linesBefore`: lines that stand before
 * the text where it runs (`new Function` writes two). Asks the inspector: for debugging only.
 */
export function sourceMapOf(program: Program, result: JsResult, linesBefore = 0): SourceMap {
  const sources: string[] = [];
  const lines: SourceMapSegment[][] = Array.from({ length: linesBefore }, () => []);
  const texts = result.source.split('\n');
  result.positions.forEach((pos, line) => {
    const place = pos === null ? null : placeOf(program.sources, pos);
    if (place === null || place.file === null) {
      lines.push([]);
      return;
    }
    let source = sources.indexOf(place.file);
    if (source < 0) source = sources.push(place.file) - 1;
    const indent = texts[line]!.length - texts[line]!.trimStart().length;
    lines.push([[indent, source, place.line - 1, place.column - 1]]);
  });
  return { version: 3, sources, names: [], mappings: encode(lines) };
}

/** The map as a comment that ends the text. */
export function sourceMapComment(map: SourceMap): string {
  const bytes = new TextEncoder().encode(JSON.stringify(map));
  return `//# sourceMappingURL=data:application/json;base64,${btoa(String.fromCharCode(...bytes))}\n`;
}
