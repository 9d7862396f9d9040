/** Doorbells: who has something to do, found without looking at everybody. */
import { ringBell, unpark } from '../../queue/steps.ts';
import { bell as B } from './offsets.ts';
import { engineEffect, engineStep } from './step.ts';

/** Rings for actor `id`, whose message has been published before, and wakes the bell's owner if it sleeps. */
export const ring = engineEffect('ring', ['bell', 'id'], { B, ringBell, unpark }, (m, bell, id, { B, ringBell, unpark }) => {
  const bits = m.load(bell + B.bits);
  const bit = (1 << (id & 31)) >>> 0;
  if (((m.loadAcquire(bits + (id >>> 5) * 4) & bit) >>> 0) !== 0) return;
  if (ringBell(bits, id) === 0) return;
  if (ringBell(m.load(bell + B.summary), id >>> 5) !== 0) unpark(bell + B.parked);
});

/** 1 when somebody has rung. */
export const rung = engineStep('rung', ['bell'], { B }, (m, bell, { B }) => {
  const summary = m.load(bell + B.summary);
  const words = m.load(bell + B.words);
  for (let i = 0; i < words; i++) {
    if (m.loadAcquire(summary + i * 4) !== 0) return 1;
  }
  return 0;
});

/** Makes the owner look at every bit again: after it was torn away between taking the summary and serving the bits. */
export const ringAgain = engineEffect('ringAgain', ['bell'], { B }, (m, bell, { B }) => {
  const summary = m.load(bell + B.summary);
  const words = m.load(bell + B.words);
  for (let i = 0; i < words; i++) m.fetchOr(summary + i * 4, 0xffffffff);
});
