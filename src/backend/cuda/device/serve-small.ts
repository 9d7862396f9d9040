/**
 * The server of actors whose messages and replies are of one line: compiled for each kind by itself, so that it
 * holds nothing the kind does not need, and the handler stands inside it. `K` is the kind's traits (`program.ts`).
 *
 * What decides its speed is the number of accesses that wait for each other, then the number of instructions
 * between finding a message and having answered it. A look at all inboxes is one access: a lane for each inbox in
 * device memory, which loads every chunk a message of this kind may have; for an inbox in the host's memory a
 * lane for each chunk, because there requests count. The lane that finds a message handles it from its own
 * registers; what the others need to know of it they are told afterwards.
 */
const parts = String.raw`
// ---------------------------------------------------------------- actors whose messages have one line
#define RK_SPECIAL 8u
// Looks in a row that found a message before many are looked for at once.
#define RK_LOAD 3u

// A small state as its server keeps it in registers.
template <typename K> union RkHeld { u64 align[K::held / 2 + 1]; u32 words[K::held + 1]; };

// One message: the clock moved, the handler run.
template <typename K> rk_inline u32 rk_run(RkRow* row, u32 id, void* state, u32 tag, u32 correlation, u64 sent, u64 deadline, const u32* message, u32* reply, RkPort* ports, u64& clock, u64 now) {
  u64 ticks = rk_witness(clock, sent, now);
  RkContext ctx;
  ctx.self = id; ctx.source = tag >> 16; ctx.correlation = correlation; ctx.handler = tag & 255u; ctx.stamp = sent; ctx.deadline = deadline;
  ctx.lane = 0; ctx.lanes = 1; ctx.fault = 0; ctx.turn = 0; ctx.row = row; ctx.clock = &ticks; ctx.ports = K::ports == 0 ? 0 : ports;
  const u32 r = K::run(tag & 255u, ctx, state, message, reply) & RK_REPLIED;
  clock = ticks;
  return ctx.fault != 0 ? RK_RAN | RK_FAULTED : RK_RAN | r;
}
static __device__ __noinline__ void rk_expired(u32 tag, u32 id, u32 correlation, const u32* data, u32 words) {
  rk_give((tag & 0x3ffu) | RK_FLAG_DEAD | (id << 16), correlation, tag >> 16, data + 4, words);
}
// A message that stands in shared memory, with its deadline.
template <typename K> rk_inline u32 rk_run_staged(RkRow* row, u32 id, void* state, const u32* data, u32* reply, RkPort* ports, u64& clock, u64 now) {
  const u32 tag = data[0];
  const u64 sent = (u64)data[2] | ((u64)data[3] << 32), deadline = (tag & RK_FLAG_DEADLINE) != 0 ? (u64)data[10] | ((u64)data[11] << 32) : 0;
  if (deadline != 0 && rk_late(deadline)) { rk_expired(tag, id, data[1], data, K::words(tag & 255u)); clock = rk_witness(clock, sent, now); return RK_RAN; }
  union { u64 align[4]; u32 words[8]; } m, a;
  #pragma unroll
  for (u32 i = 0; i < 8; i++) m.words[i] = data[4 + i];
  a.align[0] = a.align[1] = a.align[2] = a.align[3] = 0;
  const u32 r = rk_run<K>(row, id, state, tag, data[1], sent, deadline, m.words, a.words, ports, clock, now);
  #pragma unroll
  for (u32 i = 0; i < K::replyWords; i++) reply[4 + i] = a.words[i];
  return r;
}
rk_inline void rk_reply_head(u32* reply, const u32* data, u32 id, u64 stamp) {
  reply[0] = (data[0] & 0x3ffu) | (id << 16); reply[1] = data[1]; reply[2] = (u32)stamp; reply[3] = (u32)(stamp >> 32);
}

static __device__ __noinline__ void rk_consumed(RkRow* row, u32 feed, u32 head) { rk_st1(((const RkFeed*)row->feeds + feed)->consumed, head); }

// A message as it stands in shared memory.
struct RkStaged { u32 tag, correlation; u64 sent; union { u64 align[4]; u32 words[8]; } m; };
rk_inline RkStaged rk_staged(const u32* in, u32 number) {
  const u32* data = in + number * 12;
  RkStaged s;
  s.tag = data[0]; s.correlation = data[1]; s.sent = (u64)data[2] | ((u64)data[3] << 32);
  #pragma unroll
  for (u32 i = 0; i < 8; i++) s.m.words[i] = data[4 + i];
  return s;
}

// What a server hands over to 'rk_burst' and takes back.
template <typename K> struct RkBurst {
  RkRow* row; u64 base, busy, clock, now;
  u32 feed, head, mask, stay, turn, produced, credit, stopped, more;
  RkTally tally; RkHeld<K> held; RkPort ports[K::ports == 0 ? 1 : K::ports];
};

// A batch: its line is in shared memory, its messages are handled by all lanes.
template <typename K> static __device__ __noinline__ RkBurst<K> rk_take_batch(RkBurst<K> b) {
  const u32 warp = rk_warp_of(), lane = threadIdx.x & 31u;
  u32* in = rk_in[warp];
  RkRow* row = b.row;
  if (lane == 0) {
    rk_st1(b.busy, (b.turn + 1) | 1u);
    rk_block.clock[warp] = rk_witness(b.clock, (u64)in[2] | ((u64)in[3] << 32), b.now) + 1;
    #pragma unroll
    for (u32 i = 0; i < K::held; i++) ((u32*)row->state)[i] = b.held.words[i];
  }
  __syncwarp();
  const u64 time = rk_block.clock[warp];
  const u32 tag = in[0], correlation = in[1], bytes = in[5], outLow = in[8], outHigh = in[9];
  RkBatch batch;
  batch.row = row; batch.head = in; batch.now = b.now; batch.lane = lane; batch.clock = &rk_block.clock[warp];
  rk_batch(K::number, tag & 255u, batch);
  __syncwarp();
  if (batch.replies) {
    if (lane == 0) {
      u32 record[4] = { batch.done, bytes, outLow, outHigh };
      rk_give((tag & 0x3ffu) | RK_FLAG_BATCH | (row->id << 16), correlation, time, record, 4);
    }
    b.produced++;
  }
  b.clock = rk_block.clock[warp];
  if (lane == 0) { b.tally.processed += batch.done - 1; if (batch.fault != 0) { b.tally.errors++; row->faulted = 1; } rk_count(b.tally, 0, b.now, time); }
  if (batch.fault != 0) b.stopped = 1;
  #pragma unroll
  for (u32 i = 0; i < K::held; i++) b.held.words[i] = ((volatile u32*)row->state)[i];
  #pragma unroll
  for (u32 i = 0; i < K::ports; i++) if (b.ports[i].direct != 0) b.ports[i].sent = ((volatile RkRoute*)row->routes + i)->sent;
  b.turn++; b.head++;
  __syncwarp();
  return b;
}

// Under load, and for messages out of the ordinary: 32 slots of one inbox at once, as many as are there without a gap.
template <typename K> static __device__ __noinline__ RkBurst<K> rk_burst(RkBurst<K> given) {
  // Only what is copied out of it stays in registers.
  RkRow* const row = given.row;
  const u32 warp = rk_warp_of(), lane = threadIdx.x & 31u, c = lane & 3u, f = lane >> 2, id = row->id, window = row->window, mask = given.mask, credit = given.credit;
  const u64 base = given.base, busy = given.busy;
  u64 clock = given.clock, now = given.now;
  u32 published = given.head, head = given.head, turn = given.turn, produced = given.produced, stopped = 0, handled = 0, batch = 0;
  RkTally tally = given.tally;
  RkHeld<K> held = given.held;
  RkPort ports[K::ports == 0 ? 1 : K::ports];
  #pragma unroll
  for (u32 i = 0; i < (K::ports == 0 ? 1 : K::ports); i++) ports[i] = given.ports[i];
  u32* const in = rk_in[warp];
  u32* const out = rk_out[warp];
  const u64 egress = rk_block.egress; const u32 egressMask = rk_block.egressMask;
  for (;;) {
    const uint4 pulse = rk_ld4(rk_block.pulse);
    uint4 w[4];
    #pragma unroll
    for (u32 k = 0; k < 4; k++) w[k] = rk_ld4(base + (u64)((head + k * 8 + f) & mask) * 64 + c * 16);
    u32 m = 0;
    bool open = true;
    #pragma unroll
    for (u32 k = 0; k < 4; k++) {
      const u32 s = k * 8 + f, there = __ballot_sync(RK_ALL, w[k].x == head + s + 1);
      const u32 full = there & (there >> 1) & (there >> 2) & (there >> 3) & 0x11111111u;
      const u32 gap = __ffs(~full & 0x11111111u);
      if (open) m += gap == 0 ? 8u : (gap - 1) >> 2;
      open = open && gap == 0;
      in[s * 12 + c * 3] = w[k].y; in[s * 12 + c * 3 + 1] = w[k].z; in[s * 12 + c * 3 + 2] = w[k].w;
    }
    if (K::replies && m > window - (produced - credit)) m = window - (produced - credit);
    __syncwarp();
    batch = __ballot_sync(RK_ALL, lane < m && (in[lane * 12] & RK_FLAG_BATCH) != 0);
    if (batch != 0) m = __ffs(batch) - 1;
    if (m == 0) break;
    batch = 0;
    now = rk_pulse_us(pulse);
    u32 ran = m, replied = 0, fault = 0;
    if (K::parallel) {
      const u32* data = in + lane * 12;
      u32 r = 0;
      if (lane == 0) rk_st1(busy, (turn + 1) | 1u);
      // All timestamps are past those of all these messages.
      u64 newest = lane < m ? (u64)data[2] | ((u64)data[3] << 32) : 0;
      for (u32 d = 16; d != 0; d >>= 1) { const u64 other = __shfl_xor_sync(RK_ALL, newest, d); if (other > newest) newest = other; }
      clock = rk_witness(clock, newest, now);
      if (lane < m) {
        u64 mine = clock;
        r = rk_run_staged<K>(row, id, (void*)row->state, data, out + lane * 12, ports, mine, now);
        if (K::replies && (r & RK_REPLIED) != 0) rk_reply_head(out + lane * 12, data, id, clock + 1 + lane);
        rk_count(tally, r, now, (u64)data[2] | ((u64)data[3] << 32));
      }
      clock += m + 1;
      __syncwarp();
      replied = __ballot_sync(RK_ALL, (r & RK_REPLIED) != 0);
      fault = __ballot_sync(RK_ALL, (r & RK_FAULTED) != 0);
    } else {
      // Lane 0 runs the handlers one after the other; what does not depend on their order all lanes do at once.
      const u32* data = in + lane * 12;
      const u64 sent = (u64)data[2] | ((u64)data[3] << 32);
      const bool due = lane < m && (data[0] & RK_FLAG_DEADLINE) != 0 && rk_late((u64)data[10] | ((u64)data[11] << 32));
      const u32 expired = __ballot_sync(RK_ALL, due);
      if (due) rk_expired(data[0], id, data[1], data, K::words(data[0] & 255u));
      if (lane == 0) {
        RkStaged next = rk_staged(in, 0);
        #pragma unroll 1
        for (ran = 0; ran < m && fault == 0; ran++) {
          const RkStaged now_ = next;
          // Already on its way while this one is handled.
          next = rk_staged(in, (ran + 1) & 31u);
          if ((expired >> ran & 1u) != 0) continue;
          rk_st1(busy, (turn + ran + 1) | 1u);
          union { u64 align[4]; u32 words[8]; } a;
          a.align[0] = a.align[1] = a.align[2] = a.align[3] = 0;
          const u32 r = rk_run<K>(row, id, K::held != 0 ? (void*)held.words : (void*)row->state, now_.tag, now_.correlation, now_.sent,
            (now_.tag & RK_FLAG_DEADLINE) != 0 ? (u64)in[ran * 12 + 10] | ((u64)in[ran * 12 + 11] << 32) : 0, now_.m.words, a.words, ports, clock, now);
          if (K::replies && (r & RK_REPLIED) != 0) {
            u32* reply = out + ran * 12;
            replied |= 1u << ran;
            clock++;
            reply[2] = (u32)clock; reply[3] = (u32)(clock >> 32);
            #pragma unroll
            for (u32 i = 0; i < K::replyWords; i++) reply[4 + i] = a.words[i];
          }
          fault = r & RK_FAULTED;
        }
      }
      __syncwarp();
      ran = __shfl_sync(RK_ALL, ran, 0); replied = __shfl_sync(RK_ALL, replied, 0); fault = __shfl_sync(RK_ALL, fault, 0);
      clock = __shfl_sync(RK_ALL, clock, 0);
      if (lane < ran) {
        rk_count(tally, fault != 0 && lane == ran - 1 ? RK_FAULTED : RK_RAN, now, sent);
        if (K::replies) { u32* reply = out + lane * 12; reply[0] = (data[0] & 0x3ffu) | (id << 16); reply[1] = data[1]; }
      }
      __syncwarp();
      #pragma unroll
      for (u32 i = 0; i < K::held; i++) held.words[i] = __shfl_sync(RK_ALL, held.words[i], 0);
      #pragma unroll
      for (u32 i = 0; i < K::ports; i++) { ports[i].sent = __shfl_sync(RK_ALL, ports[i].sent, 0); ports[i].seen = __shfl_sync(RK_ALL, ports[i].seen, 0); }
    }
    turn += m;
    if (K::replies && replied != 0) {
      const u32 n = __popc(replied);
      u32 at = 0;
      if (lane == 0) at = rk_draw(n);
      at = __shfl_sync(RK_ALL, at, 0);
      for (u32 s = f; s < n; s += 8) {
        const u32* source = out + rk_nth(replied, s) * 12 + c * 3;
        uint4 line; line.x = at + s + 1; line.y = source[0]; line.z = source[1]; line.w = source[2];
        if (c < K::replyChunks) rk_st4(egress + (u64)((at + s) & egressMask) * 64 + c * 16, line);
      }
      produced += n;
    }
    head += ran; handled += ran;
    if (head - published > mask >> 2) { published = head; if (lane == 0) rk_consumed(row, given.feed, head); }
    if (fault != 0) { stopped = 1; if (lane == 0) row->faulted = 1; }
    // Everyone has read what the next ones are written over.
    __syncwarp();
    if (given.stay == 0 || stopped != 0 || (K::replies && produced - credit >= window) || __shfl_sync(RK_ALL, pulse.x, 0) != 0) break;
  }
  RkBurst<K> b = given;
  b.clock = clock; b.now = now; b.head = head; b.turn = turn; b.produced = produced; b.stopped = stopped; b.tally = tally; b.held = held;
  b.more = handled > 1 ? 1 : 0;
  #pragma unroll
  for (u32 i = 0; i < K::ports; i++) { b.ports[i].sent = ports[i].sent; b.ports[i].seen = ports[i].seen; }
  if ((batch & 1u) != 0) return rk_take_batch<K>(b);
  return b;
}
`;

