import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f32, u32 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { PubSub } from './pubsub.ts';
import { matches, parsePattern, parseTopic, PatternTree } from './topic.ts';
import type { Publication, SubscribeOptions } from './types.ts';

const Reading = message('Reading', { n: u32 });
const Other = message('Other', { x: f32 });
type Fields = typeof Reading.struct.shape;
const n = (p: Publication<Fields> | undefined): number | undefined => p?.value.n;

describe('topics', () => {
  it.each([
    ['a/b', 'a/b', true], ['a/b', 'a/c', false], ['a/b', 'a', false], ['a', 'a/b', false],
    ['a/*', 'a/b', true], ['a/*', 'a', false], ['a/*', 'a/b/c', false], ['*/b', 'a/b', true], ['*', 'a', true], ['*', 'a/b', false],
    ['a/#', 'a/b', true], ['a/#', 'a/b/c', true], ['a/#', 'a', false], ['#', 'a', true], ['#', 'a/b', true], ['a/*/#', 'a/b', false], ['a/*/#', 'a/b/c', true],
  ])('%s on %s: %s', (pattern, topic, expected) => {
    expect(matches(parsePattern(pattern), parseTopic(topic))).toBe(expected);
  });

  it.each(['', '/a', 'a/', 'a//b', 'a/*', 'a/#', 'x'.repeat(1025)])("'%s' is no topic", (topic) => {
    expect(() => parseTopic(topic)).toThrow(/^InvalidTopic: .*is no topic/);
  });

  it.each(['', '/a', 'a/', '#/a', 'a#', 'a/b*', 'a/##'])("'%s' is no pattern", (pattern) => {
    expect(() => parsePattern(pattern)).toThrow(/^InvalidTopic: .*is no pattern/);
  });

  it('the tree finds what matching one by one finds, also after deletions', () => {
    const level = fc.constantFrom('a', 'b', '*');
    const pattern = fc.tuple(fc.array(level, { maxLength: 3 }), fc.boolean()).filter(([l, rest]) => l.length > 0 || rest).map(([l, rest]) => (rest ? [...l, '#'] : l));
    const topic = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(fc.array(pattern, { maxLength: 20 }), fc.array(fc.nat()), topic, (patterns, deleted, levels) => {
      const tree = new PatternTree<number>();
      patterns.forEach((p, i) => tree.add(p, i));
      const gone = new Set(deleted.map((d) => d % 20));
      for (const i of gone) if (i < patterns.length) tree.delete(patterns[i]!, i);
      const expected = patterns.flatMap((p, i) => (!gone.has(i) && matches(p, levels) ? [i] : []));
      expect(tree.find(levels).sort((a, b) => a - b)).toEqual(expected);
    }));
  });
});

