// A strict stand-in for the Objective-C runtime and Metal. It does what our host code asks of them, and ends the
// process with a reason where Apple's would misbehave later: messages to the dead, releases too many, objects
// autoreleased outside a pool, encoders left open, buffers not bound, sizes out of range. It counts what lives.
#include <atomic>
#include <condition_variable>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <dlfcn.h>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

[[noreturn]] void misuse(const char* format, ...) {
  va_list args;
  va_start(args, format);
  fputs("fake Metal: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  abort();
}

typedef void (*Method)();
typedef const std::string* Selector;

struct Class;

struct Object {
  const Class* isa;
  std::atomic<long> references{1};
  std::function<void()> destroy;
  explicit Object(const Class* c);
  virtual ~Object() = default;
};

// Selectors are kept by name; methods of a class (`alloc`, …) with a plus before them.
struct Class : Object {
  std::string name;
  std::map<std::string, Method> methods;
  explicit Class(std::string n);
};

std::mutex world;
std::set<std::string>& names() { static std::set<std::string> s; return s; }
std::map<std::string, Class*>& classes() { static std::map<std::string, Class*> c; return c; }
std::map<std::string, long>& living() { static std::map<std::string, long> l; return l; }
std::map<std::string, uint64_t>& settings() { static std::map<std::string, uint64_t> s; return s; }
std::string& traced() { static std::string t; return t; }
uint64_t setting(const char* name) {
  std::lock_guard<std::mutex> lock(world);
  auto found = settings().find(name);
  return found == settings().end() ? 0 : found->second;
}

Object::Object(const Class* c) : isa(c) {
  if (c == nullptr) return;
  std::lock_guard<std::mutex> lock(world);
  living()[c->name]++;
}
Class::Class(std::string n) : Object(nullptr), name(std::move(n)) { classes()[name] = this; }

Class* classOf(const char* name) {
  auto& found = classes()[name];
  if (found == nullptr) found = new Class(name);
  return found;
}
void method(const char* cls, const char* selector, void* f) { classOf(cls)->methods[selector] = (Method)f; }

// ---------------------------------------------------------------- references and pools

thread_local std::vector<std::vector<Object*>> pools;

void retain(Object* o) { o->references++; }

void release(Object* o) {
  const long left = --o->references;
  if (left < 0) misuse("%s released once too often", o->isa->name.c_str());
  if (left > 0) return;
  {
    std::lock_guard<std::mutex> lock(world);
    living()[o->isa->name]--;
  }
  if (o->destroy) o->destroy();
  // The object stays as a corpse, so that a message to it is recognised.
}

template <typename T> T* autoreleased(T* o) {
  if (pools.empty()) misuse("%s autoreleased without a pool", o->isa->name.c_str());
  pools.back().push_back(o);
  return o;
}

// ---------------------------------------------------------------- objects

struct String : Object {
  std::string text;
  explicit String(std::string t) : Object(classOf("NSString")), text(std::move(t)) {}
};
struct Error : Object {
  String* description;
  int64_t code;
  Error(const std::string& text, int64_t c) : Object(classOf("NSError")), description(new String(text)), code(c) {
    destroy = [this] { release(description); };
  }
};
struct Array : Object {
  std::vector<Object*> items;
  explicit Array(std::vector<Object*> i) : Object(classOf("NSArray")), items(std::move(i)) {
    for (Object* o : items) retain(o);
    destroy = [this] { for (Object* o : items) release(o); };
  }
};
struct Device : Object { Device() : Object(classOf("MTLDevice")) {} };
Device* theDevice() { static Device* d = new Device(); return d; }

struct CompileOptions : Object {
  uint64_t language = 0;
  bool safe = false;
  CompileOptions() : Object(classOf("MTLCompileOptions")) {}
};

struct Binding { void* data; uint64_t bytes; };
typedef const char* (*Dispatch)(uint32_t, Binding*, uint32_t, const uint32_t*, const uint32_t*, uint32_t, uint32_t);

typedef void (*Schedule)(uint32_t unfair);
struct Head { std::string name, call; std::set<unsigned> buffers; };

struct Library : Object {
  Dispatch dispatch;
  Schedule schedule;
  std::vector<Head> heads;
  // Its translated text is kept in the cache under this name.
  std::string name;
  Library(Dispatch d, Schedule s, std::vector<Head> h, std::string n) : Object(classOf("MTLLibrary")), dispatch(d), schedule(s), heads(std::move(h)), name(std::move(n)) {}
};
struct Function : Object {
  Library* library;
  uint32_t index;
  Function(Library* l, uint32_t i) : Object(classOf("MTLFunction")), library(l), index(i) {
    retain(l);
    destroy = [this] { release(library); };
  }
};
struct Pipeline : Object {
  Function* function;
  explicit Pipeline(Function* f) : Object(classOf("MTLComputePipelineState")), function(f) {
    retain(f);
    destroy = [this] { release(function); };
  }
};

// Ends at a page that may not be touched.
struct Memory {
  char* base;
  size_t mapped;
  char* data;
  explicit Memory(size_t bytes) {
    const size_t page = 4096, room = (bytes + 15) / 16 * 16, whole = (room + page - 1) / page * page;
    mapped = whole + page;
    base = (char*)mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(base + whole, page, PROT_NONE);
    data = base + whole - room;
  }
  ~Memory() { munmap(base, mapped); }
};
struct Buffer : Object {
  Memory memory;
  uint64_t bytes;
  explicit Buffer(uint64_t n) : Object(classOf("MTLBuffer")), memory(n), bytes(n) {
    memset(memory.data, 0xa5, n);
    destroy = [this] { mprotect(memory.base, memory.mapped, PROT_NONE); };
  }
};

struct SharedEvent : Object {
  std::mutex lock;
  std::condition_variable changed;
  uint64_t value = 0;
  SharedEvent() : Object(classOf("MTLSharedEvent")) {}
  void signal(uint64_t v) {
    std::lock_guard<std::mutex> held(lock);
    value = v;
    changed.notify_all();
  }
};

// Work runs on one thread, in order of submission, as on a serial queue.
struct Worker {
  std::mutex lock;
  std::condition_variable changed;
  std::deque<std::function<void()>> work;
  Worker() {
    std::thread([this] {
      for (;;) {
        std::unique_lock<std::mutex> held(lock);
        changed.wait(held, [this] { return !work.empty(); });
        auto next = std::move(work.front());
        work.pop_front();
        held.unlock();
        next();
      }
    }).detach();
  }
  void add(std::function<void()> f) {
    std::lock_guard<std::mutex> held(lock);
    work.push_back(std::move(f));
    changed.notify_one();
  }
};
Worker& worker() { static Worker* w = new Worker(); return *w; }

struct CommandQueue : Object { CommandQueue() : Object(classOf("MTLCommandQueue")) {} };

enum Status : uint64_t { notEnqueued = 0, enqueued = 1, committed = 2, scheduled = 3, completed = 4, failed = 5 };

struct CommandBuffer : Object {
  std::atomic<uint64_t> status{notEnqueued};
  bool encoding = false;
  std::vector<std::function<std::string()>> steps;
  std::vector<Object*> held;
  SharedEvent* event = nullptr;
  uint64_t value = 0;
  Error* error = nullptr;
  CommandBuffer() : Object(classOf("MTLCommandBuffer")) {
    destroy = [this] {
      if (status != notEnqueued && status < completed) misuse("a command buffer died while it ran");
      for (Object* o : held) release(o);
      if (error != nullptr) release(error);
    };
  }
  void hold(Object* o) { retain(o); held.push_back(o); }
};

struct Slot { Buffer* buffer = nullptr; uint64_t offset = 0; Memory* bytes = nullptr; uint64_t length = 0; };

struct Encoder : Object {
  CommandBuffer* commands;
  bool open = true;
  Pipeline* pipeline = nullptr;
  std::map<uint64_t, Slot> slots;
  Encoder(const char* cls, CommandBuffer* c) : Object(classOf(cls)), commands(c) {
    if (c->status != notEnqueued) misuse("an encoder for a command buffer that was committed");
    if (c->encoding) misuse("a second encoder while one is open");
    c->encoding = true;
    destroy = [this] { if (open) misuse("an encoder died before endEncoding"); };
  }
};

// ---------------------------------------------------------------- the compiler

// `[[attribute]]` to the emulator's item.
std::string argument(const std::string& text, Head& head) {
  const size_t open = text.find("[["), close = text.find("]]");
  std::string attribute = text.substr(open + 2, close - open - 2), left = text.substr(0, open);
  while (!left.empty() && left.back() == ' ') left.pop_back();
  const size_t gap = left.rfind(' ');
  std::string type = left.substr(0, gap);
  if (attribute.compare(0, 7, "buffer(") == 0) {
    const std::string index = attribute.substr(7, attribute.size() - 8);
    head.buffers.insert(unsigned(std::stoul(index)));
    if (type.back() == '&') { type.back() = '*'; return "*(" + type + ")b[" + index + "]"; }
    return "(" + type + ")b[" + index + "]";
  }
  static const std::map<std::string, std::string> fields = {
    {"thread_position_in_grid", "grid"}, {"thread_position_in_threadgroup", "local"}, {"threadgroup_position_in_grid", "group"},
    {"threadgroups_per_grid", "groups"}, {"threads_per_threadgroup", "size"}, {"thread_index_in_threadgroup", "local_index"},
    {"thread_index_in_simdgroup", "lane"}, {"threads_per_simdgroup", "lanes"}, {"simdgroup_index_in_threadgroup", "simdgroup"}};
  auto field = fields.find(attribute);
  if (field == fields.end()) misuse("kernel attribute %s", attribute.c_str());
  const char last = type.back();
  if (last != '2' && last != '3') return "t." + field->second;
  std::string out = type + "(";
  for (int i = 0; i < last - '0'; i++) out += (i ? ", " : "") + std::string("t.") + field->second + "[" + std::to_string(i) + "]";
  return out + ")";
}

std::vector<Head> headsOf(const std::string& source) {
  std::vector<Head> heads;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(0, 12, "kernel void ") != 0) continue;
    const size_t open = line.find('('), close = line.rfind(')');
    Head head{line.substr(12, open - 12), "", {}};
    std::string call = head.name + "(", part;
    int depth = 0;
    bool first = true;
    for (size_t i = open + 1; i <= close; i++) {
      const char c = line[i];
      if ((c == ',' && depth == 0) || i == close) {
        const size_t start = part.find_first_not_of(' ');
        if (start != std::string::npos) {
          call += (first ? "" : ", ") + argument(part.substr(start), head);
          first = false;
        }
        part.clear();
        continue;
      }
      if (c == '(' || c == '[' || c == '<') depth++;
      if (c == ')' || c == ']' || c == '>') depth--;
      part += c;
    }
    head.call = call + ")";
    heads.push_back(head);
  }
  return heads;
}