const server = String.raw`

template <typename K, bool mapped> rk_inline void rk_serve_small(RkEngine* E, RkRow* row) {
  const u32 lane = threadIdx.x & 31u, id = row->id, window = row->window, count = row->feedCount, egressMask = rk_block.egressMask;
  const u64 busy = E->busy + (u64)(id - 1) * 4, egress = rk_block.egress;
  // Which inbox this lane looks at.
  u64 base = 0; u32 mask = 0, head = 0, published = 0, feed = RK_ALL, chunk = 0; bool far = false;
  #pragma unroll 1
  for (u32 i = 0, next = 0; i < count; i++) {
    const RkFeed* one = (const RkFeed*)row->feeds + i;
    const u32 lanes = mapped && one->mapped != 0 ? K::chunks : 1;
    if (lane - next < lanes) {
      feed = i; chunk = lane - next; far = mapped && one->mapped != 0;
      base = one->base + chunk * 16; mask = one->mask; head = one->head; published = one->published;
    }
    next += lanes;
  }
  const bool on = feed != RK_ALL, leads = on && chunk == 0;
  RkPort ports[K::ports == 0 ? 1 : K::ports];
  #pragma unroll
  for (u32 i = 0; i < K::ports; i++) {
    const RkRoute* route = (const RkRoute*)row->routes + i;
    RkPort& p = ports[i];
    p.base = route->base; p.consumed = route->consumed; p.sentAt = rk_at(&route->sent); p.mask = route->mask; p.tag = route->handler | (id << 16);
    p.direct = route->target != 0 && route->shared == 0 && route->lines == 1 ? 1 : 0;
    p.sent = route->sent; p.seen = route->seen;
    // Looks full always, so that a message takes the long way.
    if (p.direct == 0) { p.sent = 1; p.seen = 0; p.mask = 0; }
  }
  RkHeld<K> held;
  #pragma unroll
  for (u32 i = 0; i < K::held; i++) held.words[i] = ((const u32*)row->state)[i];
  void* const state = (void*)row->state;
  u32 produced = row->produced, credit = row->credit, turn = 0, idle = 0, stopped = row->faulted;
  u32 streak = 0;
  u64 clock = rk_kept_clock(row), now = rk_block.started;
  RkTally tally; rk_clear(tally);
  const u32 bit = rk_lane_bit();
  for (;;) {
    const u64 slot = base + (u64)(head & mask) * 64;
    const u32 want = head + 1;
    // Asked for first, looked at last: it comes back with the others.
    const uint4 p = rk_ld4(rk_block.pulse);
    uint4 v0, v1, v2, v3;
    u32 hits;
    // What was consumed is told after the first look in vain; otherwise many looks are one turn.
    u32 looks = streak != 0 || mapped ? 1u : 16u;
    do {
      v0.x = v0.y = v0.z = v0.w = 0; v1 = v2 = v3 = v0;
      if (on) {
        v0 = rk_ld4(slot);
        if (!far) {
          if (K::chunks > 1) v1 = rk_ld4(slot + 16);
          if (K::chunks > 2) v2 = rk_ld4(slot + 32);
          if (K::chunks > 3) v3 = rk_ld4(slot + 48);
        }
      }
      bool ok = on && v0.x == want;
      if (!far) ok = ok && (K::chunks < 2 || v1.x == want) && (K::chunks < 3 || v2.x == want) && (K::chunks < 4 || v3.x == want);
      hits = __ballot_sync(RK_ALL, ok);
      if (mapped) {
        // All chunks must be there.
        const u32 need = (1u << K::chunks) - 1;
        hits = __ballot_sync(RK_ALL, leads && (far ? ((hits >> lane) & need) == need : ok));
      }
      rk_relax(0);
    } while (hits == 0 && --looks != 0);
    if (K::replies && __builtin_expect(produced - credit >= window, 0) && hits != 0) {
      credit = __shfl_sync(RK_ALL, rk_ld1(row->taken), 0);
      if (produced - credit >= window) hits = 0;
    }
    if (hits != 0 && stopped == 0) {
      u32 first = hits & (0u - hits), r = 0;
      if (__builtin_expect(first != hits && (turn & 3u) == 3u, 0)) {
        // Feeds of one lane take turns.
        const u32 rank = on ? ((const RkFeed*)row->feeds + feed)->lane : 0, wanted = __shfl_sync(RK_ALL, rank, __ffs(first) - 1), same = hits & __ballot_sync(RK_ALL, leads && rank == wanted);
        first = 1u << (31 - __clz(same));
      }
      if (__builtin_expect(streak < RK_LOAD, 1)) {
        // One message after a while without: the shortest way.
        if (mapped) {
          // The other chunks of an inbox in the host's memory are with the lanes beside.
          #pragma unroll
          for (u32 k = 1; k < K::chunks; k++) {
            uint4 w; w.x = 0; w.y = __shfl_down_sync(RK_ALL, v0.y, k); w.z = __shfl_down_sync(RK_ALL, v0.z, k); w.w = __shfl_down_sync(RK_ALL, v0.w, k);
            if (far) { if (k == 1) v1 = w; else if (k == 2) v2 = w; else v3 = w; }
          }
        }
        if ((first & bit) != 0) {
          const u32 tag = v0.y;
          if (__builtin_expect((tag & (RK_FLAG_BATCH | RK_FLAG_DEADLINE)) == 0, 1)) {
            rk_st1(busy, (turn + 1) | 1u);
            const u64 sent = (u64)v0.w | ((u64)v1.y << 32);
            union { u64 align[4]; u32 words[8]; } m, a;
            m.words[0] = v1.z; m.words[1] = v1.w; m.words[2] = v2.y; m.words[3] = v2.z; m.words[4] = v2.w; m.words[5] = v3.y; m.words[6] = v3.z; m.words[7] = v3.w;
            a.align[0] = a.align[1] = a.align[2] = a.align[3] = 0;
            r = rk_run<K>(row, id, K::held != 0 ? (void*)held.words : state, tag, v0.z, sent, 0, m.words, a.words, ports, clock, now);
            if (K::replies && (r & RK_REPLIED) != 0) {
              const u64 stamp = ++clock;
              const u32 at = rk_draw(1);
              const u64 line = egress + (u64)(at & egressMask) * 64;
              uint4 w; w.x = at + 1;
              // As many chunks as the largest reply needs; the host looks at no more than this one needs.
              w.y = (tag & 0x3ffu) | (id << 16); w.z = v0.z; w.w = (u32)stamp; rk_st4(line, w);
              if (K::replyChunks > 1) { w.y = (u32)(stamp >> 32); w.z = a.words[0]; w.w = a.words[1]; rk_st4(line + 16, w); }
              if (K::replyChunks > 2) { w.y = a.words[2]; w.z = a.words[3]; w.w = a.words[4]; rk_st4(line + 32, w); }
              if (K::replyChunks > 3) { w.y = a.words[5]; w.z = a.words[6]; w.w = a.words[7]; rk_st4(line + 48, w); }
            }
            rk_count(tally, r, now, sent);
          } else r = RK_SPECIAL;
        }
        __syncwarp();
        const u32 from = __ffs(first) - 1;
        r = __shfl_sync(RK_ALL, r, from);
        if (__builtin_expect(r != RK_SPECIAL, 1)) {
          clock = __shfl_sync(RK_ALL, clock, from);
          #pragma unroll
          for (u32 i = 0; i < K::held; i++) held.words[i] = __shfl_sync(RK_ALL, held.words[i], from);
          #pragma unroll
          for (u32 i = 0; i < K::ports; i++) { ports[i].sent = __shfl_sync(RK_ALL, ports[i].sent, from); ports[i].seen = __shfl_sync(RK_ALL, ports[i].seen, from); }
          if (mapped ? feed == __shfl_sync(RK_ALL, feed, from) : lane == from) head++;
          produced += r & RK_REPLIED;
          turn++;
          if (__builtin_expect((r & RK_FAULTED) != 0, 0)) { stopped = 1; if (lane == 0) row->faulted = 1; }
        }
        streak++;
      } else r = RK_SPECIAL;
      if (__builtin_expect(r == RK_SPECIAL, 0)) {
        const u32 from = __ffs(first) - 1, feedOf = __shfl_sync(RK_ALL, feed, from);
        RkBurst<K> b;
        b.row = row; b.feed = feedOf; b.base = __shfl_sync(RK_ALL, base, from); b.busy = busy; b.clock = clock; b.now = now;
        b.head = __shfl_sync(RK_ALL, head, from); b.mask = __shfl_sync(RK_ALL, mask, from); b.stay = count == 1 ? 1 : 0; b.turn = turn;
        b.produced = produced; b.credit = credit; b.stopped = 0; b.more = 0; b.tally = tally; b.held = held;
        #pragma unroll
        for (u32 i = 0; i < (K::ports == 0 ? 1 : K::ports); i++) b.ports[i] = ports[i];
        b = rk_burst<K>(b);
        clock = b.clock; turn = b.turn; produced = b.produced; stopped = b.stopped; tally = b.tally; held = b.held; streak = b.more != 0 ? RK_LOAD : 0;
        #pragma unroll
        for (u32 i = 0; i < K::ports; i++) { ports[i].sent = b.ports[i].sent; ports[i].seen = b.ports[i].seen; }
        if (feed == feedOf) head = b.head;
      }
      idle = 0;
      if (__builtin_expect(leads && head - published > mask >> 2, 0)) { published = head; rk_consumed(row, feed, head); }
    } else {
      // The consumer's count goes out when nothing waits: no message is delayed by it.
      if (leads && head != published) { published = head; rk_consumed(row, feed, head); }
      streak = 0;
      if (++idle == (mapped ? 64 : 8)) { rk_report(row, tally); rk_clear(tally); if (lane == 0) rk_st1(busy, 0); }
      rk_relax(idle > (mapped ? 4096 : 512) ? 40 : 0);
    }
    now = rk_pulse_us(p);
    if (__shfl_sync(RK_ALL, p.x, 0) != 0) break;
  }
  rk_report(row, tally);
  if (lane == 0) {
    row->produced = produced; row->credit = credit;
    rk_keep_clock(row, clock);
    rk_st1(busy, 0);
    #pragma unroll
    for (u32 i = 0; i < K::held; i++) ((u32*)row->state)[i] = held.words[i];
    #pragma unroll
    for (u32 i = 0; i < K::ports; i++) if (ports[i].direct != 0) ((RkRoute*)row->routes + i)->seen = ports[i].seen;
  }
  if (leads) {
    RkFeed* mine = (RkFeed*)row->feeds + feed;
    mine->head = head; mine->published = head;
    rk_st1(mine->consumed, head);
  }
}
`;

export const serveSmall = parts + server;
