// A driver library without a device: memory is the host's, kernels are shared objects compiled by g++ and run
// by one thread per block. What would wait for ever on hardware, while a kernel runs, is refused and counted.
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <string>
#include <vector>
#include <atomic>
#include <mutex>
#include <map>
#include <set>
#include <regex>
typedef unsigned u32; typedef uint64_t u64;
#define API extern "C" __attribute__((visibility("default"))) int
struct Dim { u32 x, y, z; };
typedef void (*Call)(void**);
typedef void (*Run)(Call, void**, Dim, Dim, Dim);
struct Stream;
struct Context { int device; std::atomic<int> running{0}; Stream* legacy; std::set<Context*> peers; };
struct Job { Context* context; Run run; Call call; std::vector<char> bytes; std::vector<void*> params; Dim grid, block; std::atomic<u32> left; std::vector<pthread_t> threads; };
struct Stream { Job* job; Context* context; };
struct Module { void* handle; };
struct Function { Module* module; std::string name; Call call; Run run; u32 params; };
static std::atomic<int> running{0}, violations{0};
static thread_local Context* current = 0;
static std::mutex& guard = *new std::mutex;
// Never destroyed: kernels may run until the process has ended.
static std::map<void*, size_t>& memory = *new std::map<void*, size_t>;
static u64 budget = (u64)4 << 30, used = 0;

// ---------------------------------------------------------------- what would never return
static int blocked(const char* name, Context* context) {
  if (context == 0) { violations++; fprintf(stderr, "fake CUDA: %s without a context\n", name); return 201; }
  // Kernels that end by themselves are waited for, as the driver does.
  for (int waited = 0; context->running != 0 && waited < 5000; waited++) usleep(100);
  if (context->running == 0) return 0;
  violations++;
  fprintf(stderr, "fake CUDA: %s while a kernel runs would wait until it ends\n", name);
  return 999;
}
// A stream is used in its own context.
static int foreign(const char* name, Stream* stream) {
  if (stream != 0 && stream->context == current) return 0;
  violations++;
  fprintf(stderr, "fake CUDA: %s on a stream of a context that is not current\n", name);
  return 201;
}
extern "C" int rk_fake_violations() { return violations; }
extern "C" int rk_fake_live_blocks() { std::lock_guard<std::mutex> l(guard); return (int)memory.size(); }

// ---------------------------------------------------------------- what goes wrong on demand
static std::atomic<int> poison{0}, devices{1}, access_{1}, copied{0};
static volatile u32 killed = 0;
#define SOUND if (int r = poison) return r
#define QUIET(name) SOUND; if (int r = blocked(name, current)) return r
#define OWN(name, s) SOUND; if (int r = foreign(name, of(s))) return r
/** The running kernel ends and everything answers `code` from now on, as seen on hardware after an illegal address: new contexts too. 0: as in a new process. */
extern "C" void rk_fake_poison(int code) { poison = code; killed = code != 0; }
extern "C" void rk_fake_devices(int count) { devices = count; }
/** Whether devices reach each other's memory; default: they do. */
extern "C" void rk_fake_peer_access(int can) { access_ = can; }
/** Copies from one device's memory to another's so far. */
extern "C" int rk_fake_peer_copies() { return copied; }
/** Bytes that can still be allocated. */
extern "C" void rk_fake_room(double bytes) { std::lock_guard<std::mutex> l(guard); budget = used + (u64)bytes; }

