import { DebugRecord, maxDebugArguments, scratchBytes } from '../../engine/abi.ts';
import type { ActorSpec } from '../../engine/contract.ts';
import type { SharedHeap } from '../../engine/heap.ts';
import { hasColumns } from '../../message/columns.ts';
import { fail } from '../../error/index.ts';
import { emitWasmPlain } from '../../kernel/emit/wasm/plain.ts';
import type { ActorProgram, Handler } from '../../kernel/ir.ts';
import { BatchHead } from '../../layout/structures.ts';
import { typeIdOf } from '../../message/message.ts';
import { batchGlue } from './glue.ts';
import type { KindOrder } from './worker/linker.ts';

type Arithmetic = ActorSpec['arithmetic'];

/** A kernel definition, compiled and linked. All its actors share it. */
export class Kind {
  readonly program: ActorProgram;
  readonly arithmetic: Arithmetic;
  readonly order: KindOrder;
  readonly #heap: SharedHeap;
  readonly #constantBytes: number;
  /** Type ids of messages and replies by handler. */
  readonly typeIds: readonly { readonly message: bigint; readonly reply: bigint }[];
  /** Resolves when every worker has linked it. */
  ready: Promise<void> = Promise.resolve();
  actors = 0;

  /** `entry`: where its functions go in the table. */
  constructor(program: ActorProgram, arithmetic: Arithmetic, entry: number, heap: SharedHeap) {
    this.program = program;
    this.arithmetic = arithmetic;
    this.#heap = heap;
    const { binary, constants, scratch } = emitWasmPlain(program, { exact: arithmetic === 'exact' });
    if (scratch > scratchBytes) {
      throw fail('CompilationFailed', { kernel: program.id, log: `Its local arrays take ${scratch} bytes; the CPU backend has ${scratchBytes} for them.` });
    }
    let modules: { handlers: WebAssembly.Module; batches: WebAssembly.Module };
    try {
      modules = { handlers: new WebAssembly.Module(binary), batches: new WebAssembly.Module(batchGlue(program.handlers)) };
    } catch (cause) {
      throw fail('CompilationFailed', { kernel: program.id, log: String(cause) }, cause);
    }
    this.#constantBytes = constants.length;
    const address = constants.length === 0 ? 0 : heap.allocate(constants.length);
    heap.views.u8.set(constants, address);
    this.order = { ...modules, entry, count: program.handlers.length, constants: address };
    this.typeIds = program.handlers.map(({ message, reply }) => ({ message: typeIdOf(message), reply: reply === null ? 0n : typeIdOf(reply) }));
  }

  /** Entries of the table it takes: handlers and their batch entries. */
  get entries(): number {
    return 2 * this.program.handlers.length;
  }

  release(): void {
    if (this.#constantBytes > 0) this.#heap.free(this.order.constants, this.#constantBytes);
  }
}

/** Bytes of the largest payload that arrives in the inbox. */
export function inboxPayload({ handlers }: ActorProgram): number {
  return Math.max(BatchHead.size, ...handlers.map(({ message }) => message.size));
}

/** Bytes of the largest payload that leaves by the outbox: replies, returned messages, debug records. */
export function outboxPayload(program: ActorProgram): number {
  const replies = program.handlers.map(({ reply }) => reply?.size ?? 0);
  const debug = program.formats.length === 0 ? 0 : DebugRecord.size + maxDebugArguments * 8;
  return Math.max(inboxPayload(program), debug, ...replies);
}

/** Whether messages of this handler may come as columns. */
export const takesBatches = ({ message, reply }: Handler): boolean =>
  hasColumns(message) && (reply === null || hasColumns(reply));
