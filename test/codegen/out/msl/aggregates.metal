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
template <typename T, int N> struct rk_array { T data[N]; };
struct rk_f32x2 { f32 x, y; };
struct rk_f32x3 { f32 x, y, z; };
struct rk_f32x4 { f32 x, y, z, w; };
struct rk_i32x2 { i32 x, y; };
struct rk_i32x3 { i32 x, y, z; };
struct rk_i32x4 { i32 x, y, z, w; };
struct rk_u32x2 { u32 x, y; };
struct rk_u32x3 { u32 x, y, z; };
struct rk_u32x4 { u32 x, y, z, w; };
inline rk_f32x2 rk_pack(float2 v) { return rk_f32x2{v.x, v.y}; }
inline rk_f32x3 rk_pack(float3 v) { return rk_f32x3{v.x, v.y, v.z}; }
inline rk_f32x4 rk_pack(float4 v) { return rk_f32x4{v.x, v.y, v.z, v.w}; }
inline rk_i32x2 rk_pack(int2 v) { return rk_i32x2{v.x, v.y}; }
inline rk_i32x3 rk_pack(int3 v) { return rk_i32x3{v.x, v.y, v.z}; }
inline rk_i32x4 rk_pack(int4 v) { return rk_i32x4{v.x, v.y, v.z, v.w}; }
inline rk_u32x2 rk_pack(uint2 v) { return rk_u32x2{v.x, v.y}; }
inline rk_u32x3 rk_pack(uint3 v) { return rk_u32x3{v.x, v.y, v.z}; }
inline rk_u32x4 rk_pack(uint4 v) { return rk_u32x4{v.x, v.y, v.z, v.w}; }

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

struct Body {
  rk_f32x3 position;
  f32 mass;
  u32 alive;
};
static_assert(sizeof(Body) == 20, "size of Body");

struct aggregates_state {
  Body last;
  rk_array<f32, 8> history;
  u32 at;
  rk_i32x2 corner;
};
static_assert(sizeof(aggregates_state) == 64, "size of aggregates_state");

struct Step {
  Body body;
  rk_i32x2 cell;
  rk_array<f32, 4> samples;
  u32 which;
};
static_assert(sizeof(Step) == 48, "size of Step");

struct Moved {
  Body body;
  f32 mean;
  rk_i32x2 corner;
  f32 picked;
};
static_assert(sizeof(Moved) == 36, "size of Moved");

inline void rk_put_device_Body(device Body& to, Body from) {
  to.position.x = from.position.x;
  to.position.y = from.position.y;
  to.position.z = from.position.z;
  to.mass = from.mass;
  to.alive = from.alive;
}

inline void rk_put_device_i32x2(device rk_i32x2& to, int2 from) {
  to.x = from.x;
  to.y = from.y;
}

inline Body rk_get_device_Body(device const Body& from) {
  Body result;
  result.position.x = from.position.x;
  result.position.y = from.position.y;
  result.position.z = from.position.z;
  result.mass = from.mass;
  result.alive = from.alive;
  return result;
}

inline int2 rk_get_device_i32x2(device const rk_i32x2& from) {
  int2 result;
  result.x = from.x;
  result.y = from.y;
  return result;
}

constant f32 weights[4] = {
  0.25f, 0.5f, 1.0f, 2.5f,
};

inline f32 energy(f32 mass, f32 speed) {
  if (speed < 0.0f) {
    return 0.0f;
  }
  return 0.5f * mass * speed * speed;
}

