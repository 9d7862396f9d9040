// In place of ../emulator.h, for a program of its own: every thread of a dispatch is a thread of the system, so that
// ThreadSanitizer sees what they do to each other's memory. Only barriers and SIMD-group operations order them.
#pragma once
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace rk_emulator {

// Where a thread stands; what attributed kernel arguments are filled from.
struct Item {
  uint32_t grid[3], local[3], group[3], groups[3], size[3];
  uint32_t local_index, lane, lanes, simdgroup;
};

typedef void (*Entry)(void** buffers, const Item& item);

// Opens when all who have not ended stand before it.
struct Gate {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
  uint32_t members = 0, waiting = 0, turn = 0;
  void open() {
    waiting = 0;
    turn++;
    pthread_cond_broadcast(&opened);
  }
  void wait() {
    pthread_mutex_lock(&lock);
    const uint32_t mine = turn;
    if (++waiting == members) open();
    while (turn == mine) pthread_cond_wait(&opened, &lock);
    pthread_mutex_unlock(&lock);
  }
  void leave() {
    pthread_mutex_lock(&lock);
    members--;
    if (members > 0 && waiting == members) open();
    pthread_mutex_unlock(&lock);
  }
};

constexpr uint32_t width = 32;

struct Simd {
  Gate gate;
  unsigned long words[width], mask = 0;
};

struct Group {
  Gate gate;
  Simd simds[1024 / width];
};

struct Thread {
  pthread_t id;
  Item item;
  Group* group;
  Simd* simd;
  Entry entry;
  void** buffers;
};
inline thread_local Thread* me = nullptr;

}  // namespace rk_emulator

extern "C" void rk_interleave() { sched_yield(); }
extern "C" void rk_barrier() { rk_emulator::me->group->gate.wait(); }
extern "C" void rk_simd_barrier() { rk_emulator::me->simd->gate.wait(); }
extern "C" const unsigned long* rk_simd_exchange(unsigned long word, unsigned* lane, unsigned long* mask) {
  using namespace rk_emulator;
  static thread_local unsigned long words[width];
  Simd& s = *me->simd;
  *lane = me->item.lane;
  s.words[*lane] = word;
  __atomic_fetch_or(&s.mask, 1ul << *lane, __ATOMIC_RELAXED);
  s.gate.wait();
  *mask = __atomic_load_n(&s.mask, __ATOMIC_RELAXED);
  memcpy(words, s.words, sizeof words);
  s.gate.wait();
  if (*lane == unsigned(__builtin_ctzl(*mask))) __atomic_store_n(&s.mask, 0ul, __ATOMIC_RELAXED);
  s.gate.wait();
  return words;
}
