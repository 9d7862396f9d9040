/**
 * The rules of legal MSL as a check of the emitted text. Apple's compiler is not to be had elsewhere, so what
 * leaves the emitter is held to this table, which errs on the side of refusing. Every rule names what it is for.
 */
import type { Line } from '../lines.ts';

export interface MslRule {
  readonly name: string;
  readonly why: string;
  /** What must not occur in a line (comments, strings and directives removed). */
  readonly refuse: RegExp;
}

/** A type that a pointer or reference may point to. */
const type = String.raw`(?:\b(?:[A-Za-z_]\w*(?:<[^<>]*>)?))`;

export const mslRules: readonly MslRule[] = [
  { name: 'relaxed', why: 'Up to 4.0 atomics take memory_order_relaxed only.', refuse: /\bmemory_order_(?:acquire|release|acq_rel|seq_cst|consume)\b|\batomic_thread_fence\b|\bthread_scope_\w+/ },
  { name: 'atomic32', why: 'There are no 64-bit atomics to load, store or add.', refuse: /\batomic_u?long\b|\batomic<\s*u?long/ },
  { name: 'weak', why: 'compare_exchange exists in its weak form only.', refuse: /compare_exchange_strong/ },
  { name: 'explicit', why: 'Atomic functions exist in their explicit form only.', refuse: /\batomic_(?!\w*_explicit\b)(?:load|store|exchange|compare|fetch)\w*\s*\(/ },
  { name: 'double', why: 'There is no double precision.', refuse: /\bdouble\b|\bf64\b/ },
  { name: 'float suffix', why: 'A floating literal without suffix is a double.', refuse: /(?<![\w.])(?:\d+\.\d*|\.\d+|\d+(?=e))(?:e[+-]?\d+)?(?![\d.eEfFhH\w])/ },
  { name: 'language', why: 'These parts of C++ do not exist in MSL.', refuse: /\b(?:goto|new|delete|throw|try|catch|virtual|dynamic_cast|typeid|thread_local|asm|std|nullptr_t|longjmp|setjmp)\b|\bthread_local\b/ },
  { name: 'lambda', why: 'Lambdas exist from 3.2 on only.', refuse: /(?:^|[=(,])\s*\[[&=]?\w*\]\s*\(/ },
  { name: 'size_t', why: 'Kernel arguments may not contain size_t or ptrdiff_t; nothing else needs them.', refuse: /\b(?:size_t|ptrdiff_t|long\s+long|long\s+double)\b/ },
  { name: 'template of atomics', why: 'atomic_uint and atomic_int are the names in all versions.', refuse: /\batomic<(?!\s*(?:u?int|float)\b)/ },
];

export interface MslViolation {
  readonly rule: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

const includes = ['<metal_stdlib>'];
const maxBuffers = 31;
const maxThreadgroupBytes = 32_768;
const scalarBytes: Readonly<Record<string, number>> = { u32: 4, i32: 4, f32: 4, f16: 2, u64: 8, i64: 8 };

/** Everything in the text that Metal's compiler would not take, as far as the table knows. */
export function lintMsl(source: string): MslViolation[] {
  const found: MslViolation[] = [];
  const report = (rule: string, line: number, text: string): void => { found.push({ rule, line: line + 1, text: text.trim() }); };
  let depth = 0;
  let kernel = false;
  let threadgroupBytes = 0;
  for (const [n, raw] of source.split('\n').entries()) {
    if (/^\s*#/.test(raw)) {
      const include = /^\s*#include\s+(\S+)/.exec(raw);
      if (include !== null && !includes.includes(include[1]!)) report('include', n, raw);
      continue;
    }
    const text = raw.replace(/\/\/.*$/, '').replace(/\/\*.*?\*\//g, '').replace(/"(?:[^"\\]|\\.)*"/g, '""');
    for (const rule of mslRules) if (rule.refuse.test(text)) report(rule.name, n, raw);
    for (const p of pointers(text)) if (!p.spaced) report('address space', n, raw);
    if (/^\s*kernel\s/.test(text)) {
      kernel = true;
      threadgroupBytes = 0;
      if (!/^\s*kernel\s+void\s/.test(text)) report('kernel result', n, raw);
      const buffers = [...text.matchAll(/\[\[buffer\((\d+)\)\]\]/g)].map((m) => Number(m[1]));
      if (buffers.length > maxBuffers || buffers.some((b) => b >= maxBuffers)) report('buffers', n, raw);
      if (new Set(buffers).size !== buffers.length) report('buffers', n, raw);
    } else if (/^\w/.test(text) && text.includes('(')) {
      kernel = false;
    }
    const shared = /^\s*threadgroup\s+(?!const\b)([\w<>, ]+?)\s+(\w+)\s*(\[(\d+)u?\])?\s*(=.*)?;/.exec(text);
    if (shared !== null) {
      if (!kernel || depth !== 1) report('threadgroup variable', n, raw);
      if (shared[5] !== undefined) report('threadgroup initializer', n, raw);
      threadgroupBytes += (scalarBytes[shared[1]!] ?? 16) * Number(shared[4] ?? 1);
      if (threadgroupBytes > maxThreadgroupBytes) report('threadgroup memory', n, raw);
    }
    for (const c of text) depth += c === '{' ? 1 : c === '}' ? -1 : 0;
    if (depth === 0 && text.includes('}')) kernel = false;
  }
  return found;
}

const spaces = /\b(?:device|constant|threadgroup|thread)\b/;

/** Declarations of pointers and references, and casts to them; `spaced`: an address space is named. */
function pointers(text: string): { spaced: boolean }[] {
  // `T* name`, `T& name`, `(T*)`: a type directly followed by a star or ampersand without a space before it.
  return [...text.matchAll(new RegExp(`((?:\\b(?:device|constant|threadgroup|thread|const|volatile)\\s+)*)${type}(?:\\s+const)?[*&](?=[\\s)])(?![&=])`, 'g'))]
    .filter((m) => !/^\s*(?:return|case)\b/.test(m[0]))
    .map((m) => ({ spaced: spaces.test(m[1]!) }));
}

/** Throws on the first violation: an emitter that produces one has a defect. */
export function checkMsl(source: string): void {
  const [first] = lintMsl(source);
  if (first !== undefined) throw new Error(`illegal MSL (${first.rule}) in line ${first.line}: ${first.text}`);
}

export type { Line };
