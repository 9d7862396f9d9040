/** One message through one handler, by the interpreter, as JavaScript and as WebAssembly: outcomes that can be compared. */
import { ActorRow, offsetOf } from '../engine/abi.ts';
import { emitJs, instantiateJs, JsFault } from '../kernel/emit/js/index.ts';
import type { WasmOptions } from '../kernel/emit/wasm/index.ts';
import type { ActorProgram } from '../kernel/ir.ts';
import { roundUp } from '../layout/types.ts';
import { codecOf, viewsOf, type Views } from '../message/codec.ts';
import { interpretHandler, InterpretedFault } from './interpret.ts';
import { runWasm } from './run-wasm.ts';

export interface ActorInput {
  readonly state: unknown;
  readonly message: unknown;
}

/** What a handler left behind; `reply` null: none. */
export type Outcome = { readonly fault: string } | { readonly state: unknown; readonly reply: unknown };

export function interpreted(program: ActorProgram, input: ActorInput, exact: boolean): Outcome {
  try {
    const { state, reply } = interpretHandler(program, program.handlers[0]!, input, { exact });
    return { state, reply };
  } catch (error) {
    if (error instanceof InterpretedFault) return { fault: error.kind };
    throw error;
  }
}

/** Lays out a row, the state, the message and the reply from `free` on, calls, and reads back. */
function call(program: ActorProgram, input: ActorInput, views: Views, free: number, handler: (actor: number, message: number, reply: number) => unknown): Outcome {
  const { message, reply } = program.handlers[0]!;
  const row = roundUp(free, 64);
  const state = row + roundUp(ActorRow.size, 16);
  const messageAt = state + roundUp(program.state?.size ?? 0, 16);
  const replyAt = messageAt + roundUp(message.size, 16);
  views.u32[(row + offsetOf(ActorRow, 'state')) / 4] = state;
  const codec = program.state === null ? null : codecOf(program.state);
  codec?.encode(views, state, input.state as never);
  codecOf(message).encode(views, messageAt, input.message as never);
  const flags = handler(row, messageAt, replyAt);
  return { state: codec === null ? null : codec.decode(views, state), reply: reply !== null && flags === 1 ? codecOf(reply).decode(views, replyAt) : null };
}

export function compiledToJs(program: ActorProgram, input: ActorInput, exact: boolean): Outcome {
  const views = viewsOf(new ArrayBuffer(65_536));
  const handler = instantiateJs(program, emitJs(program, { exact }), { views })['handler0']!;
  try {
    return call(program, input, views, 64, handler);
  } catch (error) {
    if (error instanceof JsFault) return { fault: error.kind };
    throw error;
  }
}

export function compiledToWasm(program: ActorProgram, input: ActorInput, options: WasmOptions = {}): Outcome {
  const run = runWasm(program, options);
  try {
    return call(program, input, run.views, run.free, run.exports['handler0']!);
  } catch (error) {
    const fault = run.fault();
    if (error instanceof WebAssembly.RuntimeError && fault !== null) return { fault: fault.kind };
    throw error;
  }
}
