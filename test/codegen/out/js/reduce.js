'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_fit_u32(x, s, a, b) { const r = x >>> 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
function rk_index(i, length, s, a, b) { if ((i >>> 0) >= length) rk_fault('outOfBounds', s, a, b); return i; }
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function run(argumentsAt, groupsX, groupsY, groupsZ, first, count) {
  const x_address = u32[argumentsAt >> 2];
  const x_length = u32[(argumentsAt + 4) >> 2];
  const x_width = u32[(argumentsAt + 8) >> 2];
  const x_height = u32[(argumentsAt + 12) >> 2];
  const x_depth = u32[(argumentsAt + 16) >> 2];
  const sums_address = u32[(argumentsAt + 20) >> 2];
  const sums_length = u32[(argumentsAt + 24) >> 2];
  const sums_width = u32[(argumentsAt + 28) >> 2];
  const sums_height = u32[(argumentsAt + 32) >> 2];
  const sums_depth = u32[(argumentsAt + 36) >> 2];
  const given_2 = u32[(argumentsAt + 40) >> 2];
  const given_3 = f32[(argumentsAt + 44) >> 2];
  const sizeX = 64, sizeY = 1, sizeZ = 1;
  let tile;
  const thread = function*(groupX, groupY, groupZ, localX, localY, localZ) {
    const globalX = groupX * sizeX + localX;
    const globalY = groupY * sizeY + localY;
    const globalZ = groupZ * sizeZ + localZ;
    const globalId = (globalZ * groupsY * sizeY + globalY) * groupsX * sizeX + globalX;
    const localId = (localZ * sizeY + localY) * sizeX + localX, groupId = (groupZ * groupsY + groupY) * groupsX + groupX;
    let n = given_2;
    let scale = given_3;
    let index = (localId >>> 0);
    tile[rk_index(index, 64, 0, 65, 80)] = (globalId >>> 0) < n ? Math.fround(f32[(x_address + rk_index((globalId >>> 0), x_length, 0, 94, 101) * 4) >> 2] * scale) : 0;
    yield;
    let half = 32;
    L0: for (; half > 0; half = (half >>> 1)) {
      if ((localId >>> 0) < half) {
        let index_4 = (localId >>> 0);
        tile[rk_index(index_4, 64, 0, 198, 213)] = Math.fround(tile[rk_index((localId >>> 0), 64, 0, 216, 231)] + tile[rk_index(rk_fit_u32((localId >>> 0) + half, 0, 239, 255), 64, 0, 234, 256)]);
      }
      yield;
    }
    if ((localId >>> 0) === 0) {
      let index_5 = (groupId >>> 0);
      f32[(sums_address + rk_index(index_5, sums_length, 0, 299, 314) * 4) >> 2] = tile[0];
    }
  };
  for (let group = first; group < first + count; group++) {
    tile = new Float32Array(64);
    const groupX = group % groupsX, groupY = Math.floor(group / groupsX) % groupsY, groupZ = Math.floor(group / groupsX / groupsY);
    const threads = [];
    for (let z = 0; z < sizeZ; z++) for (let y = 0; y < sizeY; y++) for (let x = 0; x < sizeX; x++) threads.push(thread(groupX, groupY, groupZ, x, y, z));
    rk.together(threads);
  }
}
return { run };
