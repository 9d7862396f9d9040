/**
 * A user may call anything by any name that TypeScript allows: every word that some target keeps for itself, and every
 * name that its library or generated code declares, as a field, a local, a helper, a parameter, a constant, a struct.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { f32, globalKernel, message, RingKernel, ringKernel, struct, u32, write, type KernelDefinition } from '../../src/index.ts';
import { handlerDeclarations } from '../../src/kernel/emit/cuda/abi.ts';
import { cudaCompileOptions, cudaPart, cudaUnit } from '../../src/kernel/emit/cuda/index.ts';
import { cudaReserved } from '../../src/kernel/words/cuda.ts';
import { mslReserved } from '../../src/kernel/words/msl.ts';
import { wgslReserved } from '../../src/kernel/words/wgsl.ts';
import { fromText } from '../../src/testing/evaluate.ts';
import { compiledToJs, compiledToWasm, interpreted } from '../../src/testing/run-actor.ts';
import { Bench, places } from '../support/contexts.ts';
import { findTool, missing } from '../support/tools.ts';
import { withoutWebGpu } from '../support/webgpu.ts';
import { callEverything } from './cuda-engine.ts';
import { CudaHandlers } from './run-cuda.ts';
import { MslHandlers } from './run-msl.ts';

/** Names of generated code, of JavaScript, and shapes that languages keep for themselves. */
const own = `state msg message reply ctx mem sync actor memory replied rk views constants item result arguments handler0 handle_0 run kind0 main
 entry lane lanes row self sender column slot old shift turned value values data length width height x y z w a b c i v w0 t t1 tile array index
 rk_index rk_send rk_f32 rk_vec2 rk_array rk_context RkContext RkRow rk_written_x rk_half_bits k0_handler0 L0 L1 undefined_ NaN_ __a a__b _c __
 Array Object Math Number BigInt Atomics DataView Symbol Error globalThis window process require prototype constructor toString hasOwnProperty valueOf
 assert printf NULL TRUE FALSE INFINITY NAN HUGE_VALF M_PI_F threadIdx blockDim half2 float4 packed_float3 simd_sum workgroupBarrier enable requires`.trim().split(/\s+/);
const words = [...new Set([...cudaReserved, ...mslReserved, ...wgslReserved, ...own])].filter((w) => /^[A-Za-z_$][\w$]*$/.test(w)).sort();
/** Fields of messages are plain identifiers; what may be one stays as it is. */
const field = (word: string): string => (/^[A-Za-z][A-Za-z0-9_]*$/.test(word) && !word.includes('__') ? word : `f${words.indexOf(word)}`);

/** What no local of JavaScript can be called. */
const isLocal = (word: string): boolean => {
  try {
    void new Function(`'use strict'; let ${word} = 1; return ${word};`);
    return !['arguments', 'eval', 'undefined', 'NaN', 'Infinity', 'ctx0', 'msg0', 'uses0', 'Math', 'Number', 'BigInt'].includes(word);
  } catch {
    return false;
  }
};
const chunk = 90;
const chunks = Array.from({ length: Math.ceil(words.length / chunk) }, (_, i) => words.slice(i * chunk, (i + 1) * chunk));

/** Each word as a field of the message, the state and the reply, as a helper, and as a local where it can be one. */
function actorOf(list: readonly string[], n: number): KernelDefinition {
  const fields = Object.fromEntries(list.map((w) => [field(w), u32]));
  const names = list.map(field);
  const inner = struct(names[0]!, { [names[1]!]: f32, [names[2]!]: u32 });
  const uses = Object.fromEntries(list.map((w, i) => [w, new Function('x', `return x + ${i} >>> 0`)]));
  const body = list.map((w) => {
    const name = isLocal(w) ? w : `v_${w.replace(/\W/g, '_')}`;
    return `let ${name} = uses0.${w}(msg0.${field(w)}); ${name} += ctx0.state.${field(w)}; ctx0.state.${field(w)} = ${name};`;
  });
  const text = `(ctx0, msg0, uses0) => { ${body.join('\n')} ctx0.state.inner_.${names[1]!} += 0.5; return { ${names.map((w) => `${w}: ctx0.state.${w}`).join(', ')} }; }`;
  const port = message(names[3]!, fields);
  return ringKernel({
    id: `${list[4]!.replace(/\W/g, '_').replace(/^_+/, 'u')}`, on: message(`In${n}`, fields), reply: message(`Out${n}`, fields), state: { ...fields, inner_: inner }, sends: { [list[5]!]: port }, uses,
  }, fromText(text) as never) as unknown as KernelDefinition;
}
const actors = chunks.map(actorOf);
const valuesOf = (list: readonly string[], f: (i: number) => number): Record<string, number> => Object.fromEntries(list.map((w, i) => [field(w), f(i)]));

it('covers what targets keep', () => expect(words.length).toBeGreaterThan(700));

