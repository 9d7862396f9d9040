'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_fit_i32(x, s, a, b) { const r = x | 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_fit_u32(x, s, a, b) { const r = x >>> 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_index(i, length, s, a, b) { if ((i >>> 0) >= length) rk_fault('outOfBounds', s, a, b); return i; }
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function run(argumentsAt, groupsX, groupsY, groupsZ, first, count) {
  const u_address = u32[argumentsAt >> 2];
  const u_length = u32[(argumentsAt + 4) >> 2];
  const u_width = u32[(argumentsAt + 8) >> 2];
  const u_height = u32[(argumentsAt + 12) >> 2];
  const u_depth = u32[(argumentsAt + 16) >> 2];
  const out_address = u32[(argumentsAt + 20) >> 2];
  const out_length = u32[(argumentsAt + 24) >> 2];
  const out_width = u32[(argumentsAt + 28) >> 2];
  const out_height = u32[(argumentsAt + 32) >> 2];
  const out_depth = u32[(argumentsAt + 36) >> 2];
  const given_2 = f32[(argumentsAt + 40) >> 2];
  const sizeX = 16, sizeY = 16, sizeZ = 1;
  const thread = function(groupX, groupY, groupZ, localX, localY, localZ) {
    const globalX = groupX * sizeX + localX;
    const globalY = groupY * sizeY + localY;
    const globalZ = groupZ * sizeZ + localZ;
    const globalId = (globalZ * groupsY * sizeY + globalY) * groupsX * sizeX + globalX;
    const localId = (localZ * sizeY + localY) * sizeX + localX, groupId = (groupZ * groupsY + groupY) * groupsX + groupX;
    let k = given_2;
    if ((globalX >>> 0) < 1 || (globalY >>> 0) < 1 || (globalX >>> 0) >= rk_fit_u32((u_width >>> 0) - 1, 0, 58, 65) || (globalY >>> 0) >= rk_fit_u32((u_height >>> 0) - 1, 0, 76, 83)) {
      return;
    }
    let c = f32[(u_address + rk_index(rk_fit_i32(rk_fit_i32(((globalY >>> 0) | 0) * ((u_width >>> 0) | 0), 0, 100, 114) + ((globalX >>> 0) | 0), 0, 100, 114), u_length, 0, 104, 114) * 4) >> 2];
    f32[(out_address + rk_index(rk_fit_i32(rk_fit_i32(((globalY >>> 0) | 0) * ((out_width >>> 0) | 0), 0, 117, 195) + ((globalX >>> 0) | 0), 0, 117, 195), out_length, 0, 117, 195) * 4) >> 2] = Math.fround(c + Math.fround(k * Math.fround(Math.fround(Math.fround(Math.fround(f32[(u_address + rk_index(rk_fit_i32(rk_fit_i32(((globalY >>> 0) | 0) * ((u_width >>> 0) | 0), 0, 117, 195) + rk_fit_i32(((globalX >>> 0) | 0) + (-1), 0, 117, 195), 0, 117, 195), u_length, 0, 134, 145) * 4) >> 2] + f32[(u_address + rk_index(rk_fit_i32(rk_fit_i32(((globalY >>> 0) | 0) * ((u_width >>> 0) | 0), 0, 117, 195) + rk_fit_i32(((globalX >>> 0) | 0) + 1, 0, 117, 195), 0, 117, 195), u_length, 0, 148, 158) * 4) >> 2]) + f32[(u_address + rk_index(rk_fit_i32(rk_fit_i32(rk_fit_i32(((globalY >>> 0) | 0) + (-1), 0, 117, 195) * ((u_width >>> 0) | 0), 0, 117, 195) + ((globalX >>> 0) | 0), 0, 117, 195), u_length, 0, 161, 172) * 4) >> 2]) + f32[(u_address + rk_index(rk_fit_i32(rk_fit_i32(rk_fit_i32(((globalY >>> 0) | 0) + 1, 0, 117, 195) * ((u_width >>> 0) | 0), 0, 117, 195) + ((globalX >>> 0) | 0), 0, 117, 195), u_length, 0, 175, 185) * 4) >> 2]) - Math.fround(4 * c))));
  };
  for (let group = first; group < first + count; group++) {
    const groupX = group % groupsX, groupY = Math.floor(group / groupsX) % groupsY, groupZ = Math.floor(group / groupsX / groupsY);
    for (let z = 0; z < sizeZ; z++) for (let y = 0; y < sizeY; y++) for (let x = 0; x < sizeX; x++) thread(groupX, groupY, groupZ, x, y, z);
  }
}
return { run };
