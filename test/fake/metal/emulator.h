// Runs the threads of a dispatch as fibres: one stack each, one threadgroup after the other. A barrier, a
// SIMD-group operation and (now and then) an atomic hand over to another fibre; a seed decides to which.
// An unfair machine runs one SIMD group for as long as it can go on, and the others not at all meanwhile, as a
// GPU may: who spins until another group has done something, waits for ever.
// Reports what a GPU would answer with nonsense: divergent barriers, threads that wait for ever, buffers that
// overlap. Buffers end at a page that may not be touched.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

namespace rk_emulator {

// Where a thread stands; what attributed kernel arguments are filled from.
struct Item {
  uint32_t grid[3], local[3], group[3], groups[3], size[3];
  uint32_t local_index, lane, lanes, simdgroup;
};

typedef void (*Entry)(void** buffers, const Item& item);

enum State { ready, at_barrier, at_exchange, done };

struct Fibre {
  ucontext_t context;
  Item item;
  State state;
  uint64_t word;
};

constexpr size_t stack_bytes = 128 * 1024;
constexpr uint32_t max_threads = 1024;
constexpr uint64_t max_switches = 200000000;
// Turns of one SIMD group of which none ends or waits, on an unfair machine.
constexpr uint64_t max_turns = 500000;

struct Machine {
  Fibre fibres[max_threads];
  char* stacks = nullptr;
  ucontext_t scheduler;
  uint32_t count = 0, current = 0, width = 32;
  bool unfair = false;
  // Which SIMD group is run before the others (the one before it comes next, and so on), and its turns since a thread of it
  // has ended or waited.
  uint32_t favourite = 0;
  uint64_t turns = 0;
  uint64_t random = 1, switches = 0;
  uint64_t exchanged[max_threads];
  uint64_t masks[max_threads];
  Entry entry;
  void** buffers;
  char error[256];
};
inline Machine machine;

inline uint32_t draw() {
  machine.random ^= machine.random << 13;
  machine.random ^= machine.random >> 7;
  machine.random ^= machine.random << 17;
  return uint32_t(machine.random >> 32);
}

inline void leave(State state) {
  Fibre& f = machine.fibres[machine.current];
  f.state = state;
  swapcontext(&f.context, &machine.scheduler);
}

inline void start() {
  Fibre& f = machine.fibres[machine.current];
  machine.entry(machine.buffers, f.item);
  machine.fibres[machine.current].state = done;
}

// Wakes the lanes of one SIMD group when all that still run have given their word.
inline bool release_exchange(uint32_t first) {
  const uint32_t last = first + machine.width < machine.count ? first + machine.width : machine.count;
  uint64_t mask = 0;
  for (uint32_t i = first; i < last; i++) {
    if (machine.fibres[i].state == done) continue;
    if (machine.fibres[i].state != at_exchange) return false;
    mask |= 1ull << (i - first);
  }
  if (mask == 0) return false;
  for (uint32_t i = first; i < last; i++) {
    if (machine.fibres[i].state != at_exchange) continue;
    machine.exchanged[i] = machine.fibres[i].word;
    machine.masks[i] = mask;
    machine.fibres[i].state = ready;
  }
  return true;
}

// The SIMD group an unfair machine runs: the favourite, or the next one after it that can go on.
inline uint32_t favoured() {
  const uint32_t groups = (machine.count + machine.width - 1) / machine.width;
  for (uint32_t k = 0; k < groups; k++) {
    const uint32_t g = (machine.favourite + groups - 1 - k) % groups, first = g * machine.width;
    for (uint32_t i = first; i < machine.count && i < first + machine.width; i++)
      if (machine.fibres[i].state == ready) return g;
  }
  return 0;
}

// One threadgroup, to its end. False: `machine.error` says why not.
inline bool run_group() {
  uint32_t alive = machine.count;
  machine.turns = 0;
  while (alive > 0) {
    uint32_t waiting = 0, exchanging = 0, runnable = 0, able = 0;
    const uint32_t group = machine.unfair ? favoured() : 0;
    auto chosen = [&](uint32_t i) { return machine.fibres[i].state == ready && (!machine.unfair || i / machine.width == group); };
    for (uint32_t i = 0; i < machine.count; i++) {
      const State s = machine.fibres[i].state;
      waiting += s == at_barrier;
      exchanging += s == at_exchange;
      able += s == ready;
      runnable += chosen(i);
    }
    if (able == 0) {
      bool released = false;
      for (uint32_t first = 0; first < machine.count; first += machine.width) released |= release_exchange(first);
      if (released) continue;
      if (waiting == machine.count) {
        for (uint32_t i = 0; i < machine.count; i++) machine.fibres[i].state = ready;
        continue;
      }
      snprintf(machine.error, sizeof machine.error, "divergent barrier: of %u threads %u wait at a barrier, %u in a SIMD-group operation, %u have ended",
               machine.count, waiting, exchanging, machine.count - alive);
      return false;
    }
    uint32_t skip = draw() % runnable;
    for (uint32_t i = 0; i < machine.count; i++) {
      if (!chosen(i) || skip-- != 0) continue;
      machine.current = i;
      break;
    }
    if (++machine.switches > max_switches) {
      snprintf(machine.error, sizeof machine.error, "the threads wait for each other for ever");
      return false;
    }
    swapcontext(&machine.scheduler, &machine.fibres[machine.current].context);
    if (machine.fibres[machine.current].state == done) alive--;
    machine.turns = machine.fibres[machine.current].state == ready ? machine.turns + 1 : 0;
    if (machine.unfair && machine.turns > max_turns) {
      snprintf(machine.error, sizeof machine.error, "SIMD group %u of %u goes round and round while the others do not run: nothing promises it that they will", group, (machine.count + machine.width - 1) / machine.width);
      return false;
    }
  }
  return true;
}

// A copy of a buffer whose last byte lies before a page that may not be touched.
struct Guarded {
  char* base = nullptr;
  size_t mapped = 0;
  char* data = nullptr;
  void open(const void* from, size_t bytes) {
    const size_t page = 4096, room = (bytes + 15) / 16 * 16, whole = (room + page - 1) / page * page;
    mapped = whole + page;
    base = (char*)mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(base + whole, page, PROT_NONE);
    data = base + whole - room;
    memcpy(data, from, bytes);
  }
  void close(void* to, size_t bytes) {
    memcpy(to, data, bytes);
    munmap(base, mapped);
  }
};

}  // namespace rk_emulator

// Threadgroup variables lie in this section; each group finds it full of rubbish.
extern "C" char __start_rk_shared[] __attribute__((weak));
extern "C" char __stop_rk_shared[] __attribute__((weak));

extern "C" void rk_interleave() {
  using namespace rk_emulator;
  if (draw() % 4 == 0) leave(ready);
}
extern "C" void rk_barrier() { rk_emulator::leave(rk_emulator::at_barrier); }
extern "C" const unsigned long* rk_simd_exchange(unsigned long word, unsigned* lane, unsigned long* mask) {
  using namespace rk_emulator;
  const uint32_t me = machine.current;
  machine.fibres[me].word = word;
  leave(at_exchange);
  *lane = machine.fibres[me].item.lane;
  *mask = machine.masks[me];
  return (const unsigned long*)&machine.exchanged[me - *lane];
}
extern "C" void rk_simd_barrier() {
  unsigned lane;
  unsigned long mask;
  rk_simd_exchange(0, &lane, &mask);
}
