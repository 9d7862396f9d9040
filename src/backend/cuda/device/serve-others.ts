/** Actors served by one thread, and by a whole block. */
export const serveThread = String.raw`
// ---------------------------------------------------------------- an actor served by one thread
// Reads a slot; false when the message is not there (yet).
static __device__ bool rk_read(u64 slot, u32 lines, u32 stamp, u32* to) {
  uint4 v = rk_ld4(slot);
  if (v.x != stamp) return false;
  for (u32 chunk = 0;;) {
    to[chunk * 3] = v.y; to[chunk * 3 + 1] = v.z; to[chunk * 3 + 2] = v.w;
    if (++chunk == lines * 4) return true;
    do v = rk_ld4(slot + chunk * 16); while (v.x != stamp);
  }
}

struct RkServe {
  RkRow* row; RkFeed* feeds; u32* in; u32* out; u32 slotWords, skip; RkFeed* feed; RkFeed* own;
};
// Takes the next message of the highest lane that has one.
static __device__ bool rk_next(RkServe& s, u32* small) {
  RkRow* row = s.row;
  for (u32 i = 0; i < row->feedCount; i++) {
    RkFeed* feed = s.feeds + i;
    if (feed->polled == 0) continue;
    s.in = feed->lines == 1 ? small : (u32*)row->scratch;
    if (!rk_read(feed->base + (u64)(feed->head & feed->mask) * feed->lines * 64, feed->lines, feed->head + 1, s.in)) continue;
    s.feed = feed; s.own = 0; s.slotWords = feed->lines * 12; s.skip = feed->skip;
    if ((s.in[0] & RK_FLAG_ELSEWHERE) != 0) {
      s.own = feed + 1; s.slotWords = s.own->lines * 12; s.skip = s.own->skip; s.in = (u32*)row->scratch;
      while (!rk_read(s.own->base + (u64)(s.own->head & s.own->mask) * s.own->lines * 64, s.own->lines, s.own->head + 1, s.in)) rk_relax(0);
    }
    return true;
  }
  return false;
}
static __device__ void rk_took(RkServe& s) {
  s.feed->head++;
  s.feed->published = s.feed->head;
  rk_st1(s.feed->consumed, s.feed->head);
  if (s.own != 0) { s.own->head++; s.own->published = s.own->head; rk_st1(s.own->consumed, s.own->head); }
}
static __device__ bool rk_credit(RkRow* row) {
  if (row->produced - row->credit < row->window) return true;
  row->credit = rk_ld1(row->taken);
  return row->produced - row->credit < row->window;
}

static __device__ __noinline__ void rk_serve_thread(RkEngine* E, RkRow* row) {
  u32 small[12];
  __align__(16) u32 answer[8];
  RkServe s; s.row = row; s.feeds = (RkFeed*)row->feeds;
  RkTally tally; rk_clear(tally);
  const u64 busy = E->busy + (u64)(row->id - 1) * 4;
  u32 turn = 0, idle = 0;
  u64 clock = rk_kept_clock(row);
  // Thousands look here: each at the word all share only now and then.
  for (u32 look = 0; (look & 7u) != 0 || rk_ld1(rk_block.pulse) == 0; look++) {
    if (row->faulted != 0 || !rk_credit(row) || !rk_next(s, small)) {
      if (++idle == 4) { rk_report(row, tally); rk_clear(tally); rk_st1(busy, 0); }
      rk_relax(idle > 4096 ? 100 : 0);
      continue;
    }
    idle = 0;
    rk_st1(busy, ++turn);
    const u64 now = rk_about_us(), sent = (u64)s.in[2] | ((u64)s.in[3] << 32);
    const u32 handler = s.in[0] & 255u, bytes = rk_reply_bytes(row->kind, handler);
    clock = rk_witness(clock, sent, now);
    u32 r;
    if ((s.in[0] & RK_FLAG_BATCH) != 0) {
      RkBatch batch;
      batch.row = row; batch.head = s.in; batch.now = now; batch.lane = RK_ALL; batch.clock = &clock;
      rk_batch(row->kind, handler, batch);
      r = RK_RAN | (batch.fault != 0 ? RK_FAULTED : 0);
      tally.processed += batch.done - 1;
      if (batch.replies) {
        u32 record[4] = { batch.done, s.in[5], s.in[8], s.in[9] };
        rk_give((s.in[0] & 0x3ffu) | RK_FLAG_BATCH | (row->id << 16), s.in[1], ++clock, record, 4);
        row->produced++;
      }
    } else {
      u32* reply = bytes <= 32 ? answer : (u32*)(row->scratch + row->scratchBytes / 2);
      r = rk_handle(row, row->id, row->kind, (void*)row->state, s.in, s.slotWords, s.skip, now, &clock, reply, 0, 1);
      if ((r & RK_REPLIED) != 0) {
        rk_give((s.in[0] & 0x3ffu) | (row->id << 16), s.in[1], ++clock, reply, (bytes + 3) >> 2);
        row->produced++;
      }
    }
    if ((r & RK_FAULTED) != 0) row->faulted = 1;
    rk_count(tally, r, now, sent);
    rk_took(s);
  }
  rk_report(row, tally);
  rk_keep_clock(row, clock);
  rk_st1(busy, 0);
}
`;

