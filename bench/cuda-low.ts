/**
 * The layer below actors on a CUDA device, while a persistent kernel of the same context runs and must go on
 * answering: memory, pinned memory, copies, streams, launches. `cuda-low [--json FILE]`; exit code 1 when one fails.
 */
import { writeFileSync } from 'node:fs';
import type { CudaContext } from '../src/backend/cuda/context.ts';
import type { CudaEngine } from '../src/backend/cuda/engine.ts';
import type { CudaFunction } from '../src/backend/cuda/kernel.ts';
import { message, RingKernel, RingKernelError, ringKernel, u32 } from '../src/index.ts';

const source = `
extern "C" __global__ void scale(float* data, int n, float by) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) data[i] = data[i] * by;
}
// Blocks meet again and again; word 1 counts what a block saw of its neighbour too early or too late.
extern "C" __global__ void meet(unsigned* words, int rounds) {
  for (int r = 0; r < rounds; r++) {
    if (threadIdx.x == 0) {
      *(volatile unsigned*)&words[2 + blockIdx.x] = r;
      __threadfence();
      atomicAdd(&words[0], 1u);
      while (*(volatile unsigned*)&words[0] < (unsigned)(2 * r + 1) * gridDim.x) __nanosleep(20);
      if (*(volatile unsigned*)&words[2 + (blockIdx.x + 1) % gridDim.x] != (unsigned)r) atomicAdd(&words[1], 1u);
      __threadfence();
      atomicAdd(&words[0], 1u);
      while (*(volatile unsigned*)&words[0] < (unsigned)(2 * r + 2) * gridDim.x) __nanosleep(20);
    }
    __syncthreads();
  }
}
`;

const Ask = message('LowAsk', { n: u32 });
const Answer = message('LowAnswer', { n: u32 });
const plusOne = ringKernel({ id: 'low_plus_one', on: Ask, reply: Answer, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  return { n: msg.n + 1 };
});

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const refused = async (promise: Promise<unknown>, code: string): Promise<void> => {
  const error = await promise.then(() => null, (cause: unknown) => cause);
  demand(error instanceof RingKernelError && error.code === code, `${String(error)} instead of ${code}`);
};

export interface Low {
  readonly context: CudaContext;
  readonly function: (name: 'scale' | 'meet') => CudaFunction;
  /** Pauses of the persistent kernel so far. */
  readonly pauses: () => number;
  /** One call of an actor that lives meanwhile. */
  readonly actor: () => Promise<void>;
}

