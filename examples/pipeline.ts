/** Kernels that send to each other: what one makes goes to the next without passing through the host. */
import { RingKernel, f32, message, ringKernel, u32 } from '../src/index.ts';

const Sample = message('Sample', { value: f32, time: u32 });
const Smoothed = message('Smoothed', { value: f32, time: u32 });
const Alarm = message('Alarm', { level: f32, time: u32 });

const smooth = ringKernel({ id: 'smooth', on: Sample, state: { mean: f32, seen: u32 }, sends: { out: Smoothed }, uses: { WEIGHT: 0.25 } },
  (ctx, msg, { WEIGHT }) => {
    ctx.state.mean = ctx.state.seen === 0 ? msg.value : ctx.state.mean + (msg.value - ctx.state.mean) * WEIGHT;
    ctx.state.seen += 1;
    ctx.send.out({ value: ctx.state.mean, time: msg.time });
  });

const watch = ringKernel({ id: 'watch', on: Smoothed, state: { limit: f32 }, sends: { alarm: Alarm } }, (ctx, msg) => {
  if (msg.value > ctx.state.limit) ctx.send.alarm({ level: msg.value, time: msg.time });
});

/** What its handler returns reaches the host. */
const alarms = ringKernel({ id: 'alarms', on: Alarm, reply: Alarm }, (ctx, msg) => ({ level: msg.level, time: msg.time }));

export async function main(options = {}): Promise<{ level: number; time: number }> {
  await using ring = await RingKernel.open(options);
  const last = await ring.launch(alarms);
  const middle = await ring.launch(watch, { initialState: { limit: 5 }, connect: { alarm: last } });
  const first = await ring.launch(smooth, { connect: { out: middle } });
  for (let time = 0; time < 32; time++) await first.send({ value: time < 16 ? 1 : 10, time });
  return await last.receive();
}

if (process.argv[1] === import.meta.filename) console.log(await main());