describe('PubSub', () => {
  it('delivers to whom pattern and type match, in order', async () => {
    const bus = new PubSub();
    const all = bus.subscribe('sensors/#');
    const one = bus.subscribe('sensors/1/*', Reading);
    const other = bus.subscribe('other', Reading);
    expect(await bus.publish('sensors/1/temp', Reading, { n: 1 })).toEqual({ sequence: 1, delivered: 2, dropped: 0, duplicate: false });
    await bus.publish('sensors/2/temp', Reading, { n: 2 }, { publisher: 'me' });
    await bus.publish('sensors/1/temp', Other, { x: 3 });
    expect([n(one.tryNext()), n(one.tryNext()), other.tryNext()]).toEqual([1, undefined, undefined]);
    const got = [all.tryNext(), all.tryNext(), all.tryNext()];
    expect(got.map((p) => [p!.sequence, p!.topic, p!.message.name, p!.publisher])).toEqual([
      [1, 'sensors/1/temp', 'Reading', null], [2, 'sensors/2/temp', 'Reading', 'me'], [3, 'sensors/1/temp', 'Other', null],
    ]);
    expect(got[0]!.timestamp.physical <= got[1]!.timestamp.physical).toBe(true);
    await expect(bus.publish('sensors/1/temp', Reading, { n: -1 })).rejects.toThrow(/^SerializationError/);
    await expect(bus.publish('sensors/*', Reading, { n: 1 })).rejects.toThrow(/^InvalidTopic/);
    expect(bus.stats()).toMatchObject({ subscriptions: 3, published: 3, delivered: 4, dropped: 0 });
  });

  it('parts what is published from what the publisher changes later', async () => {
    const bus = new PubSub();
    const sub = bus.subscribe('t', Reading);
    const value = { n: 1 };
    await bus.publish('t', Reading, value);
    value.n = 2;
    expect(n(sub.tryNext())).toBe(1);
  });

  it('gives retained publications to later subscribers, the latest ones', async () => {
    const bus = new PubSub({ retainedPerTopic: 2 });
    for (const i of [1, 2, 3]) await bus.publish('a/x', Reading, { n: i }, { retain: true });
    await bus.publish('a/y', Reading, { n: 4 }, { retain: true });
    await bus.publish('a/y', Reading, { n: 5 });
    const sub = bus.subscribe('a/*', Reading);
    expect([1, 2, 3, 4].map(() => n(sub.tryNext()))).toEqual([2, 3, 4, undefined]);
    expect(bus.subscribe('a/*', Other).tryNext()).toBeUndefined();
    expect(bus.subscribe('a/*', Reading, { retained: false }).tryNext()).toBeUndefined();
    expect(bus.retained('a/x').map((p) => p.sequence)).toEqual([2, 3]);
    bus.clearRetained('a/x');
    expect(bus.stats()).toMatchObject({ retainedTopics: 1, retained: 1 });
  });

  it('ends subscriptions when they are disposed', async () => {
    const bus = new PubSub({ maxSubscriptions: 1 });
    const waiting = [];
    {
      using sub = bus.subscribe('t', Reading);
      waiting.push(sub.next());
      expect(() => bus.subscribe('t')).toThrow(/^TooManySubscriptions/);
    }
    await expect(waiting[0]).rejects.toThrow(/^SubscriptionClosed: .*'t'/);
    expect(await bus.publish('t', Reading, { n: 1 })).toMatchObject({ delivered: 0 });
    const again = bus.subscribe('t', Reading);
    const seen: number[] = [];
    const reading = (async () => { for await (const p of again) seen.push(p.value.n); })();
    await bus.publish('t', Reading, { n: 7 });
    await Promise.resolve();
    bus[Symbol.dispose]();
    await reading;
    expect([seen, again.active, bus.stats().subscriptions]).toEqual([[7], false, 0]);
  });

  it('waits for the next publication, with a deadline and a signal', async () => {
    const time = new VirtualTime();
    const sub = new PubSub({ time }).subscribe('t', Reading);
    const late = sub.next({ timeout: 10 });
    time.advance(10);
    await expect(late).rejects.toThrow(/^Timeout/);
    const abort = new AbortController();
    const aborted = sub.next({ signal: abort.signal });
    abort.abort(new Error('stop'));
    await expect(aborted).rejects.toThrow('stop');
  });
});

describe('slow subscribers', () => {
  const fill = async (options: SubscribeOptions<Fields>) => {
    const bus = new PubSub();
    const sub = bus.subscribe('t', Reading, { buffer: 2, ...options });
    const receipts = [];
    for (const i of [1, 2, 3, 4]) receipts.push(await bus.publish('t', Reading, { n: i }));
    return { bus, sub, delivered: receipts.map((r) => r.delivered) };
  };

  it('lose the oldest, or the newest, and it is counted', async () => {
    const oldest = await fill({});
    expect([oldest.delivered, n(oldest.sub.tryNext()), n(oldest.sub.tryNext()), oldest.sub.stats().dropped]).toEqual([[1, 1, 1, 1], 3, 4, 2]);
    const newest = await fill({ slow: 'dropNewest' });
    expect([newest.delivered, n(newest.sub.tryNext()), n(newest.sub.tryNext()), newest.sub.stats().dropped]).toEqual([[1, 1, 0, 0], 1, 2, 2]);
    expect(newest.bus.stats()).toMatchObject({ delivered: 2, dropped: 2 });
  });

  it('are disconnected', async () => {
    const { bus, sub } = await fill({ slow: 'disconnect' });
    expect([sub.active, bus.stats().subscriptions]).toEqual([false, 0]);
    await expect(sub.next()).rejects.toThrow(/^SubscriptionClosed/);
    await expect((async () => { for await (const p of sub) void p; })()).rejects.toThrow(/^SubscriptionClosed/);
  });

  it('hold the publisher up, in order', async () => {
    const bus = new PubSub();
    const sub = bus.subscribe('t', Reading, { buffer: 2, slow: 'wait' });
    const publishing = [1, 2, 3, 4, 5].map((i) => bus.publish('t', Reading, { n: i }));
    const got: unknown[] = [];
    for (let i = 0; i < 5; i++) got.push(n(await sub.next()));
    expect(got).toEqual([1, 2, 3, 4, 5]);
    expect((await Promise.all(publishing)).every((r) => r.delivered === 1)).toBe(true);
    const stuck = [6, 7, 8].map((i) => bus.publish('t', Reading, { n: i }));
    sub[Symbol.dispose]();
    expect((await Promise.all(stuck)).map((r) => r.delivered)).toEqual([1, 1, 0]);
  });
});

