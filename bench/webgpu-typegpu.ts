/** The same work as in `bench/webgpu.ts` with TypeGPU's typed buffers, around the same kernels as by hand. */
import { batchOf, grouped, made, oneMessage, waveStep } from './webgpu-hand.ts';

const typegpu = async (device: GPUDevice) => {
  const { default: tgpu } = await import('typegpu');
  return { root: tgpu.initFromDevice({ device }), d: await import('typegpu/data') };
};

function dispatch(device: GPUDevice, pipeline: GPUComputePipeline, groups: readonly GPUBindGroup[], x: number, y = 1): void {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  for (const group of groups) {
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(x, y);
  }
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** One message: its slot written, its reply read. */
export async function typegpuMessage(device: GPUDevice): Promise<(a: number, b: number) => Promise<number>> {
  const { root, d } = await typegpu(device);
  const slot = root.createBuffer(d.arrayOf(d.f32, 16)).$usage('storage');
  const reply = root.createBuffer(d.arrayOf(d.f32, 16)).$usage('storage');
  const state = root.createBuffer(d.arrayOf(d.u32, 4)).$usage('storage');
  const pipeline = await made(device, oneMessage);
  const group = grouped(device, pipeline, [root.unwrap(slot), root.unwrap(reply), root.unwrap(state)]);
  const words = Array.from({ length: 16 }, () => 0);
  return async (a, b) => {
    words[8] = a;
    words[9] = b;
    slot.write(words);
    dispatch(device, pipeline, [group], 1);
    return (await reply.read())[8]!;
  };
}

/** A batch as columns, typed arrays in; `read` gives plain numbers, as it does. */
export async function typegpuBatch(device: GPUDevice, count: number): Promise<(a: Float32Array<ArrayBuffer>, b: Float32Array<ArrayBuffer>) => Promise<readonly number[]>> {
  const { root, d } = await typegpu(device);
  const column = () => root.createBuffer(d.arrayOf(d.f32, count)).$usage('storage');
  const [a, b, sum] = [column(), column(), column()] as const;
  const pipeline = await made(device, batchOf);
  const group = grouped(device, pipeline, [root.unwrap(a), root.unwrap(b), root.unwrap(sum)]);
  return async (x, y) => {
    a.write(x.buffer);
    b.write(y.buffer);
    dispatch(device, pipeline, [group], Math.ceil(count / 64));
    return sum.read();
  };
}

/** `steps` steps of a wave on an n by n grid, waited for. */
export async function typegpuWave(device: GPUDevice, n: number, c2: number): Promise<(steps: number) => Promise<void>> {
  const { root, d } = await typegpu(device);
  const grid = () => root.createBuffer(d.arrayOf(d.f32, n * n)).$usage('storage');
  const grids = [root.unwrap(grid()), root.unwrap(grid())] as const;
  const params = root.createBuffer(d.struct({ w: d.u32, h: d.u32, c2: d.f32 }), { w: n, h: n, c2 }).$usage('uniform');
  const pipeline = await made(device, waveStep);
  const groups = [grouped(device, pipeline, [grids[0], grids[1], root.unwrap(params)]), grouped(device, pipeline, [grids[1], grids[0], root.unwrap(params)])];
  return async (steps) => {
    dispatch(device, pipeline, Array.from({ length: steps }, (_, s) => groups[s & 1]!), n / 16, n / 16);
    await device.queue.onSubmittedWorkDone();
  };
}
