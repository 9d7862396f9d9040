/** The worker's loop: serve who has rung, spin a while, sleep. */
import { parkBegin } from '../../queue/steps.ts';
import { ring, rung } from './bell.ts';
import { bell as B, row as A, worker as W } from './offsets.ts';
import { rowOf } from './send.ts';
import { engineEffect, engineStep } from './step.ts';
import { oldest } from './slots.ts';
import { mayRun, visit } from './visit.ts';

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

/**
 * Serves the actor that handled a message last, if it has another one: who answers at once is found without the
 * detour over the bell. A row is looked at only while its actor is active and belongs to this worker.
 */
export const passWarm = engineStep('passWarm', ['worker'], { A, W, mayRun, oldest, visit }, (m, worker, { A, W, mayRun, oldest, visit }) => {
  const actor = m.load(worker + W.warm);
  if (actor === 0 || mayRun(actor) === 0 || m.load(actor + A.worker) !== worker) return 0;
  if (oldest(actor, m.load(actor + A.inbox)) === 0) return 0;
  visit(worker, actor);
  if (m.load(worker + W.bell.watched) !== actor && m.load(worker + W.warm) === actor) m.storeRelease(worker + W.bell.watched, actor);
  return 1;
});

/** Ends the watch over an actor, and looks once more: who did not ring because of the watch is rung for here. */
export const unwatch = engineEffect('unwatch', ['worker'], { A, W, mayRun, oldest, ring }, (m, worker, { A, W, mayRun, oldest, ring }) => {
  const actor = m.exchange(worker + W.bell.watched, 0);
  if (actor === 0 || mayRun(actor) === 0) return;
  if (oldest(actor, m.load(actor + A.inbox)) !== 0) ring(worker + W.bell.at, m.load(actor + A.id));
});

/** Sleeps until somebody rings or orders come. */
export const park = engineEffect('park', ['worker'], { B, W, parkBegin, rung, unwatch }, (m, worker, { B, W, parkBegin, rung, unwatch }) => {
  unwatch(worker);
  const spot = worker + W.bell.at + B.parked;
  const ticket = parkBegin(spot);
  if (rung(worker + W.bell.at) === 0 && m.loadAcquire(worker + W.stop) === 0) m.wait(worker + W.bell.at + B.wake, ticket, -1n);
  m.exchange(spot, 0);
});

/**
 * Runs until `stop` is set. How long it looks before it sleeps follows what came of it: after a sleep that looking
 * would not have bridged it hardly looks at all, since the system may have woken it on the core of whoever waits
 * for the answer.
 */
export const run = engineEffect('run', ['worker'], { W, firstLooks, looks, rounds, beat, park, pass, passWarm, unwatch }, (m, worker, { W, firstLooks, looks, rounds, beat, park, pass, passWarm, unwatch }) => {
  beat(worker);
  let since = m.load64(worker + W.now);
  let served = 0;
  let idle = 0;
  let patience = m.load(worker + W.spin);
  while (m.loadAcquire(worker + W.stop) === 0) {
    const warm = passWarm(worker);
    if (pass(worker) + warm !== 0) {
      const watched = m.load(worker + W.bell.watched);
      if (watched !== 0 && watched !== m.load(worker + W.warm)) unwatch(worker);
      idle = 0;
      served += 1;
      if (served % rounds === 0) beat(worker);
      continue;
    }
    idle += 1;
    if (idle === firstLooks) {
      beat(worker);
      if (served !== 0) since = m.load64(worker + W.now);
      if (served > 1) patience = m.load(worker + W.spin);
      served = 0;
    } else if (idle === firstLooks + looks) {
      beat(worker);
      idle = firstLooks;
      if (m.load64(worker + W.now) - since < BigInt(patience)) continue;
      since = m.load64(worker + W.now);
      park(worker);
      beat(worker);
      const spin = m.load(worker + W.spin);
      patience = m.load64(worker + W.now) - since < BigInt(spin) ? spin : 0;
      since = m.load64(worker + W.now);
      idle = 0;
    }
  }
  beat(worker);
});