it.each(chunks.map((list, n) => [n, list[0]!] as const))('chunk %i, from %s: interpreter, JavaScript, WebAssembly', (n) => {
  const { program } = actors[n]!;
  const list = chunks[n]!;
  const input = { message: valuesOf(list, (i) => i * 3), state: { ...valuesOf(list, (i) => i), inner_: { [field(list[1]!)]: 1, [field(list[2]!)]: 2 } } };
  const expected = { reply: valuesOf(list, (i) => i * 5), state: { ...valuesOf(list, (i) => i * 5), inner_: { [field(list[1]!)]: 1.5, [field(list[2]!)]: 2 } } };
  expect(interpreted(program, input, false)).toEqual(expected);
  expect(compiledToJs(program, input, true)).toEqual(expected);
  expect(compiledToWasm(program, input)).toEqual(expected);
});

const given = (n: number) => ({ message: valuesOf(chunks[n]!, (i) => i * 3), state: { ...valuesOf(chunks[n]!, () => 0), inner_: { [field(chunks[n]![1]!)]: 0, [field(chunks[n]![2]!)]: 0 } } });

describe.skipIf(missing('clang'))('as C++', () => {
  it.each([{ name: 'CUDA', make: () => new CudaHandlers(actors.map((a) => a.program), false) }, { name: 'MSL', make: () => new MslHandlers(actors.map((a) => a.program)) }])('$name', { timeout: 240_000 }, ({ make }) => {
    using handlers = make();
    for (const n of actors.keys()) expect(handlers.run(n, given(n))).toMatchObject({ reply: valuesOf(chunks[n]!, (i) => i * 4) });
  });
});

it.skipIf(withoutWebGpu())('as WGSL', { timeout: 240_000 }, async () => {
  // Only what means something there: software compiles slowly.
  const mine = new Set([...wgslReserved, ...own].map(field));
  const some = chunks.flatMap((list) => list.filter((w) => mine.has(field(w))));
  for (let n = 0; n * chunk < some.length; n++) {
    const list = some.slice(n * chunk, (n + 1) * chunk);
    const actor = actorOf(list, n);
    await using ring = await RingKernel.open({ backend: 'webgpu' });
    const handle = await ring.launch(actor as never) as unknown as { call(m: object): Promise<object> };
    expect(await handle.call(valuesOf(list, (i) => i * 3)), `chunk ${n}`).toEqual(valuesOf(list, (i) => i * 4));
  }
});

// ---------------------------------------------------------------- global kernels

const small = Array.from({ length: Math.ceil(words.length / 100) }, (_, i) => words.slice(i * 100, (i + 1) * 100));
const kernels = small.map((list, n) => {
  const uses = Object.fromEntries(list.map((w, i) => [w, i % 2 === 0 ? Float32Array.of(i, 1) : (new Function('x', `return x * ${i}`) as (x: number) => number)]));
  const params = Object.fromEntries(list.map((w, i) => [w, i === 0 ? write(f32) : f32]));
  const text = `(g0, p0, uses0) => { const tile = g0.shared.f32(4); tile[0] = 1; let sum = tile[0]; ${list.slice(1).map((w, i) => {
    const name = isLocal(w) ? w : `v${i}`;
    return `{ const ${name} = p0.${w}; sum += ${name} + ${i % 2 === 1 ? `uses0.${w}[0]` : `uses0.${w}(1)`}; }`;
  }).join(' ')} p0.${list[0]!}[g0.id] = sum; }`;
  const id = list.at(-1)!.replace(/\W/g, '_').replace(/^_+/, 'u');
  return globalKernel({ id: `${id}${n % 3 === 0 ? '' : `.${n}`}`, params, workgroup: 1, uses: uses as never }, fromText(text) as never);
});

for (const place of places) {
  describe.skipIf(place.skip)(`global kernels on ${place.name}`, () => {
    let bench: Bench;
    beforeAll(async () => { bench = new Bench(await place.open()); }, 60_000);
    afterAll(async () => { await bench[Symbol.asyncDispose](); });
    it('run whatever their parts are called', { timeout: 240_000 }, async () => {
      for (const [n, kernel] of kernels.entries()) {
        const out = new Float32Array(1);
        await bench.run(kernel as never, [1], out, ...small[n]!.slice(1).map((_, i) => i + 1));
        const size = small[n]!.length - 1;
        expect((await bench.read(out))[0], `kernel ${n}`).toBe(1 + 2 * (size * (size + 1)) / 2);
      }
    });
  });
}

describe.skipIf(missing('nvcc'))('nvcc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-words-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  it('takes all of it', { timeout: 300_000 }, () => {
    const parts = [...actors.map((a, i) => cudaPart(a.program, { namespace: `w${i}` })), ...kernels.map((k, i) => cudaPart(k.program as never, { namespace: `g${i}` }))];
    const file = join(folder, 'words.cu');
    writeFileSync(file, cudaUnit(parts, { before: handlerDeclarations, after: callEverything(parts) }));
    const run = spawnSync(findTool('nvcc')!, [...cudaCompileOptions, '-arch=sm_90', '-Xcicc', '-O0', '-diag-suppress', '177,550', '-cubin', '-o', `${file}.bin`, file], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
  });
});
