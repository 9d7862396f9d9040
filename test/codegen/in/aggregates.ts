/** Structs in structs, fixed arrays, vectors, local arrays, constants and helpers. */
import { array, bool, f32, i32, message, ringKernel, struct, u32, vec2, vec3 } from './face.ts';

const Body = struct('Body', { position: vec3(f32), mass: f32, alive: bool });
const Step = message('Step', { body: Body, cell: vec2(i32), samples: array(f32, 4), which: u32 });
const Moved = message('Moved', { body: Body, mean: f32, corner: vec2(i32), picked: f32 });

const weights = new Float32Array([0.25, 0.5, 1, 2.5]);
const gravity = -9.81;
function energy(mass: number, speed: number): number {
  if (speed < 0) return 0;
  return 0.5 * mass * speed * speed;
}

export default ringKernel({
  id: 'aggregates', on: Step, reply: Moved, uses: { weights, gravity, energy },
  state: { last: Body, history: array(f32, 8), at: u32, corner: vec2(i32) },
}, (ctx, msg, { weights, gravity, energy }) => {
  const body = msg.body;
  let mean = 0;
  const scratch = new Float32Array(4);
  for (let i = 0; i < msg.samples.length; i++) {
    scratch[i] = msg.samples[i]! * weights[i]!;
    mean += scratch[i]!;
  }
  const moved = body.position.add(ctx.vec3(0, gravity, 0).mul(0.5));
  ctx.state.history[ctx.state.at & 7] = mean + energy(body.mass, moved.y);
  ctx.state.at += 1;
  ctx.state.last = { position: moved, mass: body.mass, alive: body.alive && mean > 0 };
  ctx.state.corner = msg.cell.add(ctx.ivec2(1, -1));
  return {
    body: ctx.state.last, mean, corner: ctx.state.corner,
    picked: scratch[msg.which]! + ctx.state.history[msg.which]!,
  };
});
