/** The dispatcher, the supervisor, and the persistent kernel itself. */
export const kernel = String.raw`
// ---------------------------------------------------------------- the host's shared ring
// Reads slots of one line and hands each to its actor's inbox in device memory. The host never sends more than an inbox holds.
static __device__ __noinline__ void rk_dispatcher(RkEngine* E) {
  const u32 lane = threadIdx.x & 31u, c = lane & 3u, f = lane >> 2;
  const u64 base = E->ingress;
  const u32 mask = E->ingressMask;
  RkDelivery* deliveries = (RkDelivery*)E->deliveries;
  u32 head = E->ingressHead, published = head, streak = 0;
  for (;;) {
    const u32 rounds = streak != 0 ? 4u : 1u;
    uint4 v[4];
    for (u32 k = 0; k < 4; k++) if (k < rounds) v[k] = rk_ld4(base + (u64)((head + k * 8 + f) & mask) * 64 + c * 16);
    const u32 quit = __shfl_sync(RK_ALL, rk_ld1(rk_at(&E->quit)), 0);
    u32 taken = 0;
    bool open = true;
    for (u32 k = 0; k < 4; k++) {
      if (k >= rounds || !open) break;
      const u32 s = k * 8 + f, ok = __ballot_sync(RK_ALL, v[k].x == head + s + 1);
      const u32 full = ok & (ok >> 1) & (ok >> 2) & (ok >> 3) & 0x11111111u;
      const u32 gap = __ffs(~full & 0x11111111u), n = gap == 0 ? 8u : (gap - 1) >> 2;
      open = gap == 0;
      taken += n;
      // Chunk 0 knows the receiver; messages to one receiver keep their order.
      const u32 tag = v[k].y, target = tag >> 16, key = ((target - 1) << 2) | ((tag >> 8) & 3u);
      // Receiver 0: the actor has gone since; the host has told of the message.
      const bool mine = c == 0 && f < n && target != 0;
      const u32 group = __match_any_sync(RK_ALL, mine ? key : 0x80000000u | lane);
      u64 slot = 0;
      u32 stamp = 0;
      if (mine) {
        RkDelivery* d = deliveries + key;
        const u32 at = d->tail + __popc(group & ((1u << lane) - 1));
        slot = d->base + (u64)(at & d->mask) * 64;
        stamp = at + 1;
        v[k].y = tag & 0xffffu;
      }
      __syncwarp();
      if (mine && (group >> lane) == 1u) deliveries[key].tail = stamp;
      slot = __shfl_sync(RK_ALL, slot, lane & ~3u);
      stamp = __shfl_sync(RK_ALL, stamp, lane & ~3u);
      if (f < n && slot != 0) { v[k].x = stamp; rk_st4(slot + c * 16, v[k]); }
      __syncwarp();
    }
    head += taken;
    if (lane == 0 && (taken == 0 ? head != published : head - published > mask >> 2)) rk_st1(E->ingressTaken, head);
    if (taken == 0 || head - published > mask >> 2) published = head;
    streak = taken;
    if (quit != 0) break;
  }
  if (lane == 0) { E->ingressHead = head; rk_st1(E->ingressTaken, head); }
}

// ---------------------------------------------------------------- orders from the host, the device's clock, the watchdog
static __device__ __noinline__ void rk_supervisor(RkEngine* E) {
  const u32 lane = threadIdx.x & 31u;
  RkControl* control = (RkControl*)E->control;
  u32 answered = rk_ld1(rk_at(&control->clockAnswer)), beats = 0;
  u64 next = 0;
  for (;;) {
    const u32 stop = rk_ld1(rk_at(&control->stop)), ask = rk_ld1(rk_at(&control->clockAsk));
    const u64 offset = rk_ld8(rk_at(&control->clockOffset)), limit = rk_ld8(rk_at(&control->limit));
    if (lane == 0) {
      rk_st8(rk_at(&E->clockOffset), offset);
      rk_st8(rk_at(&E->nowUs), (rk_globaltimer() + offset) / 1000ull);
      if (ask != answered) { rk_st8(rk_at(&control->clockNs), rk_globaltimer()); __threadfence_system(); rk_st1(rk_at(&control->clockAnswer), ask); answered = ask; }
      if (stop != 0) rk_st1(rk_at(&E->quit), 1);
    }
    if (__shfl_sync(RK_ALL, stop, 0) != 0) break;
    const u64 now = __shfl_sync(RK_ALL, rk_globaltimer(), 0), patience = __shfl_sync(RK_ALL, limit, 0);
    if (now >= next) {
      // A handler that is at the same message for longer than the limit is asked to end.
      next = now + 1000000ull;
      if (lane == 0) rk_st1(rk_at(&control->beats), ++beats);
      if (patience != 0) for (u32 i = lane; i < E->rowCount; i += 32) {
        const u32 busy = rk_ld1(E->busy + (u64)i * 4);
        u32* seen = (u32*)E->seen + i;
        u64* since = (u64*)E->since + i;
        if (busy != *seen || busy == 0) { *seen = busy; *since = now; if (rk_ld1(E->cancel + (u64)i * 4) != 0) rk_st1(E->cancel + (u64)i * 4, 0); }
        else if (now - *since > patience) rk_st1(E->cancel + (u64)i * 4, 1);
      }
      __syncwarp();
    }
    rk_relax(500);
  }
}

extern "C" __global__ void __launch_bounds__(RK_WARPS * 32) rk_engine(RkEngine* E) {
  RkEgress* egress = (RkEgress*)E->egress + blockIdx.x;
  if (threadIdx.x == 0) {
    // The time as it was before a pause would let what has expired meanwhile through.
    const u64 offset = rk_ld8(rk_at(&((RkControl*)E->control)->clockOffset));
    rk_st8(rk_at(&E->clockOffset), offset);
    rk_st8(rk_at(&E->nowUs), (rk_globaltimer() + offset) / 1000ull);
    rk_block.engine = E;
    rk_block.egress = egress->base; rk_block.egressTaken = egress->taken; rk_block.egressMask = egress->mask;
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
    case RK_DUTY_WARP: rk_serve_warp(E, rows + duty->rows[0] - 1); break;
    case RK_DUTY_THREAD: if (mine != 0) rk_serve_thread(E, rows + mine - 1); break;
    case RK_DUTY_BLOCK: rk_serve_block(E, rows + duty->rows[0] - 1); break;
    default: break;
  }
  __syncthreads();
  if (threadIdx.x == 0) egress->head = rk_block.egressHead;
}
`;