describe('at least once', () => {
  const start = (options: SubscribeOptions<Fields> = {}) => {
    const time = new VirtualTime();
    const bus = new PubSub({ time });
    return { time, bus, sub: bus.subscribe('t', Reading, { qos: 'atLeastOnce', ackTimeout: 100, attempts: 3, ...options }) };
  };

  it('delivers again what is not acknowledged in time', async () => {
    const { time, bus, sub } = start();
    await bus.publish('t', Reading, { n: 1 });
    const first = sub.tryNext()!;
    expect([first.attempt, sub.stats().unacknowledged]).toEqual([1, 1]);
    time.advance(99);
    expect(sub.tryNext()).toBeUndefined();
    time.advance(1);
    const second = sub.tryNext()!;
    expect([second.attempt, second.id, n(second)]).toEqual([2, first.id, 1]);
    second.ack();
    second.ack();
    time.advance(1000);
    expect(sub.tryNext()).toBeUndefined();
    expect(sub.stats()).toEqual({ delivered: 2, redelivered: 1, acknowledged: 1, dropped: 0, givenUp: 0, waiting: 0, unacknowledged: 0 });
  });

  it('delivers again at once what is refused, gives up after the last attempt', async () => {
    const givenUp: number[] = [];
    const { bus, sub } = start({ onGivenUp: (p) => givenUp.push(p.value.n) });
    await bus.publish('t', Reading, { n: 1 });
    await bus.publish('t', Reading, { n: 2 });
    const seen = [];
    for (let i = 0; i < 3; i++) {
      const p = sub.tryNext()!;
      seen.push([n(p), p.attempt]);
      p.nack();
      p.nack();
    }
    expect(seen).toEqual([[1, 1], [1, 2], [1, 3]]);
    expect([givenUp, n(sub.tryNext())]).toEqual([[1], 2]);
  });

  it('takes a late acknowledgement of an earlier attempt', async () => {
    const { time, bus, sub } = start();
    await bus.publish('t', Reading, { n: 1 });
    const first = sub.tryNext()!;
    time.advance(100);
    expect(sub.stats().waiting).toBe(1);
    first.ack();
    expect(sub.stats()).toMatchObject({ waiting: 0, acknowledged: 1 });
    time.advance(1000);
    expect(sub.tryNext()).toBeUndefined();
  });

  it('publishing is idempotent by id', async () => {
    const { bus, sub } = start();
    const first = await bus.publish('t', Reading, { n: 1 }, { id: 'order-1' });
    expect(await bus.publish('t', Reading, { n: 1 }, { id: 'order-1' })).toEqual({ sequence: first.sequence, delivered: 0, dropped: 0, duplicate: true });
    expect([n(sub.tryNext()), sub.tryNext(), bus.stats().duplicates]).toEqual([1, undefined, 1]);
  });

  it('leaves no timer behind', async () => {
    const { time, bus, sub } = start();
    await bus.publish('t', Reading, { n: 1 });
    sub.tryNext();
    expect(time.pending).toBe(1);
    sub[Symbol.dispose]();
    expect(time.pending).toBe(0);
  });
});
