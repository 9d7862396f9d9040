/**
 * The conductor of a persistent grid, a block of its own: one warp looks at the host's rings and nothing else, so that
 * the bus is nobody's business but its own; the other grants steps, puts commands into the log, and answers.
 *
 * A grant is one word of 64 bits: steps that may be done, and commands that stand in the log. A command takes effect
 * after the last step granted so far, and the word that grants the next one tells of the command too: no worker can
 * pass it unseen, and none has to wait for it.
 */
export const conductor = String.raw`
// ---------------------------------------------------------------- the conductor
struct RkPending { u32 op, number; u64 step, told; };
struct RkLane {
  u32 head, tail, running, hold, taken, answered;
  u64 goal;
  u32 full, box[13];
  RkPending pending[8];
};
struct RkConductor { u64 granted, base, told; u32 published, playing, paused, spare; RkLane lane[2]; };
static __shared__ RkConductor rk_c;
static __shared__ u32 rk_stop, rk_quit, rk_gone;
#define RK_SEEN(x) (*(volatile u32*)&(x))

// Takes commands from the host's rings, as soon as there is room for one.
rk_inline void rk_mail(const RkGridParts* g) {
  const u32 lane = threadIdx.x & 31, ring = lane >> 2;
  u32 taken[2] = { rk_c.lane[0].taken, rk_c.lane[1].taken };
  while (__shfl_sync(RK_ALL, RK_SEEN(rk_quit), 0) == 0) {
    uint4 v; v.x = v.y = v.z = v.w = 0;
    const u32 mine = taken[ring & 1];
    if (lane < 8) v = rk_ld4(g->commands + (u64)(ring * RK_SLOTS + mine % RK_SLOTS) * 64 + (lane & 3) * 16);
    else if (lane == 8) v.x = rk_ld1(g->control);
    if (lane == 8) RK_SEEN(rk_stop) = v.x;
    const u32 ready = __ballot_sync(RK_ALL, lane < 8 && v.x == mine + 1);
    #pragma unroll
    for (u32 r = 0; r < 2; r++) {
      if ((ready >> (4 * r) & 15u) != 15u || __shfl_sync(RK_ALL, RK_SEEN(rk_c.lane[r].full), 0) != 0) continue;
      if (lane < 8 && ring == r) { u32* const box = &rk_c.lane[r].box[(lane & 3) * 3]; box[0] = v.y; box[1] = v.z; box[2] = v.w; }
      taken[r]++;
      __threadfence_block();
      __syncwarp();
      if (lane == 0) RK_SEEN(rk_c.lane[r].full) = 1;
    }
    rk_spin();
  }
  if (lane == 0) { rk_c.lane[0].taken = taken[0]; rk_c.lane[1].taken = taken[1]; __threadfence_block(); RK_SEEN(rk_gone) = 1; }
}

rk_inline bool rk_moving() { return rk_c.paused == 0 && (rk_c.playing != 0 || rk_c.lane[0].running != 0 || rk_c.lane[1].running != 0); }

rk_inline void rk_answer(const RkGridParts* g, u32 lane, RkLane& q, const RkPending& e) {
  const u32 stamp = ++q.answered;
  const u64 slot = g->answers + (u64)(lane * RK_SLOTS + (stamp - 1) % RK_SLOTS) * 32;
  uint4 a, b;
  a.x = b.x = stamp;
  a.y = (u32)e.told; a.z = (u32)(e.told >> 32); a.w = rk_moving() ? 1 : 0;
  b.y = e.number; b.z = b.w = 0;
  rk_st4(slot + 16, b);
  rk_st4(slot, a);
}

// Puts a command into the log: all workers apply it after the last step granted.
rk_inline u32 rk_publish(const RkGridParts* g, u32 op, const u32* words) {
  const u32 number = ++rk_c.published;
  const u64 slot = g->log + (u64)(number % RK_LOG) * RK_ENTRY, step = rk_c.granted - rk_c.base;
  u32 all[RK_CHUNKS * 3];
  all[0] = (u32)rk_c.granted; all[1] = op;
  for (u32 i = 0; i < RK_WORDS; i++) all[2 + i] = words == nullptr ? 0 : words[i];
  all[2 + RK_WORDS] = (u32)step; all[3 + RK_WORDS] = (u32)(step >> 32); all[4 + RK_WORDS] = 0;
  for (u32 i = 0; i < RK_CHUNKS; i++) { uint4 v; v.x = number; v.y = all[3 * i]; v.z = all[3 * i + 1]; v.w = all[3 * i + 2]; rk_st4(slot + i * 16, v); }
  return number;
}

rk_inline void rk_begin_command(const RkGridParts* g, RkLane& q, u64 done) {
  const u32 op = q.box[0];
  const u32* const words = &q.box[2];
  RkPending& e = q.pending[q.tail++ & 7];
  e.op = op; e.number = 0; e.step = rk_c.granted;
  q.hold = q.box[1] & 1u;
  switch (op) {
    case RK_OP_RUN: e.step = q.goal = rk_c.granted + ((u64)words[1] << 32 | words[0]); q.running = 1; break;
    case RK_OP_PLAY: rk_c.playing = 1; rk_c.paused = 0; break;
    case RK_OP_PAUSE: rk_c.paused = 1; break;
    case RK_OP_RESUME: rk_c.paused = 0; break;
    case RK_OP_PROGRESS: e.step = done; break;
    case RK_OP_RESET: rk_c.base = rk_c.granted; e.number = rk_publish(g, op, words); break;
    default: e.number = rk_publish(g, op, words);
  }
  e.told = e.step - rk_c.base;
}

// No step beyond this one is granted as things are.
rk_inline u64 rk_limit() {
  const RkLane& normal = rk_c.lane[0];
  const RkLane& urgent = rk_c.lane[1];
  if (rk_c.paused != 0 || normal.hold != 0 || urgent.hold != 0) return rk_c.granted;
  return urgent.running != 0 ? urgent.goal : normal.running != 0 ? normal.goal : rk_c.playing != 0 ? ~0ull : rk_c.granted;
}
// The step after which somebody is owed an answer: 0 when it does not hang on steps, all ones when nobody is.
rk_inline u64 rk_owed() {
  u64 first = ~0ull;
  for (u32 k = 0; k < 2; k++) {
    const RkLane& q = rk_c.lane[k];
    if (q.head == q.tail) continue;
    const RkPending& e = q.pending[q.head & 7];
    if (q.tail - q.head > 1 || e.op != RK_OP_RUN) return 0;
    if (e.step < first) first = e.step;
  }
  return first;
}

// One thread: answers what is done, takes what has come, grants steps. 'lag', 'behind': of the slowest worker. True: the kernel ends.
rk_inline bool rk_turn(const RkGridParts* g, u32 lag, u32 behind) {
  const u64 done = rk_c.granted - lag, before = rk_c.granted;
  const u32 applied = rk_c.published - behind, known = rk_c.published;
  bool end = false;
  #pragma unroll 1
  for (u32 k = 2; k-- > 0;) {
    RkLane& q = rk_c.lane[k];
    while (q.head != q.tail) {
      const RkPending& e = q.pending[q.head & 7];
      if (e.op == RK_OP_RUN || e.op == RK_OP_PAUSE ? done < e.step : e.number != 0 && (i32)(applied - e.number) < 0) break;
      if (e.op == RK_OP_RUN) q.running = 0;
      if (e.op == RK_OP_SNAPSHOT || e.op == RK_OP_MEASURE) __threadfence_system();
      rk_answer(g, k, q, e);
      q.head++;
    }
    if (RK_SEEN(q.full) != 0 && q.tail - q.head < 8 && q.running == 0) {
      __threadfence_block();
      rk_begin_command(g, q, done);
      __threadfence_block();
      RK_SEEN(q.full) = 0;
    }
  }
  u64 to = before;
  if (RK_SEEN(rk_stop) != 0) {
    // All stand at one step, and nothing is under way.
    if (lag == 0 && behind == 0 && rk_c.published == known) { rk_publish(g, RK_OP_LEAVE, nullptr); end = true; }
  } else {
    const u64 limit = rk_limit(), reach = done + g->ahead;
    to = reach < limit ? reach : limit;
    if (to < before) to = before;
  }
  if (to != before || rk_c.published != known) {
    rk_c.granted = to;
    rk_st8(g->grant, (u64)rk_c.published << 32 | (u32)to);
  }
  return end;
}

// The largest of a warp's numbers.
rk_inline u32 rk_largest(u32 n) {
#if __CUDA_ARCH__ >= 800
  return __reduce_max_sync(RK_ALL, n);
#else
  for (u32 d = 16; d > 0; d >>= 1) { const u32 o = __shfl_xor_sync(RK_ALL, n, d); n = o > n ? o : n; }
  return n;
#endif
}

static __device__ void rk_conduct(const RkGridParts* g) {
  const u32 lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  const u32* const saved = (const u32*)g->conductor;
  for (u32 i = threadIdx.x; i < sizeof(rk_c) / 4; i += RK_THREADS) ((u32*)&rk_c)[i] = saved[i];
  if (threadIdx.x == 0) { rk_stop = 0; rk_quit = 0; rk_gone = 0; }
  __syncthreads();
  if (warp == 1) return rk_mail(g);
  if (warp != 0) return;
  u64 limit = 0, owed = 0;
  const u32 ahead = g->ahead;
  for (u32 turn = 0, end = 0; end == 0; turn++) {
    const u32 granted = (u32)rk_c.granted, published = rk_c.published;
    u32 lag = 0, behind = 0;
    for (u32 k = lane; k < RK_WORKERS; k += 32) {
      const u64 flag = rk_ld8(g->flags + (u64)k * 8);
      const u32 l = granted - (u32)flag, b = published - (u32)(flag >> 32);
      lag = l > lag ? l : lag; behind = b > behind ? b : behind;
    }
    lag = rk_largest(lag); behind = rk_largest(behind);
    if (lane == 0) {
      const u64 done = rk_c.granted - lag, told = done - rk_c.base;
      if ((turn & 63) == 0 && told != rk_c.told) { rk_c.told = told; rk_st8(g->control + 64, told); }
      if ((RK_SEEN(rk_c.lane[0].full) | RK_SEEN(rk_c.lane[1].full) | RK_SEEN(rk_stop)) != 0 || done >= owed) {
        end = rk_turn(g, lag, behind) ? 1 : 0;
        limit = rk_limit();
        owed = rk_owed();
      } else if (done + ahead > rk_c.granted && limit > rk_c.granted) {
        // Nothing but steps to grant, which is what workers wait for.
        const u64 to = done + ahead < limit ? done + ahead : limit;
        rk_st8(g->grant, (u64)published << 32 | (u32)to);
        rk_c.granted = to;
      }
    }
    end = __shfl_sync(RK_ALL, end, 0);
    __syncwarp();
    rk_spin();
  }
  if (lane == 0) {
    rk_st8(g->control + 64, rk_c.granted - rk_c.base);
    RK_SEEN(rk_quit) = 1;
    while (RK_SEEN(rk_gone) == 0) rk_spin();
    __threadfence_block();
    u32* const to = (u32*)g->conductor;
    for (u32 i = 0; i < sizeof(rk_c) / 4; i++) to[i] = ((const u32*)&rk_c)[i];
    __threadfence_system();
  }
}
`;
