/** One Metal device: its queue, its buffers, its compiler, and the one waiter for everything submitted to it. */
import { fail, RingKernelError } from '../../error/index.ts';
import type { Program } from '../../kernel/ir.ts';
import { mslVersion } from '../../kernel/emit/msl/index.ts';
import type { DeviceInfo } from '../contract.ts';
import type { Id, ObjectiveC, Size3 } from './objc.ts';
import { commandStatus, families, mathSafe, storageShared } from './selectors.ts';

/** Milliseconds of one wait: how late a killed command buffer, which never signals, is noticed. */
const waitSlice = 50;

interface Submitted {
  readonly value: bigint;
  readonly commands: Id;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Memory that host and device see alike. */
export interface SharedMemory {
  readonly id: Id;
  readonly bytes: number;
  readonly address: bigint;
}

export function describeDevice(objc: ObjectiveC, device: Id, index: number): DeviceInfo {
  return objc.pool(() => {
    const family = Object.entries(families).filter(([, n]) => objc.send(device, 'supportsFamily', n)).map(([name]) => name);
    return {
      backend: 'metal' as const, index, name: objc.text(objc.send(device, 'name')), memory: Number(objc.send(device, 'workingSet')),
      detail: {
        unifiedMemory: objc.send(device, 'unifiedMemory'), lowPower: objc.send(device, 'lowPower'), families: family.join(' '),
        maxBufferLength: Number(objc.send(device, 'maxBufferLength')), maxThreadgroupMemory: Number(objc.send(device, 'maxThreadgroupMemory')),
      },
    };
  });
}

export class MetalDevice {
  readonly objc: ObjectiveC;
  readonly info: DeviceInfo;
  readonly id: Id;
  /** Resolves when a command buffer failed: what it should have written is not there. */
  readonly lost: Promise<Error>;
  readonly #queue: Id;
  readonly #event: Id;
  readonly #submitted: Submitted[] = [];
  #last = 0n;
  #waiting = false;
  #loss: RingKernelError | null = null;
  #lose!: (error: Error) => void;
  #closed = false;

