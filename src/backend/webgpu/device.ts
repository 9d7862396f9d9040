/** One GPU device, opened with the limits and features kernels can use, and its errors. */
import { fail, reasonOf, type RingKernelError } from '../../error/index.ts';
import type { DeviceInfo } from '../contract.ts';
import { describeAdapter, findAdapter, type WebGpuSettings } from './adapter.ts';

const wantedLimits = [
  'maxStorageBufferBindingSize', 'maxBufferSize', 'maxStorageBuffersPerShaderStage', 'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX', 'maxComputeWorkgroupSizeY', 'maxComputeWorkgroupSizeZ', 'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const;
const wantedFeatures = ['shader-f16', 'subgroups', 'timestamp-query'] as const;

/** Dispatches of one turn. */
interface Recording {
  readonly encoder: GPUCommandEncoder;
  readonly pass: GPUComputePassEncoder;
  readonly done: Promise<void>;
  /** The one that is set. */
  pipeline: GPUComputePipeline | null;
}

export class WebGpuDevice {
  readonly gpu: GPUDevice;
  readonly info: DeviceInfo;
  /** Resolves if the device is lost while in use. */
  readonly lost: Promise<Error>;
  #closing = false;
  #loss: RingKernelError | null = null;
  #onError: ((error: Error) => void) | null = null;

  private constructor(gpu: GPUDevice, info: DeviceInfo) {
    this.gpu = gpu;
    this.info = info;
    this.lost = new Promise((resolve) => {
      void gpu.lost.then((why) => {
        if (this.#closing) return;
        this.#loss = fail('DeviceLost', { backend: 'webgpu', reason: why.message || why.reason });
        resolve(this.#loss);
      });
    });
    gpu.onuncapturederror = (event) => {
      event.preventDefault();
      this.#onError?.(errorOf('a call', event.error));
    };
  }

  static async open(settings: WebGpuSettings): Promise<WebGpuDevice> {
    const adapter = await findAdapter(settings);
    if ('reason' in adapter) throw fail('BackendUnavailable', { backend: 'webgpu', reason: adapter.reason, hint: adapter.fix });
    const info = describeAdapter(adapter);
    try {
      const gpu = await adapter.requestDevice({
        requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]])),
        requiredFeatures: wantedFeatures.filter((f) => adapter.features.has(f)) as GPUFeatureName[],
      });
      return new WebGpuDevice(gpu, info);
    } catch (cause) {
      throw fail('DeviceError', {
        backend: 'webgpu', call: 'Opening the device', text: reasonOf(cause),
        hint: 'Close other programs that use the GPU, or update its driver.',
      }, cause);
    }
  }

  /** Errors that no scope catches: those of passes. */
  onError(listener: (error: Error) => void): void {
    this.#onError = listener;
  }

  check(): void {
    if (this.#loss !== null) throw this.#loss;
  }

  /** Runs `work`; what the device refuses in it is thrown here and nowhere else. */
  async scoped<T>(call: string, work: () => T): Promise<T> {
    this.check();
    void this.flush();
    this.#openScopes();
    let result: T;
    try {
      result = work();
    } catch (cause) {
      await this.#closeScopes(call);
      throw cause;
    }
    await this.#closeScopes(call);
    return result;
  }

  #openScopes(): void {
    this.gpu.pushErrorScope('out-of-memory');
    this.gpu.pushErrorScope('validation');
  }

  async #closeScopes(call: string): Promise<void> {
    const [invalid, exhausted] = await Promise.all([this.gpu.popErrorScope(), this.gpu.popErrorScope()]);
    this.check();
    if (exhausted !== null) throw errorOf(call, exhausted);
    if (invalid !== null) throw errorOf(call, invalid);
  }

  #recording: Recording | null = null;

  /**
   * Records a dispatch. What is recorded in one turn goes to the device together, at the end of the turn's
   * microtasks or before the next other work; the promise resolves then, or rejects with what was refused.
   */
  record(pipeline: GPUComputePipeline, group: GPUBindGroup, x: number, y: number, z: number): Promise<void> {
    this.check();
    if (this.#recording === null) {
      this.#openScopes();
      const encoder = this.gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      const done = Promise.resolve().then(() => this.flush());
      this.#recording = { encoder, pass, done, pipeline: null };
    }
    const recording = this.#recording;
    const { pass } = recording;
    if (recording.pipeline !== pipeline) pass.setPipeline(recording.pipeline = pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(x, y, z);
    return recording.done;
  }

  /** Submits what is recorded: other work must come after it. */
  flush(): Promise<void> {
    const recording = this.#recording;
    if (recording === null) return this.#flushed;
    this.#recording = null;
    recording.pass.end();
    this.gpu.queue.submit([recording.encoder.finish()]);
    this.#flushed = this.#closeScopes('A launch');
    // Whoever launched is told; later work is not to blame.
    this.#flushed.catch(() => { this.#flushed = Promise.resolve(); });
    return this.#flushed;
  }

  #flushed: Promise<void> = Promise.resolve();

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.gpu.destroy();
    await this.gpu.lost;
  }
}

function errorOf(call: string, error: GPUError): RingKernelError {
  if (typeof GPUOutOfMemoryError === 'function' && error instanceof GPUOutOfMemoryError) {
    return fail('OutOfMemory', { call, text: error.message || 'the GPU has no memory left', hint: 'Free buffers, or use smaller ones.' });
  }
  return fail('DeviceError', { backend: 'webgpu', call, text: error.message, hint: 'Check the arguments of the call; if they are right, please report this.' });
}