// Threadgroup variables are locals in MSL and statics in C++.
std::string asCpp(const std::string& source, const std::string& instead) {
  std::istringstream lines(source);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    const size_t start = line.find_first_not_of(' ');
    if (start != std::string::npos && start > 0 && line.compare(start, 12, "threadgroup ") == 0) line.replace(start, 12, instead);
    out += line + "\n";
  }
  return out;
}

std::map<std::string, std::string>& paths() { static std::map<std::string, std::string> p; return p; }
std::string path(const char* name) {
  std::lock_guard<std::mutex> lock(world);
  auto found = paths().find(name);
  return found == paths().end() ? "" : found->second;
}

std::string shell(const std::string& command, const std::string& input, const std::string& file, bool& fine) {
  { std::ofstream(file) << input; }
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  char chunk[4096];
  for (size_t n; (n = fread(chunk, 1, sizeof chunk, pipe)) > 0;) text.append(chunk, n);
  fine = pclose(pipe) == 0;
  return text;
}

std::string versionMacro(uint64_t language) { return std::to_string((language >> 16) * 100 + (language & 0xffff) * 10); }

Library* compile(const std::string& source, uint64_t language, std::string& log) {
  const std::string folder = path("cache"), clang = path("clang"), here = path("sources");
  const std::string name = std::to_string(std::hash<std::string>()(source + versionMacro(language))), base = folder + "/" + name;
  struct stat info;
  if (stat((base + ".so").c_str(), &info) != 0) {
    const std::string common = clang + " -x c++ -std=c++17 -DRK_METAL_VERSION=" + versionMacro(language) + " -I" + here + " -I" + here + "/shim ";
    bool fine = false;
    log = shell(common + "-fsyntax-only -DRK_STRICT -Wno-unknown-attributes -Wno-unknown-pragmas -Wno-undefined-inline " + base + ".strict.cpp",
                asCpp(source, "static threadgroup "), base + ".strict.cpp", fine);
    if (!fine) return nullptr;
    const std::vector<Head> heads = headsOf(source);
    std::string text = "#include \"emulator.h\"\n" + asCpp(source, "static __attribute__((section(\"rk_shared\"))) ");
    std::string table;
    for (size_t i = 0; i < heads.size(); i++) {
      text += "static void rk_entry_" + std::to_string(i) + "(void** b, const rk_emulator::Item& t) { " + heads[i].call + "; }\n";
      table += (i ? ", " : "") + std::string("rk_entry_") + std::to_string(i);
    }
    text += "static const rk_emulator::Entry rk_entries[] = {" + table + "};\n#include \"emulator.cpp\"\n";
    const std::string made = base + "." + std::to_string(getpid()) + ".so";
    log = shell(common + "-O1 -fPIC -shared -ffp-contract=off -Xclang -ffloat16-excess-precision=none -fno-strict-aliasing -fno-exceptions -w -o " + made + " " + base + ".cpp -lm",
                text, base + ".cpp", fine);
    if (!fine) return nullptr;
    rename(made.c_str(), (base + ".so").c_str());
  }
  void* handle = dlopen((base + ".so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) { log = dlerror(); return nullptr; }
  return new Library((Dispatch)dlsym(handle, "rk_dispatch_in_place"), (Schedule)dlsym(handle, "rk_schedule"), headsOf(source), name);
}

// ---------------------------------------------------------------- methods

struct Size { uint64_t width, height, depth; };
struct Range { uint64_t location, length; };

String* string(Object*, Selector, const char* text) { return autoreleased(new String(text)); }
const char* utf8(String* s, Selector) { return s->text.c_str(); }
Object* describe(Error* e, Selector) { return e->description; }
int64_t code(Error* e, Selector) { return e->code; }
uint64_t count(Array* a, Selector) { return a->items.size(); }
Object* itemAt(Array* a, Selector, uint64_t i) { if (i >= a->items.size()) misuse("objectAtIndex:%lu", i); return a->items[i]; }

Object* deviceName(Object*, Selector) { return autoreleased(new String("Emulated Metal device")); }
bool yes(Object*, Selector) { return true; }
bool no(Object*, Selector) { return false; }
uint64_t maxBuffer(Object*, Selector) { return 1ull << 30; }
uint64_t maxGroupMemory(Object*, Selector) { return 32768; }
uint64_t workingSet(Object*, Selector) { return 4ull << 30; }
bool supports(Object*, Selector, int64_t family) { return family == 1007 || family == 1008 || family == 5001; }
Object* newQueue(Object*, Selector) { return new CommandQueue(); }
Object* newEvent(Object*, Selector) { return new SharedEvent(); }
Object* newBuffer(Object*, Selector, uint64_t length, uint64_t options) {
  if (length == 0) misuse("newBufferWithLength:0");
  if (options != 0) misuse("buffers are shared here, not %lu", options);
  if (length > maxBuffer(nullptr, nullptr) || setting("failAllocations") != 0) return nullptr;
  return new Buffer(length);
}
Object* newLibrary(Object*, Selector, String* source, CompileOptions* options, Object** error) {
  if (options == nullptr || options->language == 0) misuse("a library without a language version");
  if (!options->safe) misuse("a library without safe mathematics");
  std::string log;
  Library* library = compile(source->text, options->language, log);
  if (library == nullptr && error != nullptr) *error = autoreleased(new Error(log, 3));
  return library;
}
Object* newPipeline(Object*, Selector, Function* f, Object**) {
  if (f == nullptr) misuse("a pipeline without a function");
  return new Pipeline(f);
}
Object* newFunction(Library* l, Selector, String* name) {
  for (size_t i = 0; i < l->heads.size(); i++) if (l->heads[i].name == name->text) return new Function(l, uint32_t(i));
  return nullptr;
}
Object* allocOptions(Object*, Selector) { return new CompileOptions(); }
Object* init(Object* o, Selector) { return o; }
void setLanguage(CompileOptions* o, Selector, uint64_t v) { o->language = v; }
void setMath(CompileOptions* o, Selector, int64_t mode) { o->safe = mode == 0; }
void setFastMath(CompileOptions* o, Selector, bool fast) { o->safe = !fast; }
uint64_t maxThreads(Object*, Selector) { return 1024; }
uint64_t simdWidth(Object*, Selector) { return 32; }
char* contents(Buffer* b, Selector) { return b->memory.data; }

Object* commandBuffer(Object*, Selector) { return autoreleased(new CommandBuffer()); }
Object* computeEncoder(CommandBuffer* c, Selector) { return autoreleased(new Encoder("MTLComputeCommandEncoder", c)); }
Object* blitEncoder(CommandBuffer* c, Selector) { return autoreleased(new Encoder("MTLBlitCommandEncoder", c)); }
void encodeSignal(CommandBuffer* c, Selector, SharedEvent* e, uint64_t value) {
  if (c->encoding) misuse("encodeSignalEvent with an open encoder");
  c->event = e;
  c->hold(e);
  c->value = value;
}
void commit(CommandBuffer* c, Selector) {
  if (c->encoding) misuse("commit with an open encoder");
  if (c->status != notEnqueued) misuse("commit twice");
  c->status = committed;
  retain(c);
  worker().add([c] {
    std::string text;
    if (setting("failCommands") != 0) text = "Caused GPU Hang Error (00000003:kIOGPUCommandBufferCallbackErrorHang)";
    for (auto& step : c->steps) if (text.empty()) text = step();
    if (!text.empty()) c->error = new Error(text, 1);
    c->status = text.empty() ? completed : failed;
    // What the system kills never signals.
    if (c->event != nullptr && text.empty()) c->event->signal(c->value);
    release(c);
  });
}
uint64_t status(CommandBuffer* c, Selector) { return c->status; }
Object* errorOf(CommandBuffer* c, Selector) { return c->error; }
bool waitUntilSignaled(SharedEvent* e, Selector, uint64_t value, uint64_t ms) {
  std::unique_lock<std::mutex> held(e->lock);
  return e->changed.wait_for(held, std::chrono::milliseconds(ms), [&] { return e->value >= value; });
}

void check(Encoder* e) { if (!e->open) misuse("an encoder used after endEncoding"); }
void endEncoding(Encoder* e, Selector) {
  check(e);
  e->open = false;
  e->commands->encoding = false;
}
void setPipeline(Encoder* e, Selector, Pipeline* p) {
  check(e);
  if (p == nullptr) misuse("setComputePipelineState:nil");
  e->pipeline = p;
  e->commands->hold(p);
}
void setBuffer(Encoder* e, Selector, Buffer* b, uint64_t offset, uint64_t index) {
  check(e);
  if (index > 30) misuse("buffer index %lu", index);
  if (b == nullptr || offset >= b->bytes) misuse("setBuffer: nil or offset %lu", offset);
  if (offset % 4 != 0) misuse("buffer offset %lu", offset);
  e->commands->hold(b);
  e->slots[index] = Slot{b, offset, nullptr, 0};
}
void setBytes(Encoder* e, Selector, const void* bytes, uint64_t length, uint64_t index) {
  check(e);
  if (length == 0 || length > 4096) misuse("setBytes of %lu bytes", length);
  Memory* memory = new Memory(length);
  memcpy(memory->data, bytes, length);
  e->slots[index] = Slot{nullptr, 0, memory, length};
}
// Appends a dispatch and the memory it finds to the records of its library: see threads/emulator.cpp.
void record(const std::string& folder, const Function* f, const std::vector<Binding>& bindings, const uint32_t* whole, const uint32_t* size) {
  std::ofstream file(folder + "/" + f->library->name + ".dispatches", std::ios::binary | std::ios::app);
  const auto put = [&file](const void* data, size_t bytes) { file.write((const char*)data, std::streamsize(bytes)); };
  const uint32_t head[2] = {f->index, uint32_t(bindings.size())};
  put(head, sizeof head);
  put(whole, 12);
  put(size, 12);
  for (const Binding& b : bindings) {
    put(&b.bytes, sizeof b.bytes);
    put(b.data, b.bytes);
  }
}

void dispatchGroups(Encoder* e, Selector, Size groups, Size threads) {
  check(e);
  if (e->pipeline == nullptr) misuse("dispatch without a pipeline");
  if (groups.width * groups.height * groups.depth == 0) misuse("dispatch of no threadgroups");
  const uint64_t n = threads.width * threads.height * threads.depth;
  if (n == 0 || n > 1024) misuse("%lu threads in a threadgroup", n);
  Function* f = e->pipeline->function;
  const Head& head = f->library->heads[f->index];
  std::vector<Binding> bindings;
  unsigned expected = 0;
  for (unsigned index : head.buffers) {
    if (index != expected++) misuse("kernel %s leaves out buffer %u", head.name.c_str(), expected - 1);
    auto slot = e->slots.find(index);
    if (slot == e->slots.end()) misuse("kernel %s: buffer %u is not bound", head.name.c_str(), index);
    const Slot& s = slot->second;
    bindings.push_back(s.buffer != nullptr ? Binding{s.buffer->memory.data + s.offset, s.buffer->bytes - s.offset} : Binding{s.bytes->data, s.length});
  }
  e->commands->steps.push_back([f, bindings, groups, threads]() mutable -> std::string {
    const uint32_t size[3] = {uint32_t(threads.width), uint32_t(threads.height), uint32_t(threads.depth)};
    const uint32_t whole[3] = {uint32_t(groups.width) * size[0], uint32_t(groups.height) * size[1], uint32_t(groups.depth) * size[2]};
    static std::atomic<uint32_t> seed{1};
    const std::string folder = path("record");
    if (!folder.empty()) record(folder, f, bindings, whole, size);
    f->library->schedule(setting("unfair") != 0);
    const char* wrong = f->library->dispatch(f->index, bindings.data(), uint32_t(bindings.size()), whole, size, 32, seed++);
    return wrong == nullptr ? "" : wrong;
  });
}
void fill(Encoder* e, Selector, Buffer* b, Range r, uint8_t value) {
  check(e);
  if (r.length == 0 || r.location + r.length > b->bytes) misuse("fillBuffer out of range");
  if (r.location % 4 != 0 || r.length % 4 != 0) misuse("fillBuffer alignment");
  e->commands->hold(b);
  e->commands->steps.push_back([b, r, value]() -> std::string { memset(b->memory.data + r.location, value, r.length); return ""; });
}
void copy(Encoder* e, Selector, Buffer* from, uint64_t at, Buffer* to, uint64_t there, uint64_t n) {
  check(e);
  if (n == 0 || at + n > from->bytes || there + n > to->bytes) misuse("copyFromBuffer out of range: %lu+%lu of %lu to %lu of %lu", at, n, from->bytes, there, to->bytes);
  if (at % 4 != 0 || there % 4 != 0 || n % 4 != 0) misuse("copyFromBuffer alignment");
  e->commands->hold(from);
  e->commands->hold(to);
  e->commands->steps.push_back([=]() -> std::string { memcpy(to->memory.data + there, from->memory.data + at, n); return ""; });
}

Object* retainMethod(Object* o, Selector) { retain(o); return o; }
void releaseMethod(Object* o, Selector) { release(o); }
bool respondsTo(Object* o, Selector, Selector what) { return o->isa->methods.count(*what) != 0; }

struct Setup {
  Setup() {
    method("NSString", "+stringWithUTF8String:", (void*)string);
    method("NSString", "UTF8String", (void*)utf8);
    method("NSError", "localizedDescription", (void*)describe);
    method("NSError", "code", (void*)code);
    method("NSArray", "count", (void*)count);
    method("NSArray", "objectAtIndex:", (void*)itemAt);
    const char* device = "MTLDevice";
    method(device, "name", (void*)deviceName);
    method(device, "hasUnifiedMemory", (void*)yes);
    method(device, "isLowPower", (void*)no);
    method(device, "maxBufferLength", (void*)maxBuffer);
    method(device, "maxThreadgroupMemoryLength", (void*)maxGroupMemory);
    method(device, "recommendedMaxWorkingSetSize", (void*)workingSet);
    method(device, "supportsFamily:", (void*)supports);
    method(device, "newCommandQueue", (void*)newQueue);
    method(device, "newSharedEvent", (void*)newEvent);
    method(device, "newBufferWithLength:options:", (void*)newBuffer);
    method(device, "newLibraryWithSource:options:error:", (void*)newLibrary);
    method(device, "newComputePipelineStateWithFunction:error:", (void*)newPipeline);
    method("MTLCompileOptions", "+alloc", (void*)allocOptions);
    method("MTLCompileOptions", "init", (void*)init);
    method("MTLCompileOptions", "setLanguageVersion:", (void*)setLanguage);
    method("MTLCompileOptions", "setMathMode:", (void*)setMath);
    method("MTLCompileOptions", "setFastMathEnabled:", (void*)setFastMath);
    method("MTLLibrary", "newFunctionWithName:", (void*)newFunction);
    method("MTLFunction", "name", (void*)deviceName);
    method("MTLComputePipelineState", "maxTotalThreadsPerThreadgroup", (void*)maxThreads);
    method("MTLComputePipelineState", "threadExecutionWidth", (void*)simdWidth);
    method("MTLBuffer", "contents", (void*)contents);
    method("MTLCommandQueue", "commandBuffer", (void*)commandBuffer);
    method("MTLCommandBuffer", "computeCommandEncoder", (void*)computeEncoder);
    method("MTLCommandBuffer", "blitCommandEncoder", (void*)blitEncoder);
    method("MTLCommandBuffer", "encodeSignalEvent:value:", (void*)encodeSignal);
    method("MTLCommandBuffer", "commit", (void*)commit);
    method("MTLCommandBuffer", "status", (void*)status);
    method("MTLCommandBuffer", "error", (void*)errorOf);
    method("MTLSharedEvent", "waitUntilSignaledValue:timeoutMS:", (void*)waitUntilSignaled);
    for (const char* e : {"MTLComputeCommandEncoder", "MTLBlitCommandEncoder"}) method(e, "endEncoding", (void*)endEncoding);
    method("MTLComputeCommandEncoder", "setComputePipelineState:", (void*)setPipeline);
    method("MTLComputeCommandEncoder", "setBuffer:offset:atIndex:", (void*)setBuffer);
    method("MTLComputeCommandEncoder", "setBytes:length:atIndex:", (void*)setBytes);
    method("MTLComputeCommandEncoder", "dispatchThreadgroups:threadsPerThreadgroup:", (void*)dispatchGroups);
    method("MTLBlitCommandEncoder", "fillBuffer:range:value:", (void*)fill);
    method("MTLBlitCommandEncoder", "copyFromBuffer:sourceOffset:toBuffer:destinationOffset:size:", (void*)copy);
    for (auto& c : classes()) {
      c.second->methods["retain"] = (Method)retainMethod;
      c.second->methods["release"] = (Method)releaseMethod;
      c.second->methods["respondsToSelector:"] = (Method)respondsTo;
    }
  }
};

}  // namespace

extern "C" {

Method rk_lookup(Object* self, Selector selector) {
  static Setup setup;
  if (self == nullptr) misuse("%s sent to nil", selector->c_str());
  const bool isClass = self->isa == nullptr;
  const Class* c = isClass ? (const Class*)self : self->isa;
  if (!isClass && self->references <= 0) misuse("%s sent to a dead %s", selector->c_str(), c->name.c_str());
  auto found = c->methods.find(isClass ? "+" + *selector : *selector);
  if (found == c->methods.end()) misuse("%s does not answer %s", c->name.c_str(), selector->c_str());
  if (setting("trace") != 0) {
    std::lock_guard<std::mutex> lock(world);
    traced() += c->name + (isClass ? " +" : " ") + *selector + "\n";
  }
  return found->second;
}

Object* objc_getClass(const char* name) {
  static Setup setup;
  auto found = classes().find(name);
  return found == classes().end() ? nullptr : found->second;
}
Selector sel_registerName(const char* name) {
  std::lock_guard<std::mutex> lock(world);
  return &*names().insert(name).first;
}
uint64_t objc_autoreleasePoolPush() {
  pools.emplace_back();
  return pools.size();
}
void objc_autoreleasePoolPop(uint64_t pool) {
  if (pool != pools.size()) misuse("autorelease pools popped out of order, or on another thread");
  std::vector<Object*> objects = std::move(pools.back());
  pools.pop_back();
  for (Object* o : objects) release(o);
}

Object* MTLCreateSystemDefaultDevice() {
  if (setting("noDevice") != 0) return nullptr;
  retain(theDevice());
  return theDevice();
}
Object* MTLCopyAllDevices() { return new Array({theDevice()}); }

// For tests: switches on a failure; tells what lives, as `Class count` lines.
void rk_fake_set(const char* name, uint64_t value) {
  std::lock_guard<std::mutex> lock(world);
  settings()[name] = value;
}
void rk_fake_path(const char* name, const char* path) {
  std::lock_guard<std::mutex> lock(world);
  paths()[name] = path;
}
const char* rk_fake_living() {
  static std::string text;
  std::lock_guard<std::mutex> lock(world);
  text.clear();
  for (auto& l : living()) if (l.second != 0) text += l.first + " " + std::to_string(l.second) + "\n";
  return text.c_str();
}
const char* rk_fake_trace() {
  static std::string text;
  std::lock_guard<std::mutex> lock(world);
  text.swap(traced());
  traced().clear();
  return text.c_str();
}
long rk_fake_device_references() { return theDevice()->references; }
}
