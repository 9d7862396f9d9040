/** The kernel with which the tools prove that a backend works, and how long its answer takes. */
import { u32 } from '../layout/types.ts';
import { ringKernel } from '../kernel/define.ts';
import { message } from '../message/message.ts';
import type { BackendName } from '../backend/contract.ts';
import { RingKernel } from '../runtime/ring-kernel.ts';

const Ping = message('Ping', { value: u32 });
const Pong = message('Pong', { value: u32, count: u32 });

const makeEcho = () => ringKernel({ id: 'ringkernel.probe', on: Ping, reply: Pong, state: { count: u32 } }, (ctx, msg) => {
  ctx.state.count += 1;
  return { value: msg.value + 1, count: ctx.state.count };
});

export interface RoundTrips {
  /** Microseconds from `call` until the answer has been read. */
  readonly p50: number;
  readonly p99: number;
  /** Answers per second with many calls under way. */
  readonly perSecond: number;
}

const at = (sorted: Float64Array, p: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))]!;

/** Opens the backend, launches a kernel, checks every answer and its state, and closes. Throws what goes wrong. */
export async function roundTrips(backend: BackendName, count: number): Promise<RoundTrips> {
  await using ring = await RingKernel.open({ backend });
  const kernel = await ring.launch(makeEcho());
  const check = ({ value, count: seen }: { value: number; count: number }, sent: number, nth: number): void => {
    if (value !== sent + 1 || seen !== nth) throw new Error(`wrong answer: ${value}, ${seen} to ${sent}, number ${nth}`);
  };
  let nth = 0;
  for (let i = 0; i < Math.min(count, 200); i++) check(await kernel.call({ value: i }), i, ++nth);
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    const answer = await kernel.call({ value: i });
    times[i] = (performance.now() - start) * 1000;
    check(answer, i, ++nth);
  }
  times.sort();
  const burst = Math.min(count * 4, 4096);
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: burst }, (_, i) => kernel.call({ value: i })));
  const seconds = (performance.now() - start) / 1000;
  for (const [i, answer] of answers.entries()) check(answer, i, ++nth);
  return { p50: at(times, 0.5), p99: at(times, 0.99), perSecond: burst / seconds };
}
