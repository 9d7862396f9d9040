/** Handlers of many actors as one Metal library, run one message at a time on the emulated device. */
import { mslPassProgram } from '../../src/kernel/emit/msl/pass.ts';
import { PassHead, PassRow, word } from '../../src/engine/pass/layout.ts';
import type { ActorProgram } from '../../src/kernel/ir.ts';
import { roundUp } from '../../src/layout/types.ts';
import { codecOf, viewsOf } from '../../src/message/codec.ts';
import type { ActorInput, Outcome } from '../../src/testing/run-actor.ts';
import { EmulatedLibrary } from '../fake/metal/execute.ts';

const turns = 1_000_000;

/** Where things lie in `mem`, in bytes. */
const at = { row: PassHead.size, state: 1024, message: 4096, reply: 8192, result: 12_288, end: 16_384 };

const entry = `kernel void run_handler(device u32* mem [[buffer(0)]], device atomic_uint* sync [[buffer(1)]]) {
  RkContext ctx = {};
  ctx.mem = mem;
  ctx.sync = sync;
  ctx.row = ${at.row / 4}u;
  const u32 replied = rk_dispatch(ctx, mem[${at.row / 4 + word(PassRow, 'kind')}u], 0u, ${at.message / 4}u, ${at.reply / 4}u, 0u, 0u);
  mem[${at.result / 4}u] = replied;
  mem[${at.result / 4 + 1}u] = ctx.fault;
}
`;

export class MslHandlers implements Disposable {
  readonly source: string;
  readonly #programs: readonly ActorProgram[];
  readonly #library: EmulatedLibrary;

  constructor(programs: readonly ActorProgram[]) {
    this.#programs = programs;
    this.source = mslPassProgram(programs.map((program, index) => ({ index, program, parallel: [false] }))).source + entry;
    this.#library = new EmulatedLibrary(this.source);
  }

  /** One message through handler 0 of one of the actors. */
  run(index: number, input: ActorInput): Outcome {
    const program = this.#programs[index]!;
    const { message, reply } = program.handlers[0]!;
    const views = viewsOf(new ArrayBuffer(at.end));
    if (roundUp(program.state?.size ?? 0, 16) > at.message - at.state || message.size > at.reply - at.message) throw new RangeError('too large for this harness');
    views.u32[word(PassHead, 'watchdog')] = turns;
    views.u32[at.row / 4 + word(PassRow, 'kind')] = index;
    views.u32[at.row / 4 + word(PassRow, 'state')] = at.state / 4;
    const state = program.state === null ? null : codecOf(program.state);
    state?.encode(views, at.state, input.state as never);
    codecOf(message).encode(views, at.message, input.message as never);
    this.#library.dispatch({ entry: 'run_handler', buffers: [views.u8, new Uint8Array(64)], threads: [1], threadgroup: [1] });
    const [replied, fault] = [views.u32[at.result / 4], views.u32[at.result / 4 + 1]];
    if (fault !== 0) return { fault: String(fault) };
    return {
      state: state === null ? null : state.decode(views, at.state),
      reply: reply !== null && replied === 1 ? codecOf(reply).decode(views, at.reply) : null,
    };
  }

  [Symbol.dispose](): void {
    this.#library[Symbol.dispose]();
  }
}
