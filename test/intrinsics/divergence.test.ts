/** A barrier that only some threads of a workgroup come to is reported, not hung; and a kernel is known by its id, whatever the target calls it. */
import { describe, expect, it } from 'vitest';
import { globalKernel, readwrite, type GlobalDefinition } from '../../src/kernel/define.ts';
import { u32 } from '../../src/layout/types.ts';
import { places, type Place } from '../support/contexts.ts';

/** While one half waits at one barrier, the other waits at another. */
const apart = globalKernel({ id: 'apart', params: { x: readwrite(u32) }, workgroup: 64 }, (g, { x }) => {
  if (g.localId < 32) {
    g.barrier();
    x[g.id] = 1;
  }
});

async function outcome(place: Place, definition: GlobalDefinition): Promise<Uint32Array> {
  const context = await place.open();
  try {
    using buffer = context.allocate(256);
    const kernel = await context.compile(definition.program);
    await kernel.getFunction(definition.id).launch({ grid: [1] }, [buffer]);
    await context.synchronize();
    const out = new Uint32Array(64);
    await context.read(buffer, out);
    return out;
  } finally {
    await context[Symbol.asyncDispose]();
  }
}

/** What is said of it. The CUDA barrier counts the threads that have not ended, so that this one is none to wait for ever at. */
const reports: Readonly<Record<string, string | null>> = { 'cpu, 2 threads': 'DeviceError', webgpu: 'CompilationFailed', 'metal, emulated': 'DeviceLost', 'cuda, fake driver': null };

for (const place of places) {
  describe.skipIf(place.skip)(place.name, () => {
    it('divergent barriers are reported', { timeout: 60_000 }, async () => {
      const code = reports[place.name]!;
      if (code === null) expect([...await outcome(place, apart)]).toEqual(Array.from({ length: 64 }, (_, k) => (k < 32 ? 1 : 0)));
      else await expect(outcome(place, apart)).rejects.toMatchObject({ code });
    });

    it.each(['half', 'main', 'my-kernel', 'a.b'])('a kernel named %s', { timeout: 60_000 }, async (id) => {
      const own = globalKernel({ id, params: { x: readwrite(u32) }, workgroup: 64 }, (g, { x }) => { x[g.id] = g.id + 1; });
      expect([...await outcome(place, own as never)]).toEqual(Array.from({ length: 64 }, (_, k) => k + 1));
    });
  });
}
