import { expect, test } from 'vitest';
import { ringKernel } from '../kernel/define.ts';
import { u32 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import { RingKernel } from './ring-kernel.ts';

const Num = message('Num', { value: u32 });
const echo = ringKernel({ id: 'fair-echo', on: Num, reply: Num }, (ctx, msg) => ({ value: msg.value }));
const sink = ringKernel({ id: 'fair-sink', on: Num }, () => undefined);

for (const options of [{ debug: 'source' }, { backend: 'cpu' }] as const) {
  test(`loops of calls and of sends let timers run ${JSON.stringify(options)}`, { timeout: 60_000 }, async () => {
    await using ring = await RingKernel.open(options);
    const answering = await ring.launch(echo);
    const silent = await ring.launch(sink);
    for (const step of [() => answering.call({ value: 1 }), () => silent.send({ value: 1 })]) {
      let fired = false;
      setTimeout(() => { fired = true; }, 0);
      let steps = 0;
      while (!fired && steps < 5_000_000) {
        await step();
        steps++;
      }
      expect(fired).toBe(true);
    }
  });
}
