/**
 * Full envelopes: the 256 B header in front of a reply. In a pass nothing between a handler and the host looks
 * at a header, so it is made where the reply is read, from what the device wrote into the slot's head, and
 * costs no memory and no traffic on the device.
 */
import { view, type StructView } from '../../layout/access.ts';
import { MessageHeader, SlotHead, slotFlags } from '../../layout/structures.ts';
import type { Views } from '../../layout/views.ts';
import { newViews } from '../../layout/views.ts';
import { HEADER_MAGIC, HEADER_VERSION, kernelIdHash, priorities } from '../../message/envelope.ts';
import { typeIdOf } from '../../message/message.ts';
import type { ActorSpec } from '../contract.ts';
import { slot as slotWord, tagHandler } from '../host-ring.ts';

const payload = SlotHead.size + MessageHeader.size;

export class ReplyHeaders {
  readonly #sender: bigint;
  readonly #types: readonly bigint[];
  readonly #sizes: readonly number[];
  readonly #views: Views;
  readonly #header: StructView<typeof MessageHeader.shape>;
  #serial = 0;

  /** `replyBytes`: of the largest reply slot without header. */
  constructor(spec: ActorSpec, replyBytes: number) {
    const { handlers } = spec.program;
    this.#sender = kernelIdHash(spec.name);
    this.#types = handlers.map(({ reply }) => (reply === null ? 0n : typeIdOf(reply)));
    this.#sizes = handlers.map(({ reply }) => reply?.size ?? 0);
    this.#views = newViews(replyBytes + MessageHeader.size);
    this.#header = view(MessageHeader, this.#views, SlotHead.size);
  }

  /** The reply slot at byte `at` with a header behind its head, from byte 0 of views that the next reply uses again. */
  put(from: Views, at: number, bytes: number): Views {
    const { u8, u32 } = this.#views;
    u8.set(from.u8.subarray(at, at + SlotHead.size));
    u8.set(from.u8.subarray(at + SlotHead.size, at + bytes), payload);
    const handler = tagHandler(u32[slotWord.tag]!);
    u32[slotWord.tag] = (u32[slotWord.tag]! | (slotFlags.fullEnvelope << 16)) >>> 0;
    const time = this.#views.u64[slotWord.timestamp >> 1]!;
    const header = this.#header;
    header.magic = HEADER_MAGIC;
    header.version = HEADER_VERSION;
    this.#serial = (this.#serial + 1) >>> 0;
    header.messageId = (BigInt(u32[slotWord.source]!) << 32n) | BigInt(this.#serial);
    header.correlationId = BigInt(u32[slotWord.correlation]!);
    header.sourceKernel = this.#sender;
    header.messageType = this.#types[handler]!;
    header.priority = priorities.normal;
    header.payloadSize = BigInt(this.#sizes[handler]!);
    header.timestamp.physical = time >> 12n;
    header.timestamp.logical = time & 4095n;
    header.timestamp.node = this.#sender;
    return this.#views;
  }
}
