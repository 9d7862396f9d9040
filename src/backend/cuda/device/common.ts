/** The block's shared memory, clock, the way to the host, and what handlers may call. */
export const common = String.raw`
// ---------------------------------------------------------------- shared memory of a block
// One message or reply of 32 lines, or 32 of one line each, per warp and direction.
#define RK_STAGE 384
struct RkBlock {
  RkEngine* engine;
  u64 egress, egressTaken;
  u32 egressMask, egressHead, egressSeen, poll;
  u64 clock[RK_WARPS];
  u32 stopped[RK_WARPS];
};
static __shared__ RkBlock rk_block;
static __shared__ __align__(16) u32 rk_in[RK_WARPS][RK_STAGE];
static __shared__ __align__(16) u32 rk_out[RK_WARPS][RK_STAGE];

#define RK_FLAG_BATCH (1u << 10)
#define RK_FLAG_FAULT (1u << 11)
#define RK_FLAG_DEBUG (1u << 12)
#define RK_FLAG_DEAD (1u << 13)
#define RK_FLAG_DEADLINE (1u << 14)
#define RK_FLAG_ELSEWHERE (1u << 15)

rk_inline u32 rk_lines(u32 words) { return (4 + words + 11) / 12; }
rk_inline u32 rk_warp_of() { return threadIdx.x >> 5; }

// ---------------------------------------------------------------- clock
static __device__ u64 rk_clock_ns() { return rk_globaltimer(); }
static __device__ u64 rk_now_us() { return (rk_globaltimer() + rk_ld8(rk_at(&rk_block.engine->clockOffset))) / 1000ull; }
// The time as the supervisor has last written it, at most some microseconds ago.
rk_inline u64 rk_about_us() { return rk_ld8(rk_at(&rk_block.engine->nowUs)); }
static __device__ u64 rk_hlc(RkContext& ctx) { return ++*ctx.clock; }
static __device__ u64 rk_hlc_update(RkContext& ctx, u64 stamp) {
  if (*ctx.clock < stamp) *ctx.clock = stamp;
  return rk_hlc(ctx);
}
static __device__ u64 rk_hlc_last(RkContext& ctx) {
  const u64 now = rk_now_us() << 12, last = *ctx.clock;
  return last > now ? last : now;
}
// A message has come: the clock is past its timestamp and the time of day.
rk_inline u64 rk_witness(u64 clock, u64 stamp, u64 now) {
  if (clock < stamp) clock = stamp;
  return clock < now << 12 ? now << 12 : clock;
}

// ---------------------------------------------------------------- lines
// Chunk number 'chunk' of a message: its stamp, then three of its words.
rk_inline uint4 rk_chunk(u32 stamp, u32 chunk, u32 tag, u32 correlation, u64 time, const u32* payload, u32 words) {
  uint4 v; v.x = stamp;
  if (chunk == 0) { v.y = tag; v.z = correlation; v.w = (u32)time; return v; }
  const u32 i = chunk * 3 - 4;
  v.y = chunk == 1 ? (u32)(time >> 32) : (i < words ? payload[i] : 0);
  v.z = i + 1 < words ? payload[i + 1] : 0;
  v.w = i + 2 < words ? payload[i + 2] : 0;
  return v;
}

// Draws the next lines of this block's ring to the host; waits while the host is behind (it always takes lines).
static __device__ u32 rk_draw(u32 lines) {
  const u32 at = atomicAdd(&rk_block.egressHead, lines);
  while (at + lines - *(volatile u32*)&rk_block.egressSeen > rk_block.egressMask + 1) {
    *(volatile u32*)&rk_block.egressSeen = rk_ld1(rk_block.egressTaken);
    rk_relax(100);
  }
  return at;
}

// One thread gives one message to the host.
static __device__ __noinline__ void rk_give(u32 tag, u32 correlation, u64 time, const u32* payload, u32 words) {
  const u32 lines = rk_lines(words), at = rk_draw(lines);
  for (u32 chunk = 0; chunk < lines * 4; chunk++) {
    const u32 line = at + (chunk >> 2);
    rk_st4(rk_block.egress + (u64)(line & rk_block.egressMask) * 64 + (chunk & 3) * 16, rk_chunk(line + 1, chunk, tag, correlation, time, payload, words));
  }
}

// ---------------------------------------------------------------- what handlers call
static __device__ bool rk_send(RkContext& ctx, u32 port, const void* payload, u32 bytes) {
  if (ctx.lane != 0) return true;
  RkRow* row = ctx.row;
  RkRoute* route = (RkRoute*)row->routes + port;
  if (route->target == 0) { route->refused++; return false; }
  u32 at = route->sent;
  if (route->shared == 0) {
    if (at - route->seen > route->mask && at - (route->seen = rk_ld1(route->consumed)) > route->mask) { route->refused++; return false; }
  } else {
    u32* tickets = (u32*)route->tickets;
    for (u32 seen = rk_ld1(rk_at(tickets));;) {
      if (seen - route->seen > route->mask && seen - (route->seen = rk_ld1(route->consumed)) > route->mask) { route->refused++; return false; }
      at = seen;
      seen = atomicCAS(tickets, at, at + 1);
      if (seen == at) break;
    }
  }
  route->sent++;
  const u64 slot = route->base + (u64)(at & route->mask) * route->lines * 64;
  const u64 time = rk_hlc(ctx);
  const u32 tag = route->handler | (route->source << 16), words = (bytes + 3) >> 2;
  for (u32 chunk = 0; chunk < route->lines * 4; chunk++) rk_st4(slot + chunk * 16, rk_chunk(at + 1, chunk, tag, 0, time, (const u32*)payload, words));
  return true;
}

static __device__ __noinline__ void rk_debug(RkContext& ctx, u32 format, u64 kinds, const u64* words, u32 count) {
  if (ctx.lane != 0) return;
  u32 record[36];
  record[0] = format; record[1] = count; record[2] = (u32)kinds; record[3] = (u32)(kinds >> 32);
  for (u32 i = 0; i < 16; i++) {
    record[4 + 2 * i] = i < count ? (u32)words[i] : 0;
    record[5 + 2 * i] = i < count ? (u32)(words[i] >> 32) : 0;
  }
  rk_give(ctx.handler | RK_FLAG_DEBUG | (ctx.self << 16), ctx.correlation, ctx.stamp, record, 36);
}

static __device__ __noinline__ void rk_fault(RkContext& ctx, u32 kind, u32 source, u32 start, u32 end) {
  if (ctx.fault != 0) return;
  ctx.fault = kind;
  u32 record[8] = { kind, source, start, end, ctx.handler, ctx.correlation, 0, 0 };
  rk_give(ctx.handler | RK_FLAG_FAULT | (ctx.self << 16), ctx.correlation, ctx.stamp, record, 8);
}

static __device__ bool rk_alive(RkContext& ctx) {
  if (ctx.fault != 0) return false;
  if ((++ctx.turn & 1023u) != 0 || rk_ld1(rk_block.engine->cancel + (u64)(ctx.self - 1) * 4) == 0) return true;
  rk_fault(ctx, RK_WATCHDOG, 0, 0, 0);
  return false;
}
`;
