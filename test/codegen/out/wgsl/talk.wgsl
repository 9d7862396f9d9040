fn mem_set_u64(a: u32, v: vec2<u32>) { mem[a] = v.x; mem[a + 1u] = v.y; }
fn k0_handler0(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  var rk_c0 = rk_in;
  var rk_c1 = rk_in + 1u;
  if (rk_count != 0u) {
    var column = rk_in;
    rk_c0 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_c1 = column + rk_i;
  }
  var rk_o0 = rk_out;
  var rk_o1 = rk_out + 1u;
  var rk_o2 = rk_out + 2u;
  if (rk_count != 0u) {
    var column = rk_out;
    rk_o0 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o1 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o2 = column + rk_i * 2u;
  }
  var rk_result = 0u;
  var sum: f32 = 0.0f;
  var i: i32 = 0i;
  loop {
    if (rk_tick(0u)) { return 0u; }
    if (!(bitcast<u32>(i) < mem[rk_c0])) { break; }
    sum = sum + bitcast<f32>(mem[rk_c1]) * f32(i);
    var sent: bool;
    let slot_t1 = rk_send(0u);
    if (slot_t1 != 0u) {
      mem[slot_t1] = bitcast<u32>(sum);
      mem[slot_t1 + 1u] = rk_self();
      mem[slot_t1 + 2u] = u32(bitcast<u32>(i + 1i) == mem[rk_c0]);
    }
    sent = slot_t1 != 0u;
    if (!sent) {
      mem[rk_state + 1u] = mem[rk_state + 1u] + 1u;
    }
    continuing {
      i = i + 1i;
    }
  }
  mem[rk_state] = mem[rk_state] + 1u;
  let slot_t2 = rk_debug(0u, 3u, 10u);
  if (slot_t2 != 0u) {
    mem_set_u64(slot_t2, vec2<u32>(mem[rk_c0], 0u));
    mem_set_u64(slot_t2 + 2u, vec2<u32>(rk_source, 0u));
    mem_set_u64(slot_t2 + 4u, vec2<u32>(bitcast<u32>(f32(sum)), 0u));
  }
  mem[rk_o0] = mem[rk_state];
  mem[rk_o1] = mem[rk_state + 1u];
  mem_set_u64(rk_o2, vec2<u32>(rk_stampLow, rk_stampHigh));
  rk_result = 1u;
  return rk_result;
}
fn k0_handler1(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  var rk_result = 0u;
  let slot_t3 = rk_send(1u);
  if (slot_t3 != 0u) {
    mem[slot_t3] = mem[rk_state];
    mem[slot_t3 + 1u] = mem[rk_state + 1u];
    mem_set_u64(slot_t3 + 2u, vec2<u32>(rk_stampLow, rk_stampHigh));
  }
  mem[rk_state] = 0u;
  mem[rk_state + 1u] = 0u;
  return rk_result;
}
