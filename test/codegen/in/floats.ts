/** Single precision, with what is exact on every target, and conversions. */
import { bool, f32, i32, message, ringKernel, u32 } from './face.ts';

const Numbers = message('Numbers', { x: f32, y: f32, i: i32, u: u32, flag: bool });
const Result = message('Result', { value: f32, small: i32, large: u32, wrapped: i32, both: bool, step: f32 });

export default ringKernel({ id: 'floats', on: Numbers, reply: Result, state: { best: f32, seen: bool } }, (ctx, msg) => {
  let value = (msg.x + msg.y) * 0.1 - msg.x / msg.y + (msg.x % msg.y);
  value += Math.sqrt(Math.abs(msg.x)) + -msg.y;
  if (value > ctx.state.best || !ctx.state.seen) {
    ctx.state.best = value;
    ctx.state.seen = true;
  }
  const truth = msg.flag && (msg.x < msg.y || msg.i !== 3);
  return {
    value: Math.max(Math.min(value, 1e9), -1e-3) + Math.floor(value) + Math.round(msg.x) + Math.trunc(msg.y) + Math.ceil(msg.x),
    small: ctx.i32(msg.x), large: ctx.u32(msg.y), wrapped: (msg.x * 1e6) | 0,
    both: truth, step: msg.u > 2147483648 ? Infinity : msg.i,
  };
});
