/** Small rings for the explorer, and threads that use them through the steps they are given. */
import type { RawMemory } from '../../src/queue/memory.ts';
import { bind, type Step } from '../../src/queue/step.ts';
import { claim, giveBack, peek, publish, release, reserveShared, reserveSingle, ringOffsets as R } from '../../src/queue/steps.ts';
import { again, type Operation, type Scenario } from '../../src/testing/explore.ts';

export const slotBytes = 64;
/** Two words of payload, so that a half-written message shows. */
export const payload = 32;

export function initRing(m: RawMemory, ring: number, capacity: number): void {
  m.store(ring + R.capacity, capacity);
  m.store(ring + R.slotBytes, slotBytes);
  for (let i = 0; i < capacity; i++) m.store(ring + R.slots + i * slotBytes + R.stamp, i);
}

export const ringBytes = (capacity: number): number => R.slots + capacity * slotBytes;

type SlotOf = Step<readonly [number], number>;
type OnSlot = Step<readonly [number], void>;
type OnRing = Step<readonly [number, number], void>;

/** The steps a scenario runs; a planted bug replaces one of them. */
export interface RingSteps {
  readonly reserve: SlotOf;
  readonly publish: OnSlot;
  readonly take: SlotOf;
  readonly giveBack: OnRing;
  /** Payload is written after `publish` instead of before. */
  readonly lateWrite?: boolean;
}

export const single: RingSteps = { reserve: reserveSingle, publish, take: peek, giveBack: release };
export const shared: RingSteps = { ...single, reserve: reserveShared };
export const claimed: RingSteps = { reserve: reserveShared, publish, take: claim, giveBack };

/** Sends `value`, waiting while the ring is full. */
export const send = (steps: RingSteps, ring: number, value: number): Operation => ({
  name: `send ${value}`,
  run(m) {
    const slot = bind(steps.reserve, m)(ring);
    if (slot === 0) return again;
    if (steps.lateWrite === true) bind(steps.publish, m)(slot);
    m.store(slot + payload, value);
    m.store(slot + payload + 4, value);
    if (steps.lateWrite !== true) bind(steps.publish, m)(slot);
  },
});

/** Logs the next message, waiting while there is none. A torn one is a finding. */
export const receive = (steps: RingSteps, ring: number): Operation => ({
  name: 'receive',
  run(m, log) {
    const slot = bind(steps.take, m)(ring);
    if (slot === 0) return again;
    const [first, second] = [m.load(slot + payload), m.load(slot + payload + 4)];
    if (first !== second) throw new Error(`torn message: ${first}, ${second}`);
    log.push(first);
    bind(steps.giveBack, m)(ring, slot);
  },
});

/** Producers send `each` messages, numbered 100 * producer + 1, 2, …; one consumer takes them all. */
export function exchange(steps: RingSteps, options: { producers: number; each: number; capacity: number; start?: number }): Scenario {
  const { producers, each, capacity, start = 0 } = options;
  const total = producers * each;
  return {
    init(m) {
      initRing(m, 0, capacity);
      // Counters that are about to wrap must not matter.
      m.store(R.head, start);
      m.store(R.tail, start);
      for (let i = 0; i < capacity; i++) m.store(R.slots + ((start + i) & (capacity - 1)) * slotBytes + R.stamp, start + i);
    },
    threads: [
      ...Array.from({ length: producers }, (_, p) => ({
        name: `producer ${p + 1}`, operations: Array.from({ length: each }, (_, i) => send(steps, 0, 100 * (p + 1) + i + 1)),
      })),
      { name: 'consumer', operations: Array.from({ length: total }, () => receive(steps, 0)) },
    ],
    check: ({ logs }) => inOrder(logs.at(-1)!, producers, each),
  };
}

/** Every message once, each producer's in order. */
export function inOrder(got: readonly number[], producers: number, each: number): string | undefined {
  for (let p = 1; p <= producers; p++) {
    const own = got.filter((v) => Math.floor(v / 100) === p).join();
    const wanted = Array.from({ length: each }, (_, i) => 100 * p + i + 1).join();
    if (own !== wanted) return `from producer ${p} came ${own || 'nothing'} instead of ${wanted}`;
  }
  return got.length === producers * each ? undefined : `messages from nowhere: ${got.join()}`;
}
