/**
 * The workers of a persistent grid, one block each. A worker keeps a tile of whole layers (rows; in three
 * dimensions planes) and runs ahead of nobody but its neighbours: a halo's values travel with the number of
 * their step in one word of 64 bits, so that whoever reads the value knows its step, and a word of two
 * generations suffices. Commands stand in a log, each with the step after which all workers apply it.
 */
export const worker = String.raw`
// ---------------------------------------------------------------- a worker
struct RkShared {
  u32 params[RK_PARAMS];
  u32 entry[2][3 * RK_CHUNKS], ahead[3 * RK_CHUNKS];
  u32 decision[2];
  u32 sources, base;
  RkSource source[RK_SOURCES];
  f32 push[2][RK_SOURCES];
  f64 sums[32];
};
static __shared__ RkShared rk_s;
enum { RK_STEP, RK_COMMAND, RK_WAIT };

#ifdef RK_HOST
rk_inline void rk_spin() { rk_relax(0); }
#else
rk_inline void rk_spin() {}
#endif

rk_inline f32 rk_as(u32 bits, f32) { return __uint_as_float(bits); }
rk_inline i32 rk_as(u32 bits, i32) { return (i32)bits; }
rk_inline u32 rk_as(u32 bits, u32) { return bits; }
template <typename T> rk_inline T rk_from(u32 bits) { return rk_as(bits, T()); }
rk_inline u32 rk_to(f32 v) { return __float_as_uint(v); }
rk_inline u32 rk_to(i32 v) { return (u32)v; }
rk_inline u32 rk_to(u32 v) { return v; }

// Position in its layer of a column of cells, and in the tile of a cell.
rk_inline u32 rk_in_layer(u32 column) {
#if RK_DIMS == 2
  return column + RK_HALO;
#else
  return (column / RK_W + RK_HALO) * RK_PITCH + column % RK_W + RK_HALO;
#endif
}
rk_inline RkPlace rk_place(const RkWorker& w, u32 column, u32 layer) {
  RkPlace p;
#if RK_DIMS == 2
  p.x = column; p.y = w.first + layer; p.z = 0;
#else
  p.x = column % RK_W; p.y = column / RK_W; p.z = w.first + layer;
#endif
  return p;
}

// ---------------------------------------------------------------- ghosts
// Coordinates along an axis of 'n' cells that take their value from coordinate 'i', itself first.
struct RkImages { i32 at[2 * RK_HALO + 1]; i32 count; };
rk_inline RkImages rk_images(i32 i, i32 n, bool layers) {
  RkImages m; m.at[0] = i; m.count = 1;
#if RK_RULE == RK_PERIODIC
  if (!layers) { if (i < RK_HALO) m.at[m.count++] = i + n; if (i >= n - RK_HALO) m.at[m.count++] = i - n; }
#elif RK_RULE == RK_REFLECTING
  if (i < RK_HALO) m.at[m.count++] = -1 - i;
  if (i >= n - RK_HALO) m.at[m.count++] = 2 * n - 1 - i;
#elif RK_RULE == RK_ABSORBING
  if (i == 0) for (i32 d = 1; d <= RK_HALO; d++) m.at[m.count++] = -d;
  if (i == n - 1) for (i32 d = 1; d <= RK_HALO; d++) m.at[m.count++] = n - 1 + d;
#endif
  return m;
}
rk_inline bool rk_rim(i32 i, i32 n) {
  const i32 depth = RK_RULE == RK_ABSORBING ? 1 : RK_HALO;
  return i < depth || i >= n - depth;
}
// Writes a cell of the next generation and the ghosts that follow it. 'layer' counts from the grid's first; ghosts of
// other workers' layers have none along that axis.
#if RK_RULE != RK_FIXED
// A ghost 'far' cells beyond the cell that it follows.
rk_inline void rk_ghost(u32* cells, u32 next, u32 now, u32 at, u32 ghost, i32 far, u32 bits) {
#if RK_RULE == RK_ABSORBING
  const f32 d = (f32)far, speed = rk_from<f32>(rk_s.params[RK_PARAMS - 1]);
  const f32 inner = rk_from<f32>(cells[now + at]), outer = rk_from<f32>(cells[now + ghost]);
  cells[next + ghost] = rk_to(inner + ((speed - d) / (speed + d)) * (rk_from<f32>(bits) - outer));
#else
  cells[next + ghost] = bits;
#endif
}
// The ghosts along one axis, whose cells lie 'stride' apart.
rk_inline void rk_mirror(u32* cells, u32 next, u32 now, u32 at, i32 i, i32 n, i32 stride, u32 bits) {
#if RK_RULE == RK_PERIODIC
  if (i < RK_HALO) rk_ghost(cells, next, now, at, at + n * stride, 0, bits);
  if (i >= n - RK_HALO) rk_ghost(cells, next, now, at, at - n * stride, 0, bits);
#elif RK_RULE == RK_REFLECTING
  if (i < RK_HALO) rk_ghost(cells, next, now, at, at - (2 * i + 1) * stride, 0, bits);
  if (i >= n - RK_HALO) rk_ghost(cells, next, now, at, at + (2 * (n - i) - 1) * stride, 0, bits);
#else
  if (i == 0) for (i32 d = 1; d <= RK_HALO; d++) rk_ghost(cells, next, now, at, at - d * stride, d, bits);
  if (i == n - 1) for (i32 d = 1; d <= RK_HALO; d++) rk_ghost(cells, next, now, at, at + d * stride, d, bits);
#endif
}
static __device__ __noinline__ void rk_spread(u32* cells, u32 next, u32 now, u32 at, i32 x, i32 y, i32 layer, bool own, u32 bits) {
  const RkImages mx = rk_images(x, RK_W, false);
#if RK_DIMS == 3
  const RkImages my = rk_images(y, RK_H, false);
#else
  RkImages my; my.at[0] = y; my.count = 1;
#endif
  RkImages ml; ml.at[0] = layer; ml.count = 1;
  if (own) ml = rk_images(layer, RK_LAYERS, true);
  for (i32 l = 0; l < ml.count; l++) for (i32 j = 0; j < my.count; j++) for (i32 i = 0; i < mx.count; i++) {
    if (l == 0 && j == 0 && i == 0) continue;
    const i32 dx = mx.at[i] - x, dy = my.at[j] - y, dl = ml.at[l] - layer;
    const u32 ghost = at + (u32)(dl * RK_LAYER + dy * RK_PITCH + dx);
    const i32 ax = dx < 0 ? -dx : dx, ay = dy < 0 ? -dy : dy, al = dl < 0 ? -dl : dl;
    rk_ghost(cells, next, now, at, ghost, ax > ay ? (ax > al ? ax : al) : (ay > al ? ay : al), bits);
  }
}
#endif
rk_inline void rk_put(const RkWorker& w, u32 next, u32 now, u32 at, u32 x, u32 y, i32 layer, bool own, u32 bits) {
  u32* const cells = RK_CELLS(w);
  cells[next + at] = bits;
#if RK_RULE != RK_FIXED
  const bool rx = rk_rim(x, RK_W), ry = RK_DIMS == 3 && rk_rim(y, RK_H), rl = own && RK_RULE != RK_PERIODIC && rk_rim(layer, RK_LAYERS);
  if (!(rx || ry || rl)) return;
  // Beside one edge only, which most are.
  if (rx && !ry && !rl) rk_mirror(cells, next, now, at, x, RK_W, 1, bits);
  else if (ry && !rx && !rl) rk_mirror(cells, next, now, at, y, RK_H, RK_PITCH, bits);
  else if (rl && !rx && !ry) rk_mirror(cells, next, now, at, layer, RK_LAYERS, RK_LAYER, bits);
  else rk_spread(cells, next, now, at, x, y, layer, own, bits);
#endif
}

// ---------------------------------------------------------------- halos
rk_inline u64 rk_halo(const RkWorker& w, u32 number, u32 side, u32 field, u32 layer, u32 column, u32 parity) {
  return w.halos + (u64)(((((parity * RK_WORKERS + number) * 2 + side) * RK_HALO_FIELDS + field) * RK_HALO + layer) * (u64)RK_COLUMNS + column) * 8;
}
rk_inline void rk_give_halo(const RkWorker& w, u32 field, u32 layer, u32 column, u32 bits) {
  const u32 stamp = w.step + 1;
  const u64 word = (u64)bits << 32 | stamp;
  if (layer < RK_HALO) rk_st8(rk_halo(w, w.number, 0, field, layer, column, stamp & 1), word);
  if (layer + RK_HALO >= w.layers) rk_st8(rk_halo(w, w.number, 1, field, layer + RK_HALO - w.layers, column, stamp & 1), word);
}
// Takes what the neighbours have given for the step under way.
rk_inline void rk_take_halos(const RkWorker& w) {
  const u32 stamp = w.step + 1, each = RK_HALO_FIELDS * RK_HALO * RK_COLUMNS;
  const bool ring = RK_RULE == RK_PERIODIC;
  const u32 up = w.number == 0 ? RK_WORKERS - 1 : w.number - 1, down = w.number + 1 == RK_WORKERS ? 0 : w.number + 1;
  const bool above = ring || w.number != 0, below = ring || w.number + 1 != RK_WORKERS;
  for (u32 base = threadIdx.x; base < 2 * each; base += RK_THREADS * 4) {
    u64 from[4], word[4];
    u32 open = 0;
    #pragma unroll
    for (u32 j = 0; j < 4; j++) {
      const u32 i = base + j * RK_THREADS;
      if (i >= 2 * each || !(i < each ? above : below)) continue;
      const u32 rest = i < each ? i : i - each, field = rest / (RK_HALO * RK_COLUMNS), layer = rest / RK_COLUMNS % RK_HALO, column = rest % RK_COLUMNS;
      from[j] = rk_halo(w, i < each ? up : down, i < each ? 1 : 0, field, layer, column, stamp & 1);
      open |= 1u << j;
    }
    while (open != 0) {
      #pragma unroll
      for (u32 j = 0; j < 4; j++) if ((open >> j & 1) != 0) word[j] = rk_ld8(from[j]);
      #pragma unroll
      for (u32 j = 0; j < 4; j++) {
        if ((open >> j & 1) == 0 || (u32)word[j] != stamp) continue;
        open &= ~(1u << j);
        const u32 i = base + j * RK_THREADS;
        const u32 rest = i < each ? i : i - each, field = rest / (RK_HALO * RK_COLUMNS), layer = rest / RK_COLUMNS % RK_HALO, column = rest % RK_COLUMNS;
        const u32 tile = i < each ? layer : w.layers + RK_HALO + layer;
        const RkPlace p = rk_place(w, column, 0);
        rk_put(w, rk_next_of(w, field), rk_now_of(w, rk_halo_field(field)), tile * RK_LAYER + rk_in_layer(column), p.x, RK_DIMS == 3 ? p.y : 0, 0, false, (u32)(word[j] >> 32));
      }
      if (open != 0) rk_spin();
    }
  }
}

// ---------------------------------------------------------------- sources
// What each source adds in the step that begins after 'step' steps. Phases follow from the steps since the last reset.
rk_inline void rk_push(u32 step) {
  const u32 k = threadIdx.x;
  if (k >= rk_s.sources) return;
  const RkSource& s = rk_s.source[k];
  rk_s.push[step & 1][k] = s.amplitude * sinf((f32)(s.turn * (step - rk_s.base)) * 1.4629180792671596e-9f);
}
rk_inline f32 rk_driven(const RkWorker& w, u32 field, const RkPlace& p, f32 v) {
  for (u32 k = 0; k < rk_s.sources; k++) {
    const RkSource& s = rk_s.source[k];
    if (s.field == field && s.x == p.x && s.y == p.y && s.z == p.z) v = v + rk_s.push[w.step & 1][k];
  }
  return v;
}
`;

