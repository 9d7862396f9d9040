/** What stands in a slot beside its stamp, and the actor's clock it is stamped by. */
import { header as H, ring as R, row as A, slot as S, worker as W } from './offsets.ts';
import { engineEffect, engineStep } from './step.ts';

/** The oldest readable slot of a lane of the actor's inbox, or 0. As the queue's `peek`, with the ring's shape from the row. */
export const oldest = engineStep('oldest', ['actor', 'inbox'], { A, R, S }, (m, actor, inbox, { A, R, S }) => {
  const position = m.load(inbox + R.tail);
  const slot = inbox + R.slots + ((position & m.load(actor + A.inboxMask)) >>> 0) * m.load(actor + A.inboxSlot);
  if (m.loadAcquire(slot + S.stamp) !== (position + 1) >>> 0) return 0;
  return slot;
});

/** Gives the slots of handled messages back to the senders: that of `slot`, and those of the `held` before it. */
export const giveBackSlots = engineEffect('giveBackSlots', ['actor', 'inbox', 'slot'], { A, R, S }, (m, actor, inbox, slot, { A, R, S }) => {
  const mask = m.load(actor + A.inboxMask);
  const bytes = m.load(actor + A.inboxSlot);
  const next = m.load(slot + S.stamp);
  let position = (next - 1 - m.load(actor + A.held)) >>> 0;
  m.store(actor + A.held, 0);
  while (position !== next) {
    m.storeRelease(inbox + R.slots + ((position & mask) >>> 0) * bytes + S.stamp, (position + mask + 1) >>> 0);
    position = (position + 1) >>> 0;
  }
});

/** The slot `ahead` places behind the next one to write in the actor's outbox, or 0 when it is not free. */
export const freeSlot = engineStep('freeSlot', ['actor', 'ahead'], { A, R, S }, (m, actor, ahead, { A, R, S }) => {
  const outbox = m.load(actor + A.outbox);
  const position = (m.load(outbox + R.head) + ahead) >>> 0;
  const slot = outbox + R.slots + ((position & m.load(actor + A.outboxMask)) >>> 0) * m.load(actor + A.outboxSlot);
  if (m.loadAcquire(slot + S.stamp) !== position) return 0;
  return slot;
});

/**
 * Publishes the next slot to write, together with `more` slots behind it that have been published already:
 * the reader passes none before the one in front. One producer.
 */
export const publishNext = engineEffect('publishNext', ['ring', 'slot', 'more'], { R, S }, (m, ring, slot, more, { R, S }) => {
  const head = m.load(ring + R.head);
  m.store(ring + R.head, (head + 1 + more) >>> 0);
  m.storeRelease(slot + S.stamp, (head + 1) >>> 0);
});

/**
 * Moves the actor's clock past its last timestamp and the one at `received` (0: none), up to the wall clock as
 * its worker last read it. A logical counter that overflows carries into the microseconds, so timestamps stay
 * strictly increasing.
 */
export const advance = engineEffect('advance', ['actor', 'received'], { A, W }, (m, actor, received, { A, W }) => {
  let next = ((m.load64(actor + A.control.hlc.physical) << 12n) | m.load64(actor + A.control.hlc.logical)) + 1n;
  if (received !== 0) {
    const after = m.load64(received) + 1n;
    if (after > next) next = after;
  }
  const wall = m.load64(m.load(actor + A.worker) + W.now) << 12n;
  if (wall > next) next = wall;
  m.store64(actor + A.control.hlc.physical, next >> 12n);
  m.store64(actor + A.control.hlc.logical, next & 4095n);
});

/** Writes the head of a slot the actor sends, all but stamp and correlation, at the next tick of its clock. */
export const writeHead = engineEffect('writeHead', ['slot', 'tag', 'actor'], { A, S, advance }, (m, slot, tag, actor, { A, S, advance }) => {
  advance(actor, 0);
  m.store(slot + S.tag, tag);
  m.store(slot + S.source, m.load(actor + A.id));
  m.store64(slot + S.timestamp, (m.load64(actor + A.control.hlc.physical) << 12n) | m.load64(actor + A.control.hlc.logical));
  m.store64(slot + S.deadline, 0n);
});

/** Writes the full header behind the head of a slot that `actor` sends: a template, and what differs from message to message. */
export const writeHeader = engineEffect('writeHeader', ['slot', 'template', 'actor'], { A, H, S }, (m, slot, template, actor, { A, H, S }) => {
  const to = slot + S.payload;
  for (let i = 0; i < H.bytes; i += 8) m.store64(to + i, m.load64(template + i));
  const serial = (m.load(actor + A.serial) + 1) >>> 0;
  m.store(actor + A.serial, serial);
  m.store(to + H.messageId, serial);
  m.store(to + H.messageId + 4, m.load(actor + A.id));
  m.store(to + H.correlationId, m.load(slot + S.correlation));
  m.store64(to + H.sourceKernel, m.load64(actor + A.hash));
  m.store64(to + H.timestamp.physical, m.load64(actor + A.control.hlc.physical));
  m.store64(to + H.timestamp.logical, m.load64(actor + A.control.hlc.logical));
  m.store64(to + H.timestamp.node, m.load64(actor + A.hash));
});
