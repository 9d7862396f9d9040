/** An actor takes its messages while the host drops the oldest ones for newer: each is handled or dropped, once, whole and in order. */
import { expect, it } from 'vitest';
import { ring as R, row as A, slot as S } from '../../src/engine/steps/offsets.ts';
import { oldest } from '../../src/engine/steps/slots.ts';
import { engineStep } from '../../src/engine/steps/step.ts';
import { takeMessage } from '../../src/engine/steps/visit.ts';
import { bind } from '../../src/queue/step.ts';
import { claim, giveBack, publish, reserveSingle } from '../../src/queue/steps.ts';
import { again, explore, type Operation, type Scenario } from '../../src/testing/explore.ts';
import { initRing, ringBytes, slotBytes } from './rings.ts';

const actor = 64;
const inbox = 1024;
const capacity = 2;
const own = inbox + Math.ceil(ringBytes(capacity) / 64) * 64;

type Take = typeof takeMessage;

const send = (value: number): Operation => ({
  name: `send ${value}`,
  run(m, log) {
    let slot = bind(reserveSingle, m)(inbox);
    while (slot === 0) {
      // As the host does when as many wait as there is room for.
      const out = bind(claim, m)(inbox);
      if (out === 0) return again;
      log.push(m.load(out + S.payload));
      bind(giveBack, m)(inbox, out);
      slot = bind(reserveSingle, m)(inbox);
    }
    m.store(slot + S.payload, value);
    m.store(slot + S.payload + 8, value);
    bind(publish, m)(slot);
  },
});

const take = (step: Take): Operation => ({
  name: 'take',
  run(m, log) {
    const first = bind(oldest, m)(actor, inbox);
    if (first === 0) return;
    const slot = bind(step, m)(actor, inbox, first);
    if (slot === 0) return;
    const [value, same] = [m.load(slot + S.payload), m.load(slot + S.payload + 8)];
    if (value !== same) throw new Error(`torn: ${value}, ${same}`);
    log.push(value);
  },
});

const scenario = (sends: number, takes: number, step: Take = takeMessage): Scenario => ({
  init(m) {
    initRing(m, inbox, capacity);
    m.store(actor + A.inboxMask, capacity - 1);
    m.store(actor + A.inboxSlot, slotBytes);
    m.store(actor + A.own, own);
  },
  threads: [
    { name: 'worker', operations: Array.from({ length: takes }, () => take(step)) },
    { name: 'host', operations: Array.from({ length: sends }, (_, k) => send(k + 1)) },
  ],
  check({ logs }) {
    const taken = [...logs[0]!, ...logs[1]!];
    if (new Set(taken).size !== taken.length) return `twice: ${logs.map((l) => l.join()).join(' and ')}`;
    if (logs[0]!.some((v, i) => i > 0 && v < logs[0]![i - 1]!)) return `out of order: ${logs[0]!.join()}`;
    const waiting = sends - taken.length;
    if (waiting < 0 || waiting > capacity) return `${waiting} would wait`;
    // What waits is the newest.
    return Math.max(0, ...taken) + waiting === sends || taken.length === 0 ? undefined : `lost: ${taken.join()} of ${sends}`;
  },
});

it('each message is handled or dropped', () => {
  const result = explore(scenario(4, 2), { preemptions: 3, memory: 'atomics' });
  if (result.problem !== null) expect.fail(`${result.problem}\n${result.trace.join('\n')}`);
  expect(result.complete).toBe(true);
});

it('finds a worker that counts by the tail and not by the message it looked at', () => {
  const careless = engineStep('careless', ['actor', 'inbox', 'slot'], { A, R, S }, (m, row, ring, slot, { A, R, S }) => {
    const position = m.load(ring + R.tail);
    if (m.compareExchange(ring + R.tail, position, (position + 1) >>> 0) !== position) return 0;
    const to = m.load(row + A.own);
    for (let i = 0; i < m.load(row + A.inboxSlot); i += 8) m.store64(to + i, m.load64(slot + i));
    m.storeRelease(slot + S.stamp, (m.load(slot + S.stamp) + m.load(row + A.inboxMask)) >>> 0);
    return to;
  });
  expect(explore(scenario(4, 2, careless), { preemptions: 3, memory: 'atomics' }).problem).not.toBeNull();
});
