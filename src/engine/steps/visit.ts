/** One actor's turn: its messages, one after the other, until there are none, no room for answers, or others are due. */
import { replied } from '../abi.ts';
import { ring } from './bell.ts';
import { batch as B, engine as E, header as H, is, ring as R, row as A, slot as S, tagged, worker as W } from './offsets.ts';
import { advance, freeSlot, giveBackSlots, oldest, publishNext, writeHead, writeHeader } from './slots.ts';
import { engineEffect, engineStep } from './step.ts';

/** Flags that keep an actor from running. */
const stopping = is.faulted | is.paused;

/** Microseconds. */
const brief = 32n;

/** Messages of one actor handled before the others get their turn. */
const turn: number = 256;

/**
 * Takes the oldest message, found in `slot`, out of the count of those that wait; returns where it stands from now on.
 * Where the host may drop the oldest, that is a place of the actor's own, and 0 when the host was faster.
 */
export const takeMessage = engineStep('takeMessage', ['actor', 'inbox', 'slot'], { A, R, S }, (m, actor, inbox, slot, { A, R, S }) => {
  const own = m.load(actor + A.own);
  if (own === 0) {
    m.store(inbox + R.tail, m.load(slot + S.stamp));
    return slot;
  }
  const bytes = m.load(actor + A.inboxSlot);
  const mask = m.load(actor + A.inboxMask);
  // What was found may have been dropped since: the oldest is what the tail says at this moment.
  const position = m.loadAcquire(inbox + R.tail);
  const next = (position + 1) >>> 0;
  const from = inbox + R.slots + ((position & mask) >>> 0) * bytes;
  if (m.loadAcquire(from + S.stamp) !== next) return 0;
  if (m.compareExchange(inbox + R.tail, position, next) !== position) return 0;
  for (let i = 0; i < bytes; i += 8) m.store64(own + i, m.load64(from + i));
  m.storeRelease(from + S.stamp, (next + mask) >>> 0);
  return own;
});

/** Counts handled messages and how long they waited, in the microseconds of the worker's coarse clock. */
export const count = engineEffect('count', ['actor', 'slot', 'messages'], { A, S, W }, (m, actor, slot, messages, { A, S, W }) => {
  const now = m.load64(m.load(actor + A.worker) + W.now);
  const sent = m.load64(slot + S.timestamp) >> 12n;
  let waited = 0n;
  if (now > sent) waited = now - sent;
  const before = m.load64(actor + A.telemetry.messagesProcessed);
  const added = BigInt(messages);
  m.store64(actor + A.telemetry.messagesProcessed, before + added);
  m.store64(actor + A.telemetry.totalLatencyUs, m.load64(actor + A.telemetry.totalLatencyUs) + waited * added);
  if (before === 0n || waited < m.load64(actor + A.telemetry.minLatencyUs)) m.store64(actor + A.telemetry.minLatencyUs, waited);
  if (waited > m.load64(actor + A.telemetry.maxLatencyUs)) m.store64(actor + A.telemetry.maxLatencyUs, waited);
});

/** Hands an expired message to the host as a dead letter, in the place of an answer. */
export const expire = engineEffect('expire', ['actor', 'slot', 'out'], { A, S, tagged, publishNext }, (m, actor, slot, out, { A, S, tagged, publishNext }) => {
  const bytes = m.load(actor + A.inboxSlot);
  for (let i = 8; i < bytes; i += 8) m.store64(out + i, m.load64(slot + i));
  m.store(out + S.tag, (m.load(slot + S.tag) | tagged.deadLetter) >>> 0);
  m.store64(actor + A.telemetry.messagesDropped, m.load64(actor + A.telemetry.messagesDropped) + 1n);
  publishNext(m.load(actor + A.outbox), out, 0);
});

/** Runs the handler of one message and puts its answer into `out`. */
export const handle = engineEffect('handle', ['actor', 'slot', 'out'], { A, B, H, S, W, replied, tagged, advance, count, publishNext, writeHead, writeHeader },
  (m, actor, slot, out, { A, B, H, S, W, replied, tagged, advance, count, publishNext, writeHead, writeHeader }) => {
    const worker = m.load(actor + A.worker);
    const tag = m.load(slot + S.tag);
    const handler = (tag & 255) >>> 0;
    const bulk = (tag & tagged.batch) >>> 0;
    const payload = m.load(actor + A.payload);
    const outbox = m.load(actor + A.outbox);
    advance(actor, slot + S.timestamp);
    m.store(actor + A.slot, slot);
    m.store(actor + A.debugs, 0);
    m.store(worker + W.beats, (m.load(worker + W.beats) + 1) >>> 0);
    let entry = actor + A.entry;
    let messages = 1;
    if (bulk !== 0) {
      entry = actor + A.batchEntry;
      messages = m.load(slot + payload + B.count);
      m.store(actor + A.batchDone, 0);
    }
    m.store(worker + W.current, actor);
    const result = m.invoke(m.load(entry) + handler, actor, slot + payload, out + payload);
    m.store(worker + W.current, 0);
    const debugs = m.load(actor + A.debugs);
    if ((result & replied) !== 0) {
      const headers = m.load(actor + A.headers);
      m.store(out + S.correlation, m.load(slot + S.correlation));
      if (headers === 0 || bulk !== 0) {
        writeHead(out, (handler | bulk) >>> 0, actor);
      } else {
        writeHead(out, handler | tagged.full, actor);
        writeHeader(out, headers + (m.load(actor + A.handlers) + handler) * H.bytes, actor);
      }
      publishNext(outbox, out, debugs);
    } else if (debugs !== 0) {
      m.store(out + S.tag, tagged.cancelled);
      publishNext(outbox, out, debugs);
    }
    count(actor, slot, messages);
  });