inline u32 handler0(thread RkContext& ctx, u32 rk_message, u32 rk_answer) {
  device aggregates_state* const state = (device aggregates_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Step* const msg = (device const Step*)(ctx.mem + rk_message);
  device Moved* const reply = (device Moved*)(ctx.mem + rk_answer);
  f32 mean = 0.0f;
  rk_array<f32, 4> scratch = {};
  i32 i = 0;
  for (; i < 4; i = i32(u32(i) + 1u)) {
    const i32 index = i;
    scratch.data[rk_at(ctx, u32(index), 4u, 2u)] = msg->samples.data[rk_at(ctx, u32(i), 4u, 0u)] * weights[rk_at(ctx, u32(i), 4u, 1u)];
    mean = mean + scratch.data[rk_at(ctx, u32(i), 4u, 3u)];
  }
  const f32 t = 0.0f * 0.5f;
  const f32 t_5 = -9.81f * 0.5f;
  const f32 t_6 = 0.0f * 0.5f;
  const float3 moved = float3(msg->body.position.x + t, msg->body.position.y + t_5, msg->body.position.z + t_6);
  const u32 index_8 = state->at & 7u;
  state->history.data[rk_at(ctx, index_8, 8u, 4u)] = mean + energy(msg->body.mass, moved.y);
  state->at = state->at + 1u;
  rk_put_device_Body(state->last, Body{rk_pack(moved), msg->body.mass, u32(msg->body.alive != 0u && mean > 0.0f)});
  rk_put_device_i32x2(state->corner, int2(i32(u32(msg->cell.x) + 1u), i32(u32(msg->cell.y) + 4294967295u)));
  rk_put_device_Body(reply->body, rk_get_device_Body(state->last));
  reply->mean = mean;
  rk_put_device_i32x2(reply->corner, rk_get_device_i32x2(state->corner));
  reply->picked = scratch.data[rk_at(ctx, msg->which, 4u, 5u)] + state->history.data[rk_at(ctx, msg->which, 8u, 6u)];
  return 1u;
}

inline u32 batch0(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i) {
  device aggregates_state* const state = (device aggregates_state*)(ctx.mem + ctx.mem[ctx.row + 3u]);
  device const Body* const rk_in_body = (device const Body*)(ctx.mem + rk_input);
  device const rk_i32x2* const rk_in_cell = (device const rk_i32x2*)(ctx.mem + rk_input + ((rk_count * 5u + 3u) & ~3u));
  device const rk_array<f32, 4>* const rk_in_samples = (device const rk_array<f32, 4>*)(ctx.mem + rk_input + ((rk_count * 5u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  device const u32* const rk_in_which = (device const u32*)(ctx.mem + rk_input + ((rk_count * 5u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u) + ((rk_count * 4u + 3u) & ~3u));
  device Body* const rk_out_body = (device Body*)(ctx.mem + rk_output);
  device f32* const rk_out_mean = (device f32*)(ctx.mem + rk_output + ((rk_count * 5u + 3u) & ~3u));
  device rk_i32x2* const rk_out_corner = (device rk_i32x2*)(ctx.mem + rk_output + ((rk_count * 5u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u));
  device f32* const rk_out_picked = (device f32*)(ctx.mem + rk_output + ((rk_count * 5u + 3u) & ~3u) + ((rk_count * 1u + 3u) & ~3u) + ((rk_count * 2u + 3u) & ~3u));
  f32 mean = 0.0f;
  rk_array<f32, 4> scratch = {};
  i32 i = 0;
  for (; i < 4; i = i32(u32(i) + 1u)) {
    const i32 index = i;
    scratch.data[rk_at(ctx, u32(index), 4u, 9u)] = rk_in_samples[rk_i].data[rk_at(ctx, u32(i), 4u, 7u)] * weights[rk_at(ctx, u32(i), 4u, 8u)];
    mean = mean + scratch.data[rk_at(ctx, u32(i), 4u, 10u)];
  }
  const f32 t = 0.0f * 0.5f;
  const f32 t_5 = -9.81f * 0.5f;
  const f32 t_6 = 0.0f * 0.5f;
  const float3 moved = float3(rk_in_body[rk_i].position.x + t, rk_in_body[rk_i].position.y + t_5, rk_in_body[rk_i].position.z + t_6);
  const u32 index_8 = state->at & 7u;
  state->history.data[rk_at(ctx, index_8, 8u, 11u)] = mean + energy(rk_in_body[rk_i].mass, moved.y);
  state->at = state->at + 1u;
  rk_put_device_Body(state->last, Body{rk_pack(moved), rk_in_body[rk_i].mass, u32(rk_in_body[rk_i].alive != 0u && mean > 0.0f)});
  rk_put_device_i32x2(state->corner, int2(i32(u32(rk_in_cell[rk_i].x) + 1u), i32(u32(rk_in_cell[rk_i].y) + 4294967295u)));
  rk_put_device_Body(rk_out_body[rk_i], rk_get_device_Body(state->last));
  rk_out_mean[rk_i] = mean;
  rk_put_device_i32x2(rk_out_corner[rk_i], rk_get_device_i32x2(state->corner));
  rk_out_picked[rk_i] = scratch.data[rk_at(ctx, rk_in_which[rk_i], 4u, 12u)] + state->history.data[rk_at(ctx, rk_in_which[rk_i], 8u, 13u)];
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

