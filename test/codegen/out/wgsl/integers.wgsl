fn mem_i64(a: u32) -> vec2<u32> { return vec2<u32>(mem[a], mem[a + 1u]); }
fn mem_u64(a: u32) -> vec2<u32> { return vec2<u32>(mem[a], mem[a + 1u]); }
fn mem_set_i64(a: u32, v: vec2<u32>) { mem[a] = v.x; mem[a + 1u] = v.y; }
fn mem_set_u64(a: u32, v: vec2<u32>) { mem[a] = v.x; mem[a + 1u] = v.y; }
fn k0_handler0(rk_message: u32, rk_reply: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  var rk_result = 0u;
  mem[rk_state] = mem[rk_state] + 1u;
  let quotient: i32 = rk_idiv_i32(bitcast<i32>(mem[rk_message]), bitcast<i32>(mem[rk_message + 1u])) + bitcast<i32>(mem[rk_message]) / 7i + rk_floordiv_i32(bitcast<i32>(mem[rk_message]), bitcast<i32>(mem[rk_message + 1u])) + rk_ceildiv_i32(bitcast<i32>(mem[rk_message]), bitcast<i32>(mem[rk_message + 1u]));
  let rest: i32 = rk_imod_i32(bitcast<i32>(mem[rk_message]), bitcast<i32>(mem[rk_message + 1u]));
  var bits: u32 = (mem[rk_message + 2u] & 255u) ^ ~(mem[rk_message + 3u] | 3u);
  bits = (bits << ((mem[rk_message + 3u] & 63u) & 31u)) + (mem[rk_message + 2u] >> 3u);
  let wide: vec2<u32> = rk_add64(rk_add64(rk_add64(rk_sub64(rk_mul64(mem_i64(rk_message + 4u), mem_i64(rk_message + 6u)), rk_idiv_i64(mem_i64(rk_message + 4u), mem_i64(rk_message + 6u))), rk_imod_i64(mem_i64(rk_message + 4u), mem_i64(rk_message + 6u))), rk_shl64(mem_i64(rk_message + 4u), 3u)), rk_shr_i64(mem_i64(rk_message + 6u), 1u));
  let big: vec2<u32> = rk_mul64(rk_add64(mem_u64(rk_message + 8u), vec2<u32>(1u, 0u)), mem_u64(rk_message + 10u)) ^ (mem_u64(rk_message + 8u) & vec2<u32>(255u, 0u));
  mem_set_i64(rk_state + 2u, rk_add64(mem_i64(rk_state + 2u), wide));
  mem[rk_reply] = bitcast<u32>(-quotient + rest * (bitcast<i32>(mem[rk_message]) - bitcast<i32>(mem[rk_message + 1u])) + bitcast<i32>(mem[rk_message]) * 3i + (bitcast<i32>(mem[rk_message]) >> 2u) + i32(countLeadingZeros(bitcast<i32>(mem[rk_message]))));
  mem[rk_reply + 1u] = bits;
  mem_set_i64(rk_reply + 2u, wide);
  mem_set_u64(rk_reply + 4u, big);
  mem[rk_reply + 6u] = bitcast<u32>(f32(bitcast<i32>(mem[rk_message])) / f32(bitcast<i32>(mem[rk_message + 1u])));
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
  let rk_c5 = rk_c4 + ((rk_count * 2u + 3u) & ~3u);
  let rk_c6 = rk_c5 + ((rk_count * 2u + 3u) & ~3u);
  let rk_c7 = rk_c6 + ((rk_count * 2u + 3u) & ~3u);
  let rk_o0 = rk_out;
  let rk_o1 = rk_o0 + ((rk_count * 1u + 3u) & ~3u);
  let rk_o2 = rk_o1 + ((rk_count * 1u + 3u) & ~3u);
  let rk_o3 = rk_o2 + ((rk_count * 2u + 3u) & ~3u);
  let rk_o4 = rk_o3 + ((rk_count * 2u + 3u) & ~3u);
  var rk_result = 0u;
  mem[rk_state] = mem[rk_state] + 1u;
  let quotient: i32 = rk_idiv_i32(bitcast<i32>(mem[rk_c0 + rk_i]), bitcast<i32>(mem[rk_c1 + rk_i])) + bitcast<i32>(mem[rk_c0 + rk_i]) / 7i + rk_floordiv_i32(bitcast<i32>(mem[rk_c0 + rk_i]), bitcast<i32>(mem[rk_c1 + rk_i])) + rk_ceildiv_i32(bitcast<i32>(mem[rk_c0 + rk_i]), bitcast<i32>(mem[rk_c1 + rk_i]));
  let rest: i32 = rk_imod_i32(bitcast<i32>(mem[rk_c0 + rk_i]), bitcast<i32>(mem[rk_c1 + rk_i]));
  var bits: u32 = (mem[rk_c2 + rk_i] & 255u) ^ ~(mem[rk_c3 + rk_i] | 3u);
  bits = (bits << ((mem[rk_c3 + rk_i] & 63u) & 31u)) + (mem[rk_c2 + rk_i] >> 3u);
  let wide: vec2<u32> = rk_add64(rk_add64(rk_add64(rk_sub64(rk_mul64(mem_i64(rk_c4 + rk_i * 2u), mem_i64(rk_c5 + rk_i * 2u)), rk_idiv_i64(mem_i64(rk_c4 + rk_i * 2u), mem_i64(rk_c5 + rk_i * 2u))), rk_imod_i64(mem_i64(rk_c4 + rk_i * 2u), mem_i64(rk_c5 + rk_i * 2u))), rk_shl64(mem_i64(rk_c4 + rk_i * 2u), 3u)), rk_shr_i64(mem_i64(rk_c5 + rk_i * 2u), 1u));
  let big: vec2<u32> = rk_mul64(rk_add64(mem_u64(rk_c6 + rk_i * 2u), vec2<u32>(1u, 0u)), mem_u64(rk_c7 + rk_i * 2u)) ^ (mem_u64(rk_c6 + rk_i * 2u) & vec2<u32>(255u, 0u));
  mem_set_i64(rk_state + 2u, rk_add64(mem_i64(rk_state + 2u), wide));
  mem[rk_o0 + rk_i] = bitcast<u32>(-quotient + rest * (bitcast<i32>(mem[rk_c0 + rk_i]) - bitcast<i32>(mem[rk_c1 + rk_i])) + bitcast<i32>(mem[rk_c0 + rk_i]) * 3i + (bitcast<i32>(mem[rk_c0 + rk_i]) >> 2u) + i32(countLeadingZeros(bitcast<i32>(mem[rk_c0 + rk_i]))));
  mem[rk_o1 + rk_i] = bits;
  mem_set_i64(rk_o2 + rk_i * 2u, wide);
  mem_set_u64(rk_o3 + rk_i * 2u, big);
  mem[rk_o4 + rk_i] = bitcast<u32>(f32(bitcast<i32>(mem[rk_c0 + rk_i])) / f32(bitcast<i32>(mem[rk_c1 + rk_i])));
  rk_result = 1u;
  return rk_result;
}
