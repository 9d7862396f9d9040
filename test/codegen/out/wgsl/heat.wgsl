@group(0) @binding(0) var<storage, read> u: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> rk_params: array<vec4<u32>, 2>;
var<private> rk_global: vec3<u32>;

@compute @workgroup_size(16, 16, 1)
fn main(@builtin(global_invocation_id) rk_global_in: vec3<u32>) {
  rk_global = rk_global_in;
  let u_width: u32 = rk_params[0u].y;
  let u_height: u32 = rk_params[0u].z;
  let out_length: u32 = rk_params[0u].w;
  let out_width: u32 = rk_params[1u].x;
  let k = bitcast<f32>(rk_params[1u].z);
  if (rk_global.x < 1u || rk_global.y < 1u || rk_global.x >= u_width - 1u || rk_global.y >= u_height - 1u) {
    return;
  }
  let c: f32 = u[u32(bitcast<i32>(rk_global.y) * bitcast<i32>(u_width) + bitcast<i32>(rk_global.x))];
  let i_t1: u32 = u32(bitcast<i32>(rk_global.y) * bitcast<i32>(out_width) + bitcast<i32>(rk_global.x));
  if (i_t1 < out_length) { out[i_t1] = c + k * (u[u32(bitcast<i32>(rk_global.y) * bitcast<i32>(u_width) + (bitcast<i32>(rk_global.x) + -1i))] + u[u32(bitcast<i32>(rk_global.y) * bitcast<i32>(u_width) + (bitcast<i32>(rk_global.x) + 1i))] + u[u32((bitcast<i32>(rk_global.y) + -1i) * bitcast<i32>(u_width) + bitcast<i32>(rk_global.x))] + u[u32((bitcast<i32>(rk_global.y) + 1i) * bitcast<i32>(u_width) + bitcast<i32>(rk_global.x))] - 4.0f * c); }
}
