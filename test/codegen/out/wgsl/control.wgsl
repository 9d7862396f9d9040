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
  if (rk_count != 0u) {
    var column = rk_out;
    rk_o0 = column + rk_i;
    column += (rk_count + 3u) & ~3u;
    rk_o1 = column + rk_i;
  }
  var rk_result = 0u;
  var count: u32 = 0u;
  var last: i32 = -1i;
  if (bitcast<i32>(mem[rk_c0]) < 0i) {
    mem[rk_o0] = 0u;
    mem[rk_o1] = bitcast<u32>(bitcast<i32>(mem[rk_c0]));
    rk_result = 1u;
    return rk_result;
  }
  var i: i32 = 0i;
  loop {
    if (rk_tick(0u)) { return 0u; }
    if (!(i < bitcast<i32>(mem[rk_c0]))) { break; }
    var j: i32 = 0i;
    var leaving: i32;
    for (; j < 8i; j = j + 1i) {
      if (j == i) {
        leaving = 1i;
        break;
      }
      if (count > 100u) {
        leaving = 2i;
        break;
      }
      count = count + 1u;
      if (j * i == 12i) {
        break;
      }
    }
    if (leaving == 1i) {
      continue;
    }
    if (leaving == 2i) {
      break;
    }
    last = i;
    continuing {
      i = i + 1i;
    }
  }
  var k: i32 = 0i;
  loop {
    if (rk_tick(1u)) { return 0u; }
    if (!(k < 20i)) { break; }
    k = k + 3i;
    if (k % 2i == 0i) {
      continue;
    }
    last = last - k;
  }
  loop {
    if (rk_tick(2u)) { return 0u; }
    count = count + 2u;
    k = k - 1i;
    continuing {
      break if !(k > 0i && count < 50u);
    }
  }
  var entry: i32 = 4i;
  if (mem[rk_c1] == 0u) {
    entry = 0i;
  } else if (mem[rk_c1] == 1u) {
    entry = 1i;
  } else if (mem[rk_c1] == 2u) {
    entry = 2i;
  } else if (mem[rk_c1] == 7u) {
    entry = 3i;
  }
  loop {
    if (rk_tick(3u)) { return 0u; }
    if (entry <= 0i) {
      last = 10i;
      break;
    }
    if (entry <= 1i) {
      last = 11i;
    }
    if (entry <= 2i) {
      last = last + 5i;
      break;
    }
    if (entry <= 3i) {
      mem[rk_o0] = 7u;
      mem[rk_o1] = bitcast<u32>(last);
      rk_result = 1u;
      return rk_result;
    }
    last = select(-last, last, last > 0i);
    break;
  }
  loop {
    if (rk_tick(4u)) { return 0u; }
    if (last == 3i) {
      break;
    }
    var leaving_12: i32;
    loop {
      if (rk_tick(5u)) { return 0u; }
      last = last + 1i;
      if (last > 12i) {
        leaving_12 = 1i;
        break;
      }
      if (last == 11i) {
        break;
      }
    }
    if (leaving_12 == 1i) {
      break;
    }
    count = count + 1000u;
    break;
  }
  mem[rk_state] = mem[rk_state] + 1u;
  mem[rk_o0] = count;
  mem[rk_o1] = bitcast<u32>(last);
  rk_result = 1u;
  return rk_result;
}
