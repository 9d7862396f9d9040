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

struct Part {
  f32 sum;
  u32 from;
  u32 last;
};
static_assert(sizeof(Part) == 12, "size of Part");

struct talk_state {
  u32 handled;
  u32 dropped;
};
static_assert(sizeof(talk_state) == 8, "size of talk_state");

struct Job {
  u32 n;
  f32 x;
};
static_assert(sizeof(Job) == 8, "size of Job");

struct Report {
  u32 handled;
  u32 dropped;
  u64 stamp;
};
static_assert(sizeof(Report) == 16, "size of Report");

struct Reset {
};

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device talk_state* const state = (device talk_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Job* const msg = (device const Job*)(ctx.mem + rk_message);
  device Report* const reply = (device Report*)(ctx.mem + rk_answer);
  f32 sum = 0.0f;
  i32 i = 0;
  for (; u32(i) < msg->n; i = i32(u32(i) + 1u)) {
    if (rk_tick(ctx, 0u)) return 0u;
    sum = sum + msg->x * f32(i);
    bool sent = false;
    const u32 sink = rk_send(ctx, 0u);
    if (sink != 0u) {
      device Part* const sink_2 = (device Part*)(ctx.mem + sink);
      sink_2->sum = sum;
      sink_2->from = rk_self(ctx);
      sink_2->last = u32(u32(i32(u32(i) + 1u)) == msg->n);
    }
    sent = sink != 0u;
    if (!sent) {
      state->dropped = state->dropped + 1u;
    }
  }
  state->handled = state->handled + 1u;
  const u32 record = rk_debug(ctx, 0u, 3u, 10u);
  if (record != 0u) {
    ctx.mem[record + 0u] = u32(msg->n);
    ctx.mem[record + 1u] = 0u;
    ctx.mem[record + 2u] = u32(ctx.source);
    ctx.mem[record + 3u] = 0u;
    ctx.mem[record + 4u] = as_type<u32>(f32(sum));
    ctx.mem[record + 5u] = 0u;
  }
  reply->handled = state->handled;
  reply->dropped = state->dropped;
  reply->stamp = rk_u64(ctx.stampLow, ctx.stampHigh);
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device talk_state* const state = (device talk_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const u32* const rk_in_n = (device const u32*)(ctx.mem + rk_input);
  device const f32* const rk_in_x = (device const f32*)(ctx.mem + rk_input + ((rk_count * 1u + 3u) & ~3u));
  device u32* const rk_out_handled = (device u32*)(ctx.mem + rk_output);
  device u32* const rk_out_dropped = (device u32*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u));
  device u64* const rk_out_stamp = (device u64*)(ctx.mem + rk_output + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  f32 sum = 0.0f;
  i32 i = 0;
  for (; u32(i) < rk_in_n[rk_i]; i = i32(u32(i) + 1u)) {
    if (rk_tick(ctx, 1u)) return 0u;
    sum = sum + rk_in_x[rk_i] * f32(i);
    bool sent = false;
    const u32 sink = rk_send(ctx, 0u);
    if (sink != 0u) {
      device Part* const sink_2 = (device Part*)(ctx.mem + sink);
      sink_2->sum = sum;
      sink_2->from = rk_self(ctx);
      sink_2->last = u32(u32(i32(u32(i) + 1u)) == rk_in_n[rk_i]);
    }
    sent = sink != 0u;
    if (!sent) {
      state->dropped = state->dropped + 1u;
    }
  }
  state->handled = state->handled + 1u;
  const u32 record = rk_debug(ctx, 0u, 3u, 10u);
  if (record != 0u) {
    ctx.mem[record + 0u] = u32(rk_in_n[rk_i]);
    ctx.mem[record + 1u] = 0u;
    ctx.mem[record + 2u] = u32(ctx.source);
    ctx.mem[record + 3u] = 0u;
    ctx.mem[record + 4u] = as_type<u32>(f32(sum));
    ctx.mem[record + 5u] = 0u;
  }
  rk_out_handled[rk_i] = state->handled;
  rk_out_dropped[rk_i] = state->dropped;
  rk_out_stamp[rk_i] = rk_u64(ctx.stampLow, ctx.stampHigh);
  return 1u;
}

inline u32 handler1(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device talk_state* const state = (device talk_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  const u32 log_slot = rk_send(ctx, 1u);
  if (log_slot != 0u) {
    device Report* const log_2 = (device Report*)(ctx.mem + log_slot);
    log_2->handled = state->handled;
    log_2->dropped = state->dropped;
    log_2->stamp = rk_u64(ctx.stampLow, ctx.stampHigh);
  }
  state->handled = 0u;
  state->dropped = 0u;
  return 0u;
}

inline u32 batch1(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device talk_state* const state = (device talk_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  const u32 log_slot = rk_send(ctx, 1u);
  if (log_slot != 0u) {
    device Report* const log_2 = (device Report*)(ctx.mem + log_slot);
    log_2->handled = state->handled;
    log_2->dropped = state->dropped;
    log_2->stamp = rk_u64(ctx.stampLow, ctx.stampHigh);
  }
  state->handled = 0u;
  state->dropped = 0u;
  return 0u;
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
        case 1u: { if (count == 0u) { result = kind0::handler1(ctx, input, output); } else { result = kind0::batch1(ctx, input, output, count, i); } break; }
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

