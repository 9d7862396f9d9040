/** Compiles a handler, given as a function or as the text a bundler made of it, and runs it in the interpreter. */
import { KernelCompileError } from '../kernel/diagnostics.ts';
import { compileActor } from '../kernel/compile.ts';
import type { ActorProgram } from '../kernel/ir.ts';
import { struct, type Fields } from '../layout/types.ts';
import { interpretHandler, type Handled } from './interpret.ts';

export interface Subject {
  readonly on: Fields;
  readonly reply?: Fields;
  readonly state?: Fields;
  readonly sends?: Readonly<Record<string, Fields>>;
  readonly uses?: object;
}

type AnyFunction = (...args: never[]) => unknown;

/** A function from its text, as a bundler printed it. */
export const fromText = (text: string): AnyFunction => new Function(`return (${text})`)() as AnyFunction;

export function compileHandler(subject: Subject, fn: AnyFunction | string): ActorProgram {
  return compileActor({
    id: 'subject',
    state: subject.state === undefined ? null : struct('State', subject.state),
    ports: Object.entries(subject.sends ?? {}).map(([name, fields], index) => ({ name, index, message: struct(name, fields) })),
    uses: subject.uses ?? {},
    handlers: [{ message: struct('In', subject.on), reply: subject.reply === undefined ? null : struct('Out', subject.reply), fn: typeof fn === 'string' ? fromText(fn) : fn }],
  });
}

/** Everything one message causes. */
export function handle(subject: Subject, fn: AnyFunction | string, message: object, state?: object): Handled {
  const program = compileHandler(subject, fn);
  return interpretHandler(program, program.handlers[0]!, { message, ...(state === undefined ? {} : { state }) });
}

/** The reply to one message. */
export const reply = (subject: Subject, fn: AnyFunction | string, message: object, state?: object): unknown => handle(subject, fn, message, state).reply;

/** What the compiler says about a handler: `CODE text it points at`, in order. */
export function findings(subject: Subject, fn: AnyFunction | string): string[] {
  try {
    compileHandler(subject, fn);
    return [];
  } catch (error) {
    if (!(error instanceof KernelCompileError)) throw error;
    return error.errors.map((e) => `${e.code} ${e.pos === null ? '' : e.sources[e.pos.source]!.text.slice(e.pos.start, e.pos.end)}`.trim());
  }
}
