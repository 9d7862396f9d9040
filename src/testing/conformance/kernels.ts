/** Kernels the cases share. */
import { ringKernel } from '../../kernel/define.ts';
import { array, f32, u32, u64 } from '../../layout/types.ts';
import { message } from '../../message/message.ts';

export const Add = message('Add', { a: f32, b: f32 });
export const Sum = message('Sum', { value: f32 });
export const Num = message('Num', { value: u32 });
export const Work = message('Work', { value: u32, rounds: u32 });
export const Count = message('Count', { count: u32, total: u32 });
export const Reset = message('Reset', { to: u32 });
export const Seq = message('Seq', { sender: u32, n: u32 });
export const SeqResult = message('SeqResult', { n: u32, errors: u32 });
export const Token = message('Token', { hops: u32, visited: u32 });
export const Burst = message('Burst', { count: u32, sender: u32 });
export const Told = message('Told', { taken: u32, refused: u32 });
export const Facts = message('Facts', { self: u32, sender: u32, correlation: u32 });
export const Stamp = message('Stamp', { a: u64 });
export const Times = message('Times', { message: u64, before: u64, after: u64, again: u64 });
export const Big = message('Big', { data: array(u32, 16_384) });

export const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.a + msg.b };
});

/** Works for as many rounds as it is told before it answers. */
export const busy = ringKernel({ id: 'busy', on: Work, reply: Num, state: { last: u32 } }, (ctx, msg) => {
  let x = msg.value;
  for (let i = 0; i < msg.rounds; i++) x = (x * 25_173 + 13_849) & 65_535;
  ctx.state.last = x;
  return { value: msg.value };
});

export const echo = ringKernel({ id: 'echo', on: Num, reply: Num }, (ctx, msg) => ({ value: msg.value }));

/** Takes three message types; answers two of them. */
export const counter = ringKernel({ id: 'counter', state: { count: u32, total: u32 } })
  .on(Num, Count, (ctx, msg) => {
    ctx.state.count += 1;
    ctx.state.total += msg.value;
    return { count: ctx.state.count, total: ctx.state.total };
  })
  .on(Reset, (ctx, msg) => {
    ctx.state.count = 0;
    ctx.state.total = msg.to;
  })
  .on(Add, Sum, (ctx, msg) => ({ value: msg.a * msg.b }));

/** Counts, silently; `Reset` asks. */
export const tally = ringKernel({ id: 'tally', state: { count: u32, total: u32 } })
  .on(Num, (ctx, msg) => {
    ctx.state.count += 1;
    ctx.state.total += msg.value;
  })
  .on(Reset, Count, (ctx) => ({ count: ctx.state.count, total: ctx.state.total }));

/** Checks that each of eight senders' numbers come in order from 1. */
export const sequencer = ringKernel({ id: 'sequencer', on: Seq, reply: SeqResult, state: { last: array(u32, 8), errors: u32 } }, (ctx, msg) => {
  if (msg.n !== ctx.state.last[msg.sender]! + 1) ctx.state.errors += 1;
  ctx.state.last[msg.sender] = msg.n;
  return { n: msg.n, errors: ctx.state.errors };
});

/** Adds one and passes on. */
export const forwarder = ringKernel({ id: 'forwarder', on: Num, sends: { next: Num } }, (ctx, msg) => {
  ctx.send.next({ value: msg.value + 1 });
});

/** Passes a token round until its hops are used up, then to `done`. */
export const station = ringKernel({ id: 'station', on: Token, sends: { next: Token, done: Num } }, (ctx, msg) => {
  if (msg.hops === 0) ctx.send.done({ value: msg.visited });
  else ctx.send.next({ hops: msg.hops - 1, visited: msg.visited + 1 });
});

/** Sends `count` numbered messages; says how many were taken. */
export const burster = ringKernel({ id: 'burster', on: Burst, reply: Told, sends: { sink: Seq } }, (ctx, msg) => {
  let taken = 0;
  for (let i = 0; i < msg.count; i++) {
    const told = ctx.send.sink({ sender: msg.sender, n: i + 1 });
    if (told) taken += 1;
  }
  return { taken: ctx.u32(taken), refused: msg.count - ctx.u32(taken) };
});

export const bigSum = ringKernel({ id: 'bigSum', on: Big, reply: Num }, (ctx, msg) => {
  let sum = ctx.u32(0);
  for (let i = 0; i < 16_384; i++) sum += msg.data[i]!;
  return { value: sum };
});

/** Overflows a u32 when the value is 65,536 or more. */
export const squarer = ringKernel({ id: 'squarer', on: Num, reply: Num, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.value * msg.value };
});

/** Does not end for 0. */
export const looper = ringKernel({ id: 'looper', on: Num, reply: Num, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  let spins = ctx.u32(0);
  while (msg.value === 0) spins += 1;
  return { value: msg.value + spins };
});

/** Looks beyond its eight elements for 8 or more. */
export const prober = ringKernel({ id: 'prober', on: Num, reply: Num, state: { handled: u32, data: array(u32, 8) } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.value + ctx.state.data[msg.value]! };
});

/** Looks beyond its elements for 1000, and answers every other number with itself. */
export const stumbler = ringKernel({ id: 'stumbler', on: Num, reply: Num, state: { zeros: array(u32, 8) } }, (ctx, msg) =>
  ({ value: msg.value + ctx.state.zeros[msg.value === 1000 ? 8 : 0]! }));

/** Says what it knows of itself and its message. */
export const reporter = ringKernel({ id: 'reporter', on: Num, reply: Facts }, (ctx) => ({ self: ctx.self, sender: ctx.sender, correlation: ctx.correlation }));

/** Three times of its clock: as it is, after a stamp of the payload, and again. */
export const clockwork = ringKernel({ id: 'clockwork', on: Stamp, reply: Times, state: { last: u64 } }, (ctx, msg) => {
  const before = ctx.now();
  const after = ctx.hlcUpdate(msg.a);
  const again = ctx.now();
  ctx.state.last = again;
  return { message: ctx.timestamp, before, after, again };
});

/** Raises an alert above a limit, and measures every value. */
export const sentinel = ringKernel({ id: 'sentinel', on: Add, reply: Sum, state: { seen: u32 } }, (ctx, msg) => {
  ctx.state.seen += 1;
  ctx.metric('value', msg.a);
  ctx.metric('seen', ctx.state.seen);
  if (msg.a > msg.b) ctx.alert('too large', msg.a - msg.b);
  return { value: msg.a };
});

/** Sums what a handler, which one thread runs, is told of its place: with one thread nothing waits and nothing is shared. */
export const alone = ringKernel({ id: 'alone', on: Add, reply: Sum }, (ctx, msg) => {
  ctx.barrier();
  ctx.fenceDevice();
  const place = ctx.id + ctx.x + ctx.localId + ctx.groupId + ctx.lane;
  const size = ctx.laneCount + ctx.groupSizeX * ctx.gridSizeX;
  const all = ctx.subgroupAdd(msg.a) + ctx.shuffle(msg.b, ctx.lane) + ctx.groupMax(msg.a);
  return { value: all + (ctx.barrierAll(msg.a > msg.b) ? 1000 : 0) + 100 * (size - place) };
});

/** Tells the host by `ctx.debug`. */
export const chatter = ringKernel({ id: 'chatter', on: Add, reply: Sum }, (ctx, msg) => {
  ctx.debug('{} and {}', msg.a, msg.b);
  if (msg.a > msg.b) ctx.debug('in descending order', msg.a > msg.b);
  return { value: msg.a - msg.b };
});
