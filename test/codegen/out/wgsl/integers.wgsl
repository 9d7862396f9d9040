fn mem_i64(a: u32) -> vec2<u32> { return vec2<u32>(mem[a], mem[a + 1u]); }
fn mem_u64(a: u32) -> vec2<u32> { return vec2<u32>(mem[a], mem[a + 1u]); }
fn mem_set_i64(a: u32, v: vec2<u32>) { mem[a] = v.x; mem[a + 1u] = v.y; }
fn mem_set_u64(a: u32, v: vec2<u32>) { mem[a] = v.x; mem[a + 1u] = v.y; }
fn k0_handler0(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  var rk_c0 = rk_in;
  var rk_c1 = rk_in + 1u;
  var rk_c2 = rk_in + 2u;
  var rk_c3 = rk_in + 3u;
  var rk_c4 = rk_in + 4u;
  var rk_c5 = rk_in + 6u;
  var rk_c6 = rk_in + 8u;
  var rk_c7 = rk_in + 10u;
  if (rk_count != 0u) {
    var column = rk_in;
    rk_c0 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_c1 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_c2 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_c3 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_c4 = column + rk_i * 2u;
    column += (rk_count * 2u + 3u) & ~3u;
    rk_c5 = column + rk_i * 2u;
    column += (rk_count * 2u + 3u) & ~3u;
    rk_c6 = column + rk_i * 2u;
    column += (rk_count * 2u + 3u) & ~3u;
    rk_c7 = column + rk_i * 2u;
  }
  var rk_o0 = rk_out;
  var rk_o1 = rk_out + 1u;
  var rk_o2 = rk_out + 2u;
  var rk_o3 = rk_out + 4u;
  var rk_o4 = rk_out + 6u;
  if (rk_count != 0u) {
    var column = rk_out;
    rk_o0 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o1 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o2 = column + rk_i * 2u;
    column += (rk_count * 2u + 3u) & ~3u;
    rk_o3 = column + rk_i * 2u;
    column += (rk_count * 2u + 3u) & ~3u;
    rk_o4 = column + rk_i;
  }
  var rk_result = 0u;
  mem[rk_state] = mem[rk_state] + 1u;
  let quotient: i32 = rk_idiv_i32(bitcast<i32>(mem[rk_c0]), bitcast<i32>(mem[rk_c1])) + bitcast<i32>(mem[rk_c0]) / 7i + rk_floordiv_i32(bitcast<i32>(mem[rk_c0]), bitcast<i32>(mem[rk_c1])) + rk_ceildiv_i32(bitcast<i32>(mem[rk_c0]), bitcast<i32>(mem[rk_c1]));
  let rest: i32 = rk_imod_i32(bitcast<i32>(mem[rk_c0]), bitcast<i32>(mem[rk_c1]));
  var bits: u32 = (mem[rk_c2] & 255u) ^ ~(mem[rk_c3] | 3u);
  bits = (bits << ((mem[rk_c3] & 63u) & 31u)) + (mem[rk_c2] >> 3u);
  let wide: vec2<u32> = rk_add64(rk_add64(rk_add64(rk_sub64(rk_mul64(mem_i64(rk_c4), mem_i64(rk_c5)), rk_idiv_i64(mem_i64(rk_c4), mem_i64(rk_c5))), rk_imod_i64(mem_i64(rk_c4), mem_i64(rk_c5))), rk_shl64(mem_i64(rk_c4), 3u)), rk_shr_i64(mem_i64(rk_c5), 1u));
  let big: vec2<u32> = rk_mul64(rk_add64(mem_u64(rk_c6), vec2<u32>(1u, 0u)), mem_u64(rk_c7)) ^ (mem_u64(rk_c6) & vec2<u32>(255u, 0u));
  mem_set_i64(rk_state + 2u, rk_add64(mem_i64(rk_state + 2u), wide));
  mem[rk_o0] = bitcast<u32>(-quotient + rest * (bitcast<i32>(mem[rk_c0]) - bitcast<i32>(mem[rk_c1])) + bitcast<i32>(mem[rk_c0]) * 3i + (bitcast<i32>(mem[rk_c0]) >> 2u) + i32(countLeadingZeros(bitcast<i32>(mem[rk_c0]))));
  mem[rk_o1] = bits;
  mem_set_i64(rk_o2, wide);
  mem_set_u64(rk_o3, big);
  mem[rk_o4] = bitcast<u32>(f32(bitcast<i32>(mem[rk_c0])) / f32(bitcast<i32>(mem[rk_c1])));
  rk_result = 1u;
  return rk_result;
}
