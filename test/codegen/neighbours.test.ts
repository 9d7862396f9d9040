/** Halo exchanges in space: cells on a torus of 3 x 3 x 3, each an actor with a route to every one of its 6 or 26 neighbours. */
import { describe, expect, it } from 'vitest';
import { neighbours, sharedStructures } from '../../src/cli/templates.ts';
import { ringKernel } from '../../src/kernel/define.ts';
import { u32 } from '../../src/layout/types.ts';
import { RouteEntry } from '../../src/layout/structures.ts';
import { message } from '../../src/message/message.ts';
import type { OpenOptions } from '../../src/runtime/options.ts';
import { RingKernel } from '../../src/runtime/ring-kernel.ts';
import { directions } from '../../src/stencil/halo.ts';
import { fakeCuda } from '../fake/cuda/build.ts';
import { fakeMetal } from '../fake/metal/library.ts';
import { missing } from '../support/tools.ts';
import { withoutWebGpu } from '../support/webgpu.ts';

const Exchange = message('Exchange', {});
const Edge = message('Edge', { value: u32 });
const Step = message('Step', {});
const Cell = message('Cell', { came: u32, value: u32 });

const six = ringKernel({
  id: 'six', state: { value: u32, came: u32, sum: u32 }, sends: { d0: Edge, d1: Edge, d2: Edge, d3: Edge, d4: Edge, d5: Edge },
})
  .on(Exchange, (ctx) => {
    const value = ctx.state.value;
    ctx.send.d0({ value });
    ctx.send.d1({ value });
    ctx.send.d2({ value });
    ctx.send.d3({ value });
    ctx.send.d4({ value });
    ctx.send.d5({ value });
  })
  .on(Edge, (ctx, msg) => {
    ctx.state.came += 1;
    ctx.state.sum += msg.value;
  })
  .on(Step, Cell, (ctx) => {
    ctx.state.value = ctx.state.value * 3 + ctx.state.sum;
    ctx.state.sum = 0;
    return { came: ctx.state.came, value: ctx.state.value };
  });

const all = ringKernel({
  id: 'all', state: { value: u32, came: u32, sum: u32 },
  sends: {
    d0: Edge, d1: Edge, d2: Edge, d3: Edge, d4: Edge, d5: Edge, d6: Edge, d7: Edge, d8: Edge, d9: Edge, d10: Edge, d11: Edge, d12: Edge,
    d13: Edge, d14: Edge, d15: Edge, d16: Edge, d17: Edge, d18: Edge, d19: Edge, d20: Edge, d21: Edge, d22: Edge, d23: Edge, d24: Edge, d25: Edge,
  },
})
  .on(Exchange, (ctx) => {
    const value = ctx.state.value;
    ctx.send.d0({ value });
    ctx.send.d1({ value });
    ctx.send.d2({ value });
    ctx.send.d3({ value });
    ctx.send.d4({ value });
    ctx.send.d5({ value });
    ctx.send.d6({ value });
    ctx.send.d7({ value });
    ctx.send.d8({ value });
    ctx.send.d9({ value });
    ctx.send.d10({ value });
    ctx.send.d11({ value });
    ctx.send.d12({ value });
    ctx.send.d13({ value });
    ctx.send.d14({ value });
    ctx.send.d15({ value });
    ctx.send.d16({ value });
    ctx.send.d17({ value });
    ctx.send.d18({ value });
    ctx.send.d19({ value });
    ctx.send.d20({ value });
    ctx.send.d21({ value });
    ctx.send.d22({ value });
    ctx.send.d23({ value });
    ctx.send.d24({ value });
    ctx.send.d25({ value });
  })
  .on(Edge, (ctx, msg) => {
    ctx.state.came += 1;
    ctx.state.sum += msg.value;
  })
  .on(Step, Cell, (ctx) => {
    ctx.state.value = ctx.state.value * 3 + ctx.state.sum;
    ctx.state.sum = 0;
    return { came: ctx.state.came, value: ctx.state.value };
  });

const side = 3;
const cells = side ** 3;
const placeOf = (i: number): number[] => [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
const at = (place: readonly number[]): number => place.reduceRight((index, p) => index * side + (p + side) % side, 0);
/** Whom a cell sends to, in the order of its ports. */
const around = (i: number, corners: boolean): number[] => directions(3, corners).map((d) => at(placeOf(i).map((p, axis) => p + d[axis]!)));

const cuda = fakeCuda();
const rings: readonly { readonly name: string; readonly skip: boolean; readonly open: () => OpenOptions }[] = [
  { name: 'cpu', skip: false, open: () => ({ backend: 'cpu' }) },
  { name: 'metal, emulated', skip: missing('clang'), open: () => ({ backend: 'metal', settings: { libraries: fakeMetal().libraries } }) },
  { name: 'cuda, fake driver', skip: 'missing' in cuda, open: () => ({ backend: 'cuda', settings: 'missing' in cuda ? {} : { ...cuda.settings }, engine: { watchdog: Infinity } }) },
  { name: 'webgpu', skip: withoutWebGpu(), open: () => ({ backend: 'webgpu' }) },
];

it('the tables have a route for every neighbour', () => {
  for (const [definition, n] of [[six, neighbours[1]], [all, neighbours[2]]] as const) {
    expect(definition.program.ports.length).toBe(n);
    expect(sharedStructures.find(({ name }) => name === `RouteTable${n}`)!.size).toBe(n * RouteEntry.size);
  }
});

describe.each(rings.filter((r) => !r.skip))('neighbours in space on $name', ({ open }) => {
  it.each([[6, six], [26, all]] as const)('%i of them exchange with each other', { timeout: 240_000 }, async (n, definition) => {
    await using ring = await RingKernel.open(open());
    const grid = Uint32Array.from({ length: cells }, (_, i) => (i * 37) % 101);
    const kernels = await Promise.all(Array.from(grid, (value, i) => ring.launch(definition, { id: `cell${i}`, queueCapacity: 64, initialState: { value } })));
    await Promise.all(kernels.flatMap((kernel, i) => around(i, n === 26).map((to, port) => kernel.connect(`d${port}` as never, `cell${to}`))));
    let now = grid;
    for (let step = 1; step <= 3; step++) {
      for (const kernel of kernels) await kernel.send(Exchange, {});
      for (const kernel of kernels) while ((await kernel.readState()).came < n * step);
      const before = now;
      now = now.map((value, i) => value * 3 + around(i, n === 26).reduce((sum, j) => sum + before[j]!, 0));
      const results = await Promise.all(kernels.map((kernel) => kernel.call(Step, {})));
      expect(results).toEqual(Array.from(now, (value) => ({ came: n * step, value })));
    }
  });
});
