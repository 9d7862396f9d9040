/** The block's shared memory, clock, the way to the host, and what handlers may call. */
export const common = String.raw`
// ---------------------------------------------------------------- shared memory of a block
// One message or reply of 32 lines, or 32 of one line each, per warp and direction.
#define RK_STAGE 384
struct RkBlock {
  RkEngine* engine;
  u64 pulse, started;              // where the supervisor speaks to this block; microseconds since the epoch when it began
  u64 egress, egressTaken, commonHead;
  u32 egressMask, egressHead, egressSeen, common;
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
// A bit of its own for each lane: in a register, since asking for a thread's number takes long.
#ifndef RK_HOST
rk_inline u32 rk_lane_bit() { u32 bit; asm volatile("mov.u32 %0, %%lanemask_eq;" : "=r"(bit)); return bit; }
#else
rk_inline u32 rk_lane_bit() { return 1u << (threadIdx.x & 31u); }
#endif
rk_inline u32 rk_warp_of() { return threadIdx.x >> 5; }

// ---------------------------------------------------------------- clock
static __device__ u64 rk_clock_ns() { return rk_globaltimer(); }
static __device__ u64 rk_now_us() { return (rk_globaltimer() + rk_ld8(rk_at(&rk_block.engine->clockOffset))) / 1000ull; }
// The time as the supervisor has last said it, some microseconds ago; before it has, the time at which the block began.
rk_inline u64 rk_pulse_us(uint4 pulse) {
  const u64 now = (u64)pulse.y | ((u64)pulse.z << 32);
  return now != 0 ? now : rk_block.started;
}
rk_inline u64 rk_about_us() { return rk_pulse_us(rk_ld4(rk_block.pulse)); }
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
// Whether a deadline has passed, exactly.
rk_inline bool rk_late(u64 deadline) { return (deadline >> 12) < rk_now_us(); }

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

// Waits until the host, which always takes lines, has made room. Of the common ring only the supervisor asks the host;
// it does so no more once the kernel is to end.
static __device__ __noinline__ void rk_wait_room(u32 end) {
  for (;;) {
    const uint4 pulse = rk_ld4(rk_block.pulse);
    const u32 seen = rk_block.common != 0 && pulse.x == 0 ? pulse.w : rk_ld1(rk_block.egressTaken);
    if (end - seen <= rk_block.egressMask + 1) { *(volatile u32*)&rk_block.egressSeen = seen; return; }
    rk_relax(200);
  }
}
// Draws the next lines of this block's ring to the host, or of the ring all share.
rk_inline u32 rk_draw(u32 lines) {
  const u32 at = rk_block.common != 0 ? atomicAdd((u32*)rk_block.commonHead, lines) : atomicAdd(&rk_block.egressHead, lines);
  if (at + lines - *(volatile u32*)&rk_block.egressSeen > rk_block.egressMask + 1) rk_wait_room(at + lines);
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
// A port as the actor's server keeps it in registers while it runs: a ring of one sender whose messages have one line.
struct RkPort { u64 base, consumed, sentAt; u32 mask, tag, sent, seen, direct; };

// Through any port: rings of several senders, messages of several lines, and what is refused.
static __device__ __noinline__ bool rk_send_any(RkRow* row, u32 self, u64 time, u32 port, const u32* payload, u32 words) {
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
  const u32 tag = route->handler | (self << 16);
  for (u32 chunk = 0; chunk < route->lines * 4; chunk++) rk_st4(slot + chunk * 16, rk_chunk(at + 1, chunk, tag, 0, time, payload, words));
  return true;
}
static __device__ __noinline__ void rk_refuse(RkRow* row, u32 port) { ((RkRoute*)row->routes + port)->refused++; }

rk_inline bool rk_send_copy(RkRow* row, u32 self, u64 time, u32 port, const u32* w, u32 words) {
  u32 copy[8];
  #pragma unroll
  for (u32 i = 0; i < 8; i++) copy[i] = w[i];
  return rk_send_any(row, self, time, port, copy, words);
}
rk_inline bool rk_send(RkContext& ctx, u32 port, const void* payload, u32 bytes) {
  if (ctx.lane != 0 || ctx.fault != 0) return true;
  const u32 words = (bytes + 3) >> 2;
  if (words > 8) return rk_send_any(ctx.row, ctx.self, rk_hlc(ctx), port, (const u32*)payload, words);
  u32 w[8];
  #pragma unroll
  for (u32 i = 0; i < 8; i++) w[i] = i < words ? ((const u32*)payload)[i] : 0;
  if (ctx.ports == 0) return rk_send_copy(ctx.row, ctx.self, rk_hlc(ctx), port, w, words);
  RkPort& p = ctx.ports[port];
  if (p.sent - p.seen > p.mask) {
    if (p.direct == 0) return rk_send_copy(ctx.row, ctx.self, rk_hlc(ctx), port, w, words);
    if (p.sent - (p.seen = rk_ld1(p.consumed)) > p.mask) { rk_refuse(ctx.row, port); return false; }
  }
  const u64 slot = p.base + (u64)(p.sent & p.mask) * 64, time = rk_hlc(ctx);
  const u32 stamp = ++p.sent;
  uint4 v; v.x = stamp;
  v.y = p.tag; v.z = 0; v.w = (u32)time; rk_st4(slot, v);
  v.y = (u32)(time >> 32); v.z = w[0]; v.w = w[1]; rk_st4(slot + 16, v);
  v.y = w[2]; v.z = w[3]; v.w = w[4]; rk_st4(slot + 32, v);
  v.y = w[5]; v.z = w[6]; v.w = w[7]; rk_st4(slot + 48, v);
  rk_st1(p.sentAt, stamp);
  return true;
}

static __device__ __noinline__ void rk_give_debug(u32 tag, u32 correlation, u64 stamp, u32 format, u64 kinds, const u64* words, u32 count) {
  u32 record[36];
  record[0] = format; record[1] = count; record[2] = (u32)kinds; record[3] = (u32)(kinds >> 32);
  for (u32 i = 0; i < 16; i++) {
    record[4 + 2 * i] = i < count ? (u32)words[i] : 0;
    record[5 + 2 * i] = i < count ? (u32)(words[i] >> 32) : 0;
  }
  rk_give(tag, correlation, stamp, record, 36);
}
rk_inline void rk_debug(RkContext& ctx, u32 format, u64 kinds, const u64* words, u32 count) {
  if (ctx.lane != 0 || ctx.fault != 0) return;
  rk_give_debug(ctx.handler | RK_FLAG_DEBUG | (ctx.self << 16), ctx.correlation, ctx.stamp, format, kinds, words, count);
}

static __device__ __noinline__ void rk_give_fault(u32 self, u32 handler, u32 correlation, u64 stamp, u32 kind, u32 source, u32 start, u32 end) {
  u32 record[8] = { kind, source, start, end, handler, correlation, 0, 0 };
  rk_give(handler | RK_FLAG_FAULT | (self << 16), correlation, stamp, record, 8);
}
rk_inline void rk_fault(RkContext& ctx, u32 kind, u32 source, u32 start, u32 end) {
  if (ctx.fault != 0) return;
  ctx.fault = kind;
  rk_give_fault(ctx.self, ctx.handler, ctx.correlation, ctx.stamp, kind, source, start, end);
}

rk_inline bool rk_alive(RkContext& ctx) {
  if (ctx.fault != 0) return false;
  if ((++ctx.turn & 1023u) != 0 || rk_ld1(rk_block.engine->cancel + (u64)(ctx.self - 1) * 4) == 0) return true;
  rk_fault(ctx, RK_WATCHDOG, 0, 0, 0);
  return false;
}
`;
