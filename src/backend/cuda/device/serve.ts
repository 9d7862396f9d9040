/** How a message is handled, and how an actor is served by a warp. */
export const handle = String.raw`
// ---------------------------------------------------------------- one message
#define RK_REPLIED 1u
#define RK_FAULTED 2u
#define RK_RAN 4u

// Runs the handler of the message at 'data' (words: tag, correlation, timestamp, payload; a deadline in the last two of 'slotWords').
rk_inline u32 rk_handle(RkRow* row, u32 id, u32 kind, void* state, const u32* data, u32 slotWords, u32 skip, u64 now, u64* clock, void* reply, u32 lane, u32 lanes) {
  RkContext ctx;
  const u32 tag = data[0];
  ctx.clock = clock;
  ctx.self = id; ctx.source = tag >> 16; ctx.correlation = data[1]; ctx.handler = tag & 255u;
  ctx.stamp = (u64)data[2] | ((u64)data[3] << 32);
  ctx.deadline = (tag & RK_FLAG_DEADLINE) != 0 ? (u64)data[slotWords - 2] | ((u64)data[slotWords - 1] << 32) : 0;
  ctx.lane = lane; ctx.lanes = lanes; ctx.fault = 0; ctx.turn = 0; ctx.row = row; ctx.ports = 0;
  const u32* payload = data + 4 + skip;
  if (ctx.deadline != 0 && rk_late(ctx.deadline)) {
    if (lane == 0) rk_give((tag & 0x3ffu) | RK_FLAG_DEAD | (id << 16), ctx.correlation, ctx.source, payload, (rk_message_bytes(kind, ctx.handler) + 3) >> 2);
    return RK_RAN;
  }
  const u32 r = rk_dispatch(kind, ctx.handler, ctx, state, (const void*)payload, reply) & RK_REPLIED;
  return ctx.fault != 0 ? RK_RAN | RK_FAULTED : RK_RAN | r;
}

// A thread's own figures of the actor it serves, added to the row now and then.
struct RkTally { u32 processed, errors, least, most; u64 total; };
rk_inline void rk_clear(RkTally& t) { t.processed = t.errors = t.most = 0; t.total = 0; t.least = ~0u; }
rk_inline void rk_count(RkTally& t, u32 r, u64 now, u64 stamp) {
  t.processed++;
  if ((r & RK_FAULTED) != 0) t.errors++;
  // Microseconds in 32 bits: more than an hour counts as one.
  const u64 sent = stamp >> 12, long_ = now > sent ? now - sent : 0;
  const u32 waited = long_ >> 32 != 0 ? ~0u : (u32)long_;
  t.total += waited;
  if (waited < t.least) t.least = waited;
  if (waited > t.most) t.most = waited;
}
// Every lane that has something adds it.
static __device__ __noinline__ void rk_report(RkRow* row, RkTally t) {
  if (t.processed != 0) {
    atomicAdd((u64*)&row->control.messagesProcessed, (u64)t.processed);
    atomicAdd((u64*)&row->telemetry.messagesProcessed, (u64)t.processed);
    atomicAdd((u64*)&row->telemetry.totalLatencyUs, t.total);
    atomicMin((u64*)&row->telemetry.minLatencyUs, (u64)t.least);
    atomicMax((u64*)&row->telemetry.maxLatencyUs, (u64)t.most);
    if (t.errors != 0) atomicAdd((u32*)&row->control.errorCount, t.errors);
  }
}
// Number of the n-th set bit.
rk_inline u32 rk_nth(u32 bits, u32 n) {
  if ((bits & (bits + 1)) == 0) return n;
  for (; n != 0; n--) bits &= bits - 1;
  return __ffs(bits) - 1;
}

// Collects a slot of several lines, all lanes together.
static __device__ void rk_gather(u64 slot, u32 lines, u32 stamp, u32* to, u32 lane) {
  for (u32 chunk = lane; chunk < lines * 4; chunk += 32) {
    uint4 v = rk_ld4(slot + chunk * 16);
    while (v.x != stamp) { rk_relax(0); v = rk_ld4(slot + chunk * 16); }
    to[chunk * 3] = v.y; to[chunk * 3 + 1] = v.z; to[chunk * 3 + 2] = v.w;
  }
  __syncwarp();
}

rk_inline void rk_keep_clock(RkRow* row, u64 clock) { row->control.hlc.physical = clock >> 12; row->control.hlc.logical = clock & 4095ull; }
rk_inline u64 rk_kept_clock(RkRow* row) { return (row->control.hlc.physical << 12) | row->control.hlc.logical; }
`;

