'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_index(i, length, s, a, b) { if ((i >>> 0) >= length) rk_fault('outOfBounds', s, a, b); return i; }
/** Replaces element i of a view by what f makes of it; the old value. */
function rk_atomic(view, i, f) {
  for (;;) {
    const old = Atomics.load(view, i);
    if (Atomics.compareExchange(view, i, old, f(old)) === old) return old;
  }
}
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function run(argumentsAt, groupsX, groupsY, groupsZ, first, count) {
  const x_address = u32[argumentsAt >> 2];
  const x_length = u32[(argumentsAt + 4) >> 2];
  const x_width = u32[(argumentsAt + 8) >> 2];
  const x_height = u32[(argumentsAt + 12) >> 2];
  const x_depth = u32[(argumentsAt + 16) >> 2];
  const bins_address = u32[(argumentsAt + 20) >> 2];
  const bins_length = u32[(argumentsAt + 24) >> 2];
  const bins_width = u32[(argumentsAt + 28) >> 2];
  const bins_height = u32[(argumentsAt + 32) >> 2];
  const bins_depth = u32[(argumentsAt + 36) >> 2];
  const best_address = u32[(argumentsAt + 40) >> 2];
  const best_length = u32[(argumentsAt + 44) >> 2];
  const best_width = u32[(argumentsAt + 48) >> 2];
  const best_height = u32[(argumentsAt + 52) >> 2];
  const best_depth = u32[(argumentsAt + 56) >> 2];
  const given_3 = u32[(argumentsAt + 60) >> 2];
  const sizeX = 64, sizeY = 1, sizeZ = 1;
  let tile;
  const thread = function*(groupX, groupY, groupZ, localX, localY, localZ) {
    const globalX = groupX * sizeX + localX;
    const globalY = groupY * sizeY + localY;
    const globalZ = groupZ * sizeZ + localZ;
    const globalId = (globalZ * groupsY * sizeY + globalY) * groupsX * sizeX + globalX;
    const localId = (localZ * sizeY + localY) * sizeX + localX, groupId = (groupZ * groupsY + groupY) * groupsX + groupX;
    let n = given_3;
    if ((localId >>> 0) < 16) {
      let index = (localId >>> 0);
      tile[rk_index(index, 16, 0, 84, 99)] = 0;
    }
    yield;
    if ((globalId >>> 0) < n) {
      let bin = ((u32[(x_address + rk_index((globalId >>> 0), x_length, 0, 150, 157) * 4) >> 2] & 15) >>> 0);
      (Atomics.add(tile, rk_index(bin, 16, 0, 166, 191), 1) >>> 0);
      (rk_atomic(i32, (best_address + rk_index(0, best_length, 0, 195, 227) * 4) >> 2, (x) => Math.max(x, (bin | 0))) | 0);
    }
    yield;
    if ((localId >>> 0) < 16) {
      (Atomics.add(u32, (bins_address + rk_index((localId >>> 0), bins_length, 0, 268, 313) * 4) >> 2, tile[rk_index((localId >>> 0), 16, 0, 297, 312)]) >>> 0);
    }
  };
  for (let group = first; group < first + count; group++) {
    tile = new Uint32Array(16);
    const groupX = group % groupsX, groupY = Math.floor(group / groupsX) % groupsY, groupZ = Math.floor(group / groupsX / groupsY);
    const threads = [];
    for (let z = 0; z < sizeZ; z++) for (let y = 0; y < sizeY; y++) for (let x = 0; x < sizeX; x++) threads.push(thread(groupX, groupY, groupZ, x, y, z));
    rk.together(threads);
  }
}
return { run };
