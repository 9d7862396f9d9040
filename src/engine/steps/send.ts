/** What a handler calls to send: claim a slot in the receiver's inbox, fill it in place, publish. */
import { publish, slotAt } from '../../queue/steps.ts';
import { lanes } from '../contract.ts';
import { ring } from './bell.ts';
import { engine as E, header as H, ring as R, route as T, row as A, slot as S, tagged, worker as W } from './offsets.ts';
import { writeHead, writeHeader } from './slots.ts';
import { engineEffect, engineStep } from './step.ts';

/** Messages between actors travel in the normal lane. */
const lane = lanes.normal << 8;

/** The row of actor `id`. Rows lie in segments of 256. */
export const rowOf = engineStep('rowOf', ['engine', 'id'], { E, A }, (m, engine, id, { E, A }) =>
  m.load(m.load(engine + E.directory) + (id >>> 8) * 4) + ((id & 255) >>> 0) * A.bytes);

/**
 * Address for the payload of a message on `port`, or 0 when it is not connected or its receiver's inbox is
 * full. As the queue's `reserveShared`; the worker notes what it is about to claim, so that a thread ended in
 * between leaves no hole that nobody knows of.
 */
export const reserve = engineStep('reserve', ['actor', 'port'], { A, R, S, T, W, slotAt, rowOf }, (m, actor, port, { A, R, S, T, W, slotAt, rowOf }) => {
  const route = m.load(actor + A.routes) + port * T.bytes;
  const target = port < m.load(actor + A.ports) ? m.loadAcquire(route + T.target) : 0;
  if (target !== 0) {
    const worker = m.load(actor + A.worker);
    const inbox = m.load(route + T.inbox);
    m.store(worker + W.sending, inbox);
    let position = m.loadAcquire(inbox + R.head);
    for (;;) {
      const slot = slotAt(inbox, position);
      const ahead = (m.loadAcquire(slot + S.stamp) - position) >>> 0;
      if (ahead === 0) {
        m.storeRelease(worker + W.position, position);
        const seen = m.compareExchange(inbox + R.head, position, (position + 1) >>> 0);
        if (seen === position) return slot + m.load(rowOf(m.load(worker + W.engine), target) + A.payload);
        position = seen;
      } else {
        if (ahead >= 0x80000000) break;
        position = m.loadAcquire(inbox + R.head);
      }
    }
    m.store(worker + W.sending, 0);
    m.store(route + T.refused, (m.load(route + T.refused) + 1) >>> 0);
  }
  m.store(actor + A.refused, (m.load(actor + A.refused) + 1) >>> 0);
  return 0;
});

/** Publishes what `reserve` claimed. */
export const commit = engineEffect('commit', ['actor', 'port'], { A, H, S, T, W, lane, tagged, publish, ring, rowOf, slotAt, writeHead, writeHeader },
  (m, actor, port, { A, H, S, T, W, lane, tagged, publish, ring, rowOf, slotAt, writeHead, writeHeader }) => {
    const route = m.load(actor + A.routes) + port * T.bytes;
    const worker = m.load(actor + A.worker);
    const slot = slotAt(m.load(worker + W.sending), m.load(worker + W.position));
    const target = m.load(route + T.target);
    const to = rowOf(m.load(worker + W.engine), target);
    const handler = m.load(route + T.handler);
    const headers = m.load(to + A.headers);
    m.store(actor + A.sent, (m.load(actor + A.sent) + 1) >>> 0);
    m.store(route + T.sent, (m.load(route + T.sent) + 1) >>> 0);
    m.store(slot + S.correlation, 0);
    if (headers === 0) {
      writeHead(slot, handler | lane, actor);
    } else {
      writeHead(slot, handler | lane | tagged.full, actor);
      writeHeader(slot, headers + handler * H.bytes, actor);
    }
    publish(slot);
    m.store(worker + W.sending, 0);
    ring(m.load(to + A.worker) + W.bell.at, target);
  });
