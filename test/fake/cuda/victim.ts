/** A process that works until it is killed: says `working` once answers come. */
import { message, RingKernel, ringKernel, u32 } from '../../../src/index.ts';

const Ask = message('FaultAsk', { n: u32 });
const Answer = message('FaultAnswer', { n: u32 });
const kernel = ringKernel({ id: 'fake_plus_one', on: Ask, reply: Answer }, (_, msg) => ({ n: msg.n + 1 }));

const ring = await RingKernel.open({ backend: 'cuda', settings: JSON.parse(process.env['RK_SETTINGS']!) as Record<string, unknown>, engine: { watchdog: Infinity } });
const handle = await ring.launch(kernel);
for (let n = 0; ; n++) {
  await handle.call({ n });
  if (n === 100) process.stdout.write('working\n');
}
