/** Doorbells: who has something to do, found without looking at everybody. */
import { ringBell, unpark } from '../../queue/steps.ts';
import { bell as B } from './offsets.ts';
import { engineEffect, engineStep } from './step.ts';

/** Rings for actor `id`, whose message has been published before, and wakes the bell's owner if it sleeps. */
export const ring = engineEffect('ring', ['bell', 'id'], { B, ringBell, unpark }, (m, bell, id, { B, ringBell, unpark }) => {
  const group = m.load(bell + B.groups) + (id >>> 10) * B.group;
  const word = (id >>> 5) & 31;
  const bit = (1 << (id & 31)) >>> 0;
  if (((m.loadAcquire(group + B.bits + word * 4) & bit) >>> 0) !== 0) return;
  if (ringBell(group + B.bits, (id & 1023) >>> 0) === 0) return;
  if (ringBell(group, word >>> 0) !== 0) unpark(bell + B.parked);
});

/** As `ring` for the actor at `row`, unless the bell's owner is looking at its inbox anyway. */
export const tell = engineEffect('tell', ['bell', 'id', 'row'], { B, ring }, (m, bell, id, row, { B, ring }) => {
  m.fence();
  if (m.loadAcquire(bell + B.watched) !== row) ring(bell, id);
});

/** 1 when somebody has rung. */
export const rung = engineStep('rung', ['bell'], { B }, (m, bell, { B }) => {
  let group = m.load(bell + B.groups);
  const end = group + m.load(bell + B.count) * B.group;
  for (; group < end; group += B.group) {
    if (m.loadAcquire(group) !== 0) return 1;
  }
  return 0;
});

/** Makes the owner look at every bit again: after it was torn away between taking a summary and serving its bits. */
export const ringAgain = engineEffect('ringAgain', ['bell'], { B }, (m, bell, { B }) => {
  let group = m.load(bell + B.groups);
  const end = group + m.load(bell + B.count) * B.group;
  for (; group < end; group += B.group) m.fetchOr(group, 0xffffffff);
});
