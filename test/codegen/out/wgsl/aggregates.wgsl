struct k0_Body { position: vec3<f32>, mass: f32, alive: bool }
fn mem_set_vec3f32(a: u32, v: vec3<f32>) { mem[a] = bitcast<u32>(v.x); mem[a + 1u] = bitcast<u32>(v.y); mem[a + 2u] = bitcast<u32>(v.z); }
fn mem_set_k0_Body(a: u32, v: k0_Body) { mem_set_vec3f32(a, v.position); mem[a + 3u] = bitcast<u32>(v.mass); mem[a + 4u] = u32(v.alive); }
fn mem_set_vec2i32(a: u32, v: vec2<i32>) { mem[a] = bitcast<u32>(v.x); mem[a + 1u] = bitcast<u32>(v.y); }
fn mem_vec3f32(a: u32) -> vec3<f32> { return vec3<f32>(bitcast<f32>(mem[a]), bitcast<f32>(mem[a + 1u]), bitcast<f32>(mem[a + 2u])); }
fn mem_k0_Body(a: u32) -> k0_Body { return k0_Body(mem_vec3f32(a), bitcast<f32>(mem[a + 3u]), (mem[a + 4u] != 0u)); }
fn mem_vec2i32(a: u32) -> vec2<i32> { return vec2<i32>(bitcast<i32>(mem[a]), bitcast<i32>(mem[a + 1u])); }
fn k0_energy(mass: f32, speed: f32) -> f32 {
  if (speed < 0.0f) {
    return 0.0f;
  }
  return 0.5f * mass * speed * speed;
}
fn k0_handler0(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  var rk_c0 = rk_in;
  var rk_c1 = rk_in + 5u;
  var rk_c2 = rk_in + 7u;
  var rk_c3 = rk_in + 11u;
  if (rk_count != 0u) {
    var column = rk_in;
    rk_c0 = column + rk_i * 5u;
    column += (rk_count * 5u + 3u) & ~3u;
    rk_c1 = column + rk_i * 2u;
    column += (rk_count * 2u + 3u) & ~3u;
    rk_c2 = column + rk_i * 4u;
    column += (rk_count * 4u + 3u) & ~3u;
    rk_c3 = column + rk_i;
  }
  var rk_o0 = rk_out;
  var rk_o1 = rk_out + 5u;
  var rk_o2 = rk_out + 6u;
  var rk_o3 = rk_out + 8u;
  if (rk_count != 0u) {
    var column = rk_out;
    rk_o0 = column + rk_i * 5u;
    column += (rk_count * 5u + 3u) & ~3u;
    rk_o1 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o2 = column + rk_i * 2u;
    column += (rk_count * 2u + 3u) & ~3u;
    rk_o3 = column + rk_i;
  }
  var rk_result = 0u;
  var mean: f32 = 0.0f;
  var scratch: array<f32, 4>;
  var i: i32 = 0i;
  for (; i < 4i; i = i + 1i) {
    let index: i32 = i;
    let v_t1: f32 = bitcast<f32>(mem[rk_c2 + rk_at(u32(i), 4u, 0u)]) * bitcast<f32>(rk_constants[rk_at(u32(i), 4u, 1u)]);
    if (rk_fault != 0u) { return 0u; }
    let i_t2: u32 = rk_at(u32(index), 4u, 2u);
    if (rk_fault != 0u) { return 0u; }
    scratch[i_t2] = v_t1;
    let v_t3: f32 = mean + scratch[rk_at(u32(i), 4u, 3u)];
    if (rk_fault != 0u) { return 0u; }
    mean = v_t3;
  }
  let t: f32 = rk_keep_f32(0.0f) * rk_keep_f32(0.5f);
  let t_5: f32 = rk_keep_f32(-9.8100004196167f) * rk_keep_f32(0.5f);
  let t_6: f32 = rk_keep_f32(0.0f) * rk_keep_f32(0.5f);
  let moved: vec3<f32> = vec3<f32>(bitcast<f32>(mem[rk_c0]) + t, bitcast<f32>(mem[rk_c0 + 1u]) + t_5, bitcast<f32>(mem[rk_c0 + 2u]) + t_6);
  let index_8: u32 = mem[rk_state + 13u] & 7u;
  let i_t4: u32 = rk_at(index_8, 8u, 4u);
  if (rk_fault != 0u) { return 0u; }
  mem[rk_state + i_t4 + 5u] = bitcast<u32>(mean + k0_energy(bitcast<f32>(mem[rk_c0 + 3u]), moved.y));
  mem[rk_state + 13u] = mem[rk_state + 13u] + 1u;
  mem_set_k0_Body(rk_state, k0_Body(moved, bitcast<f32>(mem[rk_c0 + 3u]), (mem[rk_c0 + 4u] != 0u) && mean > 0.0f));
  mem_set_vec2i32(rk_state + 14u, vec2<i32>(bitcast<i32>(mem[rk_c1]) + 1i, bitcast<i32>(mem[rk_c1 + 1u]) + -1i));
  let v_t5: f32 = scratch[rk_at(mem[rk_c3], 4u, 5u)] + bitcast<f32>(mem[rk_state + rk_at(mem[rk_c3], 8u, 6u) + 5u]);
  if (rk_fault != 0u) { return 0u; }
  mem_set_k0_Body(rk_o0, mem_k0_Body(rk_state));
  mem[rk_o1] = bitcast<u32>(mean);
  mem_set_vec2i32(rk_o2, mem_vec2i32(rk_state + 14u));
  mem[rk_o3] = bitcast<u32>(v_t5);
  rk_result = 1u;
  return rk_result;
}
