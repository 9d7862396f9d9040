fn k0_handler0(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32 {
  let rk_state = mem[rk_row + 3u];
  var rk_c0 = rk_in;
  var rk_c1 = rk_in + 1u;
  var rk_c2 = rk_in + 2u;
  var rk_c3 = rk_in + 3u;
  var rk_c4 = rk_in + 4u;
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
    rk_c4 = column + rk_i;
  }
  var rk_o0 = rk_out;
  var rk_o1 = rk_out + 1u;
  var rk_o2 = rk_out + 2u;
  var rk_o3 = rk_out + 3u;
  var rk_o4 = rk_out + 4u;
  var rk_o5 = rk_out + 5u;
  if (rk_count != 0u) {
    var column = rk_out;
    rk_o0 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o1 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o2 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o3 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o4 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o5 = column + rk_i;
  }
  var rk_result = 0u;
  var value: f32 = (bitcast<f32>(mem[rk_c0]) + bitcast<f32>(mem[rk_c1])) * 0.10000000149011612f - bitcast<f32>(mem[rk_c0]) / bitcast<f32>(mem[rk_c1]) + rk_fmod(bitcast<f32>(mem[rk_c0]), bitcast<f32>(mem[rk_c1]));
  value = value + (sqrt(abs(bitcast<f32>(mem[rk_c0]))) + -bitcast<f32>(mem[rk_c1]));
  if (value > bitcast<f32>(mem[rk_state]) || !(mem[rk_state + 1u] != 0u)) {
    mem[rk_state] = bitcast<u32>(value);
    mem[rk_state + 1u] = u32(true);
  }
  let truth: bool = (mem[rk_c4] != 0u) && (bitcast<f32>(mem[rk_c0]) < bitcast<f32>(mem[rk_c1]) || bitcast<i32>(mem[rk_c2]) != 3i);
  mem[rk_o0] = bitcast<u32>(rk_max(rk_min(value, 1000000000.0f), -0.0010000000474974513f) + floor(value) + (floor(bitcast<f32>(mem[rk_c0])) + select(0.0f, 1.0f, bitcast<f32>(mem[rk_c0]) - floor(bitcast<f32>(mem[rk_c0])) >= 0.5f)) + trunc(bitcast<f32>(mem[rk_c1])) + ceil(bitcast<f32>(mem[rk_c0])));
  mem[rk_o1] = bitcast<u32>(rk_sat_i32(bitcast<f32>(mem[rk_c0])));
  mem[rk_o2] = rk_sat_u32(bitcast<f32>(mem[rk_c1]));
  mem[rk_o3] = bitcast<u32>(bitcast<i32>(rk_wrap64(bitcast<f32>(mem[rk_c0]) * 1000000.0f).x));
  mem[rk_o4] = u32(truth);
  mem[rk_o5] = bitcast<u32>(select(f32(bitcast<i32>(mem[rk_c2])), rk_f32(0x7f800000u), mem[rk_c3] > 2147483648u));
  rk_result = 1u;
  return rk_result;
}