export const serveWarp = String.raw`
// ---------------------------------------------------------------- an actor served by a warp
// Gives the host the reply whose words stand at 'from' (head and payload), all lanes together.
static __device__ void rk_give_warp(const u32* from, u32 words, u32 lane) {
  const u32 lines = rk_lines(words);
  u32 at = 0;
  if (lane == 0) at = rk_draw(lines);
  at = __shfl_sync(RK_ALL, at, 0);
  for (u32 chunk = lane; chunk < lines * 4; chunk += 32) {
    const u32 line = at + (chunk >> 2), i = chunk * 3;
    uint4 v; v.x = line + 1; v.y = from[i]; v.z = i + 1 < words + 4 ? from[i + 1] : 0; v.w = i + 2 < words + 4 ? from[i + 2] : 0;
    rk_st4(rk_block.egress + (u64)(line & rk_block.egressMask) * 64 + (chunk & 3) * 16, v);
  }
}

static __device__ __noinline__ void rk_serve_warp(RkEngine* E, RkRow* row) {
  const u32 warp = rk_warp_of(), lane = threadIdx.x & 31u, c = lane & 3u, f = lane >> 2;
  RkFeed* feeds = (RkFeed*)row->feeds;
  const u32 count = row->feedCount, window = row->window, replyLines = row->replyLines, id = row->id, kind = row->kind;
  void* state = (void*)row->state;
  const u64 busy = E->busy + (u64)(row->id - 1) * 4;
  const bool parallel = row->parallel != 0;
  u32 produced = row->produced, credit = row->credit, turn = 0, group = 0, idle = 0, streak = 0;
  RkTally tally; rk_clear(tally);
  if (lane == 0) { rk_block.clock[warp] = rk_kept_clock(row); rk_block.stopped[warp] = row->faulted; }
  __syncwarp();
  // What this lane looks at: chunk c of feed f of the group; or, for a single feed of several lines, of line f.
  const bool whole = count == 1 && feeds[0].lines > 1 && feeds[0].lines <= 8;
  u64 base; u32 mask, lines, head, published, gap0; bool on;
  u32 need = 0;
  bool reload = true;
  for (;;) {
    if (reload) {
      const u32 i = whole ? 0 : group * 8 + f;
      on = whole ? f < feeds[0].lines : i < count && feeds[i].polled != 0;
      if (i < count) { base = feeds[i].base; mask = feeds[i].mask; lines = feeds[i].lines; head = feeds[i].head; published = feeds[i].published; gap0 = feeds[i].skip; }
      else { base = 0; mask = 0; lines = 1; head = 0; published = 0; gap0 = 0; }
      need = whole ? (lines == 8 ? RK_ALL : (1u << (lines * 4)) - 1) : 0;
      reload = false;
    }
    // Asked for before the look at the ring, which takes longer.
    const uint4 pulse = rk_ld4(rk_block.pulse);
    uint4 v; v.x = head; v.y = v.z = v.w = 0;
    if (on) v = rk_ld4(base + (u64)(head & mask) * lines * 64 + (whole ? lane : c) * 16);
    const u64 now = rk_pulse_us(pulse);
    const u32 b = __ballot_sync(RK_ALL, on && v.x == head + 1);
    u32 hits = whole ? ((b & need) == need ? 1u : 0u) : b & (b >> 1) & (b >> 2) & (b >> 3) & 0x11111111u;
    // What others write may change between two lanes' looks: one lane's counts.
    const u32 quit = __shfl_sync(RK_ALL, pulse.x, 0);
    if (rk_block.stopped[warp] != 0) hits = 0;
    if (hits != 0 && produced - credit >= window) {
      credit = __shfl_sync(RK_ALL, rk_ld1(row->taken), 0);
      if (produced - credit >= window) hits = 0;
    }
    if (quit != 0) break;
    if (hits == 0) {
      // The consumer's count goes out when nothing waits: no message is delayed by it.
      if (on && c == 0 && (!whole || f == 0) && head != published) { published = head; rk_st1(feeds[whole ? 0 : group * 8 + f].consumed, head); }
      streak = 0;
      if (++idle == 64) { rk_report(row, tally); rk_clear(tally); if (lane == 0) rk_st1(busy, 0); }
      if (count > 8 && !whole) {
        // What stands behind a polled feed is counted in memory, not here.
        if (on && c == 0) { feeds[group * 8 + f].head = head; feeds[group * 8 + f].published = published; }
        __syncwarp();
        group = (group + 1) * 8 < count ? group + 1 : 0;
        reload = true;
      }
      rk_relax(idle > 4096 ? 40 : 0);
      continue;
    }
    idle = 0;
    if ((turn & 3u) == 3u && (hits & (hits - 1)) != 0) {
      // Feeds of one lane take turns.
      const u32 first = feeds[whole ? 0 : group * 8 + ((__ffs(hits) - 1) >> 2)].lane;
      const u32 same = hits & __ballot_sync(RK_ALL, on && feeds[group * 8 + f].lane == first);
      hits = 1u << (31 - __clz(same));
    }
    const u32 from = __ffs(hits) - 1, feed = whole ? 0 : group * 8 + (from >> 2);
    const u64 sBase = __shfl_sync(RK_ALL, base, from);
    const u32 sMask = __shfl_sync(RK_ALL, mask, from), sHead = __shfl_sync(RK_ALL, head, from), sLines = __shfl_sync(RK_ALL, lines, from);
    u32* in = rk_in[warp];
    u32* out = rk_out[warp];
    u32 m = 1, slotWords = sLines * 12, skip = __shfl_sync(RK_ALL, gap0, from), room = window - (produced - credit);
    if (sLines > 32) in = (u32*)row->scratch;
    if (replyLines > 32) out = (u32*)(row->scratch + row->scratchBytes / 2);
    if (whole) {
      if (on) { in[lane * 3] = v.y; in[lane * 3 + 1] = v.z; in[lane * 3 + 2] = v.w; }
    } else if (sLines > 1) {
      rk_gather(sBase + (u64)(sHead & sMask) * sLines * 64, sLines, sHead + 1, in, lane);
    } else if (streak == 0 || replyLines > 1) {
      if (f == (from >> 2)) { in[c * 3] = v.y; in[c * 3 + 1] = v.z; in[c * 3 + 2] = v.w; }
    } else {
      // Under load: 32 slots at once, as many as are there without a gap.
      uint4 w[4];
      for (u32 k = 0; k < 4; k++) w[k] = rk_ld4(sBase + (u64)((sHead + k * 8 + f) & sMask) * 64 + c * 16);
      m = 0;
      bool open = true;
      for (u32 k = 0; k < 4; k++) {
        const u32 s = k * 8 + f, ok = __ballot_sync(RK_ALL, w[k].x == sHead + s + 1);
        const u32 full = ok & (ok >> 1) & (ok >> 2) & (ok >> 3) & 0x11111111u;
        const u32 gap = __ffs(~full & 0x11111111u);
        if (open) m += gap == 0 ? 8u : (gap - 1) >> 2;
        open = open && gap == 0;
        in[s * 12 + c * 3] = w[k].y; in[s * 12 + c * 3 + 1] = w[k].z; in[s * 12 + c * 3 + 2] = w[k].w;
      }
      // A ring of fewer than 32 slots shows its slots again; their stamps are not those looked for.
      if (m == 0) { streak = 0; continue; }
    }
    __syncwarp();
    if (m > room) m = room;
    u32 extra = 0;
    const bool elsewhere = (in[0] & RK_FLAG_ELSEWHERE) != 0;
    // Every lane has looked before one of them writes the message over it.
    __syncwarp();
    if (elsewhere) {
      // The message itself is in the mapped ring that stands behind this feed.
      RkFeed* own = feeds + feed + 1;
      m = 1; extra = 1; slotWords = own->lines * 12; skip = own->skip;
      if (own->lines > 32) in = (u32*)row->scratch;
      rk_gather(own->base + (u64)(own->head & own->mask) * own->lines * 64, own->lines, own->head + 1, in, lane);
    } else {
      const u32 special = __ballot_sync(RK_ALL, lane < m && (in[lane * 12] & (RK_FLAG_ELSEWHERE | RK_FLAG_BATCH)) != 0);
      if ((special & 1u) != 0) m = 1;
      else if (special != 0) m = __ffs(special) - 1;
    }
    turn++;
    if (lane == 0) {
      rk_st1(busy, turn | 1u);
      const u64 newest = (u64)in[(m - 1) * 12 + 2] | ((u64)in[(m - 1) * 12 + 3] << 32);
      rk_block.clock[warp] = rk_witness(rk_block.clock[warp], newest, now) + m + 1;
    }
    __syncwarp();
    const u64 clock = rk_block.clock[warp] - m;
    u32 ran = m;
    if ((in[0] & RK_FLAG_BATCH) != 0) {
      RkBatch batch;
      batch.row = row; batch.head = in; batch.now = now; batch.lane = lane; batch.clock = &rk_block.clock[warp];
      rk_batch(row->kind, in[0] & 255u, batch);
      if (lane == 0) { tally.processed += batch.done - 1; if (batch.fault != 0) { tally.errors++; rk_block.stopped[warp] = 1; row->faulted = 1; } rk_count(tally, 0, now, clock); }
      if (batch.replies) {
        if (lane == 0) {
          u32 record[4] = { batch.done, in[5], in[8], in[9] };
          rk_give((in[0] & 0x3ffu) | RK_FLAG_BATCH | (id << 16), in[1], clock, record, 4);
        }
        produced++;
      }
    } else {
      u32 r = 0;
      const u32* data = in + lane * 12;
      u32* reply = out + lane * 12;
      // A kind without state runs on all lanes; rk_hlc is not called there.
      if (parallel) { if (lane < m) r = rk_handle(row, id, kind, state, data, slotWords, skip, now, &rk_block.clock[warp], reply + 4, 0, 1); }
      else for (u32 turnOf = 0; turnOf < m; turnOf++) {
        if (lane == turnOf && *(volatile u32*)&rk_block.stopped[warp] == 0) {
          r = rk_handle(row, id, kind, state, data, slotWords, skip, now, &rk_block.clock[warp], reply + 4, 0, 1);
          if ((r & RK_FAULTED) != 0) { *(volatile u32*)&rk_block.stopped[warp] = 1; row->faulted = 1; }
        }
        __syncwarp();
      }
      if (parallel && (r & RK_FAULTED) != 0) { rk_block.stopped[warp] = 1; row->faulted = 1; }
      if ((r & RK_RAN) != 0) {
        rk_count(tally, r, now, (u64)data[2] | ((u64)data[3] << 32));
        if ((r & RK_REPLIED) != 0) {
          const u64 stamp = clock + lane;
          reply[0] = (data[0] & 0x3ffu) | (id << 16); reply[1] = data[1]; reply[2] = (u32)stamp; reply[3] = (u32)(stamp >> 32);
        }
      }
      ran = __popc(__ballot_sync(RK_ALL, (r & RK_RAN) != 0));
      const u32 replied = __ballot_sync(RK_ALL, (r & RK_REPLIED) != 0), n = __popc(replied);
      if (n != 0) {
        // Each lane has written its own reply; others will read it.
        __syncwarp();
        if (replyLines > 1) {
          rk_give_warp(out, (rk_reply_bytes(row->kind, in[0] & 255u) + 3) >> 2, lane);
        } else {
          u32 at = 0;
          if (lane == 0) at = rk_draw(n);
          at = __shfl_sync(RK_ALL, at, 0);
          for (u32 s = f; s < n; s += 8) {
            const u32* source = out + rk_nth(replied, s) * 12 + c * 3;
            uint4 w; w.x = at + s + 1; w.y = source[0]; w.z = source[1]; w.w = source[2];
            rk_st4(rk_block.egress + (u64)((at + s) & rk_block.egressMask) * 64 + c * 16, w);
          }
        }
        produced += n;
      }
    }
    if (extra != 0 && lane == 0) { RkFeed* own = feeds + feed + 1; own->head++; own->published = own->head; rk_st1(own->consumed, own->head); }
    if (whole || (from >> 2) == f) {
      head += ran;
      if (head - published > mask >> 2 && c == 0 && (!whole || f == 0)) { published = head; rk_st1(feeds[feed].consumed, head); }
    }
    streak = 1;
    __syncwarp();
  }
  rk_report(row, tally);
  if (lane == 0) {
    row->produced = produced; row->credit = credit;
    rk_keep_clock(row, rk_block.clock[warp]);
    rk_st1(busy, 0);
  }
  if (c == 0 && (whole ? f == 0 : group * 8 + f < count) && on) {
    RkFeed* mine = feeds + (whole ? 0 : group * 8 + f);
    mine->head = head; mine->published = head;
    rk_st1(mine->consumed, head);
  }
}
`;