/** Commands that workers apply, and the loop. */
export const loop = String.raw`
// ---------------------------------------------------------------- commands
// The coordinate inside that a padded coordinate stands for; -1: none that a brush reaches.
rk_inline i32 rk_inside(i32 i, i32 n, bool still) {
  if (i >= 0 && i < n) return i;
  if (still) return i < 0 ? 0 : n - 1;
#if RK_RULE == RK_PERIODIC
  return i < 0 ? i + n : i - n;
#elif RK_RULE == RK_REFLECTING
  return i < 0 ? -1 - i : 2 * n - 1 - i;
#else
  return -1;
#endif
}
static __device__ __noinline__ void rk_brush(const RkWorker w, const u32* words) {
  u32* const cells = RK_CELLS(w);
  const u32 mode = words[1];
  const f32 cx = rk_from<f32>(words[2]), cy = rk_from<f32>(words[3]), cz = rk_from<f32>(words[4]), radius = rk_from<f32>(words[5]), amount = rk_from<f32>(words[6]);
  for (u32 f = 0; f < RK_FIELDS; f++) {
    if (f != words[0] && rk_follows(f) != words[0]) continue;
    const u32 now = rk_now_of(w, f);
    const bool still = rk_still(f);
    // A box around the centre, unless ghosts mirror a part of it.
    i32 low = (i32)ceilf(cx - radius), high = (i32)floorf(cx + radius);
    if (low < 2 * RK_HALO || high >= RK_W) { low = 0; high = RK_PITCH - 1; }
    i32 from = 0, rows = 1;
#if RK_DIMS == 3
    i32 to = (i32)floorf(cy + radius);
    from = (i32)ceilf(cy - radius);
    if (from < 2 * RK_HALO || to >= RK_H) { from = 0; to = RK_H + 2 * RK_HALO - 1; }
    rows = to - from + 1;
#endif
    const i32 columns = high - low + 1, each = columns * rows, all = each * (i32)(w.layers + 2 * RK_HALO);
    const f32 cl = RK_DIMS == 2 ? cy : cz;
    // Most workers are too far away.
    const i32 top = (i32)w.first - 2 * RK_HALO, bottom = (i32)(w.first + w.layers) + 2 * RK_HALO;
    if (RK_RULE != RK_PERIODIC && ((f32)(bottom + RK_HALO) < cl - radius || (f32)(top + RK_HALO) > cl + radius)) continue;
    for (i32 n = threadIdx.x; n < all; n += RK_THREADS) {
      const i32 l = n / each, r = n % each / columns + from, c = n % columns + low;
      const i32 layer = rk_inside((i32)(w.first + l) - RK_HALO, RK_LAYERS, still);
      const i32 x = rk_inside(c - RK_HALO, RK_W, still), y = RK_DIMS == 2 ? layer : rk_inside(r - RK_HALO, RK_H, still);
      if (layer < 0 || x < 0 || y < 0) continue;
      const f32 dx = (f32)(x + RK_HALO) - cx, dy = (f32)(y + RK_HALO) - cy, dz = RK_DIMS == 2 ? 0.0f - cz : (f32)(layer + RK_HALO) - cz;
      const f32 distance = __fsqrt_rn(dx * dx + dy * dy + dz * dz);
      if (distance > radius) continue;
      u32& cell = cells[now + l * RK_LAYER + r * RK_PITCH + c];
      const f32 old = rk_from<f32>(cell);
      cell = rk_to(mode == 1 ? amount : old + amount * (0.5f + 0.5f * cosf(3.1415927f * distance / (radius + 1.0f))));
    }
  }
}
static __device__ __noinline__ void rk_source(const RkWorker w, const u32* words, bool add) {
  if (threadIdx.x != 0) return;
  if (add) {
    RkSource s;
    s.id = words[0]; s.field = words[1]; s.x = words[2]; s.y = words[3]; s.z = words[4]; s.turn = words[5]; s.amplitude = rk_from<f32>(words[6]); s.spare = 0;
    const u32 layer = RK_DIMS == 2 ? s.y : s.z;
    if (layer >= w.first && layer < w.first + w.layers && rk_s.sources < RK_SOURCES) rk_s.source[rk_s.sources++] = s;
    return;
  }
  u32 kept = 0;
  for (u32 k = 0; k < rk_s.sources; k++) if (rk_s.source[k].id != words[0]) rk_s.source[kept++] = rk_s.source[k];
  rk_s.sources = kept;
}
// The host has written what is loaded while the kernel ran: it may lie in a cache as it was before.
static __device__ __noinline__ void rk_load(const RkWorker w, u32 field, const u32* from) {
  u32* const cells = RK_CELLS(w) + rk_now_of(w, field);
  const u64 start = (u64)w.first * RK_LAYER;
  for (u32 i = threadIdx.x; i < (w.layers + 2 * RK_HALO) * RK_LAYER; i += RK_THREADS) cells[i] = rk_ld1(rk_at(from + start + i));
}
static __device__ __noinline__ void rk_snapshot(const RkWorker w, u32 field, u32* to) {
  const u32* const cells = RK_CELLS(w) + rk_now_of(w, field);
  for (u32 l = 0; l < w.layers; l++) {
    for (u32 i = threadIdx.x; i < RK_COLUMNS; i += RK_THREADS) to[(u64)(w.first + l) * RK_COLUMNS + i] = cells[(l + RK_HALO) * RK_LAYER + rk_in_layer(i)];
  }
}
// Zero inside, the edge's value outside, in every generation.
static __device__ __noinline__ void rk_reset(const RkWorker w) {
  u32* const cells = RK_CELLS(w);
  for (u32 b = 0; b < RK_BUFFERS; b++) {
    if (rk_still_buffer(b)) continue;
    for (u32 i = threadIdx.x; i < (w.layers + 2 * RK_HALO) * RK_LAYER; i += RK_THREADS) {
      const i32 layer = (i32)(w.first + i / RK_LAYER) - RK_HALO, x = (i32)(i % RK_LAYER % RK_PITCH) - RK_HALO, y = RK_DIMS == 2 ? 0 : (i32)(i % RK_LAYER / RK_PITCH) - RK_HALO;
      const bool inside = layer >= 0 && layer < RK_LAYERS && x >= 0 && x < RK_W && y >= 0 && (RK_DIMS == 2 || y < RK_H);
      cells[b * RK_TILE + i] = inside ? 0 : RK_EDGE;
    }
  }
  if (threadIdx.x == 0) { rk_s.sources = 0; rk_s.base = w.step; }
}
// The block's sum of a quantity of cells, at thread 0; always in the same order.
static __device__ void rk_share(u64 to, f64 sum) {
  for (u32 d = 16; d > 0; d >>= 1) sum += __shfl_xor_sync(RK_ALL, sum, d);
  if ((threadIdx.x & 31) == 0) rk_s.sums[threadIdx.x >> 5] = sum;
  __syncthreads();
  if (threadIdx.x != 0) return;
  f64 all = 0.0;
  for (u32 k = 0; k < RK_THREADS / 32; k++) all += rk_s.sums[k];
  rk_st8(to, (u64)__double_as_longlong(all));
}

// ---------------------------------------------------------------- outside the kernel
static __device__ void rk_restore(const RkGridParts* g, const RkWorker w) {
  u32* const cells = RK_CELLS(w);
  for (u32 f = 0; f < RK_FIELDS; f++) {
    const u32* const home = (const u32*)g->homes + (u64)f * RK_HOME + (u64)w.first * RK_LAYER;
    const u32 now = rk_now_of(w, f), fresh = rk_fresh(w, f);
    for (u32 i = threadIdx.x; i < (w.layers + 2 * RK_HALO) * RK_LAYER; i += RK_THREADS) {
      const u32 bits = home[i];
      cells[now + i] = bits;
      // A generation that nothing has written yet has the same edge.
      if (fresh != now) cells[fresh + i] = bits;
    }
  }
  for (u32 i = threadIdx.x; i < RK_PARAMS; i += RK_THREADS) rk_s.params[i] = ((const u32*)g->params)[i];
  const u32* const saved = (const u32*)g->sources + (u64)w.number * RK_SOURCE_WORDS;
  if (threadIdx.x == 0) { rk_s.sources = saved[0]; rk_s.base = saved[1]; }
  for (u32 i = threadIdx.x; i < sizeof(rk_s.source) / 4; i += RK_THREADS) ((u32*)rk_s.source)[i] = saved[2 + i];
}
static __device__ void rk_save(const RkGridParts* g, const RkWorker w) {
  const u32* const cells = RK_CELLS(w);
  const u32 from = w.first == 0 ? 0 : RK_HALO, to = w.first + w.layers == RK_LAYERS ? w.layers + 2 * RK_HALO : w.layers + RK_HALO;
  for (u32 f = 0; f < RK_FIELDS; f++) {
    u32* const home = (u32*)g->homes + (u64)f * RK_HOME + (u64)w.first * RK_LAYER;
    const u32 now = rk_now_of(w, f);
    for (u32 i = from * RK_LAYER + threadIdx.x; i < to * RK_LAYER; i += RK_THREADS) home[i] = cells[now + i];
  }
  if (w.number == 0) for (u32 i = threadIdx.x; i < RK_PARAMS; i += RK_THREADS) ((u32*)g->params)[i] = rk_s.params[i];
  u32* const saved = (u32*)g->sources + (u64)w.number * RK_SOURCE_WORDS;
  if (threadIdx.x == 0) { saved[0] = rk_s.sources; saved[1] = rk_s.base; }
  for (u32 i = threadIdx.x; i < sizeof(rk_s.source) / 4; i += RK_THREADS) saved[2 + i] = ((const u32*)rk_s.source)[i];
}

// ---------------------------------------------------------------- the loop
// Applies a command; false: the kernel ends.
rk_inline bool rk_apply(const RkGridParts* g, RkWorker& w, const u32* entry, u32 number) {
  const u32* const words = entry + 2;
  const u64 address = (u64)words[2] << 32 | words[1];
  switch (entry[1]) {
    case RK_OP_SET: if (threadIdx.x < words[1]) rk_s.params[words[0] + threadIdx.x] = words[2 + threadIdx.x]; break;
    case RK_OP_BRUSH: rk_brush(w, words); break;
    case RK_OP_LOAD: rk_load(w, words[0], (const u32*)address); break;
    case RK_OP_ADDSOURCE: case RK_OP_REMOVESOURCE:
      rk_source(w, words, entry[1] == RK_OP_ADDSOURCE);
      __syncthreads();
      rk_push(w.step);
      break;
    // Whoever sees this worker's flag sees what it has written, on the host too.
    case RK_OP_SNAPSHOT: rk_snapshot(w, words[0], (u32*)address); __threadfence_system(); break;
    case RK_OP_MEASURE: rk_share(g->shares + ((u64)(number % RK_SHARES) * RK_WORKERS + w.number) * 8, rk_measure(w, words[0])); __threadfence_system(); break;
    case RK_OP_RESET: rk_reset(w); break;
    case RK_OP_LEAVE: rk_save(g, w); __threadfence_system(); return false;
  }
  return true;
}
static __device__ void rk_work(const RkGridParts* g) {
  RkWorker w;
  w.number = blockIdx.x;
  w.layers = RK_LOW + (w.number < RK_EXTRA ? 1 : 0);
  w.first = w.number * RK_LOW + (w.number < RK_EXTRA ? w.number : RK_EXTRA);
  w.halos = g->halos;
#if !RK_SHARED_TILES
  w.tile = (u32*)g->tiles + (u64)w.number * RK_BUFFERS * RK_TILE;
#endif
  rk_begin(w);
  const u64 flag = g->flags + (u64)w.number * 8, grant = g->grant;
  const u64 before = rk_ld8(flag);
  w.step = (u32)before;
  u32 applied = (u32)(before >> 32), known = applied;
  rk_restore(g, w);
  __syncthreads();
  rk_push(w.step);
  u64 word = threadIdx.x == 0 ? rk_ld8(grant) : 0;
  bool told = false;
  for (u32 turn = 0;; turn ^= 1) {
    if (threadIdx.x == 0) {
      for (u32 spins = 0;; spins++) {
        if ((u32)(word >> 32) != applied) {
          const u32 number = applied + 1;
          if (known != number) {
            // It may be seen before its words are: each chunk tells whose it is.
            uint4 chunk[RK_CHUNKS];
            bool whole = true;
            #pragma unroll
            for (u32 i = 0; i < RK_CHUNKS; i++) chunk[i] = rk_ld4(g->log + (u64)(number % RK_LOG) * RK_ENTRY + i * 16);
            #pragma unroll
            for (u32 i = 0; i < RK_CHUNKS; i++) whole = whole && chunk[i].x == number;
            if (!whole) { rk_spin(); continue; }
            known = number;
            #pragma unroll
            for (u32 i = 0; i < RK_CHUNKS; i++) { u32* const to = &rk_s.ahead[3 * i]; to[0] = chunk[i].y; to[1] = chunk[i].z; to[2] = chunk[i].w; }
          }
          if (rk_s.ahead[0] == w.step) {
            #pragma unroll
            for (u32 i = 0; i < 3 * RK_CHUNKS; i++) rk_s.entry[turn][i] = rk_s.ahead[i];
            rk_s.decision[turn] = RK_COMMAND;
            break;
          }
        }
        if ((i32)((u32)word - w.step) > 0) { rk_s.decision[turn] = RK_STEP; break; }
        // Nobody grants more to a worker that has not told how far it is.
        if (!told) { rk_s.decision[turn] = RK_WAIT; break; }
        rk_spin();
        if (spins > 100000) rk_relax(100);
        word = rk_ld8(grant);
      }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      rk_st8(flag, (u64)applied << 32 | w.step);
      word = rk_ld8(grant);
    }
    told = true;
    if (rk_s.decision[turn] == RK_WAIT) continue;
    told = false;
    if (rk_s.decision[turn] == RK_STEP) {
      rk_step(w);
      w.step++;
    } else {
      applied++;
      if (!rk_apply(g, w, rk_s.entry[turn], applied)) break;
    }
  }
  __syncthreads();
  if (threadIdx.x == 0) rk_st8(flag, (u64)applied << 32 | w.step);
}
`;