  /** Takes over the reference to `device`. */
  constructor(objc: ObjectiveC, device: Id, index: number) {
    this.objc = objc;
    this.id = device;
    this.info = describeDevice(objc, device, index);
    this.#queue = objc.send(device, 'newCommandQueue');
    this.#event = objc.send(device, 'newSharedEvent');
    if (this.#queue === 0n || this.#event === 0n) throw fail('DeviceError', { call: 'newCommandQueue', backend: 'metal', text: 'nil came back', hint: 'Update macOS.' });
    this.lost = new Promise((resolve) => { this.#lose = resolve; });
  }

  /** Throws when the device was lost or closed. */
  check(): void {
    if (this.#loss !== null) throw this.#loss;
    if (this.#closed) throw fail('InvalidConfig', { option: 'context', value: this.info.name, reason: 'It has been closed.' });
  }

  get maxBufferLength(): number {
    return this.info.detail['maxBufferLength'] as number;
  }

  allocate(bytes: number, label: string): SharedMemory {
    this.check();
    if (bytes > this.maxBufferLength) {
      throw fail('LimitExceeded', { what: `Buffer '${label}'`, needed: `${bytes} bytes`, limit: `${this.maxBufferLength} bytes`, hint: 'Split the data over several buffers.' });
    }
    const id = this.objc.send(this.id, 'newBuffer', bytes, storageShared);
    if (id === 0n) throw fail('OutOfMemory', { call: `allocating '${label}'`, text: `${bytes} bytes`, hint: 'Release buffers, or use smaller ones.' });
    const address = this.objc.send(id, 'contents');
    new Uint8Array(this.objc.view(address, bytes)).fill(0);
    return { id, bytes, address };
  }

  free(memory: SharedMemory): void {
    this.objc.send(memory.id, 'release');
  }

  /** Compiles a library. The language version and exact floating point are always asked for. */
  library(source: string, kernel: string): Id {
    const { objc } = this;
    this.check();
    return objc.pool((): bigint => {
      const options = objc.send(objc.send(objc.classNamed('MTLCompileOptions'), 'alloc'), 'init');
      try {
        objc.send(options, 'setLanguageVersion', mslVersion);
        if (objc.send(options, 'respondsTo', objc.selectorNamed('setMathMode:'))) objc.send(options, 'setMathMode', mathSafe);
        else objc.send(options, 'setFastMath', false);
        const error = new BigUint64Array(1);
        const library = objc.send(this.id, 'newLibrary', objc.string(source), options, error);
        // Warnings set the error too: only a nil library means failure.
        if (library === 0n) throw fail('CompilationFailed', { kernel: `'${kernel}'`, log: objc.describe(error[0]!) });
        return library;
      } finally {
        objc.send(options, 'release');
      }
    });
  }

  pipeline(library: Id, entry: string): { readonly id: Id; readonly maxThreads: number; readonly simdWidth: number } {
    const { objc } = this;
    return objc.pool(() => {
      const fn = objc.send(library, 'newFunction', objc.string(entry));
      if (fn === 0n) throw fail('CompilationFailed', { kernel: `'${entry}'`, log: 'The library has no function of this name.' });
      try {
        const error = new BigUint64Array(1);
        const id = objc.send(this.id, 'newPipeline', fn, error);
        if (id === 0n) throw fail('CompilationFailed', { kernel: `'${entry}'`, log: objc.describe(error[0]!) });
        return { id, maxThreads: Number(objc.send(id, 'maxThreads')), simdWidth: Number(objc.send(id, 'simdWidth')) };
      } finally {
        objc.send(fn, 'release');
      }
    });
  }

  /**
   * Encodes with `encode`, which gets the command buffer, and submits. Resolves when the device has finished,
   * rejects with what it reports.
   */
  submit(encode: (commands: Id) => void): Promise<void> {
    this.check();
    const { objc } = this;
    const value = ++this.#last;
    const commands = objc.pool((): bigint => {
      // Autoreleased: kept alive over the pool's end until its completion has been seen.
      const buffer = objc.send(objc.send(this.#queue, 'commandBuffer'), 'retain');
      encode(buffer);
      objc.send(buffer, 'encodeSignal', this.#event, value);
      objc.send(buffer, 'commit');
      return buffer;
    });
    return new Promise((resolve, reject) => {
      this.#submitted.push({ value, commands, resolve, reject });
      if (!this.#waiting) void this.#wait();
    });
  }

  /** The one waiter: on a thread of koffi's, in slices, since what the system kills never signals. */
  async #wait(): Promise<void> {
    this.#waiting = true;
    const { objc } = this;
    try {
      for (let first = this.#submitted[0]; first !== undefined; first = this.#submitted[0]) {
        if (objc.send(first.commands, 'status') < commandStatus.completed) await objc.sendAsync(this.#event, 'waitUntilSignaled', first.value, waitSlice);
        const status = Number(objc.send(first.commands, 'status'));
        if (status < commandStatus.completed) continue;
        this.#submitted.shift();
        const text = status === commandStatus.error ? objc.pool(() => objc.describe(objc.send(first.commands, 'error'))) : '';
        objc.send(first.commands, 'release');
        if (status === commandStatus.error) first.reject(this.#fail(text));
        else first.resolve();
      }
    } finally {
      this.#waiting = false;
    }
  }

  #fail(text: string): RingKernelError {
    this.#loss ??= fail('DeviceLost', { backend: 'metal', reason: text });
    this.#lose(this.#loss);
    return this.#loss;
  }

  /** Resolves when everything submitted so far has finished. */
  async idle(): Promise<void> {
    if (this.#submitted.length > 0) await this.submit(() => undefined);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    if (this.#loss === null) await this.idle().catch(() => undefined);
    this.#closed = true;
    for (const id of [this.#event, this.#queue, this.id]) this.objc.send(id, 'release');
  }
}

/** Threads or groups as Metal takes them. */
export const size3 = ([width, height, depth]: readonly [number, number, number]): Size3 => ({ width, height, depth });

export type { Program };