/** 1 while the actor may take another message. */
export const mayRun = engineStep('mayRun', ['actor'], { A, stopping }, (m, actor, { A, stopping }) => {
  if (m.loadAcquire(actor + A.control.isActive) === 0) return 0;
  return (m.loadAcquire(actor + A.flags) & stopping) === 0 ? 1 : 0;
});

/** A free place for an answer, or 0: the actor is stalled, and the host rings for it after making room. */
export const answerSlot = engineStep('answerSlot', ['actor'], { A, freeSlot }, (m, actor, { A, freeSlot }) => {
  const out = freeSlot(actor, 0);
  if (out !== 0) return out;
  m.exchange(actor + A.stalled, 1);
  const late = freeSlot(actor, 0);
  if (late !== 0) m.exchange(actor + A.stalled, 0);
  return late;
});

/**
 * One actor's turn. The clock is read at every sixteenth message: reading it costs more than handling a small
 * one. While sixteen take less than `brief`, their slots are given back and the host is told together, because
 * each time a cache line goes from core to core and back; a slow handler's answers are told of one by one.
 */
export const visit = engineEffect('visit', ['worker', 'actor'],
  { A, E, S, W, brief, tagged, turn, answerSlot, takeMessage, expire, handle, mayRun, oldest, giveBackSlots, ring },
  (m, worker, actor, { A, E, S, W, brief, tagged, turn, answerSlot, takeMessage, expire, handle, mayRun, oldest, giveBackSlots, ring }) => {
    const id = m.load(actor + A.id);
    const lanes = m.load(actor + A.lanes);
    const host = m.load(worker + W.engine) + E.bell.at;
    const inSlots = m.load(actor + A.own) === 0;
    const mayHold = lanes === 1 && inSlots;
    let fast = false;
    let last = 0;
    let left = turn;
    while (mayRun(actor) !== 0) {
      let inbox = m.load(actor + A.inbox);
      let first = oldest(actor, inbox);
      for (let lane = 1; first === 0 && lane < lanes; lane++) {
        inbox += m.load(actor + A.laneBytes);
        first = oldest(actor, inbox);
      }
      if (first === 0) break;
      if (left === 0 || m.loadAcquire(worker + W.stop) !== 0) {
        ring(worker + W.bell.at, id);
        break;
      }
      const out = answerSlot(actor);
      if (out === 0) {
        m.store(worker + W.warm, 0);
        break;
      }
      left -= 1;
      if ((left & 15) === 8) {
        const before = m.load64(worker + W.now);
        m.store64(worker + W.now, m.clock());
        fast = mayHold && left + 16 < turn && m.load64(worker + W.now) - before < brief;
      }
      const slot = takeMessage(actor, inbox, first);
      if (slot === 0) continue;
      let told = true;
      if ((m.load(slot + S.tag) & tagged.cancelled) === 0) {
        const deadline = m.load64(slot + S.deadline);
        if (deadline !== 0n && deadline >> 12n < m.load64(worker + W.now)) expire(actor, slot, out);
        else handle(actor, slot, out);
        m.store(worker + W.warm, actor);
        told = false;
      }
      if (fast && (left & 15) !== 9) {
        last = slot;
        m.store(actor + A.held, m.load(actor + A.held) + 1);
        continue;
      }
      if (inSlots) giveBackSlots(actor, inbox, slot);
      last = 0;
      if (!told) ring(host, id);
    }
    if (last !== 0) {
      // The last one held stands for itself.
      m.store(actor + A.held, m.load(actor + A.held) - 1);
      giveBackSlots(actor, m.load(actor + A.inbox), last);
      ring(host, id);
    }
    if (m.loadAcquire(actor + A.wanted) !== 0) {
      m.exchange(actor + A.wanted, 0);
      ring(host, id);
    }
  });
