// Reads recorded dispatches and runs them, behind the translated shader and its table of entries. A dispatch is: entry, number of
// buffers, threads of the grid, threads of a threadgroup (u32 each), then for every buffer its length (u64) and its bytes.

// Threadgroup variables lie in this section, once: where there are any, threadgroups run one after the other.
extern "C" char __start_rk_shared[] __attribute__((weak));
extern "C" char __stop_rk_shared[] __attribute__((weak));

static void* rk_thread(void* argument) {
  using namespace rk_emulator;
  me = (Thread*)argument;
  me->entry(me->buffers, me->item);
  me->simd->gate.leave();
  me->group->gate.leave();
  return nullptr;
}

static void rk_join(rk_emulator::Thread* threads, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) if (pthread_create(&threads[i].id, nullptr, rk_thread, &threads[i]) != 0) abort();
  for (uint32_t i = 0; i < count; i++) pthread_join(threads[i].id, nullptr);
}

static void rk_grid(rk_emulator::Entry entry, void** buffers, const uint32_t* whole, const uint32_t* size) {
  using namespace rk_emulator;
  const bool alone = __start_rk_shared != nullptr;
  uint32_t groups[3];
  for (int a = 0; a < 3; a++) groups[a] = (whole[a] + size[a] - 1) / size[a];
  const uint32_t count = groups[0] * groups[1] * groups[2], per = size[0] * size[1] * size[2];
  Thread* threads = new Thread[size_t(count) * per];
  Group* all = new Group[count];
  uint32_t started = 0;
  for (uint32_t g = 0; g < count; g++) {
    const uint32_t at[3] = {g % groups[0], g / groups[0] % groups[1], g / groups[0] / groups[1]};
    for (uint32_t n = 0; n < per; n++) {
      Thread& t = threads[started++];
      const uint32_t local[3] = {n % size[0], n / size[0] % size[1], n / size[0] / size[1]};
      for (int a = 0; a < 3; a++) {
        t.item.local[a] = local[a];
        t.item.group[a] = at[a];
        t.item.groups[a] = groups[a];
        t.item.size[a] = size[a];
        t.item.grid[a] = at[a] * size[a] + local[a];
      }
      t.item.local_index = n;
      t.item.lane = n % width;
      t.item.lanes = width;
      t.item.simdgroup = n / width;
      t.group = &all[g];
      t.simd = &all[g].simds[n / width];
      t.group->gate.members++;
      t.simd->gate.members++;
      t.entry = entry;
      t.buffers = buffers;
    }
    if (alone) {
      memset(__start_rk_shared, 0xa5, __stop_rk_shared - __start_rk_shared);
      rk_join(threads + started - per, per);
    }
  }
  if (!alone) rk_join(threads, started);
  delete[] threads;
  delete[] all;
}

int main(int, char** arguments) {
  FILE* file = fopen(arguments[1], "rb");
  if (file == nullptr) return 2;
  uint32_t head[8], dispatches = 0;
  while (fread(head, sizeof head, 1, file) == 1) {
    void* buffers[32];
    for (uint32_t i = 0; i < head[1]; i++) {
      uint64_t bytes;
      if (fread(&bytes, 8, 1, file) != 1) return 2;
      buffers[i] = malloc(bytes);
      if (fread(buffers[i], 1, bytes, file) != bytes) return 2;
    }
    rk_grid(rk_entries[head[0]], buffers, head + 2, head + 5);
    for (uint32_t i = 0; i < head[1]; i++) free(buffers[i]);
    dispatches++;
  }
  printf("%u dispatches\n", dispatches);
  return 0;
}
