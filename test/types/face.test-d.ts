/** What the editor knows: every line with an expected error must be one, every other must not. Checked by tsc. */
import { array, f32, message, ringKernel, u32, u64, vec3, type RingKernel } from '../../src/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const same = <A, B>(...check: Equal<A, B> extends true ? [] : ['these types differ']): void => void check;

const Add = message('Add', { a: f32, b: f32 });
const Sum = message('Sum', { value: f32 });
const Stamp = message('Stamp', { at: u64, n: u32 });
const Stamped = message('Stamped', { at: u64 });
const Reset = message('Reset', { to: u32 });
const Body = message('Body', { position: vec3(f32), history: array(f32, 4) });

const adder = ringKernel({ id: 'types-adder', on: Add, reply: Sum, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  // @ts-expect-error messages are read-only
  msg.a = 1;
  // @ts-expect-error no such state field
  void ctx.state.missing;
  return { value: msg.a + msg.b };
});
// @ts-expect-error the reply has a wrong field
ringKernel({ id: 'types-wrong-reply', on: Add, reply: Sum }, (ctx, msg) => ({ total: msg.a }));
// @ts-expect-error a bigint for a number
ringKernel({ id: 'types-bigint-reply', on: Add, reply: Sum }, () => ({ value: 1n }));

const several = ringKernel({ id: 'types-several', state: { last: u64 }, sends: { log: Reset, sum: Sum } })
  .on(Stamp, Stamped, (ctx, msg) => {
    ctx.state.last = msg.at;
    ctx.send.log({ to: msg.n });
    // @ts-expect-error wrong message for this port
    ctx.send.sum({ to: 1 });
    // @ts-expect-error no such port
    ctx.send.elsewhere({ to: 1 });
    return { at: msg.at };
  })
  .on(Add, Sum, (ctx, msg) => ({ value: msg.a }))
  .on(Reset, (ctx) => {
    ctx.state.last = 0n;
  });

// @ts-expect-error a number where a bigint is due
ringKernel({ id: 'types-number-reply', on: Stamp, reply: Stamped }, () => ({ at: 1 }));

const bodies = ringKernel({ id: 'types-bodies', on: Body, reply: Body }, (ctx, msg) => ({ position: msg.position.mul(2), history: msg.history }));

export async function check(ring: RingKernel): Promise<void> {
  const kernel = await ring.launch(adder, { initialState: { handled: 1 } });
  // @ts-expect-error no such state field
  await ring.launch(adder, { initialState: { nonsense: 1 } });
  // @ts-expect-error a string for a capacity
  await ring.launch(adder, { queueCapacity: '4' });
  // @ts-expect-error not a policy
  await ring.launch(adder, { overflow: 'explode' });

  const reply = await kernel.call({ a: 1, b: 2 });
  same<typeof reply, { value: number }>();
  same<Awaited<ReturnType<typeof kernel.receive>>, { value: number }>();
  same<Awaited<ReturnType<typeof kernel.readState>>, { handled: number }>();
  // @ts-expect-error a missing field
  await kernel.call({ a: 1 });
  // @ts-expect-error a wrong field
  await kernel.call({ a: 1, b: 2, c: 3 });
  // @ts-expect-error a bigint for a number
  await kernel.send({ a: 1n, b: 2 });
  // @ts-expect-error a message it does not handle
  await kernel.send(Reset, { to: 1 });
  await kernel.send(Add, { a: 1, b: 2 }, { priority: 'high', timeout: 5 });
  // @ts-expect-error not a priority
  await kernel.send({ a: 1, b: 2 }, { priority: 'urgent' });
  const columns = await kernel.callBatch({ a: new Float32Array(2), b: new Float32Array(2) });
  same<typeof columns.value, Float32Array>();
  // @ts-expect-error a column of another type
  await kernel.callBatch({ a: new Float64Array(2), b: new Float32Array(2) });
  // @ts-expect-error a missing column
  await kernel.sendBatch({ a: new Float32Array(2) });
  await kernel.sendBatch([{ a: 1, b: 2 }]);
  for await (const each of kernel) same<typeof each, { value: number }>();

  const many = await ring.launch(several);
  // @ts-expect-error which of its messages?
  await many.send({ to: 1 });
  await many.send(Reset, { to: 1 });
  const stamped = await many.call(Stamp, { at: 1n, n: 2 });
  same<typeof stamped, { at: bigint }>();
  const sum = await many.call(Add, { a: 1, b: 2 });
  same<typeof sum, { value: number }>();
  // @ts-expect-error Reset is not answered
  await many.call(Reset, { to: 1 });
  // @ts-expect-error the fields of another message
  await many.send(Add, { to: 1 });
  // @ts-expect-error a number for a bigint
  await many.send(Stamp, { at: 1, n: 2 });
  const received = await many.receive();
  same<typeof received, { value: number } | { at: bigint }>();
  const typed = await many.receiveTyped();
  if (typed.name === 'Sum') same<typeof typed.value, { value: number }>();
  else same<typeof typed.value, { at: bigint }>();

  await many.connect('sum', ring.kernel('later')?.id ?? 'later');
  // @ts-expect-error the target does not handle what the port carries
  await many.connect('sum', kernel);
  // @ts-expect-error no such port
  await many.connect('elsewhere', kernel);
  await many.connect('log', many);

  const body = await ring.launch(bodies);
  const answer = await body.call({ position: [1, 2, 3], history: [1, 2, 3, 4] });
  same<typeof answer.position.z, number>();
  // @ts-expect-error two components for three
  await body.send({ position: [1, 2], history: [1, 2, 3, 4] });
}