export const lowCases: Readonly<Record<string, (low: Low) => Promise<void>>> = {
  async 'memory is taken and given back without a pause'({ context, pauses, actor }) {
    const before = pauses();
    for (let i = 0; i < 50; i++) {
      using buffer = context.allocate(2 ** 20 + i);
      const got = new Uint8Array(2 ** 20 + i).fill(7);
      await context.read(buffer, got);
      demand(got.every((x) => x === 0), 'fresh memory is not zero');
      await context.write(buffer, got.fill(255));
      if (i % 10 === 0) await actor();
    }
    demand(pauses() === before, `${pauses() - before} pauses`);
  },
  async 'copies both ways and on the device, with offsets'({ context, pauses, actor }) {
    const before = pauses();
    const values = Uint32Array.from({ length: 4096 }, (_, i) => (i * 2654435761) >>> 0);
    using a = context.allocate(values.byteLength);
    using b = context.allocate(values.byteLength);
    await context.write(a, values);
    await context.copy(a, b, 4000, 400, 44);
    const got = new Uint32Array(4096);
    await context.read(b, got);
    demand(got.every((x, i) => x === (i >= 11 && i < 1011 ? values[i - 11 + 100] : 0)), 'a copy on the device');
    await context.write(b, values.subarray(0, 10), 400);
    const part = new Uint32Array(12);
    await context.read(b, part, 396);
    demand(part.slice(1, 11).every((x, i) => x === values[i]) && part[0] === values[99 - 11 + 100], 'copies with offsets');
    await refused(context.copy(a, b, 64, values.byteLength - 32), 'InvalidConfig');
    await refused(context.write(a, values, 4), 'InvalidConfig');
    await actor();
    demand(pauses() === before, `${pauses() - before} pauses`);
  },
  async 'pinned memory is seen by both sides'({ context, function: of, actor }) {
    using buffer = context.allocate(4096, { pinned: true });
    const seen = new Float32Array(buffer.mapped!.buffer, buffer.mapped!.byteOffset, 1024);
    demand(seen.every((x) => x === 0), 'fresh pinned memory is not zero');
    for (let i = 0; i < 1024; i++) seen[i] = i;
    await of('scale').launch({ grid: 4, block: 64 }, [buffer, 1024, 0.5]);
    await context.synchronize();
    demand(seen.every((x, i) => x === i / 2), 'what the device wrote');
    using device = context.allocate(4096);
    await context.copy(buffer, device, 4096);
    const got = new Float32Array(1024);
    await context.read(device, got);
    demand(got.every((x, i) => x === i / 2), 'a copy from pinned memory');
    await actor();
  },
  async 'streams keep their own order'({ context, function: of, pauses, actor }) {
    const before = pauses();
    const streams = Array.from({ length: 4 }, () => context.createStream());
    const buffers = streams.map(() => context.allocate(4 * 10_000));
    const ones = new Float32Array(10_000).fill(1);
    await Promise.all(streams.map(async (stream, k) => {
      await context.write(buffers[k]!, ones, 0, stream);
      for (let i = 0; i < 20; i++) await of('scale').launch({ grid: 8, block: 128, stream }, [buffers[k]!, 10_000, k + 0.5]);
      await context.synchronize(stream);
      const got = new Float32Array(10_000);
      await context.read(buffers[k]!, got, 0, stream);
      let expected = 1;
      for (let i = 0; i < 20; i++) expected = Math.fround(expected * (k + 0.5));
      demand(got.every((x) => x === expected), `stream ${k}: ${got[0]} instead of ${expected}`);
    }));
    await actor();
    for (const stream of streams) stream[Symbol.dispose]();
    for (const buffer of buffers) buffer[Symbol.dispose]();
    demand(pauses() === before, `${pauses() - before} pauses`);
  },
  async 'a cooperative launch has all its blocks at once'({ context, function: of, actor }) {
    const meet = of('meet');
    const blocks = 3;
    demand(meet.occupancy(32) >= blocks && meet.occupancy(32) >= meet.occupancy(1024), 'occupancy');
    demand(meet.facts.maxThreads >= 0 && meet.facts.registers >= 0, 'facts');
    using words = context.allocate(4 * (2 + blocks));
    const stream = context.createStream();
    await meet.launch({ grid: blocks, block: 32, cooperative: true, stream }, [words, 100]);
    await context.synchronize(stream);
    const got = new Uint32Array(2 + blocks);
    await context.read(words, got);
    demand(got[0] === 200 * blocks && got[1] === 0, `blocks met ${got[0]} times, ${got[1]} wrongly`);
    await refused(meet.launch({ grid: meet.occupancy(32) + 1, block: 32, cooperative: true, stream }, [words, 1]), 'TooManyBlocks');
    stream[Symbol.dispose]();
    await actor();
  },
  async 'code is loaded and unloaded in pauses, and the actor goes on'({ context, pauses, actor }) {
    const before = pauses();
    for (let i = 0; i < 5; i++) {
      using kernel = await context.compile({ source: source.replaceAll('scale', `scale${i}`).replaceAll('meet', `meet${i}`), entries: [`scale${i}`] });
      using buffer = context.allocate(64);
      await context.write(buffer, new Float32Array(16).fill(4));
      await kernel.getFunction(`scale${i}`).launch({ grid: 1, block: 16 }, [buffer, 16, 0.25]);
      const got = new Float32Array(16);
      await context.read(buffer, got);
      demand(got.every((x) => x === 1), 'a launch of fresh code');
      await actor();
    }
    demand(pauses() >= before + 5, 'code was loaded without a pause');
  },
};

/** Runs every case; rejects with the first failure unless `each` takes them. */
export async function low(settings: Record<string, unknown>, engine: Record<string, unknown>, each: (name: string, error: unknown) => void): Promise<string> {
  await using ring = await RingKernel.open({ backend: 'cuda', settings, engine });
  const context = ring.context as CudaContext;
  const resident = (await context.engine()) as CudaEngine;
  const kernel = await ring.launch(plusOne);
  using compiled = await context.compile({ source, entries: ['scale', 'meet'] });
  let calls = 0;
  const given: Low = {
    context, function: (name) => compiled.getFunction(name) as CudaFunction, pauses: () => resident.figures.pauses,
    actor: async () => { demand((await kernel.call({ n: calls })).n === ++calls, 'the actor does not answer'); },
  };
  for (const [name, run] of Object.entries(lowCases)) {
    const error = await run(given).then(() => null, (cause: unknown) => cause);
    each(name, error);
  }
  demand((await kernel.readState()).handled === calls, 'the actor has handled another number of calls');
  return context.device.name;
}

if (process.argv[1]?.includes('cuda-low') === true) {
  const lines: { readonly name: string; readonly passed: boolean }[] = [];
  const device = await low(JSON.parse(process.env['RK_CUDA'] ?? '{}') as Record<string, unknown>, {}, (name, error) => {
    lines.push({ name, passed: error === null });
    console.log(`${error === null ? 'pass' : 'FAIL'} ${name}${error === null ? '' : `: ${error instanceof RingKernelError ? `${error.message} ${error.why}` : String(error)}`}`);
    if (error !== null) process.exitCode = 1;
  });
  const at = process.argv.indexOf('--json');
  if (at > 0) writeFileSync(process.argv[at + 1]!, `${JSON.stringify({ device, lines }, null, 1)}\n`);
}
