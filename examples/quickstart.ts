/** The quick start: one kernel, one typed call, and how long a round trip takes until the reply is read. */
import { RingKernel, f32, message, ringKernel, u32 } from '../src/index.ts';

const Add = message('Add', { a: f32, b: f32 });
const Sum = message('Sum', { value: f32 });

const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { value: msg.a + msg.b };
});

export interface Report {
  readonly backend: string;
  readonly reply: { value: number };
  /** Microseconds from the call until its reply is read. */
  readonly p50: number;
  readonly p99: number;
  readonly handled: number;
}

export async function main(options = {}, rounds = 20_000): Promise<Report> {
  await using ring = await RingKernel.open(options);
  const kernel = await ring.launch(adder);
  const reply = await kernel.call({ a: 1, b: 2 });
  const times: number[] = [];
  const warmUp = Math.ceil(rounds / 4);
  for (let i = -warmUp; i < rounds; i++) {
    const start = performance.now();
    const { value } = await kernel.call({ a: i, b: 0.5 });
    const end = performance.now();
    if (value !== Math.fround(i + 0.5)) throw new Error(`${i} + 0.5 = ${value}?`);
    if (i >= 0) times.push((end - start) * 1000);
  }
  times.sort((a, b) => a - b);
  const at = (quantile: number): number => times[Math.floor(quantile * times.length)]!;
  return { backend: ring.backend, reply, p50: at(0.5), p99: at(0.99), handled: (await kernel.readState()).handled };
}

if (process.argv[1] === import.meta.filename) {
  const { backend, reply, p50, p99, handled } = await main();
  console.log(`backend      ${backend}`);
  console.log(`reply        ${JSON.stringify(reply)}`);
  console.log(`round trip   p50 ${p50.toFixed(2)} µs, p99 ${p99.toFixed(2)} µs, until the reply is read`);
  console.log(`handled      ${handled} messages`);
}
