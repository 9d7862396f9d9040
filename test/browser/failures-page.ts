/** Runs in the browser: what goes wrong in pages, as text that the test reads. */
import { f32, globalKernel, message, readwrite, RingKernel, ringKernel, u32, type BackendName } from '../../src/index.ts';

const Ask = message('Ask', { n: u32 });
const echo = ringKernel({ id: 'echo', on: Ask, reply: Ask, state: { count: u32 } }, (ctx, msg) => {
  ctx.state.count += 1;
  return { n: msg.n + 1 };
});
const together = globalKernel({ id: 'together', params: { x: readwrite(f32) }, workgroup: 32 }, (g, { x }) => { x[g.id] = g.subgroupAdd(x[g.id]!); });

export interface Told {
  readonly code: string;
  readonly text: string;
}

const told = (error: unknown): Told => {
  const { code = 'none', what = '', why = '', fix = '' } = error as { code?: string; what?: string; why?: string; fix?: string };
  return { code, text: what === '' ? String(error) : [what, why, fix].join(' | ') };
};

async function caught(work: () => Promise<unknown>): Promise<Told> {
  try {
    return { code: 'nothing thrown', text: JSON.stringify(await work()) ?? '' };
  } catch (error) {
    return told(error);
  }
}

/** Opens a ring on `backend`, calls once, closes. */
const once = async (backend: BackendName | 'auto', settings: Record<string, unknown> = {}): Promise<{ backend: string; n: number; skipped: readonly string[] }> => {
  await using ring = await RingKernel.open({ backend, settings });
  const kernel = await ring.launch(echo);
  return { backend: ring.backend, n: (await kernel.call({ n: 41 })).n, skipped: ring.skipped.map((s) => s.backend) };
};

export const failures = {
  open: (backend: BackendName | 'auto', settings?: Record<string, unknown>) => caught(() => once(backend, settings)),

  /** `navigator.gpu` is as in a browser that finds no adapter. */
  async withoutAdapter() {
    Object.defineProperty(navigator.gpu, 'requestAdapter', { value: () => Promise.resolve(null) });
    return caught(() => once('webgpu'));
  },

  /** As in a browser of before 2023, and in one that has WebGPU without today's description of adapters. */
  async tooOld() {
    const today = Object.getOwnPropertyDescriptor(Navigator.prototype, 'gpu')!;
    Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined, configurable: true });
    const none = await caught(() => once('webgpu'));
    Object.defineProperty(Navigator.prototype, 'gpu', today);
    Object.defineProperty(GPUAdapter.prototype, 'info', { get: () => undefined, configurable: true });
    const plain = await caught(() => once('webgpu'));
    return { none, plain };
  },

  async missing() {
    // As an adapter that offers nothing beyond the standard.
    Object.defineProperty(GPUAdapter.prototype, 'features', { get: () => new Set<string>() });
    await using ring = await RingKernel.open({ backend: 'webgpu' });
    const { limits } = (ring.context as unknown as { native: GPUDevice }).native;
    return {
      feature: await caught(() => ring.context!.compile(together.program)),
      limit: await caught(async () => ring.context!.allocate(limits.maxBufferSize * 2)),
      shader: await caught(() => ring.context!.compile({ source: '@compute @workgroup_size(1) fn main() {\n  let x: u32 = 1.5;\n}', entries: ['main'] })),
    };
  },

  /** A device that is lost while a call waits; then a ring of its own on a new one. */
  async loss() {
    const ring = await RingKernel.open({ backend: 'webgpu' });
    const kernel = await ring.launch(echo);
    await kernel.call({ n: 1 });
    const call = caught(() => kernel.call({ n: 2 }));
    (ring.context as unknown as { native: GPUDevice }).native.destroy();
    const lost = await call;
    await ring.close();
    return { lost, again: await caught(() => once('webgpu')) };
  },
};

(globalThis as unknown as { failures: typeof failures }).failures = failures;
