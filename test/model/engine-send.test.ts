/** Sending between actors on the CPU engine: two workers deliver into one inbox that a third one serves. */
import { expect, it } from 'vitest';
import { bellGroup, EngineBlock, WorkerBlock } from '../../src/engine/abi.ts';
import { park, pass } from '../../src/engine/steps/loop.ts';
import { bell as B, engine as E, ring as R, route as T, row as A, slot as S, worker as W } from '../../src/engine/steps/offsets.ts';
import { commit, reserve } from '../../src/engine/steps/send.ts';
import { SlotHead } from '../../src/layout/structures.ts';
import type { RawMemory } from '../../src/queue/memory.ts';
import { bind, type Step } from '../../src/queue/step.ts';
import { peek, release } from '../../src/queue/steps.ts';
import { again, explore, type Operation, type Scenario } from '../../src/testing/explore.ts';
import { initRing, inOrder } from './rings.ts';

const engine = 64;
const workers = [1, 2, 3].map((_, i) => engine + EngineBlock.size + i * WorkerBlock.size);
const [, , server] = workers as [number, number, number];
const group = engine + EngineBlock.size + 3 * WorkerBlock.size;
const directory = group + bellGroup.bytes;
const routes = directory + 64;
const rows = routes + 2 * T.bytes;
/** Actors 1 and 2 send, actor 3 receives. */
const rowAt = (id: number): number => rows + (id - 1) * A.bytes;
const inbox = Math.ceil((rows + 3 * A.bytes) / 64) * 64;
const target = 3;

function init(m: RawMemory): void {
  m.store(engine + E.directory, directory);
  m.store(directory, rowAt(0));
  m.store(server + W.bell.at + B.groups, group);
  m.store(server + W.bell.at + B.count, 1);
  workers.forEach((worker) => m.store(worker + W.engine, engine));
  [1, 2, 3].forEach((id, i) => {
    m.store(rowAt(id) + A.id, id);
    m.store(rowAt(id) + A.worker, workers[i]!);
    m.store(rowAt(id) + A.payload, SlotHead.size);
  });
  [1, 2].forEach((id, i) => {
    const route = routes + i * T.bytes;
    m.store(rowAt(id) + A.routes, route);
    m.store(rowAt(id) + A.ports, 1);
    m.store(route + T.target, target);
    m.store(route + T.inbox, inbox);
  });
  initRing(m, inbox, 2);
}

const sendFrom = (id: number, value: number): Operation => ({
  name: `send ${value}`,
  run(m) {
    const payload = bind(reserve, m)(rowAt(id), 0);
    if (payload === 0) return again;
    m.store(payload, value);
    m.store(payload + 4, value);
    bind(commit, m)(rowAt(id), 0);
  },
});

const serve = (total: number): Operation => ({
  name: 'serve',
  run(m, log) {
    const visit = (_: number, row: number): void => {
      if (row !== rowAt(target)) throw new Error(`the bell of row ${row} was rung`);
      for (let slot = bind(peek, m)(inbox); slot !== 0; slot = bind(peek, m)(inbox)) {
        const [first, second, source] = [m.load(slot + S.payload), m.load(slot + S.payload + 4), m.load(slot + S.source)];
        if (first !== second || source !== Math.floor(first / 100)) throw new Error(`torn: ${first}, ${second} from ${source}`);
        log.push(first);
        bind(release, m)(inbox, slot);
      }
    };
    const look = bind({ ...pass, uses: { ...pass.uses, visit, beat: () => {} } } as Step, m) as (worker: number) => number;
    while (log.length < total) if (look(server) === 0) bind(park, m)(server);
  },
});

const scenario = (each: readonly [number, number]): Scenario => ({
  init,
  threads: [
    ...each.map((count, i) => ({
      name: `worker ${i + 1}`, operations: Array.from({ length: count }, (_, k) => sendFrom(i + 1, 100 * (i + 1) + k + 1)),
    })),
    { name: 'worker 3', operations: [serve(each[0] + each[1])] },
  ],
  check: ({ logs, read }) => {
    const got = logs[2]!;
    for (const id of [1, 2] as const) {
      const count = each[id - 1]!;
      const problem = inOrder(got.filter((v) => Math.floor(v / 100) === id).map((v) => v - 100 * (id - 1)), 1, count);
      if (problem !== undefined) return `worker ${id}: ${problem}`;
      if (read(rowAt(id) + A.sent) !== count) return `actor ${id} counted ${read(rowAt(id) + A.sent)} sends`;
    }
    return read(inbox + R.head) === got.length ? undefined : `the inbox counted ${read(inbox + R.head)}`;
  },
});

it.each([
  ['one worker, a full inbox', [3, 0], 2], ['two workers', [1, 1], 1],
] as const)('%s: nothing lost, doubled, torn or slept through', (_, each, preemptions) => {
  const result = explore(scenario(each), { preemptions, memory: 'atomics' });
  if (result.problem !== null) expect.fail(`${result.problem}\n${result.trace.join('\n')}`);
  expect(result.complete).toBe(true);
});

it('larger, at random: two workers, a full inbox', () => {
  const result = explore(scenario([3, 3]), { memory: 'atomics', sample: { runs: 40, seed: 3 } });
  if (result.problem !== null) expect.fail(`${result.problem}\n${result.trace.join('\n')}`);
});
