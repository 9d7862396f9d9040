fn k0_handler0(rk_message: u32, rk_reply: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  var rk_result = 0u;
  var value: f32 = (bitcast<f32>(mem[rk_message]) + bitcast<f32>(mem[rk_message + 1u])) * 0.10000000149011612f - bitcast<f32>(mem[rk_message]) / bitcast<f32>(mem[rk_message + 1u]) + rk_fmod(bitcast<f32>(mem[rk_message]), bitcast<f32>(mem[rk_message + 1u]));
  value = value + (sqrt(select(bitcast<f32>(mem[rk_message]), -bitcast<f32>(mem[rk_message]), bitcast<f32>(mem[rk_message]) < 0.0f)) + -bitcast<f32>(mem[rk_message + 1u]));
  if (value > bitcast<f32>(mem[rk_state]) || !(mem[rk_state + 1u] != 0u)) {
    mem[rk_state] = bitcast<u32>(value);
    mem[rk_state + 1u] = u32(true);
  }
  let truth: bool = (mem[rk_message + 4u] != 0u) && (bitcast<f32>(mem[rk_message]) < bitcast<f32>(mem[rk_message + 1u]) || bitcast<i32>(mem[rk_message + 2u]) != 3i);
  mem[rk_reply] = bitcast<u32>(floor(value) + ((floor(bitcast<f32>(mem[rk_message])) + select(0.0f, 1.0f, bitcast<f32>(mem[rk_message]) - floor(bitcast<f32>(mem[rk_message])) >= 0.5f))) + trunc(bitcast<f32>(mem[rk_message + 1u])) + ceil(bitcast<f32>(mem[rk_message])));
  mem[rk_reply + 1u] = bitcast<u32>(rk_sat_i32(bitcast<f32>(mem[rk_message])));
  mem[rk_reply + 2u] = rk_sat_u32(bitcast<f32>(mem[rk_message + 1u]));
  mem[rk_reply + 3u] = bitcast<u32>(bitcast<i32>(rk_wrap64(bitcast<f32>(mem[rk_message]) * 1000000.0f).x));
  mem[rk_reply + 4u] = u32(truth);
  mem[rk_reply + 5u] = bitcast<u32>(select(f32(bitcast<i32>(mem[rk_message + 2u])), rk_f32(0x7f800000u), mem[rk_message + 3u] > 2147483648u));
  rk_result = 1u;
  return rk_result;
}
fn k0_batch0(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  let rk_c0 = rk_in;
  let rk_c1 = rk_c0 + ((rk_count * 1u + 3u) & ~3u);
  let rk_c2 = rk_c1 + ((rk_count * 1u + 3u) & ~3u);
  let rk_c3 = rk_c2 + ((rk_count * 1u + 3u) & ~3u);
  let rk_c4 = rk_c3 + ((rk_count * 1u + 3u) & ~3u);
  let rk_o0 = rk_out;
  let rk_o1 = rk_o0 + ((rk_count * 1u + 3u) & ~3u);
  let rk_o2 = rk_o1 + ((rk_count * 1u + 3u) & ~3u);
  let rk_o3 = rk_o2 + ((rk_count * 1u + 3u) & ~3u);
  let rk_o4 = rk_o3 + ((rk_count * 1u + 3u) & ~3u);
  let rk_o5 = rk_o4 + ((rk_count * 1u + 3u) & ~3u);
  var rk_result = 0u;
  var value: f32 = (bitcast<f32>(mem[rk_c0 + rk_i]) + bitcast<f32>(mem[rk_c1 + rk_i])) * 0.10000000149011612f - bitcast<f32>(mem[rk_c0 + rk_i]) / bitcast<f32>(mem[rk_c1 + rk_i]) + rk_fmod(bitcast<f32>(mem[rk_c0 + rk_i]), bitcast<f32>(mem[rk_c1 + rk_i]));
  value = value + (sqrt(select(bitcast<f32>(mem[rk_c0 + rk_i]), -bitcast<f32>(mem[rk_c0 + rk_i]), bitcast<f32>(mem[rk_c0 + rk_i]) < 0.0f)) + -bitcast<f32>(mem[rk_c1 + rk_i]));
  if (value > bitcast<f32>(mem[rk_state]) || !(mem[rk_state + 1u] != 0u)) {
    mem[rk_state] = bitcast<u32>(value);
    mem[rk_state + 1u] = u32(true);
  }
  let truth: bool = (mem[rk_c4 + rk_i] != 0u) && (bitcast<f32>(mem[rk_c0 + rk_i]) < bitcast<f32>(mem[rk_c1 + rk_i]) || bitcast<i32>(mem[rk_c2 + rk_i]) != 3i);
  mem[rk_o0 + rk_i] = bitcast<u32>(floor(value) + ((floor(bitcast<f32>(mem[rk_c0 + rk_i])) + select(0.0f, 1.0f, bitcast<f32>(mem[rk_c0 + rk_i]) - floor(bitcast<f32>(mem[rk_c0 + rk_i])) >= 0.5f))) + trunc(bitcast<f32>(mem[rk_c1 + rk_i])) + ceil(bitcast<f32>(mem[rk_c0 + rk_i])));
  mem[rk_o1 + rk_i] = bitcast<u32>(rk_sat_i32(bitcast<f32>(mem[rk_c0 + rk_i])));
  mem[rk_o2 + rk_i] = rk_sat_u32(bitcast<f32>(mem[rk_c1 + rk_i]));
  mem[rk_o3 + rk_i] = bitcast<u32>(bitcast<i32>(rk_wrap64(bitcast<f32>(mem[rk_c0 + rk_i]) * 1000000.0f).x));
  mem[rk_o4 + rk_i] = u32(truth);
  mem[rk_o5 + rk_i] = bitcast<u32>(select(f32(bitcast<i32>(mem[rk_c2 + rk_i])), rk_f32(0x7f800000u), mem[rk_c3 + rk_i] > 2147483648u));
  rk_result = 1u;
  return rk_result;
}
