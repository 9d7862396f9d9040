/** 32- and 64-bit integers: wrapping, guarded division, shifts, bits. */
import { f32, i32, i64, message, ringKernel, u32, u64 } from './face.ts';

const Pair = message('Pair', { a: i32, b: i32, u: u32, v: u32, x: i64, y: i64, p: u64, q: u64 });
const Answer = message('Answer', { sum: i32, bits: u32, wide: i64, big: u64, ratio: f32 });

export default ringKernel({ id: 'integers', on: Pair, reply: Answer, state: { calls: u32, total: i64 } }, (ctx, msg) => {
  ctx.state.calls += 1;
  const quotient = Math.trunc(msg.a / msg.b) + ((msg.a / 7) | 0) + Math.floor(msg.a / msg.b) + Math.ceil(msg.a / msg.b);
  const rest = msg.a % msg.b;
  let bits = (msg.u & 0xff) ^ ~(msg.v | 3);
  bits = (bits << (msg.v & 63)) + (msg.u >>> 3);
  const wide = msg.x * msg.y - msg.x / msg.y + (msg.x % msg.y) + (msg.x << 3n) + (msg.y >> 1n);
  const big = (msg.p + 1n) * msg.q ^ (msg.p & 0xffn);
  ctx.state.total += wide;
  return {
    sum: -quotient + rest * (msg.a - msg.b) + Math.imul(msg.a, 3) + (msg.a >> 2) + Math.clz32(msg.a),
    bits, wide, big, ratio: msg.a / msg.b,
  };
});
