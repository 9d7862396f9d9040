/** The backend's table of messages against the headers' declarations, and the messages of one launch in their order. */
import { describe, expect, it } from 'vitest';
import { metalBackend } from '../../../src/backend/metal/index.ts';
import { selectors } from '../../../src/backend/metal/selectors.ts';
import { globalKernel, read, ringKernel, write } from '../../../src/kernel/define.ts';
import { i32, u32 } from '../../../src/layout/types.ts';
import { message } from '../../../src/message/message.ts';
import { RingKernel } from '../../../src/runtime/ring-kernel.ts';
import { missing } from '../../support/tools.ts';
import { fakeMetal } from './library.ts';
import { parsePrototype, prototypes } from './prototypes.ts';

const declared = new Map(prototypes.map((text) => [parsePrototype(text).selector, parsePrototype(text)]));

it.each(Object.values(selectors))('$selector is declared so', (row) => {
  const { selector, result, args } = row;
  expect({ selector, result, args: [...args] }).toEqual(declared.get(selector));
});

it('declares nothing that is not used', () => {
  expect([...declared.keys()].sort()).toEqual(Object.values(selectors).map((row) => row.selector as string).sort());
});

const twice = globalKernel({ id: 'twice', params: { x: read(i32), y: write(i32), n: u32 }, workgroup: 32 }, (g, { x, y, n }) => {
  if (g.id < n) y[g.id] = x[g.id]! * 2;
});

/** Questions to a command buffer come as often as the device is slow. */
const settled = (trace: readonly string[]): string[] => trace.filter((t) => !/ status$| waitUntilSignaled/.test(t));

describe.skipIf(missing('clang'))('messages to Metal', () => {
  const fake = fakeMetal();
  const traced = async (body: () => Promise<void>): Promise<string[]> => {
    fake.trace();
    fake.set('trace', true);
    try {
      await body();
    } finally {
      fake.set('trace', false);
    }
    return settled(fake.trace());
  };

  it('of compiling, launching and releasing a kernel', async () => {
    await using context = await metalBackend({ libraries: fake.libraries }).createContext();
    using a = context.allocate(128);
    using b = context.allocate(128);
    expect(await traced(async () => {
      using kernel = await context.compile(twice.program);
      await kernel.getFunction('twice').launch({ grid: 1 }, [a, b, 32]);
      await context.synchronize();
    })).toMatchInlineSnapshot(`
      [
        "MTLCompileOptions +alloc",
        "MTLCompileOptions init",
        "MTLCompileOptions setLanguageVersion:",
        "MTLCompileOptions respondsToSelector:",
        "MTLCompileOptions setMathMode:",
        "NSString +stringWithUTF8String:",
        "MTLDevice newLibraryWithSource:options:error:",
        "MTLCompileOptions release",
        "NSString +stringWithUTF8String:",
        "MTLLibrary newFunctionWithName:",
        "MTLDevice newComputePipelineStateWithFunction:error:",
        "MTLComputePipelineState maxTotalThreadsPerThreadgroup",
        "MTLComputePipelineState threadExecutionWidth",
        "MTLFunction release",
        "MTLCommandQueue commandBuffer",
        "MTLCommandBuffer retain",
        "MTLCommandBuffer computeCommandEncoder",
        "MTLComputeCommandEncoder setComputePipelineState:",
        "MTLComputeCommandEncoder setBuffer:offset:atIndex:",
        "MTLComputeCommandEncoder setBuffer:offset:atIndex:",
        "MTLComputeCommandEncoder setBytes:length:atIndex:",
        "MTLComputeCommandEncoder dispatchThreadgroups:threadsPerThreadgroup:",
        "MTLComputeCommandEncoder endEncoding",
        "MTLCommandBuffer encodeSignalEvent:value:",
        "MTLCommandBuffer commit",
        "MTLCommandBuffer release",
        "MTLLibrary release",
        "MTLComputePipelineState release",
      ]
    `);
  });

  it('of one message to an actor', async () => {
    const Ask = message('Ask', { n: u32 });
    const Answer = message('Answer', { n: u32 });
    const echo = ringKernel({ id: 'echo', on: Ask, reply: Answer }, (_ctx, msg) => ({ n: msg.n + 1 }));
    await using ring = await RingKernel.open({ backend: 'metal', settings: { libraries: fake.libraries } });
    const kernel = await ring.launch(echo);
    await kernel.call({ n: 1 });
    expect(await traced(async () => {
      expect(await kernel.call({ n: 2 })).toEqual({ n: 3 });
    })).toMatchInlineSnapshot(`
      [
        "MTLCommandQueue commandBuffer",
        "MTLCommandBuffer retain",
        "MTLCommandBuffer computeCommandEncoder",
        "MTLComputeCommandEncoder setComputePipelineState:",
        "MTLComputeCommandEncoder setBuffer:offset:atIndex:",
        "MTLComputeCommandEncoder setBuffer:offset:atIndex:",
        "MTLComputeCommandEncoder setBytes:length:atIndex:",
        "MTLComputeCommandEncoder dispatchThreadgroups:threadsPerThreadgroup:",
        "MTLComputeCommandEncoder endEncoding",
        "MTLCommandBuffer blitCommandEncoder",
        "MTLBlitCommandEncoder copyFromBuffer:sourceOffset:toBuffer:destinationOffset:size:",
        "MTLBlitCommandEncoder endEncoding",
        "MTLCommandBuffer encodeSignalEvent:value:",
        "MTLCommandBuffer commit",
        "MTLCommandBuffer release",
      ]
    `);
  });
});
