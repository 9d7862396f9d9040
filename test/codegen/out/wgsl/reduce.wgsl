@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<uniform> rk_params: array<vec4<u32>, 1>;
var<workgroup> tile: array<f32, 64>;
const rk_group_size = vec3<u32>(64u, 1u, 1u);
var<private> rk_global: vec3<u32>;
var<private> rk_local: vec3<u32>;
var<private> rk_group: vec3<u32>;
var<private> rk_groups: vec3<u32>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) rk_global_in: vec3<u32>, @builtin(local_invocation_id) rk_local_in: vec3<u32>, @builtin(workgroup_id) rk_group_in: vec3<u32>, @builtin(num_workgroups) rk_groups_in: vec3<u32>) {
  rk_global = rk_global_in;
  rk_local = rk_local_in;
  rk_group = rk_group_in;
  rk_groups = rk_groups_in;
  let sums_length: u32 = rk_params[0u].y;
  let n = rk_params[0u].z;
  let scale = bitcast<f32>(rk_params[0u].w);
  let index: u32 = ((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x);
  let i_t1: u32 = index;
  if (i_t1 < 64u) { tile[i_t1] = select(0.0f, x[((rk_global.z * (rk_groups.y * rk_group_size.y) + rk_global.y) * (rk_groups.x * rk_group_size.x) + rk_global.x)] * scale, (((rk_global.z * (rk_groups.y * rk_group_size.y) + rk_global.y) * (rk_groups.x * rk_group_size.x) + rk_global.x) < n)); }
  workgroupBarrier();
  var half: u32 = 32u;
  for (; half > 0u; half = half >> 1u) {
    if (((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x) < half) {
      let index_4: u32 = ((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x);
      let i_t2: u32 = index_4;
      if (i_t2 < 64u) { tile[i_t2] = tile[((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x)] + tile[(((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x) + half)]; }
    }
    workgroupBarrier();
  }
  if (((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x) == 0u) {
    let index_5: u32 = ((rk_group.z * rk_groups.y + rk_group.y) * rk_groups.x + rk_group.x);
    let i_t3: u32 = index_5;
    if (i_t3 < sums_length) { sums[i_t3] = tile[u32(0i)]; }
  }
}
