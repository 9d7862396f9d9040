/** A kernel that takes several message types, each with its own handler and reply, and keeps state. */
import { RingKernel, message, ringKernel, u32 } from '../src/index.ts';

const Increment = message('Increment', { by: u32 });
const Read = message('Read', { scale: u32 });
const Value = message('Value', { value: u32, changes: u32 });

const counter = ringKernel({ id: 'counter', state: { value: u32, changes: u32 } })
  .on(Increment, (ctx, msg) => {
    ctx.state.value += msg.by;
    ctx.state.changes += 1;
  })
  .on(Read, Value, (ctx, msg) => ({ value: ctx.state.value * msg.scale, changes: ctx.state.changes }));

export async function main(options = {}): Promise<{ value: number; changes: number }> {
  await using ring = await RingKernel.open(options);
  const kernel = await ring.launch(counter, { initialState: { value: 100 } });
  for (const by of [1, 2, 3]) await kernel.send(Increment, { by });
  return await kernel.call(Read, { scale: 10 });
}

if (process.argv[1] === import.meta.filename) console.log(await main());
