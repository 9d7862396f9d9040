/**
 * From an offset into `fn.toString()` to the user's file, line and column.
 *
 * V8 knows where a function's text begins (`[[FunctionLocation]]`) and which source map its script names;
 * both are asked through the inspector of this process, only on the error path, and disconnected at once.
 * Elsewhere (browsers, Bun, locked-down hosts) there is no answer and the caller falls back to the text.
 */
import type { Session } from 'node:inspector';

export interface SourceLocation {
  /** Path or URL of the user's file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The file's text, where it is known. */
  readonly text: string | null;
}

/** Finds places of one function. */
export type Locator = (offset: number) => SourceLocation | null;

type AnyFunction = (...args: never[]) => unknown;

interface Script {
  readonly url: string;
  readonly sourceMapUrl: string;
  /** Of the function's text; both from 0. */
  readonly line: number;
  readonly column: number;
}

type Builtin = <T>(name: string) => T | undefined;
const builtin: Builtin | undefined = typeof process === 'undefined'
  ? undefined
  : (process as { getBuiltinModule?: Builtin }).getBuiltinModule?.bind(process);

const slot = Symbol.for('ringkernel.locate');

function askInspector(fn: AnyFunction): Script | null {
  const inspector = builtin?.<typeof import('node:inspector')>('node:inspector');
  if (inspector === undefined) return null;
  const session: Session = new inspector.Session();
  const scripts = new Map<string, { url: string; sourceMapUrl: string }>();
  let found: Script | null = null;
  (globalThis as Record<symbol, unknown>)[slot] = fn;
  try {
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, { url: params.url, sourceMapUrl: params.sourceMapURL ?? '' }));
    session.post('Debugger.enable');
    session.post('Runtime.evaluate', { expression: `globalThis[Symbol.for('ringkernel.locate')]` }, (error, answer) => {
      const objectId = answer?.result.objectId;
      if (error !== null || objectId === undefined) return;
      session.post('Runtime.getProperties', { objectId }, (failure, properties) => {
        if (failure !== null) return;
        const location = properties.internalProperties?.find((p) => p.name === '[[FunctionLocation]]')?.value?.value as
          { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
        const script = location === undefined ? undefined : scripts.get(location.scriptId);
        if (location !== undefined && script !== undefined) found = { ...script, line: location.lineNumber, column: location.columnNumber };
      });
    });
  } catch {
    return null; // another tool owns the inspector, or the host forbids it
  } finally {
    delete (globalThis as Record<symbol, unknown>)[slot];
    session.disconnect();
  }
  return found;
}

/** V8 points at the `(` of functions and methods, and at the first character of arrows. */
function anchorOffset(text: string): number {
  const named = /^(?:async\s+)?(?:function\b|(?:get|set|static)\s|\[|[\w$#]+\s*\()/.test(text);
  const arrow = /^(?:async\s*)?(?:\(|[\w$]+\s*=>)/.test(text);
  return named && !arrow ? Math.max(0, text.indexOf('(')) : 0;
}

function readText(url: string): string | null {
  const fs = builtin?.<typeof import('node:fs')>('node:fs');
  try {
    return fs?.readFileSync(url.startsWith('file:') ? new URL(url) : url, 'utf8') ?? null;
  } catch {
    return null;
  }
}

function readMap(script: Script): unknown {
  const { sourceMapUrl: url } = script;
  if (url === '') return null;
  const data = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url);
  const text = data === null
    ? readText(new URL(url, script.url.startsWith('/') ? `file://${script.url}` : script.url).href)
    : data[1] === undefined ? decodeURIComponent(data[2]!) : new TextDecoder().decode(Uint8Array.from(atob(data[2]!), (c) => c.charCodeAt(0)));
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

const asPath = (url: string): string => (url.startsWith('file://') ? decodeURIComponent(new URL(url).pathname) : url);

/** Null when nothing better than the function's own text is known. `text` is `fn.toString()`. */
export function locatorOf(fn: AnyFunction, text: string): Locator | null {
  const script = askInspector(fn);
  if (script === null || script.url === '') return null;
  const anchor = text.slice(0, anchorOffset(text));
  const place = (offset: number): { line: number; column: number } => {
    const between = text.slice(anchor.length, offset);
    if (offset < anchor.length) return { line: script.line, column: Math.max(0, script.column - (anchor.length - offset)) };
    const breaks = between.split('\n');
    return breaks.length === 1
      ? { line: script.line, column: script.column + between.length }
      : { line: script.line + breaks.length - 1, column: breaks.at(-1)!.length };
  };
  const map = readMap(script);
  if (map === null) {
    const file = asPath(script.url);
    const content = readText(script.url);
    return (offset) => {
      const { line, column } = place(offset);
      return { file, line: line + 1, column: column + 1, text: content };
    };
  }
  const require = builtin?.<typeof import('node:module')>('node:module')?.createRequire(import.meta.url);
  if (require === undefined) return null;
  const { TraceMap, originalPositionFor, sourceContentFor } = require('@jridgewell/trace-mapping') as typeof import('@jridgewell/trace-mapping');
  const trace = new TraceMap(map as ConstructorParameters<typeof TraceMap>[0], script.url);
  return (offset) => {
    const { line, column } = place(offset);
    const original = originalPositionFor(trace, { line: line + 1, column });
    if (original.source === null) return null;
    return {
      file: asPath(original.source), line: original.line, column: original.column + 1,
      text: sourceContentFor(trace, original.source) ?? readText(original.source),
    };
  };
}
