/** What one message costs on one thread: encoding, its timestamp, a queue. Beside each the same work by hand or by the platform. */
import { HlcClock } from '../src/clock/hlc.ts';
import { HostClock } from '../src/engine/host-clock.ts';
import { array, f32, f64, u32 } from '../src/layout/types.ts';
import { viewsOf } from '../src/message/codec.ts';
import { message } from '../src/message/message.ts';
import { MpscQueue, SpscQueue } from '../src/queue/index.ts';
import type { Benchmark } from './harness.ts';

const Particle = message('Particle', { id: u32, mass: f64, position: array(f32, 3), velocity: array(f32, 3) });
const value = { id: 7, mass: 1.5, position: [1, 2, 3], velocity: [4, 5, 6] };
const times = 10_000;
const rounds = 60;

/** Nanoseconds of one `work`: the best of many rounds, each of many. */
function best(work: (i: number) => unknown): number {
  let least = Infinity;
  for (let r = 0; r < rounds; r++) {
    const start = performance.now();
    for (let i = 0; i < times; i++) kept = work(i);
    least = Math.min(least, performance.now() - start);
  }
  return least * 1e6 / times;
}
/** Results go somewhere, so that the work is done. */
let kept: unknown;

const benchmark: Benchmark = {
  id: 'bytes',
  title: 'Codec, hybrid logical clock and queues, one thread',
  run(report) {
    const views = viewsOf(new SharedArrayBuffer(4096));
    const data = new DataView(new ArrayBuffer(64));
    const { codec } = Particle;
    const text = JSON.stringify(value);
    const encode = best(() => codec.encode(views, 0, value));
    report({
      id: 'bytes.encode', value: encode, unit: 'ns', note: 'a message of four fields, eight numbers, with the checks of every field',
      peer: {
        'DataView by hand': best(() => {
          data.setUint32(0, value.id, true);
          data.setFloat64(8, value.mass, true);
          for (let i = 0; i < 3; i++) {
            data.setFloat32(16 + 4 * i, value.position[i]!, true);
            data.setFloat32(28 + 4 * i, value.velocity[i]!, true);
          }
        }),
        JSON: best(() => JSON.stringify(value)),
      },
    });
    report({ id: 'bytes.decode', value: best(() => codec.decode(views, 0)), unit: 'ns', peer: { JSON: best(() => JSON.parse(text)) }, note: 'the same message' });

    const hlc = new HlcClock();
    const host = new HostClock();
    report({ id: 'bytes.hlc.tick', value: best(() => host.tick()), unit: 'ns', peer: { 'performance.now': best(() => performance.now()) }, note: 'the clock of the send path' });
    report({ id: 'bytes.hlc.packed', value: best(() => hlc.tickPacked()), unit: 'ns', peer: { 'performance.now': best(() => performance.now()) }, note: '`HlcClock.tickPacked`' });

    const plain: unknown[] = [];
    const inArray = best(() => {
      plain.push({ ...value });
      return plain.shift();
    });
    for (const [name, queue] of [['spsc', new SpscQueue(Particle)], ['mpsc', new MpscQueue(Particle)]] as const) {
      report({
        id: `bytes.queue.${name}`, value: best(() => {
          queue.tryEnqueue(value);
          return queue.tryDequeue();
        }), unit: 'ns', peer: { 'array of objects': inArray }, note: 'one message in and out, encoded, stamped and decoded',
      });
    }
    if (kept === undefined) throw new Error('the queue gave nothing back');
    return Promise.resolve();
  },
};
export default benchmark;
