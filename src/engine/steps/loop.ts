/** The worker's loop: serve who has rung, spin a while, sleep. */
import { parkBegin } from '../../queue/steps.ts';
import { rung } from './bell.ts';
import { bell as B, worker as W } from './offsets.ts';
import { rowOf } from './send.ts';
import { engineEffect, engineStep } from './step.ts';
import { visit } from './visit.ts';

/** Looks at an empty bell before the first look at the clock, and between two of them. */
const firstLooks: number = 32;
const looks = 256;
/** Rounds of service between two looks at the clock. */
const rounds: number = 8;

/** Reads the clock, and shows that all actors have been left alone for a moment. */
export const beat = engineEffect('beat', ['worker'], { W }, (m, worker, { W }) => {
  m.store64(worker + W.now, m.clock());
  m.storeRelease(worker + W.epoch, (m.load(worker + W.epoch) + 1) >>> 0);
});

/** Gives every actor that has rung its turn, once. Returns how many there were. */
export const pass = engineStep('pass', ['worker'], { B, W, rowOf, visit }, (m, worker, { B, W, rowOf, visit }) => {
  const bell = worker + W.bell.at;
  const engine = m.load(worker + W.engine);
  const first = m.load(bell + B.groups);
  const count = m.load(bell + B.count);
  let visits = 0;
  for (let i = 0; i < count; i++) {
    const group = first + i * B.group;
    if (m.loadAcquire(group) === 0) continue;
    let words = m.exchange(group, 0);
    while (words !== 0) {
      const low = (words & -words) >>> 0;
      words = (words ^ low) >>> 0;
      const word = (31 - Math.clz32(low)) >>> 0;
      let ids = m.loadAcquire(group + B.bits + word * 4);
      while (ids !== 0) {
        const bit = (ids & -ids) >>> 0;
        ids = (ids ^ bit) >>> 0;
        m.fetchAnd(group + B.bits + word * 4, (~bit) >>> 0);
        visit(worker, rowOf(engine, i * 1024 + word * 32 + ((31 - Math.clz32(bit)) >>> 0)));
        visits += 1;
      }
    }
  }
  return visits;
});

/** Sleeps until somebody rings or orders come. */
export const park = engineEffect('park', ['worker'], { B, W, parkBegin, rung }, (m, worker, { B, W, parkBegin, rung }) => {
  const spot = worker + W.bell.at + B.parked;
  const ticket = parkBegin(spot);
  if (rung(worker + W.bell.at) === 0 && m.loadAcquire(worker + W.stop) === 0) m.wait(worker + W.bell.at + B.wake, ticket, -1n);
  m.exchange(spot, 0);
});

/** Runs until `stop` is set. */
export const run = engineEffect('run', ['worker'], { W, firstLooks, looks, rounds, beat, park, pass }, (m, worker, { W, firstLooks, looks, rounds, beat, park, pass }) => {
  beat(worker);
  let since = m.load64(worker + W.now);
  let served = 0;
  let idle = 0;
  while (m.loadAcquire(worker + W.stop) === 0) {
    if (pass(worker) !== 0) {
      idle = 0;
      served += 1;
      if (served % rounds === 0) beat(worker);
      continue;
    }
    idle += 1;
    if (idle === firstLooks) {
      beat(worker);
      if (served !== 0) since = m.load64(worker + W.now);
      served = 0;
    } else if (idle === firstLooks + looks) {
      beat(worker);
      idle = firstLooks;
      if (m.load64(worker + W.now) - since < BigInt(m.load(worker + W.spin))) continue;
      park(worker);
      beat(worker);
      since = m.load64(worker + W.now);
      idle = 0;
    }
  }
  beat(worker);
});
