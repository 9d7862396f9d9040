/**
 * What an emitted CUDA handler and the CUDA engine owe each other.
 *
 * The emitter prints, per handler, one function (`handlerSignature`):
 *
 *   static __device__ u32 NAME(RkContext& ctx, STATE* state, const MESSAGE* msg, REPLY* reply)
 *
 * - `state`, `msg`, `reply` point to the plain C structs of the layout (natural alignment). They may lie in
 *   local, shared or global memory: generic pointers. `state` is `void*` for an actor without state, `reply`
 *   is `void*` for a handler without reply. `msg` is never written.
 * - Result: bit 0 set when `*reply` was written. After `rk_fault` the handler runs on with harmless values (element
 *   0, quotient 0); the engine looks at `ctx.fault` when it returns, and `rk_send` and `rk_debug` do nothing meanwhile.
 * - Helpers that send, debug, fault, read the clock or the sender take `RkContext& ctx` as first parameter.
 * - A handler is run by one thread (`ctx.lane` 0 of `ctx.lanes` 1). Where several run one, only lane 0's sends,
 *   debug output and reply count.
 * - A loop whose trip count is not a constant begins its body with `if (!rk_alive(ctx)) return 0;`
 *   (in a helper: its zero value), so that the watchdog can end an endless handler.
 *
 * All names below begin with `rk_` or `Rk`; user names never do. `handlerDeclarations` is the text that stands
 * before the handlers; it is enough to compile them alone.
 */
export const handlerDeclarations = `
typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64;
typedef int i32; typedef long long i64;
/* One message being handled. */
struct RkContext {
  u32 self;         /* actor id */
  u32 source;       /* actor id of the sender, 0: the host */
  u32 correlation;
  u32 handler;
  u64 stamp;        /* packed HLC of the message */
  u64 deadline;     /* packed HLC, 0: none */
  u32 lane, lanes;  /* this thread of those that run the handler */
  u32 fault;        /* RkFault once rk_fault was called */
  u32 turn;         /* loop turns, for rk_alive */
  struct RkRow* row;
  u64* clock;       /* the actor's HLC */
  struct RkPort* ports;  /* the actor's ports at hand, or 0 */
};
/* The numbers of \`faultKinds\` in src/engine/abi.ts. */
enum RkFault { RK_TRAP = 1, RK_OUT_OF_BOUNDS, RK_DIVISION_BY_ZERO, RK_OVERFLOW, RK_UNREACHABLE, RK_STACK_OVERFLOW, RK_WATCHDOG };
/* Sends \`bytes\` of payload through a port; false: not connected, or the receiver's inbox is full. */
static __device__ bool rk_send(RkContext& ctx, u32 port, const void* payload, u32 bytes);
/* Debug output, as a \`DebugRecord\` of src/engine/abi.ts: one 64-bit word per argument, two bits of \`kinds\` each. */
static __device__ void rk_debug(RkContext& ctx, u32 format, u64 kinds, const u64* words, u32 count);
/* Records a fault at offsets [start, end) of source text \`source\`; the first one counts. */
static __device__ void rk_fault(RkContext& ctx, u32 kind, u32 source, u32 start, u32 end);
/* False when the watchdog wants the handler to end; the fault is recorded already. */
static __device__ bool rk_alive(RkContext& ctx);
/* Packed HLC, ticked: microseconds << 12 | logical. */
static __device__ u64 rk_hlc(RkContext& ctx);
/* Past a stamp as well: the clock of one who has read it. */
static __device__ u64 rk_hlc_update(RkContext& ctx, u64 stamp);
/* The same clock as it stands, not ticked. */
static __device__ u64 rk_hlc_last(RkContext& ctx);
/* Microseconds since the epoch. */
static __device__ u64 rk_now_us();
/* Nanoseconds of a monotonic device clock. */
static __device__ u64 rk_clock_ns();
`;

export const handlerSignature = (name: string, state: string | null, message: string, reply: string | null): string =>
  `static __device__ u32 ${name}(RkContext& ctx, ${state ?? 'void'}* state, const ${message}* msg, ${reply ?? 'void'}* reply)`;
