/**
 * The ring protocol in steps. A ring is a `RingHeader` followed by its slots; slots are addresses, 0 stands for
 * "none". A slot at position `p` is free when its stamp is `p`, readable when it is `p + 1`, and given back by
 * storing `p + capacity`. Between reserve and publish, and between peek and release, the slot belongs to
 * whoever holds it: its stamp still tells the position, so nothing else need be remembered.
 */
import { RingHeader, SlotHead } from '../layout/structures.ts';
import { offsetOf } from '../layout/access.ts';
import { effect, step } from './step.ts';

/** Byte offsets in a ring. */
export const ringOffsets = Object.freeze({
  head: offsetOf(RingHeader, 'head'), tail: offsetOf(RingHeader, 'tail'), dropped: offsetOf(RingHeader, 'dropped'),
  capacity: offsetOf(RingHeader, 'capacity'), slotBytes: offsetOf(RingHeader, 'slotBytes'), slots: RingHeader.size,
  stamp: offsetOf(SlotHead, 'stamp'),
});
const R = ringOffsets;

/** Address of the slot of `position`. */
export const slotAt = step('slotAt', ['ring', 'position'], { R }, (m, ring, position, { R }) =>
  (ring + R.slots + ((position & (m.load(ring + R.capacity) - 1)) >>> 0) * m.load(ring + R.slotBytes)) >>> 0);

// ---------------------------------------------------------------- producers

/** Takes the next slot if it is free. One producer. */
export const reserveSingle = step('reserveSingle', ['ring'], { R, slotAt }, (m, ring, { R, slotAt }) => {
  const position = m.load(ring + R.head);
  const slot = slotAt(ring, position);
  if (m.loadAcquire(slot + R.stamp) !== position) return 0;
  m.store(ring + R.head, (position + 1) >>> 0);
  return slot;
});

/**
 * Takes the next slot if it is free. Any number of producers. A stamp behind the position means that the
 * consumer has not given the slot back: full. One ahead of it means that another producer was faster.
 */
export const reserveShared = step('reserveShared', ['ring'], { R, slotAt }, (m, ring, { R, slotAt }) => {
  let position = m.loadAcquire(ring + R.head);
  for (;;) {
    const slot = slotAt(ring, position);
    const ahead = (m.loadAcquire(slot + R.stamp) - position) >>> 0;
    if (ahead === 0) {
      const seen = m.compareExchange(ring + R.head, position, (position + 1) >>> 0);
      if (seen === position) return slot;
      position = seen;
    } else {
      if (ahead >= 0x80000000) return 0;
      position = m.loadAcquire(ring + R.head);
    }
  }
});

/** Makes a reserved slot readable; all its other words are written before. */
export const publish = effect('publish', ['slot'], { R }, (m, slot, { R }) => {
  m.storeRelease(slot + R.stamp, (m.load(slot + R.stamp) + 1) >>> 0);
});

// ---------------------------------------------------------------- consumers

/** The oldest readable slot; it stays until `release`. One consumer. */
export const peek = step('peek', ['ring'], { R, slotAt }, (m, ring, { R, slotAt }) => {
  const position = m.load(ring + R.tail);
  const slot = slotAt(ring, position);
  if (m.loadAcquire(slot + R.stamp) !== (position + 1) >>> 0) return 0;
  return slot;
});

/** Gives a slot back to the producers; all its words have been read. */
export const giveBack = effect('giveBack', ['ring', 'slot'], { R }, (m, ring, slot, { R }) => {
  m.storeRelease(slot + R.stamp, (m.load(slot + R.stamp) - 1 + m.load(ring + R.capacity)) >>> 0);
});

/** Ends what `peek` began. */
export const release = effect('release', ['ring', 'slot'], { R, giveBack }, (m, ring, slot, { R, giveBack }) => {
  m.store(ring + R.tail, (m.load(ring + R.tail) + 1) >>> 0);
  giveBack(ring, slot);
});

/**
 * Takes the oldest readable slot from whoever else consumes: the consumer of a ring whose producers may drop
 * the oldest message, and those producers. `giveBack` must follow.
 */
export const claim = step('claim', ['ring'], { R, slotAt }, (m, ring, { R, slotAt }) => {
  let position = m.loadAcquire(ring + R.tail);
  for (;;) {
    const slot = slotAt(ring, position);
    const ahead = (m.loadAcquire(slot + R.stamp) - position - 1) >>> 0;
    if (ahead === 0) {
      const seen = m.compareExchange(ring + R.tail, position, (position + 1) >>> 0);
      if (seen === position) return slot;
      position = seen;
    } else {
      if (ahead >= 0x80000000) return 0;
      position = m.loadAcquire(ring + R.tail);
    }
  }
});

// ---------------------------------------------------------------- doorbells

/** Sets bit `id` of the bitmap at `bits`; 1 when it was not set. What the bit announces is written before. */
export const ringBell = step('ringBell', ['bits', 'id'], {}, (m, bits, id) => {
  const bit = (1 << (id & 31)) >>> 0;
  const old = m.fetchOr(bits + (id >>> 5) * 4, bit);
  return ((old & bit) >>> 0) === 0 ? 1 : 0;
});

/** Takes all bits of one word: from here on a new message rings anew. What they announce is read after. */
export const takeBell = step('takeBell', ['bits', 'word'], {}, (m, bits, word) => m.exchange(bits + word * 4, 0));

// ---------------------------------------------------------------- sleeping

/** A place to sleep at: two words, whether somebody sleeps (or is about to), and a count of wake-ups. */
export const parking = Object.freeze({ parked: 0, wakeups: 4, bytes: 8 });
const P = parking;

/**
 * Announces that the caller will sleep and returns the ticket for `parkWait`. The caller must look for work
 * once more in between: the fence on either side makes one of the two see the other.
 */
export const parkBegin = step('parkBegin', ['spot'], { P }, (m, spot, { P }) => {
  const ticket = m.loadAcquire(spot + P.wakeups);
  m.storeRelease(spot + P.parked, 1);
  m.fence();
  return ticket;
});

/** Sleeps until the next wake-up after the ticket; `milliseconds` 0xffffffff: for ever. 0 woken, 1 at once, 2 timed out. */
export const parkWait = step('parkWait', ['spot', 'ticket', 'milliseconds'], { P }, (m, spot, ticket, milliseconds, { P }) => {
  const timeout = milliseconds === 0xffffffff ? -1n : BigInt(milliseconds) * 1000000n;
  return m.wait(spot + P.wakeups, ticket, timeout);
});

/** Wakes who sleeps there. What it will find is published before. 1 when somebody was. */
export const unpark = step('unpark', ['spot'], { P }, (m, spot, { P }) => {
  m.fence();
  if (m.loadAcquire(spot + P.parked) === 0) return 0;
  if (m.exchange(spot + P.parked, 0) === 0) return 0;
  m.fetchAdd(spot + P.wakeups, 1);
  m.notify(spot + P.wakeups, 0x7fffffff);
  return 1;
});
