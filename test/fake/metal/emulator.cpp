// The dispatch itself, behind the translated shader and its table of entries.

namespace rk_emulator {
struct Binding { void* data; uint64_t bytes; };
}

// Runs a grid over buffers as they lie; false: `machine.error` says what went wrong. `threads`: in the whole
// grid; `size`: of a threadgroup.
static bool rk_run(uint32_t entry, void** buffers, const uint32_t* threads, const uint32_t* size, uint32_t width, uint32_t seed) {
  using namespace rk_emulator;
  machine.error[0] = 0;
  machine.random = 0x9e3779b97f4a7c15ull ^ (uint64_t(seed) << 16 | 1);
  machine.switches = 0;
  machine.favourite = seed;
  machine.width = width;
  if (machine.stacks == nullptr) machine.stacks = (char*)mmap(nullptr, stack_bytes * max_threads, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  machine.buffers = buffers;
  machine.entry = rk_entries[entry];
  uint32_t groups[3];
  for (int a = 0; a < 3; a++) groups[a] = (threads[a] + size[a] - 1) / size[a];
  bool fine = true;
  for (uint32_t gz = 0; gz < groups[2] && fine; gz++)
    for (uint32_t gy = 0; gy < groups[1] && fine; gy++)
      for (uint32_t gx = 0; gx < groups[0] && fine; gx++) {
        const uint32_t at[3] = {gx, gy, gz};
        uint32_t full[3], n = 0;
        // The last group of a row may be smaller.
        for (int a = 0; a < 3; a++) full[a] = threads[a] - at[a] * size[a] < size[a] ? threads[a] - at[a] * size[a] : size[a];
        if (__start_rk_shared != nullptr) memset(__start_rk_shared, 0xa5, __stop_rk_shared - __start_rk_shared);
        for (uint32_t z = 0; z < full[2]; z++)
          for (uint32_t y = 0; y < full[1]; y++)
            for (uint32_t x = 0; x < full[0]; x++, n++) {
              Fibre& f = machine.fibres[n];
              const uint32_t local[3] = {x, y, z};
              for (int a = 0; a < 3; a++) {
                f.item.local[a] = local[a];
                f.item.group[a] = at[a];
                f.item.groups[a] = groups[a];
                f.item.size[a] = full[a];
                f.item.grid[a] = at[a] * size[a] + local[a];
              }
              f.item.local_index = n;
              f.item.lane = n % width;
              f.item.lanes = width;
              f.item.simdgroup = n / width;
              f.state = ready;
              getcontext(&f.context);
              f.context.uc_stack.ss_sp = machine.stacks + stack_bytes * n;
              f.context.uc_stack.ss_size = stack_bytes;
              f.context.uc_link = &machine.scheduler;
              makecontext(&f.context, start, 0);
            }
        machine.count = n;
        fine = run_group();
      }
  return fine;
}

static const char* rk_overlap(const rk_emulator::Binding* bindings, uint32_t count) {
  using namespace rk_emulator;
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t j = 0; j < i; j++)
      if ((char*)bindings[i].data < (char*)bindings[j].data + bindings[j].bytes && (char*)bindings[j].data < (char*)bindings[i].data + bindings[i].bytes) {
        snprintf(machine.error, sizeof machine.error, "buffers %u and %u overlap", j, i);
        return machine.error;
      }
  return nullptr;
}

// From now on: whether one SIMD group may keep the others from running.
extern "C" void rk_schedule(uint32_t unfair) { rk_emulator::machine.unfair = unfair != 0; }

// Over memory that has its guard pages already. Returns null, or what went wrong.
extern "C" const char* rk_dispatch_in_place(uint32_t entry, rk_emulator::Binding* bindings, uint32_t count, const uint32_t* threads,
                                            const uint32_t* size, uint32_t width, uint32_t seed) {
  if (const char* overlap = rk_overlap(bindings, count)) return overlap;
  void* buffers[32];
  for (uint32_t i = 0; i < count; i++) buffers[i] = bindings[i].data;
  return rk_run(entry, buffers, threads, size, width, seed) ? nullptr : rk_emulator::machine.error;
}

// Over copies with guard pages; the copies are written back.
extern "C" const char* rk_dispatch(uint32_t entry, rk_emulator::Binding* bindings, uint32_t count, const uint32_t* threads,
                                   const uint32_t* size, uint32_t width, uint32_t seed) {
  using namespace rk_emulator;
  if (const char* overlap = rk_overlap(bindings, count)) return overlap;
  Guarded guarded[32];
  void* buffers[32];
  for (uint32_t i = 0; i < count; i++) {
    guarded[i].open(bindings[i].data, bindings[i].bytes);
    buffers[i] = guarded[i].data;
  }
  const bool fine = rk_run(entry, buffers, threads, size, width, seed);
  for (uint32_t i = 0; i < count; i++) guarded[i].close(bindings[i].data, bindings[i].bytes);
  return fine ? nullptr : machine.error;
}