export const serveBlock = String.raw`
// ---------------------------------------------------------------- an actor served by a whole block
static __device__ __noinline__ void rk_serve_block(RkEngine* E, RkRow* row) {
  RkServe s; s.row = row; s.feeds = (RkFeed*)row->feeds;
  RkTally tally; rk_clear(tally);
  const u64 busy = E->busy + (u64)(row->id - 1) * 4;
  u32 turn = 0, idle = 0;
  u32* in = 0;
  __shared__ u64 now, sent;
  __shared__ u32 state, slotWords, skip;
  __shared__ u64 place;
  if (threadIdx.x == 0) rk_block.clock[0] = rk_kept_clock(row);
  for (;;) {
    if (threadIdx.x == 0) {
      for (state = 0; state == 0;) {
        if (rk_ld1(rk_block.pulse) != 0) { state = 2; break; }
        if (row->faulted == 0 && rk_credit(row) && rk_next(s, rk_in[0])) { state = 1; break; }
        if (++idle == 4) { rk_report(row, tally); rk_clear(tally); rk_st1(busy, 0); }
        rk_relax(idle > 4096 ? 40 : 0);
      }
      if (state == 1) {
        idle = 0;
        rk_st1(busy, ++turn);
        now = rk_about_us(); sent = (u64)s.in[2] | ((u64)s.in[3] << 32); slotWords = s.slotWords; skip = s.skip; place = rk_at(s.in);
        rk_block.clock[0] = rk_witness(rk_block.clock[0], sent, now);
      }
    }
    __syncthreads();
    if (state == 2) break;
    in = (u32*)place;
    const u32 handler = in[0] & 255u, bytes = rk_reply_bytes(row->kind, handler);
    u32 r;
    if ((in[0] & RK_FLAG_BATCH) != 0) {
      r = RK_RAN;
      if (threadIdx.x < 32) {
        RkBatch batch;
        batch.row = row; batch.head = in; batch.now = now; batch.lane = threadIdx.x; batch.clock = &rk_block.clock[0];
        rk_batch(row->kind, handler, batch);
        if (batch.fault != 0) r |= RK_FAULTED;
        if (threadIdx.x == 0) {
          tally.processed += batch.done - 1;
          if (batch.replies) {
            u32 record[4] = { batch.done, in[5], in[8], in[9] };
            rk_give((in[0] & 0x3ffu) | RK_FLAG_BATCH | (row->id << 16), in[1], ++rk_block.clock[0], record, 4);
            row->produced++;
          }
        }
      }
    } else {
      u32* reply = bytes <= 1520 ? rk_out[0] : (u32*)(row->scratch + row->scratchBytes / 2);
      // A handler is one thread's work wherever it runs; its state would be changed by each of many.
      r = threadIdx.x == 0 ? rk_handle(row, row->id, row->kind, (void*)row->state, in, slotWords, skip, now, &rk_block.clock[0], reply, 0, 1) : 0;
      if ((r & RK_REPLIED) != 0) {
        rk_give((in[0] & 0x3ffu) | (row->id << 16), in[1], ++rk_block.clock[0], reply, (bytes + 3) >> 2);
        row->produced++;
      }
    }
    if ((r & RK_FAULTED) != 0) row->faulted = 1;
    if (threadIdx.x == 0) { rk_count(tally, r, now, sent); rk_took(s); }
    __syncthreads();
  }
  if (threadIdx.x == 0) { rk_report(row, tally); rk_keep_clock(row, rk_block.clock[0]); rk_st1(busy, 0); }
}
`;
