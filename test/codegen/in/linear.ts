/** Swizzles, matrices, quaternions. */
import { array, f32, mat2, mat3, message, ringKernel, vec3, vec4 } from './face.ts';

const Pose = message('Pose', { basis: mat3, at: vec3(f32), turn: vec4(f32), colour: vec4(f32) });
const Posed = message('Posed', { basis: mat3, at: vec3(f32), colour: vec4(f32), volume: f32 });

export default ringKernel({ id: 'linear', on: Pose, reply: Posed, state: { last: mat3, small: mat2, trail: array(vec3(f32), 4), n: f32 } }, (ctx, msg) => {
  const basis = msg.basis.mul(msg.turn.toMatrix()).transpose();
  ctx.state.last = basis.inverse();
  ctx.state.small[1] = msg.at.xy.mul(2);
  const at = ctx.vec4(basis.mul(msg.at), 1);
  at.zx = at.xy;
  const colour = msg.colour.bgra;
  colour.rgb = ctx.vec3(ctx.ivec3(colour.rgb.mul(255).round())).div(255);
  ctx.state.trail[2] = msg.turn.qmul(ctx.quat(ctx.vec3(0, 0, 1), ctx.state.n)).rotate(at.xyz);
  return { basis, at: at.xyz, colour, volume: basis.determinant() };
});
