#include <metal_stdlib>
using namespace metal;
#pragma STDC FP_CONTRACT OFF
#if __METAL_VERSION__ >= 320
#pragma METAL fp math_mode(safe)
#pragma METAL fp contract(off)
#endif
typedef int i32;
typedef uint u32;
typedef long i64;
typedef ulong u64;
typedef half f16;
typedef float f32;
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8 && sizeof(f32) == 4 && sizeof(f16) == 2, "sizes of scalars");
inline i32 rk_idiv(i32 a, i32 b) {
  if (b == 0) return 0;
  if (b == -1) return i32(-u32(a));
  return a / b;
}
inline u32 rk_idiv(u32 a, u32 b) {
  if (b == 0u) return 0u;
  return a / b;
}
inline i64 rk_idiv(i64 a, i64 b) {
  if (b == 0l) return 0l;
  if (b == -1) return i64(-u64(a));
  return a / b;
}
inline u64 rk_idiv(u64 a, u64 b) {
  if (b == 0ul) return 0ul;
  return a / b;
}
inline i32 rk_imod(i32 a, i32 b) {
  if (b == 0) return 0;
  if (b == -1) return 0;
  return a % b;
}
inline u32 rk_imod(u32 a, u32 b) {
  if (b == 0u) return 0u;
  return a % b;
}
inline i64 rk_imod(i64 a, i64 b) {
  if (b == 0l) return 0l;
  if (b == -1) return 0l;
  return a % b;
}
inline u64 rk_imod(u64 a, u64 b) {
  if (b == 0ul) return 0ul;
  return a % b;
}
inline i32 rk_floordiv(i32 a, i32 b) {
  if (b == 0) return 0;
  if (b == -1) return i32(-u32(a));
  const i32 q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
inline u32 rk_floordiv(u32 a, u32 b) {
  if (b == 0u) return 0u;
  return a / b;
}
inline i64 rk_floordiv(i64 a, i64 b) {
  if (b == 0l) return 0l;
  if (b == -1) return i64(-u64(a));
  const i64 q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
inline u64 rk_floordiv(u64 a, u64 b) {
  if (b == 0ul) return 0ul;
  return a / b;
}
inline i32 rk_ceildiv(i32 a, i32 b) {
  if (b == 0) return 0;
  if (b == -1) return i32(-u32(a));
  const i32 q = a / b;
  return a % b != 0 && (a < 0) == (b < 0) ? q + 1 : q;
}
inline u32 rk_ceildiv(u32 a, u32 b) {
  if (b == 0u) return 0u;
  return a % b == 0u ? a / b : a / b + 1u;
}
inline i64 rk_ceildiv(i64 a, i64 b) {
  if (b == 0l) return 0l;
  if (b == -1) return i64(-u64(a));
  const i64 q = a / b;
  return a % b != 0 && (a < 0) == (b < 0) ? q + 1 : q;
}
inline u64 rk_ceildiv(u64 a, u64 b) {
  if (b == 0ul) return 0ul;
  return a % b == 0ul ? a / b : a / b + 1ul;
}

struct RkContext {
  device u32* mem;
  device atomic_uint* sync;
  u32 row, frame, fault, site, turns, source, correlation, stampLow, stampHigh, deadlineLow, deadlineHigh, sent, refused;
};

inline void rk_stop(thread RkContext& ctx, u32 kind, u32 site);
inline u32 rk_at(thread RkContext& ctx, u32 index, u32 count, u32 site);
inline bool rk_tick(thread RkContext& ctx, u32 site);
inline u32 rk_extra(thread RkContext& ctx);
inline bool rk_later(thread RkContext& ctx, u32 aLow, u32 aHigh, u32 bLow, u32 bHigh);
inline void rk_clock(thread RkContext& ctx, u32 low, u32 high);
inline void rk_head(thread RkContext& ctx, u32 slot, u32 what, u32 tag);
inline u32 rk_send(thread RkContext& ctx, u32 port);
inline u32 rk_debug(thread RkContext& ctx, u32 format, u32 count, u32 kinds);
inline u32 rk_dispatch(thread RkContext& ctx, u32 handler, u32 input, u32 output, u32 count, u32 i);
inline void rk_faulted(thread RkContext& ctx, u32 payload, u32 handler);
inline void rk_begin(thread RkContext& ctx, u32 slot);
inline void rk_begin_batch(thread RkContext& ctx, u32 batch);
inline void rk_serve(thread RkContext& ctx, u32 index);
inline void rk_actors(thread RkContext& ctx, u32 i);
inline void rk_batches(thread RkContext& ctx, u32 i, u32 b);

inline u32 rk_self(thread RkContext& ctx) {
  return ctx.mem[ctx.row + 0u];
}
inline u64 rk_u64(u32 low, u32 high) {
  return u64(high) << 32 | low;
}
inline u64 rk_hlc_last(thread RkContext& ctx) {
  return rk_u64(ctx.mem[ctx.row + 8u], ctx.mem[ctx.row + 9u]);
}
inline u64 rk_now(thread RkContext& ctx) {
  rk_clock(ctx, 0u, 0u);
  return rk_hlc_last(ctx);
}

namespace kind0 {

struct integers_state {
  u32 calls;
  i64 total;
};
static_assert(sizeof(integers_state) == 16, "size of integers_state");

struct Pair {
  i32 a;
  i32 b;
  u32 u;
  u32 v;
  i64 x;
  i64 y;
  u64 p;
  u64 q;
};
static_assert(sizeof(Pair) == 48, "size of Pair");

struct Answer {
  i32 sum;
  u32 bits;
  i64 wide;
  u64 big;
  f32 ratio;
};
static_assert(sizeof(Answer) == 32, "size of Answer");

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device integers_state* const state = (device integers_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Pair* const msg = (device const Pair*)(ctx.mem + rk_message);
  device Answer* const reply = (device Answer*)(ctx.mem + rk_answer);
  state->calls = state->calls + 1u;
  const i32 quotient = i32(u32(rk_idiv(msg->a, msg->b)) + u32(msg->a / 7) + u32(rk_floordiv(msg->a, msg->b)) + u32(rk_ceildiv(msg->a, msg->b)));
  const i32 rest = rk_imod(msg->a, msg->b);
  u32 bits = (msg->u & 255u) ^ ~(msg->v | 3u);
  bits = (bits << ((msg->v & 63u) & 31u)) + (msg->u >> 3);
  const i64 wide = i64(u64(msg->x) * u64(msg->y) - u64(rk_idiv(msg->x, msg->y)) + u64(rk_imod(msg->x, msg->y)) + u64(i64(u64(msg->x) << 3)) + u64(msg->y >> 1));
  const u64 big = ((msg->p + 1ul) * msg->q) ^ (msg->p & 255ul);
  state->total = i64(u64(state->total) + u64(wide));
  reply->sum = i32(-u32(quotient) + u32(rest) * (u32(msg->a) - u32(msg->b)) + u32(msg->a) * 3u + u32(msg->a >> 2) + u32(int(clz(msg->a))));
  reply->bits = bits;
  reply->wide = wide;
  reply->big = big;
  reply->ratio = f32(msg->a) / f32(msg->b);
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device integers_state* const state = (device integers_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const i32* const rk_in_a = (device const i32*)(ctx.mem + rk_input);
  device const i32* const rk_in_b = (device const i32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u));
  device const u32* const rk_in_u = (device const u32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device const u32* const rk_in_v = (device const u32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device const i64* const rk_in_x = (device const i64*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device const i64* const rk_in_y = (device const i64*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device const u64* const rk_in_p = (device const u64*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device const u64* const rk_in_q = (device const u64*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device i32* const rk_out_sum = (device i32*)(ctx.mem + rk_output);
  device u32* const rk_out_bits = (device u32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u));
  device i64* const rk_out_wide = (device i64*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device u64* const rk_out_big = (device u64*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device f32* const rk_out_ratio = (device f32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  state->calls = state->calls + 1u;
  const i32 quotient = i32(u32(rk_idiv(rk_in_a[rk_i], rk_in_b[rk_i])) + u32(rk_in_a[rk_i] / 7) + u32(rk_floordiv(rk_in_a[rk_i], rk_in_b[rk_i])) + u32(rk_ceildiv(rk_in_a[rk_i], rk_in_b[rk_i])));
  const i32 rest = rk_imod(rk_in_a[rk_i], rk_in_b[rk_i]);
  u32 bits = (rk_in_u[rk_i] & 255u) ^ ~(rk_in_v[rk_i] | 3u);
  bits = (bits << ((rk_in_v[rk_i] & 63u) & 31u)) + (rk_in_u[rk_i] >> 3);
  const i64 wide = i64(u64(rk_in_x[rk_i]) * u64(rk_in_y[rk_i]) - u64(rk_idiv(rk_in_x[rk_i], rk_in_y[rk_i])) + u64(rk_imod(rk_in_x[rk_i], rk_in_y[rk_i])) + u64(i64(u64(rk_in_x[rk_i]) << 3)) + u64(rk_in_y[rk_i] >> 1));
  const u64 big = ((rk_in_p[rk_i] + 1ul) * rk_in_q[rk_i]) ^ (rk_in_p[rk_i] & 255ul);
  state->total = i64(u64(state->total) + u64(wide));
  rk_out_sum[rk_i] = i32(-u32(quotient) + u32(rest) * (u32(rk_in_a[rk_i]) - u32(rk_in_b[rk_i])) + u32(rk_in_a[rk_i]) * 3u + u32(rk_in_a[rk_i] >> 2) + u32(int(clz(rk_in_a[rk_i]))));
  rk_out_bits[rk_i] = bits;
  rk_out_wide[rk_i] = wide;
  rk_out_big[rk_i] = big;
  rk_out_ratio[rk_i] = f32(rk_in_a[rk_i]) / f32(rk_in_b[rk_i]);
  return 1u;
}

}  // namespace kind0

inline void rk_stop(thread RkContext& ctx, u32 kind, u32 site) {
  if (ctx.fault == 0u) { ctx.fault = kind; ctx.site = site; }
}
inline u32 rk_at(thread RkContext& ctx, u32 index, u32 count, u32 site) {
  if (index < count) { return index; }
  rk_stop(ctx, 2u, site);
  return 0u;
}
inline bool rk_tick(thread RkContext& ctx, u32 site) {
  if (ctx.fault != 0u) { return true; }
  ctx.turns += 1u;
  if (ctx.turns <= ctx.mem[ctx.frame + 14u]) { return false; }
  rk_stop(ctx, 7u, site);
  return true;
}
// Address of a fresh record for the host; 0: no room.
inline u32 rk_extra(thread RkContext& ctx) {
  u32 taken = atomic_load_explicit(&ctx.sync[0u], memory_order_relaxed);
  for (;;) {
    if (taken >= ctx.mem[ctx.frame + 11u]) { return 0u; }
    if (atomic_compare_exchange_weak_explicit(&ctx.sync[0u], &taken, taken + 1u, memory_order_relaxed, memory_order_relaxed)) { break; }
    taken = atomic_load_explicit(&ctx.sync[0u], memory_order_relaxed);
  }
  return ctx.frame + ctx.mem[ctx.frame + 10u] + taken * ctx.mem[ctx.frame + 12u];
}
inline bool rk_later(thread RkContext& ctx, u32 aLow, u32 aHigh, u32 bLow, u32 bHigh) {
  return aHigh > bHigh || (aHigh == bHigh && aLow > bLow);
}
// The row's clock moves past its own, the given and the host's time.
inline void rk_clock(thread RkContext& ctx, u32 low, u32 high) {
  u32 a = ctx.mem[ctx.row + 8u];
  u32 b = ctx.mem[ctx.row + 9u];
  if (rk_later(ctx, low, high, a, b)) { a = low; b = high; }
  a += 1u;
  if (a == 0u) { b += 1u; }
  if (rk_later(ctx, ctx.mem[ctx.frame + 8u], ctx.mem[ctx.frame + 9u], a, b)) { a = ctx.mem[ctx.frame + 8u]; b = ctx.mem[ctx.frame + 9u]; }
  ctx.mem[ctx.row + 8u] = a;
  ctx.mem[ctx.row + 9u] = b;
}
inline void rk_head(thread RkContext& ctx, u32 slot, u32 what, u32 tag) {
  ctx.mem[slot + 0u] = what;
  ctx.mem[slot + 1u] = tag;
  ctx.mem[slot + 2u] = ctx.correlation;
  ctx.mem[slot + 3u] = ctx.mem[ctx.row + 0u];
  ctx.mem[slot + 4u] = ctx.mem[ctx.row + 8u];
  ctx.mem[slot + 5u] = ctx.mem[ctx.row + 9u];
  ctx.mem[slot + 6u] = 0u;
  ctx.mem[slot + 7u] = 0u;
}
// Address of the payload in the receiver's inbox; 0: unconnected or full.
inline u32 rk_send(thread RkContext& ctx, u32 port) {
  const u32 route = ctx.mem[ctx.row + 4u] + port * 8u;
  const u32 receiver = ctx.mem[route + 0u];
  if (receiver == 0u) { ctx.refused += 1u; return 0u; }
  const u32 other = ctx.mem[ctx.frame + 1u] + (receiver - 1u) * 32u;
  const u32 parity = ctx.mem[ctx.frame + 0u] & 1u;
  const u32 counters = 4u + (receiver - 1u) * 4u;
  const u32 mask = ctx.mem[other + 11u];
  const u32 end = ctx.mem[other + 14u + parity] + atomic_load_explicit(&ctx.sync[counters + (ctx.mem[ctx.frame + 0u] + 2u) % 3u], memory_order_relaxed);
  const u32 used = end - ctx.mem[other + 16u + parity];
  const u32 counter = counters + ctx.mem[ctx.frame + 0u] % 3u;
  u32 mine = atomic_load_explicit(&ctx.sync[counter], memory_order_relaxed);
  for (;;) {
    if (used + mine > mask) { ctx.refused += 1u; return 0u; }
    if (atomic_compare_exchange_weak_explicit(&ctx.sync[counter], &mine, mine + 1u, memory_order_relaxed, memory_order_relaxed)) { break; }
    mine = atomic_load_explicit(&ctx.sync[counter], memory_order_relaxed);
  }
  const u32 slot = ctx.mem[other + 10u] + ((end + mine) & mask) * ctx.mem[other + 12u];
  ctx.sent += 1u;
  rk_clock(ctx, 0u, 0u);
  const u32 correlation = ctx.correlation;
  ctx.correlation = 0u;
  rk_head(ctx, slot, end + mine + 1u, (ctx.mem[route + 1u] | 512u));
  ctx.correlation = correlation;
  return slot + 8u;
}
// Address for the arguments of debug output, two words each; 0: no room.
inline u32 rk_debug(thread RkContext& ctx, u32 format, u32 count, u32 kinds) {
  const u32 record = rk_extra(ctx);
  if (record == 0u || 12u + count * 2u > ctx.mem[ctx.frame + 12u]) {
    atomic_fetch_add_explicit(&ctx.sync[2u], 1u, memory_order_relaxed);
    if (record != 0u) { ctx.mem[record] = 0u; }
    return 0u;
  }
  const u32 index = ctx.mem[ctx.row + 0u] - 1u;
  rk_head(ctx, record, ((index << 4u) | 4u), 524288u);
  ctx.mem[record + 8u] = format;
  ctx.mem[record + 9u] = count;
  ctx.mem[record + 10u] = kinds;
  return record + 12u;
}
inline u32 rk_dispatch(thread RkContext& ctx, u32 handler, u32 input, u32 output, u32 count, u32 i) {
  u32 result = 0u;
  switch (ctx.mem[ctx.row + 1u]) {
    case 0u: {
      switch (handler) {
        case 0u: { if (count == 0u) { result = kind0::handler0(ctx, input, output); } else { result = kind0::batch0(ctx, input, output, count, i); } break; }
        default: { break; }
      }
      break;
    }
    default: { break; }
  }
  return result;
}
// What stands in the reply slot after a fault.
inline void rk_faulted(thread RkContext& ctx, u32 payload, u32 handler) {
  ctx.mem[payload + 0u] = ctx.fault;
  ctx.mem[payload + 1u] = ctx.site;
  ctx.mem[payload + 2u] = handler;
  ctx.mem[payload + 3u] = ctx.correlation;
  ctx.mem[ctx.row + 2u] = ctx.mem[ctx.row + 2u] | 4u;
  ctx.mem[ctx.row + 21u] += 1u;
}
// The message in hand.
inline void rk_begin(thread RkContext& ctx, u32 slot) {
  ctx.source = ctx.mem[slot + 3u];
  ctx.correlation = ctx.mem[slot + 2u];
  ctx.stampLow = ctx.mem[slot + 4u];
  ctx.stampHigh = ctx.mem[slot + 5u];
  ctx.deadlineLow = ctx.mem[slot + 6u];
  ctx.deadlineHigh = ctx.mem[slot + 7u];
  rk_clock(ctx, ctx.stampLow, ctx.stampHigh);
}
// The batch in hand.
inline void rk_begin_batch(thread RkContext& ctx, u32 batch) {
  ctx.source = 0u;
  ctx.correlation = 0u;
  ctx.stampLow = ctx.mem[batch + 6u];
  ctx.stampHigh = ctx.mem[batch + 7u];
  ctx.deadlineLow = 0u;
  ctx.deadlineHigh = 0u;
}
// Serves the row with this index. Handlers are called in one place, so that compilers which inline them do so once.
inline void rk_serve(thread RkContext& ctx, u32 index) {
  ctx.row = ctx.mem[ctx.frame + 1u] + index * 32u;
  if ((ctx.mem[ctx.row + 2u] & 1u) == 0u) { return; }
  ctx.sent = 0u;
  ctx.refused = 0u;
  const u32 turn = ctx.mem[ctx.frame + 0u];
  const u32 parity = turn & 1u;
  const u32 inbox = ctx.mem[ctx.row + 10u];
  u32 end = 0u;
  u32 tail = 0u;
  if (inbox != 0u) {
    const u32 counters = 4u + (index) * 4u;
    end = ctx.mem[ctx.row + 14u + parity] + atomic_load_explicit(&ctx.sync[counters + (turn + 2u) % 3u], memory_order_relaxed);
    tail = ctx.mem[ctx.row + 16u + parity];
    ctx.mem[ctx.row + 14u + 1u - parity] = end;
    atomic_store_explicit(&ctx.sync[counters + (turn + 1u) % 3u], 0u, memory_order_relaxed);
  }
  u32 count = 0u;
  u32 urgent = 0u;
  u32 input = 0u;
  u32 output = 0u;
  if (index - ctx.mem[ctx.frame + 4u] < ctx.mem[ctx.frame + 5u]) {
    const u32 range = ctx.frame + ctx.mem[ctx.frame + 6u] + (index - ctx.mem[ctx.frame + 4u]) * 4u;
    count = ctx.mem[range + 2u];
    urgent = min(ctx.mem[range + 3u], count);
    input = ctx.frame + ctx.mem[range + 0u];
    output = ctx.frame + ctx.mem[range + 1u];
  }
  const u32 batch = input;
  const u32 isBatch = count >= 2147483648u;
  u32 batchSlot = 0u;
  u32 batchWhat = 0u;
  if (isBatch) {
    count = ctx.mem[batch + 2u];
    urgent = 0u;
    batchSlot = ctx.frame + ctx.mem[batch + 5u];
    input = ctx.frame + ctx.mem[batch + 3u];
    output = ctx.frame + ctx.mem[batch + 4u];
  }
  const u32 running = 2u;
  const u32 inert = 6u;
  u32 left = 0u;
  if ((ctx.mem[ctx.row + 2u] & 8u) == 0u) { left = min(ctx.mem[ctx.frame + 13u], end - tail); }
  u32 spare = 0u;
  u32 handledInbox = 0u;
  u32 i = 0u;
  for (;;) {
    u32 fromInbox = false;
    if (i >= urgent && left != 0u && (ctx.mem[ctx.row + 2u] & 6u) == running) {
      if (spare == 0u) { spare = rk_extra(ctx); }
      fromInbox = spare != 0u;
      if (!fromInbox) { left = 0u; }
    }
    if (!fromInbox && i >= count) { break; }
    const u32 plain = !isBatch || fromInbox;
    u32 reply = output + i * ctx.mem[ctx.row + 7u];
    if (!fromInbox && (ctx.mem[ctx.row + 2u] & inert) != running) {
      if (isBatch) { break; }
      ctx.mem[reply] = 0u;
      i++;
      continue;
    }
    u32 tag = 0u;
    u32 a = input;
    u32 b = output;
    u32 n = count;
    if (plain) {
      u32 slot = input + i * ctx.mem[ctx.row + 6u];
      if (fromInbox) {
        slot = inbox + (tail & ctx.mem[ctx.row + 11u]) * ctx.mem[ctx.row + 12u];
        reply = spare;
      }
      rk_begin(ctx, slot);
      tag = ctx.mem[slot + 1u];
      a = slot + 8u;
      b = reply + 8u;
      n = 0u;
    } else {
      if (i == 0u) {
        rk_begin_batch(ctx, batch);
        rk_clock(ctx, ctx.stampLow, ctx.stampHigh);
      }
      tag = ctx.mem[batch + 1u];
    }
    ctx.fault = 0u;
    ctx.turns = 0u;
    const u32 answered = rk_dispatch(ctx, tag & 255u, a, b, n, i);
    u32 what = 1u;
    if (answered != 0u) { what = 2u; }
    ctx.mem[ctx.row + 18u] += 1u;
    if (ctx.fault != 0u) {
      what = 3u;
      if (plain) { rk_faulted(ctx, b, tag & 255u); }
      else { rk_faulted(ctx, batchSlot + 12u, tag); }
    }
    if (plain) {
      u32 extra = 0u;
      if (fromInbox) { extra = index << 4u; }
      u32 flags = 0u;
      if (what == 3u) { flags = 262144u; }
      rk_head(ctx, reply, what | extra, ((tag & 65535u) | flags));
    } else {
      batchWhat = what;
      if (what == 3u) { count = i; continue; }
    }
    if (fromInbox) {
      tail++;
      left--;
      handledInbox += 1u;
      if (what != 1u) { spare = 0u; }
    } else {
      i++;
    }
  }
  if (isBatch) {
    const u32 tag = ctx.mem[batch + 1u] | 131072u;
    rk_head(ctx, batchSlot, batchWhat, tag);
    ctx.mem[batchSlot + 8u] = i;
  }
  if (inbox != 0u) {
    ctx.mem[ctx.row + 16u + 1u - parity] = tail;
    if (tail != end && (ctx.mem[ctx.row + 2u] & 14u) == running) {
      atomic_fetch_add_explicit(&ctx.sync[1u], end - tail, memory_order_relaxed);
    }
  }
  ctx.mem[ctx.row + 19u] += ctx.sent;
  ctx.mem[ctx.row + 20u] += ctx.refused;
  if (ctx.sent != 0u) { atomic_fetch_add_explicit(&ctx.sync[1u], ctx.sent, memory_order_relaxed); }
  if (handledInbox + ctx.sent + ctx.refused + ctx.mem[ctx.row + 13u] != 0u) {
    if (spare == 0u) { spare = rk_extra(ctx); }
    if (spare == 0u) {
      ctx.mem[ctx.row + 13u] = 1u;
      atomic_fetch_add_explicit(&ctx.sync[1u], 1u, memory_order_relaxed);
    } else {
      ctx.mem[ctx.row + 13u] = 0u;
      ctx.correlation = 0u;
      rk_head(ctx, spare, ((index << 4u) | 5u), 0u);
      const u32 report = spare + 8u;
      ctx.mem[report + 0u] = ctx.mem[ctx.row + 18u];
      ctx.mem[report + 1u] = ctx.mem[ctx.row + 19u];
      ctx.mem[report + 2u] = ctx.mem[ctx.row + 20u];
      ctx.mem[report + 3u] = end - tail;
    }
  } else {
    if (spare != 0u) { ctx.mem[spare] = 0u; }
  }
}
// Entry that serves rows.
inline void rk_actors(thread RkContext& ctx, u32 i) {
  if (i < ctx.mem[ctx.frame + 3u]) { rk_serve(ctx, ctx.mem[ctx.frame + 2u] + i); }
}
// Entry that handles message i of batch b, all messages of a batch at once.
inline void rk_batches(thread RkContext& ctx, u32 i, u32 b) {
  const u32 batch = ctx.frame + ctx.mem[ctx.frame + 7u] + b * 8u;
  const u32 count = ctx.mem[batch + 2u];
  if (i >= count) { return; }
  ctx.row = ctx.mem[ctx.frame + 1u] + ctx.mem[batch + 0u] * 32u;
  const u32 handler = ctx.mem[batch + 1u];
  const u32 slot = ctx.frame + ctx.mem[batch + 5u];
  if ((ctx.mem[ctx.row + 2u] & 6u) != 2u) {
    if (i == 0u) { ctx.mem[slot] = 0u; }
    return;
  }
  ctx.fault = 0u;
  ctx.turns = 0u;
  rk_begin_batch(ctx, batch);
  const u32 answered = rk_dispatch(ctx, handler, ctx.frame + ctx.mem[batch + 3u], ctx.frame + ctx.mem[batch + 4u], count, i);
  if (i != 0u) { return; }
  rk_clock(ctx, ctx.stampLow, ctx.stampHigh);
  u32 what = 1u;
  if (answered != 0u) { what = 2u; }
  ctx.mem[ctx.row + 18u] += count;
  rk_head(ctx, slot, what, (handler | 131072u));
  ctx.mem[slot + 8u] = count;
}

kernel void rk_pass_actors(device u32* mem [[buffer(0)]], device atomic_uint* sync [[buffer(1)]], constant u32& frame [[buffer(2)]], uint2 at [[thread_position_in_grid]]) {
  RkContext ctx = {};
  ctx.mem = mem;
  ctx.sync = sync;
  ctx.frame = frame;
  rk_actors(ctx, at.x);
}

kernel void rk_pass_batches(device u32* mem [[buffer(0)]], device atomic_uint* sync [[buffer(1)]], constant u32& frame [[buffer(2)]], uint2 at [[thread_position_in_grid]]) {
  RkContext ctx = {};
  ctx.mem = mem;
  ctx.sync = sync;
  ctx.frame = frame;
  rk_batches(ctx, at.x, at.y);
}

