import { f32, message, ringKernel, u32 } from '../../src/index.ts';

export const Sample = message('Sample', { value: f32 });
export const Stats = message('Stats', { count: u32, mean: f32, highest: f32 });

/** Keeps count, sum and maximum of what it is sent. */
export const statistics = ringKernel(
  { id: 'statistics', on: Sample, reply: Stats, state: { count: u32, sum: f32, highest: f32 } },
  (ctx, msg) => {
    ctx.state.count += 1;
    ctx.state.sum += msg.value;
    if (ctx.state.count === 1 || msg.value > ctx.state.highest) ctx.state.highest = msg.value;
    return { count: ctx.state.count, mean: ctx.state.sum / ctx.state.count, highest: ctx.state.highest };
  });

export const Hop = message('Hop', { hops: u32 });

/** Passes a message on, one hop further; the last of a chain has nobody behind it and answers. */
export const link = ringKernel({ id: 'link', on: Hop, sends: { next: Hop } }, (ctx, msg) => {
  ctx.send.next({ hops: msg.hops + 1 });
});
export const end = ringKernel({ id: 'end', on: Hop, reply: Hop }, (_ctx, msg) => ({ hops: msg.hops }));

export const Pixel = message('Pixel', { x: f32, y: f32 });
export const Shade = message('Shade', { turns: u32 });

/** How long a point of the plane takes to leave the Mandelbrot set's neighbourhood. */
export const mandelbrot = ringKernel({ id: 'mandelbrot', on: Pixel, reply: Shade }, (_ctx, msg) => {
  let a = 0;
  let b = 0;
  let turns = 0;
  for (let i = 0; i < 64; i++) {
    if (a * a + b * b > 4) break;
    const t = a * a - b * b + msg.x;
    b = 2 * a * b + msg.y;
    a = t;
    turns += 1;
  }
  return { turns };
});
