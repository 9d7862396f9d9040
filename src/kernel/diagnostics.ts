/** What the front end has to say about a user's function: stable code, values, and where. */
import { RingKernelError, type ErrorDetail } from '../error/base.ts';
import type { ErrorCode } from '../error/codes.ts';
import type { Pos, SourceText } from './ir.ts';
import { describePlace, placeOf, type UserPlace } from './place.ts';

export interface KernelDiagnostic {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;
  /** null: the definition as a whole, not a place in its function. */
  readonly pos: Pos | null;
}

/** One finding of the compiler, at one place. */
export class KernelError extends RingKernelError {
  override readonly name: string = 'KernelError';
  /** Offsets into `sources[pos.source].text`. */
  readonly pos: Pos | null;
  readonly sources: readonly SourceText[];
  /** File, line, column and code frame in the user's TypeScript; null for the definition as a whole. */
  readonly place: UserPlace | null;

  constructor(diagnostic: KernelDiagnostic, sources: readonly SourceText[]) {
    super(diagnostic.code, { detail: diagnostic.detail });
    this.pos = diagnostic.pos;
    this.sources = sources;
    this.place = diagnostic.pos === null ? null : placeOf(sources, diagnostic.pos);
  }

  /** What, where (with the frame), why and how to fix it. */
  describe(): string {
    const where = this.place === null ? '' : `\n${describePlace(this.place).replace(/^/gm, '  ')}`;
    return `${this.code}: ${this.what}${where}\n  ${this.why}\n  ${this.fix}`;
  }
}

/** Everything that is wrong with one definition, in order of the text; code `RK100`. */
export class KernelCompileError extends RingKernelError {
  override readonly name: string = 'KernelCompileError';
  /** The kernel's id. */
  readonly id: string;
  readonly errors: readonly KernelError[];

  constructor(id: string, errors: readonly KernelError[]) {
    super('RK100', { detail: { id, summary: `\n${errors.map((e) => e.describe()).join('\n')}` } });
    this.id = id;
    this.errors = errors;
  }
}

export function compileError(id: string, diagnostics: readonly KernelDiagnostic[], sources: readonly SourceText[]): KernelCompileError {
  const seen = new Set<string>();
  const unique = diagnostics.filter((d) => {
    const key = `${d.code}:${d.pos?.source}:${d.pos?.start}:${d.pos?.end}:${JSON.stringify(d.detail, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))}`;
    return !seen.has(key) && seen.add(key);
  });
  unique.sort((a, b) => (a.pos === null ? -1 : b.pos === null ? 1 : a.pos.source - b.pos.source || a.pos.start - b.pos.start));
  return new KernelCompileError(id, unique.map((d) => new KernelError(d, sources)));
}

/** Leaves the expression at hand; caught where compilation can go on. Never leaves the front end. */
export class Bail extends Error {}
