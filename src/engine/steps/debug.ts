/** What `ctx.debug` writes: records in the outbox, behind the place of the handler's answer. */
import { DebugRecord } from '../abi.ts';
import { publish } from '../../queue/steps.ts';
import { ring as R, row as A, slot as S, tagged } from './offsets.ts';
import { freeSlot, writeHead } from './slots.ts';
import { engineEffect, engineStep } from './step.ts';

/** Bytes before the arguments. */
const headBytes = S.payload + DebugRecord.size;

/** Address for a `DebugRecord`; 0 when there is no room. Output that finds none is dropped and counted, never waited for. */
export const debugReserve = engineStep('debugReserve', ['actor', 'count'], { A, R, S, headBytes, freeSlot },
  (m, actor, count, { A, R, S, headBytes, freeSlot }) => {
    const outbox = m.load(actor + A.outbox);
    const ahead = m.load(actor + A.debugs) + 1;
    let slot = 0;
    if (ahead <= m.load(actor + A.outboxMask) && headBytes + count * 8 <= m.load(actor + A.outboxSlot)) slot = freeSlot(actor, ahead);
    if (slot !== 0) return slot + S.payload;
    m.store(outbox + R.dropped, (m.load(outbox + R.dropped) + 1) >>> 0);
    return 0;
  });

/** Publishes what `debugReserve` gave. */
export const debugCommit = engineEffect('debugCommit', ['actor'], { A, S, tagged, freeSlot, publish, writeHead },
  (m, actor, { A, S, tagged, freeSlot, publish, writeHead }) => {
    const ahead = m.load(actor + A.debugs) + 1;
    const slot = freeSlot(actor, ahead);
    m.store(slot + S.correlation, 0);
    writeHead(slot, tagged.debug, actor);
    publish(slot);
    m.store(actor + A.debugs, ahead);
  });
