/** Raw envelopes on their way to and from a kernel. */
import { unpack } from '../clock/timestamp.ts';
import { lanes, type Priority } from '../engine/contract.ts';
import { fail } from '../error/index.ts';
import { view } from '../layout/access.ts';
import { MessageHeader } from '../layout/structures.ts';
import { newViews, viewsOf } from '../layout/views.ts';
import { Envelope, kernelIdHash, readHeader, writeHeader } from '../message/envelope.ts';
import type { KernelCore } from './kernel-core.ts';
import type { MessageOptions } from './options.ts';
import type { Waiting } from './outgoing.ts';
import type { Reply } from './replies.ts';

const priorityNames: readonly Priority[] = ['low', 'normal', 'high', 'critical'];

/** Puts an envelope into the inbox; what it returns waits for room. Throws where it does not fit the kernel. */
export function postEnvelope(core: KernelCore, envelope: Envelope): Waiting | null {
  const { header, payload } = envelope;
  envelope.verify();
  const handler = core.definition.handlers.findIndex(({ message }) => message.typeId === header.messageType);
  if (handler < 0) {
    throw fail('UnknownMessage', {
      kernel: core.id, message: `0x${header.messageType.toString(16)}`, known: core.definition.handlers.map(({ message }) => message.name).join(', '),
    });
  }
  const { message } = core.definition.handlers[handler]!;
  if (payload.length !== message.struct.size) {
    throw fail('ValidationError', { problem: `the payload has ${payload.length} bytes, '${message.name}' has ${message.struct.size}` });
  }
  const options = optionsOf(core, envelope);
  const bytes = core.settings.envelope === 'full' ? headerBytes(envelope) : null;
  let correlation = 0;
  if (header.correlationId !== 0n) {
    correlation = core.host.nextCorrelation();
    core.forwarded.set(correlation, header.correlationId);
  }
  try {
    if (core.outgoing.offerBytes(handler, payload, bytes, options, correlation)) return null;
    return core.outgoing.fullBytes(handler, payload, bytes, options, correlation, () => envelope.value(message));
  } catch (error) {
    core.forwarded.delete(correlation);
    throw error;
  }
}

function optionsOf(core: KernelCore, { header }: Envelope): MessageOptions {
  const priority = priorityNames[header.priority] ?? 'normal';
  return {
    // A kernel with one lane takes envelopes of every priority: the header says it, nothing overtakes.
    ...(core.settings.priorities && lanes[priority] !== lanes.normal ? { priority } : {}),
    ...(header.deadline.physical === 0n ? {} : { deadline: Number(header.deadline.physical) / 1000 }),
  };
}

function headerBytes({ header }: Envelope): Uint8Array {
  const views = newViews(MessageHeader.size);
  writeHeader(view(MessageHeader, views, 0), header);
  return views.u8;
}

/** A reply as an envelope; its header is the device's where slots carry one. */
export function envelopeOf(core: KernelCore, reply: Reply): Envelope {
  const timestamp = unpack((BigInt(reply.timeHigh) << 32n) | BigInt(reply.timeLow));
  const made = Envelope.of(reply.message, reply.value as never, { source: kernelIdHash(core.id), correlationId: reply.correlationId, timestamp });
  if (reply.header === null) return made;
  const header = readHeader(view(MessageHeader, viewsOf(reply.header.slice().buffer), 0));
  return new Envelope({ ...header, correlationId: reply.correlationId }, made.payload);
}
