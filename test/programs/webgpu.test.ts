/**
 * Random programs give on WebGPU what the interpreter gives, faults included. Few: software Vulkan
 * compiles slowly. Integers: WGSL may flush subnormal floats and fuse multiplications, the suite's language cases cover floats. */
import { describe, expect, it } from 'vitest';
import { backend } from '../../src/backend/webgpu/index.ts';
import type { ActorFault, EngineSink } from '../../src/engine/contract.ts';
import { SlotHead } from '../../src/layout/structures.ts';
import { bool, i32, i64, u32, u64 } from '../../src/layout/types.ts';
import { codecOf, viewsOf } from '../../src/message/codec.ts';
import { interpretHandler, InterpretedFault } from '../../src/testing/interpret.ts';
import { randomProgram, randomValue } from '../../src/testing/programs.ts';
import { Random } from '../../src/testing/random.ts';
import { withoutWebGpu } from '../support/webgpu.ts';

type Outcome = { readonly fault: true } | { readonly state: unknown; readonly reply: unknown };
type Program = ReturnType<typeof randomProgram>;

function interpreted(program: Program, state: unknown, message: unknown): Outcome {
  try {
    const done = interpretHandler(program, program.handlers[0]!, { state, message }, {});
    return { state: done.state, reply: done.reply };
  } catch (error) {
    if (error instanceof InterpretedFault) return { fault: true };
    throw error;
  }
}

const bytesOf = (size: number): Uint8Array => new Uint8Array(Math.ceil(size / 8) * 8);

async function onDevice(program: Program, state: unknown, message: unknown): Promise<Outcome> {
  await using context = await backend.createContext();
  const engine = await context.engine({ watchdog: 1 << 20 });
  const { message: input, reply: output } = program.handlers[0]!;
  const initial = bytesOf(program.state!.size);
  const stateCodec = codecOf(program.state!);
  stateCodec.encode(viewsOf(initial.buffer), 0, state as never);
  const actor = await engine.launch({
    name: program.id, program, initialState: initial.subarray(0, program.state!.size), inboxCapacity: 16, outboxCapacity: 16, priorities: false,
    overflow: 'refuse', envelope: 'compact', placement: {}, arithmetic: 'fast',
  });
  let reply: unknown = null;
  let fault: ActorFault | null = null;
  const sink: EngineSink = {
    message(_, views, at) {
      if (output !== null) reply = codecOf(output).decode(views, at + SlotHead.size);
      return true;
    },
    fault(f) { fault = f; },
    debug() { /* random programs print */ },
    deadLetter(letter) { throw new Error(`dead letter: ${letter.reason}`); },
    lost(cause) { throw cause; },
  };
  actor.trySend(0, codecOf(input) as never, message, { correlation: 1, lane: 2, deadline: 0n });
  while (engine.counters(actor.id).processed === 0) {
    await engine.wait();
    engine.poll(sink);
  }
  if (fault !== null) return { fault: true };
  const after = bytesOf(program.state!.size);
  after.set(await engine.readState(actor.id));
  return { state: stateCodec.decode(viewsOf(after.buffer), 0), reply };
}

const seeds = Number(process.env['RK_PROGRAMS'] ?? 6);
/** Programs whose comparisons WGSL would read as template lists if they stood without parentheses. */
const lists = { plain: [927], stray: [2319, 2630, 3318] };

describe.skipIf(withoutWebGpu())('random programs on WebGPU', () => {
  for (const stray of [false, true]) {
    it.each([...new Set([...Array.from({ length: seeds }, (_, i) => i + (stray ? 1000 : 0)), ...(stray ? lists.stray : lists.plain)])])(`seed %i${stray ? ', with stray indices' : ''}`, async (seed) => {
      const program = randomProgram(seed, { size: 1 + (seed % 4), scalars: [bool, i32, u32, i64, u64], stray, faults: stray });
      const random = new Random(seed + 1);
      const state = randomValue(program.state!, random);
      const message = randomValue(program.handlers[0]!.message, random);
      expect(await onDevice(program, state, message)).toEqual(interpreted(program, state, message));
    });
  }
});
