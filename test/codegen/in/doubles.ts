/** Double and half precision: targets without them refuse. */
import { f16, f32, f64, i32, i64, message, ringKernel, u32 } from './face.ts';

const Wide = message('Wide', { d: f64, e: f64, h: f16, n: i64 });
const Back = message('Back', { d: f64, h: f16, f: f32, i: i32, u: u32, n: i64 });

export default ringKernel({ id: 'doubles', on: Wide, reply: Back, state: { sum: f64 } }, (ctx, msg) => {
  ctx.state.sum += msg.d * msg.e - Math.sqrt(msg.d);
  return {
    d: ctx.state.sum / 3, h: ctx.f16(msg.d + msg.h), f: ctx.f32(msg.e), i: ctx.i32(msg.d), u: msg.e >>> 0, n: ctx.i64(msg.d) + msg.n,
  };
});
