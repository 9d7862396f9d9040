/** The compiled form of the steps makes the same accesses as their TypeScript, and holds in every order too. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepProgram } from '../../src/engine/steps/compile.ts';
import { viewsOf } from '../../src/layout/views.ts';
import { hostMemory, type RawMemory } from '../../src/queue/memory.ts';
import { bind, step, type Step } from '../../src/queue/step.ts';
import * as steps from '../../src/queue/steps.ts';
import { explore } from '../../src/testing/explore.ts';
import { functionSteps, type Access } from '../../src/testing/interpret.ts';
import { exchange, initRing, ringBytes, shared, single } from './rings.ts';

/** Performs an access on a memory. */
function perform(m: RawMemory, a: Access): number | bigint {
  switch (a.op) {
    case 'load': case 'loadAcquire': case 'load64': return m[a.op](a.address);
    case 'store': case 'storeRelease': m[a.op](a.address, Number(a.value)); return 0;
    case 'store64': m.store64(a.address, BigInt(a.value)); return 0;
    case 'fetchAdd': case 'fetchOr': case 'fetchAnd': case 'exchange': return m[a.op](a.address, a.value);
    case 'compareExchange': return m.compareExchange(a.address, a.expected, a.value);
    case 'fence': m.fence(); return 0;
    case 'wait': return m.wait(a.address, a.expected, -1n);
    case 'notify': return m.notify(a.address, a.count);
  }
}

function interpret(s: Step, m: RawMemory, args: readonly number[]): number {
  const run = functionSteps(stepProgram(s), [...args]);
  let at = run.next();
  while (!at.done) {
    if (at.value.op === 'barrier' || 'type' in at.value) throw new Error('a step meets nobody');
    at = run.next(perform(m, at.value));
  }
  return Number(at.value ?? 0);
}

/** The same step, run as its compiled program. */
const compiled = <S extends Step<readonly [number], number>>(s: S): Step<readonly [number], number> =>
  step(s.id, ['a'], { run: (m: RawMemory, a: number) => interpret(s, m, [a]) }, (m, a, { run }) => run(m, a)) as never;

/** Notes every access. */
function recording(m: RawMemory): { m: RawMemory; accesses: string[] } {
  const accesses: string[] = [];
  const wrap = (name: keyof RawMemory) => (...args: never[]): unknown => {
    const result = (m[name] as (...a: never[]) => unknown)(...args);
    accesses.push(`${name}(${args.join()}) = ${String(result)}`);
    return result;
  };
  return { accesses, m: Object.fromEntries(Object.keys(m).map((name) => [name, wrap(name as keyof RawMemory)])) as unknown as RawMemory };
}

const all = Object.values(steps).filter((s): s is never => typeof s === 'object' && 'fn' in s) as readonly Step[];

describe('every step, as TypeScript and as a program', () => {
  it.each(all.filter((s) => s.id !== 'parkWait').map((s) => [s.id, s] as const))('%s', (_, s) => {
    const ring = 64;
    const capacity = 4;
    fc.assert(fc.property(fc.array(fc.nat({ max: 9 }), { minLength: 9, maxLength: 9 }), fc.nat({ max: 3 }), (noise, pick) => {
      const run = (execute: (m: RawMemory, args: number[]) => unknown): unknown => {
        const { m, accesses } = recording(hostMemory(viewsOf(new SharedArrayBuffer(1024))));
        initRing(m, ring, capacity);
        const [tail, waiting] = [noise[0]!, noise[1]! % (capacity + 1)];
        m.store(ring + steps.ringOffsets.head, tail + waiting);
        m.store(ring + steps.ringOffsets.tail, tail);
        for (let p = tail; p < tail + capacity; p++) m.store(ring + ringBytes(0) + (p % capacity) * 64, p < tail + waiting ? p + 1 : p);
        accesses.length = 0;
        const slot = ring + ringBytes(0) + pick * 64;
        const args: Record<string, number> = { ring, slot, position: noise[6]!, bits: ring, word: pick, id: noise[7]! * 7, spot: ring, ticket: noise[8]! };
        const result = execute(m, s.params.map((p) => args[p]!));
        return { result: s.result ? result : 0, accesses };
      };
      expect(run((m, args) => interpret(s, m, args))).toEqual(run((m, args) => (bind(s, m) as (...a: number[]) => unknown)(...args)));
    }), { numRuns: 60 });
  });
});

it.each([
  ['one producer', single, { producers: 1, each: 3, capacity: 2 }],
  ['two producers', shared, { producers: 2, each: 1, capacity: 2 }],
])('compiled steps hold in every order: %s', (_, ring, shape) => {
  const result = explore(exchange({ ...ring, reserve: compiled(ring.reserve), take: compiled(ring.take) }, shape), { preemptions: 2 });
  expect([result.problem, result.complete]).toEqual([null, true]);
});