API cuInit(u32) { return 0; }
API cuDriverGetVersion(int* v) { *v = 13000; return 0; }
API cuGetErrorName(int code, const char** t) { *t = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 600 ? "CUDA_ERROR_NOT_READY" : code == 720 ? "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE" : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS" : code == 999 ? "CUDA_ERROR_UNKNOWN" : "CUDA_ERROR_INVALID_VALUE"; return 0; }
API cuGetErrorString(int code, const char** t) { *t = code == 2 ? "out of memory" : code == 700 ? "an illegal memory access was encountered" : code == 999 ? "would wait for a running kernel" : "invalid argument"; return 0; }
API cuDeviceGetCount(int* n) { *n = devices; return 0; }
API cuDeviceGet(int* d, int i) { *d = i; return i < devices ? 0 : 101; }
API cuDeviceGetName(char* n, int len, int) { snprintf(n, len, "Fake device"); return 0; }
API cuDeviceTotalMem_v2(u64* b, int) { *b = budget; return 0; }
API cuDeviceGetAttribute(int* v, int a, int) {
  switch (a) { case 1: *v = 1024; break; case 8: *v = 49152; break; case 10: *v = 32; break; case 16: *v = 4; break; case 17: *v = 0; break; case 19: *v = 1; break;
    case 75: *v = 9; break; case 76: *v = 0; break; case 95: *v = 1; break; case 97: *v = 232448; break; default: *v = 1; }
  return 0;
}
static Stream* of(u64 s) { return s ? (Stream*)s : current ? current->legacy : 0; }
API cuCtxCreate_v2(u64* c, u32, int device) { SOUND; Context* made = new Context; made->device = device; made->legacy = new Stream{0, made}; current = made; *c = (u64)made; return 0; }
API cuCtxDestroy_v2(u64 c) {
  if (poison != 0) {
    // A block that does not notice its death within ten seconds is a defect of this fake: say so, do not hang.
    for (int waited = 0; running != 0; waited++) { if (waited > 100000) return 999; usleep(100); }
    return 0;
  }
  if (int r = blocked("cuCtxDestroy", (Context*)c)) return r;
  // Seen on hardware: it waits for the kernels of every device that has access to this one's memory.
  for (Context* other : ((Context*)c)->peers) if (int r = blocked("cuCtxDestroy of a peer", other)) return r;
  for (Context* other : ((Context*)c)->peers) other->peers.erase((Context*)c);
  if (current == (Context*)c) current = 0;
  return 0;
}
API cuCtxSetCurrent(u64 c) { current = (Context*)c; return 0; }
API cuCtxSynchronize() { QUIET("cuCtxSynchronize"); return 0; }
API cuMemGetInfo_v2(size_t* f, size_t* t) { *f = budget - used; *t = budget; return 0; }

// ---------------------------------------------------------------- memory
static int take(u64* p, size_t bytes) {
  SOUND;
  std::lock_guard<std::mutex> l(guard);
  if (used + bytes > budget) return 2;
  void* q = aligned_alloc(4096, (bytes + 4095) & ~(size_t)4095);
  if (!q) return 2;
  // What hardware leaves in fresh memory is not zero.
  memset(q, 0xa5, bytes);
  memory[q] = bytes; used += bytes;
  *p = (u64)q; return 0;
}
static int give(u64 p) { std::lock_guard<std::mutex> l(guard); auto it = memory.find((void*)p); if (it == memory.end()) return 1; used -= it->second; memory.erase(it); free((void*)p); return 0; }
API cuMemAlloc_v2(u64* p, size_t b) { return take(p, b); }
API cuMemFree_v2(u64 p) { QUIET("cuMemFree"); return give(p); }
API cuMemAllocAsync(u64* p, size_t b, u64) { return take(p, b); }
API cuMemFreeAsync(u64 p, u64) { return give(p); }
API cuMemHostAlloc(u64* p, size_t b, u32) { return take(p, b); }
API cuMemFreeHost(u64 p) { QUIET("cuMemFreeHost"); return give(p); }
API cuMemHostGetDevicePointer_v2(u64* d, u64 p, u32) { *d = p; return 0; }

// ---------------------------------------------------------------- streams
static void* blockMain(void* arg);
static void finish(Stream* s) {
  if (!s->job) return;
  for (pthread_t t : s->job->threads) pthread_join(t, 0);
  delete s->job; s->job = 0;
}
API cuStreamCreate(u64* s, u32) { *s = (u64) new Stream{0, current}; return current ? 0 : 201; }
API cuStreamDestroy_v2(u64 s) { OWN("cuStreamDestroy", s); finish(of(s)); delete (Stream*)s; return 0; }
API cuStreamSynchronize(u64 s) { OWN("cuStreamSynchronize", s); finish(of(s)); return 0; }
API cuStreamQuery(u64 s) { OWN("cuStreamQuery", s); Stream* t = of(s); if (t->job && t->job->left > 0) return 600; finish(t); return 0; }
API cuMemcpyHtoDAsync_v2(u64 to, const void* from, size_t n, u64 s) { OWN("cuMemcpyHtoDAsync", s); finish(of(s)); memcpy((void*)to, from, n); return 0; }
API cuMemcpyDtoHAsync_v2(void* to, u64 from, size_t n, u64 s) { OWN("cuMemcpyDtoHAsync", s); finish(of(s)); memcpy(to, (void*)from, n); return 0; }
API cuMemcpyDtoDAsync_v2(u64 to, u64 from, size_t n, u64 s) { OWN("cuMemcpyDtoDAsync", s); finish(of(s)); memmove((void*)to, (void*)from, n); return 0; }
API cuMemsetD8Async(u64 p, unsigned char v, size_t n, u64 s) { OWN("cuMemsetD8Async", s); finish(of(s)); memset((void*)p, v, n); return 0; }

// ---------------------------------------------------------------- code
API cuModuleLoadData(u64* m, const void* image) {
  QUIET("cuModuleLoadData");
  u64 size; memcpy(&size, image, 8);
  char path[] = "/tmp/rk-fake-XXXXXX"; int fd = mkstemp(path);
  if (fd < 0 || write(fd, (const char*)image + 8, size) != (ssize_t)size) return 999;
  close(fd);
  void* h = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!h) fprintf(stderr, "fake CUDA: %s\n", dlerror());
  unlink(path);
  if (!h) return 200;
  if (volatile u32** word = (volatile u32**)dlsym(h, "rk_host_killed")) *word = &killed;
  *m = (u64) new Module{h}; return 0;
}
API cuModuleUnload(u64 m) { QUIET("cuModuleUnload"); dlclose(((Module*)m)->handle); delete (Module*)m; return 0; }
API cuModuleGetFunction(u64* f, u64 m, const char* name) {
  QUIET("cuModuleGetFunction");
  void* h = ((Module*)m)->handle;
  Call call = (Call)dlsym(h, (std::string(name) + "__call").c_str()); Run run = (Run)dlsym(h, "rk_host_block");
  u32* sizes = (u32*)dlsym(h, (std::string(name) + "__params").c_str());
  if (!call || !run || !sizes) return 500;
  *f = (u64) new Function{(Module*)m, name, call, run, sizes[0]}; return 0;
}
API cuFuncGetAttribute(int* v, int, u64) { *v = 0; return 0; }
API cuFuncSetAttribute(u64, int, int) { QUIET("cuFuncSetAttribute"); return 0; }
API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* b, u64, int, size_t) { *b = 2; return 0; }
API cuOccupancyMaxPotentialBlockSize(int* g, int* b, u64, void*, size_t, int) { *g = 8; *b = 256; return 0; }
struct Start { Job* job; Dim index; };
static void* blockMain(void* arg) {
  Start* s = (Start*)arg; Job* job = s->job; Dim index = s->index; delete s;
  job->run(job->call, job->params.data(), job->grid, job->block, index);
  // Whoever sees the last block gone sees the kernel gone.
  std::lock_guard<std::mutex> lock(guard);
  if (job->left == 1) { running--; job->context->running--; }
  job->left--;
  return 0;
}
API cuLaunchKernel(u64 f, u32 gx, u32 gy, u32 gz, u32 bx, u32 by, u32 bz, u32, u64 s, void** params, void**) {
  OWN("cuLaunchKernel", s);
  Function* fn = (Function*)f; Stream* st = of(s); finish(st);
  Job* job = new Job; job->context = current; job->run = fn->run; job->call = fn->call; job->grid = {gx, gy, gz}; job->block = {bx, by, bz}; job->left = gx * gy * gz;
  // The driver copies the arguments before it returns.
  job->bytes.resize(fn->params * 64);
  for (u32 i = 0; i < fn->params; i++) { memcpy(&job->bytes[i * 64], params[i], 8); job->params.push_back(&job->bytes[i * 64]); }
  st->job = job; running++; job->context->running++;
  for (u32 z = 0; z < gz; z++) for (u32 y = 0; y < gy; y++) for (u32 x = 0; x < gx; x++) { pthread_t t; pthread_create(&t, 0, blockMain, new Start{job, {x, y, z}}); job->threads.push_back(t); }
  return 0;
}
API cuLaunchCooperativeKernel(u64 f, u32 gx, u32 gy, u32 gz, u32 bx, u32 by, u32 bz, u32 sh, u64 s, void** params) {
  if ((u64)gx * gy * gz > 8) return 720;
  return cuLaunchKernel(f, gx, gy, gz, bx, by, bz, sh, s, params, 0);
}

