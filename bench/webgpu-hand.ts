/** The same work as in `bench/webgpu.ts`, written by hand against the raw API. */

const storage = 0x80 | 0x4 | 0x8;
const staging = 0x1 | 0x8;
const mapRead = 0x1;

export const oneMessage = /* wgsl */`
@group(0) @binding(0) var<storage, read> slot: array<u32>;
@group(0) @binding(1) var<storage, read_write> reply: array<u32>;
@group(0) @binding(2) var<storage, read_write> state: array<u32>;
@compute @workgroup_size(1) fn main() {
  state[0] += 1u;
  reply[0] = slot[0];
  reply[8] = bitcast<u32>(bitcast<f32>(slot[8]) + bitcast<f32>(slot[9]));
}`;

export const batchOf = /* wgsl */`
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> sum: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < arrayLength(&sum)) { sum[id.x] = a[id.x] + b[id.x]; }
}`;

export const waveStep = /* wgsl */`
struct Params { w: u32, h: u32, c2: f32 }
@group(0) @binding(0) var<storage, read> u: array<f32>;
@group(0) @binding(1) var<storage, read_write> next: array<f32>;
@group(0) @binding(2) var<uniform> p: Params;
@compute @workgroup_size(16, 16) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < 1u || id.y < 1u || id.x >= p.w - 1u || id.y >= p.h - 1u) { return; }
  let i = id.y * p.w + id.x;
  let c = u[i];
  next[i] = 2.0 * c - next[i] + p.c2 * (u[i - 1u] + u[i + 1u] + u[i - p.w] + u[i + p.w] - 4.0 * c);
}`;

export async function made(device: GPUDevice, code: string): Promise<GPUComputePipeline> {
  return device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }), entryPoint: 'main' } });
}

export const grouped = (device: GPUDevice, pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[]): GPUBindGroup => device.createBindGroup({
  layout: pipeline.getBindGroupLayout(0), entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
});

/** One message: write a slot, dispatch, copy the reply, map it. */
export async function handMessage(device: GPUDevice): Promise<(a: number, b: number) => Promise<number>> {
  const pipeline = await made(device, oneMessage);
  const [slot, reply, state] = [64, 64, 16].map((size) => device.createBuffer({ size, usage: storage })) as [GPUBuffer, GPUBuffer, GPUBuffer];
  const back = device.createBuffer({ size: 64, usage: staging });
  const group = grouped(device, pipeline, [slot, reply, state]);
  const words = new Float32Array(16);
  return async (a, b) => {
    words[8] = a;
    words[9] = b;
    device.queue.writeBuffer(slot, 0, words);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(reply, 0, back, 0, 64);
    device.queue.submit([encoder.finish()]);
    await back.mapAsync(mapRead);
    const value = new Float32Array(back.getMappedRange())[8]!;
    back.unmap();
    return value;
  };
}

/** A batch as columns, one invocation a message. */
export async function handBatch(device: GPUDevice, count: number): Promise<(a: Float32Array<ArrayBuffer>, b: Float32Array<ArrayBuffer>) => Promise<Float32Array>> {
  const pipeline = await made(device, batchOf);
  const size = count * 4;
  const [a, b, sum] = [size, size, size].map((bytes) => device.createBuffer({ size: bytes, usage: storage })) as [GPUBuffer, GPUBuffer, GPUBuffer];
  const back = device.createBuffer({ size, usage: staging });
  const group = grouped(device, pipeline, [a, b, sum]);
  return async (x, y) => {
    device.queue.writeBuffer(a, 0, x);
    device.queue.writeBuffer(b, 0, y);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(count / 64));
    pass.end();
    encoder.copyBufferToBuffer(sum, 0, back, 0, size);
    device.queue.submit([encoder.finish()]);
    await back.mapAsync(mapRead);
    const values = new Float32Array(back.getMappedRange()).slice();
    back.unmap();
    return values;
  };
}

/** `steps` steps of a wave on an n by n grid, waited for. */
export async function handWave(device: GPUDevice, n: number, c2: number): Promise<(steps: number) => Promise<void>> {
  const pipeline = await made(device, waveStep);
  const grids = [0, 1].map(() => device.createBuffer({ size: n * n * 4, usage: storage })) as [GPUBuffer, GPUBuffer];
  const params = device.createBuffer({ size: 16, usage: 0x40 | 0x8 });
  const head = new ArrayBuffer(16);
  new Uint32Array(head).set([n, n]);
  new Float32Array(head)[2] = c2;
  device.queue.writeBuffer(params, 0, head);
  const groups = [grouped(device, pipeline, [grids[0], grids[1], params]), grouped(device, pipeline, [grids[1], grids[0], params])];
  return async (steps) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    for (let s = 0; s < steps; s++) {
      pass.setBindGroup(0, groups[s & 1]!);
      pass.dispatchWorkgroups(n / 16, n / 16);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
}
