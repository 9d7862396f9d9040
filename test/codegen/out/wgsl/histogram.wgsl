@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> bins: array<atomic<u32>>;
@group(0) @binding(2) var<storage, read_write> best: array<atomic<i32>>;
@group(0) @binding(3) var<uniform> rk_params: array<vec4<u32>, 1>;
var<workgroup> tile: array<atomic<u32>, 16>;
const rk_group_size = vec3<u32>(64u, 1u, 1u);
var<private> rk_global: vec3<u32>;
var<private> rk_local: vec3<u32>;
var<private> rk_groups: vec3<u32>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) rk_global_in: vec3<u32>, @builtin(local_invocation_id) rk_local_in: vec3<u32>, @builtin(num_workgroups) rk_groups_in: vec3<u32>) {
  rk_global = rk_global_in;
  rk_local = rk_local_in;
  rk_groups = rk_groups_in;
  let n = rk_params[0u].w;
  if (((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x) < 16u) {
    let index: u32 = ((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x);
    let i_t1: u32 = index;
    if (i_t1 < 16u) { atomicStore(&tile[i_t1], 0u); }
  }
  workgroupBarrier();
  if (((rk_global.z * (rk_groups.y * rk_group_size.y) + rk_global.y) * (rk_groups.x * rk_group_size.x) + rk_global.x) < n) {
    let bin: u32 = x[((rk_global.z * (rk_groups.y * rk_group_size.y) + rk_global.y) * (rk_groups.x * rk_group_size.x) + rk_global.x)] & 15u;
    _ = atomicAdd(&tile[bin], 1u);
    _ = atomicMax(&best[u32(0i)], bitcast<i32>(bin));
  }
  workgroupBarrier();
  if (((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x) < 16u) {
    _ = atomicAdd(&bins[((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x)], atomicLoad(&tile[((rk_local.z * rk_group_size.y + rk_local.y) * rk_group_size.x + rk_local.x)]));
  }
}
