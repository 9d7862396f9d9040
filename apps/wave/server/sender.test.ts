import { expect, test } from 'vitest';
import { FrameSender } from './sender.ts';

/** A connection that takes as much as it is told to. */
function connection() {
  const written: number[] = [];
  let full = false;
  let free: () => void = () => undefined;
  return {
    written,
    clog() { full = true; },
    unclog() { full = false; free(); },
    write(bytes: Uint8Array) { written.push(new DataView(bytes.buffer).getFloat64(16, true)); return !full; },
    drained: () => new Promise<void>((resolve) => { free = resolve; }),
  };
}

test('a page that sees every frame gets every frame', async () => {
  const sink = connection();
  let step = 0;
  const sender = new FrameSender(async () => ({ step: ++step, cells: new Int8Array(4) }), sink);
  for (let k = 1; k <= 5; k++) {
    await sender.due();
    sender.seen(k);
  }
  expect(sink.written).toEqual([1, 2, 3, 4, 5]);
  expect(sender.stats()).toEqual({ due: 5, sent: 5, seen: 5, dropped: 0 });
});

test('a slow page has two frames on their way; what is due meanwhile is dropped, and the next is the newest', async () => {
  const sink = connection();
  let step = 0;
  const sender = new FrameSender(async () => ({ step, cells: new Int8Array(4) }), sink);
  for (step = 1; step <= 10; step++) await sender.due();
  expect(sink.written).toEqual([1, 2]);
  expect(sender.stats()).toEqual({ due: 10, sent: 2, seen: 0, dropped: 8 });
  sender.seen(1);
  step = 50;
  await sender.due();
  expect(sink.written).toEqual([1, 2, 50]);
  // What was never sent cannot have been seen.
  sender.seen(99);
  await sender.due();
  expect(sender.stats()).toMatchObject({ sent: 3, seen: 1, dropped: 9 });
});

test('a full connection is waited for', async () => {
  const sink = connection();
  const sender = new FrameSender(async () => ({ step: 1, cells: new Int8Array(4) }), sink, 10);
  sink.clog();
  const first = sender.due();
  await Promise.resolve();
  await sender.due();
  await sender.due();
  expect(sender.stats()).toMatchObject({ sent: 1, dropped: 2 });
  sink.unclog();
  await first;
  await sender.due();
  expect(sender.stats()).toMatchObject({ sent: 2, dropped: 2 });
});
