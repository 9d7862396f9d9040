/** After a handler was torn out of its message: what must be true again before the worker goes on. */
import { publish, slotAt } from '../../queue/steps.ts';
import { ring, ringAgain } from './bell.ts';
import { batch as B, engine as E, fault as F, is, row as A, slot as S, tagged, worker as W } from './offsets.ts';
import { freeSlot, giveBackSlots, publishNext } from './slots.ts';
import { engineEffect, engineStep } from './step.ts';

/** A message claimed in a receiver's inbox and not published becomes nothing. */
export const abandonSend = engineEffect('abandonSend', ['worker'], { S, W, tagged, publish, slotAt }, (m, worker, { S, W, tagged, publish, slotAt }) => {
  const inbox = m.load(worker + W.sending);
  if (inbox === 0) return;
  const slot = slotAt(inbox, m.load(worker + W.position));
  m.store(slot + S.tag, tagged.cancelled);
  publish(slot);
  m.store(worker + W.sending, 0);
});

/** Writes the actor's record: what the handler has left in the worker's block, else what the caller knows. */
export const record = engineEffect('record', ['actor', 'kind', 'code'], { A, B, F, S, W, tagged }, (m, actor, kind, code, { A, B, F, S, W, tagged }) => {
  const worker = m.load(actor + A.worker);
  const slot = m.load(actor + A.slot);
  const tag = m.load(slot + S.tag);
  const to = actor + A.fault.at;
  const known = m.load(worker + W.fault.kind);
  const what = known !== 0 ? known : kind;
  m.store(to + F.kind, what);
  m.store(to + F.source, m.load(worker + W.fault.source));
  m.store(to + F.start, m.load(worker + W.fault.start));
  m.store(to + F.end, m.load(worker + W.fault.end));
  m.store(to + F.handler, (tag & 255) >>> 0);
  m.store(to + F.correlation, m.load(slot + S.correlation));
  m.store(to + F.code, code);
  m.store(to + F.batch, 0);
  if ((tag & tagged.batch) !== 0) m.store(to + F.batch, m.load(slot + m.load(actor + A.payload) + B.area));
  m.store(worker + W.fault.kind, 0);
  m.store(worker + W.fault.source, 0);
  m.store(worker + W.fault.start, 0);
  m.store(worker + W.fault.end, 0);
  m.store(actor + A.control.lastError, what);
  m.store(actor + A.telemetry.lastError, what);
  m.store(actor + A.control.errorCount, (m.load(actor + A.control.errorCount) + 1) >>> 0);
});

/**
 * Marks the actor in hand as faulted and lets go of its message. `kind` is what the caller knows. The
 * worker must have stopped, or be the caller. Returns the actor's address; 0: no handler was running.
 */
export const failed = engineStep('failed', ['worker', 'kind', 'code'],
  { A, E, S, W, is, tagged, freeSlot, giveBackSlots, publishNext, record, ring, ringAgain },
  (m, worker, kind, code, { A, E, S, W, is, tagged, freeSlot, giveBackSlots, publishNext, record, ring, ringAgain }) => {
    const actor = m.loadAcquire(worker + W.current);
    ringAgain(worker + W.bell.at);
    if (actor === 0) return 0;
    record(actor, kind, code);
    const debugs = m.load(actor + A.debugs);
    if (debugs !== 0) {
      const outbox = m.load(actor + A.outbox);
      const out = freeSlot(actor, 0);
      m.store(out + S.tag, tagged.cancelled);
      publishNext(outbox, out, debugs);
    }
    const slot = m.load(actor + A.slot);
    m.fetchOr(actor + A.flags, is.faulted);
    let inbox = m.load(actor + A.inbox);
    if (m.load(actor + A.lanes) > 1) inbox += ((m.load(slot + S.tag) >>> 8) & 255) * m.load(actor + A.laneBytes);
    if (m.load(actor + A.own) === 0) giveBackSlots(actor, inbox, slot);
    m.storeRelease(worker + W.current, 0);
    ring(m.load(worker + W.engine) + E.bell.at, m.load(actor + A.id));
    return actor;
  });
