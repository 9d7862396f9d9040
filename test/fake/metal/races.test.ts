/**
 * ThreadSanitizer over emitted kernels: what the backend dispatches is recorded and run again by a program of its own in which
 * every GPU thread is a thread of the system.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metalBackend } from '../../../src/backend/metal/index.ts';
import { ringKernel } from '../../../src/kernel/define.ts';
import { emitMsl } from '../../../src/kernel/emit/msl/index.ts';
import type { GlobalProgram } from '../../../src/kernel/ir.ts';
import { u32 } from '../../../src/layout/types.ts';
import { message } from '../../../src/message/message.ts';
import { RingKernel } from '../../../src/runtime/ring-kernel.ts';
import histogram from '../../codegen/in/histogram.ts';
import reduce from '../../codegen/in/reduce.ts';
import { findTool, missing } from '../../support/tools.ts';
import { buildFakeMetal, fakeMetal } from './library.ts';
import { shim } from './strict.ts';

describe.skipIf(missing('clang'))('ThreadSanitizer', () => {
  const fake = fakeMetal();

  /** Runs `body`, then its dispatches again under the sanitizer. What that says, and how many dispatches it saw. */
  async function raced(body: () => Promise<void>): Promise<{ report: string; dispatches: number }> {
    const folder = mkdtempSync(join(tmpdir(), 'ringkernel-races-'));
    try {
      fake.record(folder);
      try {
        await body();
      } finally {
        fake.record(null);
      }
      let report = '';
      let dispatches = 0;
      for (const file of readdirSync(folder)) {
        const program = join(folder, `${file}.program`);
        const built = spawnSync(findTool('clang')!.replace('clang', 'clang++'), [
          '-x', 'c++', '-std=c++17', '-O1', '-g', '-fsanitize=thread', '-ffp-contract=off', '-fno-strict-aliasing', '-w', '-DRK_METAL_VERSION=310',
          `-I${join(import.meta.dirname, 'threads')}`, `-I${shim}`, '-o', program, join(buildFakeMetal().folder, `${basename(file, '.dispatches')}.cpp`), '-lm', '-lpthread',
        ], { encoding: 'utf8' });
        if (built.status !== 0) throw new Error(built.stderr);
        const run = spawnSync(program, [join(folder, file)], { encoding: 'utf8', env: { ...process.env, TSAN_OPTIONS: 'exitcode=0' } });
        if (run.status !== 0) throw new Error(`${run.status}: ${run.stderr}`);
        report += run.stderr;
        dispatches += Number.parseInt(run.stdout, 10);
      }
      return { report, dispatches };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const bytesOf = (a: Uint32Array | Float32Array): Uint8Array => new Uint8Array(a.buffer);
  /** The emitted text of a global kernel, changed or not, over these buffers; the last is its block of values. */
  const launch = (program: GlobalProgram, change: (source: string) => string, groups: number, ...contents: (Uint32Array | Float32Array)[]) => async (): Promise<void> => {
    const { source, entry } = emitMsl(program);
    await using context = await metalBackend({ libraries: fake.libraries }).createContext();
    using kernel = await context.compile({ source: change(source), entries: [entry] });
    const buffers = contents.map((c) => context.allocate(c.byteLength));
    for (const [i, b] of buffers.entries()) await context.write(b, bytesOf(contents[i]!));
    await kernel.getFunction(entry).launch({ grid: groups, block: 64 }, buffers);
    await context.synchronize();
    for (const b of buffers) b[Symbol.dispose]();
  };
  /** The detector sees a race only when the threads do not happen to run one after the other. */
  const racedInTheEnd = async (work: Parameters<typeof raced>[0]): Promise<string> => {
    for (let attempt = 0; attempt < 30; attempt++) {
      const { report } = await raced(work);
      if (report !== '') return report;
    }
    return '';
  };
  const same = (source: string): string => source;
  const x = new Float32Array(128).fill(1);
  const reduceArguments = Uint32Array.of(128, 2, 128, 0x3f80_0000);

  it('is silent on a reduction with its barriers', async () => {
    expect(await raced(launch(reduce.program, same, 2, x, new Float32Array(2), reduceArguments))).toEqual({ report: '', dispatches: 1 });
  });

  it.each([0, 1])('reports the reduction without its barrier %i', async (which) => {
    const planted = (source: string): string => {
      let n = 0;
      return source.replace(/threadgroup_barrier\(mem_flags::mem_threadgroup\);/g, (text) => (n++ === which ? '' : text));
    };
    expect(await racedInTheEnd(launch(reduce.program, planted, 2, x, new Float32Array(2), reduceArguments))).toContain('WARNING: ThreadSanitizer: data race');
  });

  it('reports data that is published by a relaxed flag in the same dispatch', async () => {
    const source = `#include <metal_stdlib>
using namespace metal;
kernel void publish(device uint* data [[buffer(0)]], device atomic_uint* flag [[buffer(1)]], uint3 at [[thread_position_in_grid]]) {
  if (at.x == 0u) {
    data[0] = 7u;
    atomic_store_explicit(flag, 1u, memory_order_relaxed);
  } else {
    while (atomic_load_explicit(flag, memory_order_relaxed) == 0u) {
    }
    data[at.x] = data[0];
  }
}
`;
    const report = await racedInTheEnd(async () => {
      await using context = await metalBackend({ libraries: fake.libraries }).createContext();
      using kernel = await context.compile({ source, entries: ['publish'] });
      using data = context.allocate(32);
      using flag = context.allocate(16);
      await kernel.getFunction('publish').launch({ grid: 1, block: 4 }, [data, flag]);
      await context.synchronize();
    });
    expect(report).toContain('WARNING: ThreadSanitizer: data race');
  });

  it('is silent on atomics in device and threadgroup memory', async () => {
    const bins = launch(histogram.program, same, 2, Uint32Array.from({ length: 128 }, (_, i) => i), new Uint32Array(16), new Uint32Array(1), Uint32Array.of(128, 16, 1, 128));
    expect(await raced(bins)).toEqual({ report: '', dispatches: 1 });
  });

  it('is silent on the engine: calls, batches, and actors that send to each other', async () => {
    const Go = message('Go', { n: u32 });
    const Token = message('Token', { n: u32 });
    const Count = message('Count', { n: u32 });
    const source = ringKernel({ id: 'source', on: Go, reply: Count, state: { sent: u32 }, sends: { out: Token } }, (ctx, msg) => {
      for (let i = 0; i < msg.n; i++) if (ctx.send.out({ n: i })) ctx.state.sent += 1;
      return { n: ctx.state.sent };
    });
    const sink = ringKernel({ id: 'sink', state: { sum: u32 } }).on(Token, (ctx, msg) => { ctx.state.sum += msg.n; }).on(Go, Count, (ctx) => ({ n: ctx.state.sum }));
    const plain = ringKernel({ id: 'plain', on: Go, reply: Count }, (_ctx, msg) => ({ n: msg.n * 2 }));
    const { report, dispatches } = await raced(async () => {
      await using ring = await RingKernel.open({ backend: 'metal', settings: { libraries: fake.libraries } });
      const to = await ring.launch(sink);
      const sources = await Promise.all(Array.from({ length: 6 }, (_, i) => ring.launch(source, { id: `source${i}`, connect: { out: 'sink' } })));
      await Promise.all(sources.map((s) => s.call({ n: 3 })));
      while ((await to.call(Go, { n: 0 })).n < 18);
      const doubled = await (await ring.launch(plain)).callBatch({ n: Uint32Array.from({ length: 100 }, (_, i) => i) });
      expect(doubled.n[99]).toBe(198);
    });
    expect(report).toBe('');
    expect(dispatches).toBeGreaterThan(3);
  });
});
