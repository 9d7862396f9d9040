import type { ActorCounters } from '../../engine/contract.ts';
import { ringDepth, ringDropped, ringHead, ringTail } from '../../engine/host-ring.ts';
import { row as A } from '../../engine/steps/offsets.ts';
import type { Views } from '../../message/codec.ts';
import type { CpuActor } from './actor.ts';

/** What an actor has counted. Brings the counters of its control block and telemetry up to date, too. */
export function countersOf(actor: CpuActor, views: Views, inFlight: boolean): ActorCounters {
  const word = (offset: number): number => views.u32[actor.word(offset)]!;
  const long = (offset: number): number => Number(views.u64[(actor.row + offset) >> 3]);
  const sum = (of: (views: Views, base: number) => number): number => actor.inboxes.reduce((total, { base }) => total + of(views, base), 0);
  const inputDepth = sum(ringDepth);
  const outputDepth = ringDepth(views, actor.outbox.base);
  const processed = long(A.telemetry.messagesProcessed);
  const show = (offset: number, value: number): void => { views.u64[(actor.row + offset) >> 3] = BigInt(value); };
  show(A.control.inputHead, sum(ringHead));
  show(A.control.inputTail, sum(ringTail));
  show(A.control.outputHead, ringHead(views, actor.outbox.base));
  show(A.control.outputTail, ringTail(views, actor.outbox.base));
  show(A.control.messagesProcessed, processed);
  show(A.control.messagesInFlight, Number(inFlight));
  views.u32[actor.word(A.telemetry.inputQueueDepth)] = inputDepth;
  views.u32[actor.word(A.telemetry.outputQueueDepth)] = outputDepth;
  return {
    processed, inputDepth, outputDepth,
    inFlight: Number(inFlight),
    dropped: long(A.telemetry.messagesDropped) + ringDropped(views, actor.outbox.base),
    errors: word(A.control.errorCount),
    lastError: word(A.control.lastError),
    sent: word(A.sent),
    refused: word(A.refused),
    latency: { total: long(A.telemetry.totalLatencyUs), min: long(A.telemetry.minLatencyUs), max: long(A.telemetry.maxLatencyUs) },
  };
}