// ---------------------------------------------------------------- other devices
API cuDeviceCanAccessPeer(int* c, int a, int b) { *c = a != b && access_; return 0; }
API cuDeviceGetP2PAttribute(int* v, int a, int, int) { *v = a == 1 ? 0 : (int)access_; return 0; }
API cuCtxEnablePeerAccess(u64 p, u32) {
  QUIET("cuCtxEnablePeerAccess");
  if (int r = blocked("cuCtxEnablePeerAccess", (Context*)p)) return r;
  if (!access_) return 217;
  return current->peers.insert((Context*)p).second ? 0 : 704;
}
API cuDeviceGetDefaultMemPool(u64* p, int d) { *p = 1000 + d; return 0; }
API cuMemPoolSetAccess(u64 p, const int* d, size_t n) { SOUND; return access_ && p >= 1000 && n == 1 && d[0] == 1 && d[2] == 3 && (u64)d[1] + 1000 != p ? 0 : 1; }
API cuMemcpyPeerAsync(u64 to, u64, u64 from, u64, size_t n, u64 s) { OWN("cuMemcpyPeerAsync", s); finish(of(s)); memcpy((void*)to, (void*)from, n); copied++; return 0; }

// ---------------------------------------------------------------- compiler: g++ behind NVRTC's face
struct Program { std::string source, log, image; };
API nvrtcVersion(int* a, int* b) { *a = 0; *b = RK_FAKE_VERSION; return 0; }
extern "C" const char* nvrtcGetErrorString(int c) { return c ? "compilation failed" : "success"; }
API nvrtcCreateProgram(u64* p, const char* source, const char*, int, void*, void*) { *p = (u64) new Program{source, "", ""}; return 0; }
API nvrtcDestroyProgram(u64* p) { delete (Program*)*p; *p = 0; return 0; }
static std::string readAll(const std::string& path) { std::string out; FILE* f = fopen(path.c_str(), "rb"); if (!f) return out; char b[65536]; size_t n; while ((n = fread(b, 1, sizeof b, f)) > 0) out.append(b, n); fclose(f); return out; }
// Functions written in PTX are the device header's business.
static std::string withoutPtx(const std::string& text) {
  std::string out; size_t at = 0;
  while (at < text.size()) {
    size_t line = text.find('\n', at); if (line == std::string::npos) line = text.size();
    std::string head = text.substr(at, line - at);
    if (head.rfind("__device__ inline ", 0) == 0 && head.back() == '{') {
      size_t end = text.find("\n}", line);
      if (end != std::string::npos && text.substr(line, end - line).find("asm") != std::string::npos) { at = text.find('\n', end + 1) + 1; continue; }
    }
    out += head; out += '\n'; at = line + 1;
  }
  return out;
}
API nvrtcCompileProgram(u64 h, int, const char**) {
  Program* p = (Program*)h;
  char dir[] = "/tmp/rk-fake-cc-XXXXXX"; if (!mkdtemp(dir)) return 1;
  std::string base = dir, source = withoutPtx(p->source), calls;
  std::regex kernel("extern \"C\" __global__ void (?:__launch_bounds__\\([^)]*\\) +)?(?:__launch_bounds__\\(.*?\\) )?(\\w+)\\(([^)]*)\\)");
  for (std::sregex_iterator it(source.begin(), source.end(), kernel), end; it != end; ++it) {
    std::string name = (*it)[1], list = (*it)[2], args; u32 n = 0; size_t from = 0;
    while (from < list.size()) {
      size_t to = list.find(',', from); if (to == std::string::npos) to = list.size();
      std::string one = list.substr(from, to - from); size_t cut = one.find_last_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
      std::string type = one.substr(0, cut + 1); size_t r; while ((r = type.find("__restrict__")) != std::string::npos) type.erase(r, 12);
      args += (n ? ", " : "") + std::string("*(") + type + "*)p[" + std::to_string(n) + "]"; n++; from = to + 1;
    }
    calls += "extern \"C\" void " + name + "__call(void** p) { " + name + "(" + args + "); }\nextern \"C\" { u32 " + name + "__params[1] = {" + std::to_string(n) + "}; }\n";
  }
  FILE* f = fopen((base + "/k.cpp").c_str(), "wb"); fwrite(source.data(), 1, source.size(), f); fprintf(f, "\n%s", calls.c_str()); fclose(f);
  std::string command = "g++ -O1 -w -std=c++17 -fPIC -shared -ffp-contract=off -fno-strict-aliasing -fwrapv -ftls-model=global-dynamic -include " RK_FAKE_HEADER " -o " + base + "/k.so " + base + "/k.cpp 2> " + base + "/log";
  int code = system(command.c_str());
  p->log = readAll(base + "/log"); std::string so = readAll(base + "/k.so");
  u64 size = so.size(); p->image.assign((const char*)&size, 8); p->image += so;
  if (code == 0 || !getenv("RK_FAKE_KEEP")) { std::string rm = "rm -rf " + base; if (system(rm.c_str())) {} }
  return code == 0 ? 0 : 6;
}
API nvrtcGetProgramLogSize(u64 h, size_t* n) { *n = ((Program*)h)->log.size() + 1; return 0; }
API nvrtcGetProgramLog(u64 h, char* t) { strcpy(t, ((Program*)h)->log.c_str()); return 0; }
API nvrtcGetCUBINSize(u64 h, size_t* n) { *n = ((Program*)h)->image.size(); return 0; }
API nvrtcGetCUBIN(u64 h, char* t) { memcpy(t, ((Program*)h)->image.data(), ((Program*)h)->image.size()); return 0; }
