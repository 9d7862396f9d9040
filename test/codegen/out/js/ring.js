'use strict';
function rk_fault(kind, source, start, end) { return rk.fault(kind, source, start, end); }
function rk_fit_u32(x, s, a, b) { const r = x >>> 0; if (r !== x) rk_fault('overflow', s, a, b); return r; }
const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;
function slotOf(base, position, mask) {
  return rk_fit_u32(base + rk_fit_u32(((position & mask) >>> 0) * 64, 1, 33, 55), 1, 26, 55);
}
const { memory } = rk;
function ring_take(ring, mask) {
  let load = memory.load(ring);
  let slot = slotOf(rk_fit_u32(ring + 128, 0, 82, 92), load, mask);
  let loadAcquire = memory.loadAcquire(slot);
  if (loadAcquire !== rk_fit_u32(load + 1, 0, 136, 144)) {
    return 0;
  }
  let load_5 = memory.load(rk_fit_u32(slot + 4, 0, 178, 186));
  memory.storeRelease(slot, rk_fit_u32(rk_fit_u32(load + mask, 0, 211, 222) + 1, 0, 211, 226));
  memory.store(ring, rk_fit_u32(load + 1, 0, 244, 252));
  memory.fetchAdd(rk_fit_u32(ring + 8, 0, 267, 275), 1);
  return load_5;
}
return { ring_take };
