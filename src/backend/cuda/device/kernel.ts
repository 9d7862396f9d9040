/** The dispatcher, the supervisor, and the persistent kernel itself. */
export const kernel = String.raw`
// ---------------------------------------------------------------- the host's shared ring
// Reads slots of one line and hands each to its actor's inbox in device memory. The host never sends more than an inbox holds.
static __device__ __noinline__ void rk_dispatcher(RkEngine* E) {
  const u32 lane = threadIdx.x & 31u, c = lane & 3u, f = lane >> 2;
  const u64 base = E->ingress, pulse = rk_block.pulse, published_at = E->ingressTaken;
  const u32 mask = E->ingressMask;
  RkDelivery* deliveries = (RkDelivery*)E->deliveries;
  u32* tags = rk_in[rk_warp_of()];
  u32 head = E->ingressHead, published = head, rounds = 1;
  for (;;) {
    const uint4 p = rk_ld4(pulse);
    uint4 v[4];
    #pragma unroll
    for (u32 k = 0; k < 4; k++) if (k < rounds) v[k] = rk_ld4(base + (u64)((head + k * 8 + f) & mask) * 64 + c * 16);
    u32 taken = 0;
    bool open = true;
    #pragma unroll
    for (u32 k = 0; k < 4; k++) if (k < rounds) {
      const u32 s = k * 8 + f, there = __ballot_sync(RK_ALL, v[k].x == head + s + 1);
      const u32 full = there & (there >> 1) & (there >> 2) & (there >> 3) & 0x11111111u;
      const u32 gap = __ffs(~full & 0x11111111u);
      if (open) taken += gap == 0 ? 8u : (gap - 1) >> 2;
      open = open && gap == 0;
      if (c == 0) tags[s] = v[k].y;
    }
    const u32 quit = __shfl_sync(RK_ALL, p.x, 0);
    if (taken != 0) {
      // A lane for each message: who is it for, and where does it go? Messages to one receiver keep their order.
      __syncwarp();
      const u32 tag = lane < taken ? tags[lane] : 0, target = tag >> 16, key = ((target - 1) << 2) | ((tag >> 8) & 3u);
      // Receiver 0: the actor has gone since; the host has told of the message.
      const bool mine = target != 0;
      const u32 group = __match_any_sync(RK_ALL, mine ? key : 0x80000000u | lane);
      u64 slot = 0;
      u32 stamp = 0;
      if (mine) {
        const RkDelivery d = deliveries[key];
        const u32 at = d.tail + __popc(group & ((1u << lane) - 1));
        slot = d.base + (u64)(at & d.mask) * 64;
        stamp = at + 1;
      }
      __syncwarp();
      if (mine && (group >> lane) == 1u) deliveries[key].tail = stamp;
      #pragma unroll
      for (u32 k = 0; k < 4; k++) if (k * 8 < taken) {
        const u64 to = __shfl_sync(RK_ALL, slot, k * 8 + f);
        uint4 w = v[k];
        w.x = __shfl_sync(RK_ALL, stamp, k * 8 + f);
        if (c == 0) w.y &= 0xffffu;
        if (to != 0) rk_st4(to + c * 16, w);
      }
      __syncwarp();
      head += taken;
    }
    if (taken == 0 ? head != published : head - published > mask >> 2) { published = head; if (lane == 0) rk_st1(published_at, head); }
    if (quit != 0) break;
    rk_relax(0);
    // One alone is rarely followed by another at once.
    rounds = taken > 1 ? 4 : 1;
  }
  if (lane == 0) { E->ingressHead = head; rk_st1(published_at, head); }
}

// ---------------------------------------------------------------- orders from the host, the device's clock, the watchdog
rk_inline void rk_tell(RkEngine* E, u32 lane, u32 quit, u64 now, u32 taken) {
  uint4 v; v.x = quit; v.y = (u32)now; v.z = (u32)(now >> 32); v.w = taken;
  #pragma unroll 1
  for (u32 block = lane; block < E->blocks; block += 32) rk_st4(E->pulses + (u64)block * sizeof(RkPulse), v);
}
static __device__ __noinline__ void rk_supervisor(RkEngine* E) {
  const u32 lane = threadIdx.x & 31u;
  RkControl* control = (RkControl*)E->control;
  u32 answered = rk_ld1(rk_at(&control->clockAnswer)), beats = 0, at = lane, seenTaken = rk_ld1(E->commonTaken);
  u64 next = 0, offset = rk_ld8(rk_at(&E->clockOffset));
  for (;;) {
    // Stop, question and offset in one look: who sees the question sees the offset that was set before it.
    const uint4 orders = rk_ld4(rk_at(control));
    const u64 limit = rk_ld8(rk_at(&control->limit));
    const u32 lines = rk_ld1(E->commonTaken);
    // While these are on their way, everyone is told the time.
    u64 now = __shfl_sync(RK_ALL, rk_globaltimer(), 0);
    if (offset != 0) rk_tell(E, lane, 0, (now + offset) / 1000ull, seenTaken);
    const u32 stop = __shfl_sync(RK_ALL, orders.x, 0), ask = __shfl_sync(RK_ALL, orders.y, 0);
    const u64 patience = __shfl_sync(RK_ALL, limit, 0);
    seenTaken = __shfl_sync(RK_ALL, lines, 0);
    offset = __shfl_sync(RK_ALL, (u64)orders.z | ((u64)orders.w << 32), 0);
    if (lane == 0) rk_st8(rk_at(&E->clockOffset), offset);
    now = __shfl_sync(RK_ALL, rk_globaltimer(), 0);
    rk_tell(E, lane, stop, (now + offset) / 1000ull, seenTaken);
    __syncwarp();
    if (lane == 0 && ask != answered) { rk_st8(rk_at(&control->clockNs), now); __threadfence_system(); rk_st1(rk_at(&control->clockAnswer), ask); }
    answered = ask;
    if (stop != 0) break;
    if (now >= next) { next = now + 1000000ull; if (lane == 0) rk_st1(rk_at(&control->beats), ++beats); }
    // A handler that is at the same message for longer than the limit is asked to end. Some rows each time.
    #pragma unroll 1
    for (u32 k = 0; k < 8 && patience != 0; k++) {
      if (at < E->rowCount) {
        const u32 busy = rk_ld1(E->busy + (u64)at * 4);
        u32* seen = (u32*)E->seen + at;
        u64* since = (u64*)E->since + at;
        if (busy != *seen || busy == 0) { *seen = busy; *since = now; if (rk_ld1(E->cancel + (u64)at * 4) != 0) rk_st1(E->cancel + (u64)at * 4, 0); }
        else if (now - *since > patience) rk_st1(E->cancel + (u64)at * 4, 1);
        at += 32;
      } else {
        at = lane;
        break;
      }
    }
    __syncwarp();
    rk_relax(200);
  }
}

extern "C" __global__ void __launch_bounds__(RK_WARPS * 32) rk_engine(RkEngine* E) {
  RkEgress* egress = (RkEgress*)E->egress + blockIdx.x;
  if (threadIdx.x == 0) {
    // The time as it was before a pause would let what has expired meanwhile through.
    const u64 offset = rk_ld8(rk_at(&((RkControl*)E->control)->clockOffset));
    rk_st8(rk_at(&E->clockOffset), offset);
    rk_block.engine = E;
    rk_block.pulse = E->pulses + (u64)blockIdx.x * sizeof(RkPulse); rk_block.started = (rk_globaltimer() + offset) / 1000ull;
    rk_block.egress = egress->base; rk_block.egressTaken = egress->taken; rk_block.egressMask = egress->mask;
    rk_block.common = egress->common; rk_block.commonHead = E->commonHead;
    rk_block.egressHead = egress->head; rk_block.egressSeen = rk_ld1(egress->taken);
    for (u32 i = 0; i < RK_WARPS; i++) { rk_block.clock[i] = 0; rk_block.stopped[i] = 0; }
  }
  __syncthreads();
  const RkDuty* duty = (const RkDuty*)E->duties + blockIdx.x * RK_WARPS + rk_warp_of();
  const u32 mine = duty->rows[threadIdx.x & 31u];
  RkRow* rows = (RkRow*)E->rows;
  switch (duty->mode) {
    case RK_DUTY_DISPATCHER: rk_dispatcher(E); break;
    case RK_DUTY_SUPERVISOR: rk_supervisor(E); break;
    case RK_DUTY_WARP: {
      RkRow* row = rows + duty->rows[0] - 1;
      if (row->small == 0) rk_serve_warp(E, row); else rk_serve_kind(E, row);
      break;
    }
    case RK_DUTY_THREAD: if (mine != 0) rk_serve_thread(E, rows + mine - 1); break;
    case RK_DUTY_BLOCK: rk_serve_block(E, rows + duty->rows[0] - 1); break;
    default: break;
  }
  __syncthreads();
  if (threadIdx.x == 0) egress->head = rk_block.egressHead;
}
`;
