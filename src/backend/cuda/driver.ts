/**
 * The driver library as plain functions. koffi and libcuda are loaded when first asked for; whatever is
 * missing is an error that says so.
 */
import { createRequire } from 'node:module';
import { fail, RingKernelError } from '../../error/index.ts';
import { driverFunctions, result, type DriverFunction, type FreeFunction, type FunctionRow } from './functions.ts';

/** What is used of koffi. */
export interface Koffi {
  load(path: string): { func(prototype: string): ForeignFunction; unload(): void };
  address(value: ArrayBufferView): bigint | number;
  view(pointer: bigint, bytes: number): ArrayBuffer;
  decode(pointer: bigint, type: string, length: number): unknown;
  /** With an argument, settles how calls are made; throws once a library has been loaded. */
  config(settings?: object): { readonly async_stack_size?: number };
}
export interface ForeignFunction {
  (...args: unknown[]): unknown;
  async(...args: unknown[]): void;
}

export type Calls<K extends string> = { readonly [N in K]: ForeignFunction };

/** Binds every row of a function table; a missing symbol throws unless its row is optional. */
export function bind<K extends string>(library: ReturnType<Koffi['load']>, table: Readonly<Record<K, FunctionRow>>): Calls<K> {
  const out = {} as Record<K, ForeignFunction>;
  for (const name of Object.keys(table) as K[]) {
    try {
      out[name] = library.func(table[name].prototype);
    } catch (cause) {
      if (table[name].optional !== true) throw cause;
    }
  }
  return out;
}

let koffiModule: Koffi | undefined;

/** Compilers recurse deeply, and koffi gives an asynchronous call 128 KiB of stack. */
const deepStack = 8 * 2 ** 20;

/** Whether an asynchronous call has the stack a compiler needs. Whoever loads a library through koffi before us settles it for the process. */
export const hasDeepStack = (koffi: Koffi): boolean => (koffi.config().async_stack_size ?? 0) >= deepStack;

function deepen(koffi: Koffi): void {
  try {
    koffi.config({ ...koffi.config(), async_stack_size: deepStack });
  } catch {
    // A library has been loaded already: those who need the stack ask for it.
  }
}

/** koffi, or `BackendUnavailable` when the optional dependency is not installed. */
export function loadKoffi(): Koffi {
  if (koffiModule === undefined) {
    try {
      koffiModule = createRequire(import.meta.url)('koffi') as Koffi;
      deepen(koffiModule);
    } catch (cause) {
      throw fail('BackendUnavailable', {
        backend: 'cuda', reason: 'The optional package koffi, which calls native libraries, could not be loaded.', hint: 'Run `npm install koffi`.',
      }, cause);
    }
  }
  return koffiModule;
}

const libraryNames: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['libcuda.so.1', 'libcuda.so', '/usr/lib/wsl/lib/libcuda.so.1'],
  win32: ['nvcuda.dll'],
};

export interface DriverOptions {
  /** Path of the driver library; default: where the platform keeps it. */
  readonly library?: string;
}

/** The driver of this process, initialised. */
export class Driver {
  readonly koffi: Koffi;
  readonly calls: Calls<DriverFunction>;
  /** Where it was loaded from. */
  readonly library: string;
  /** CUDA version the driver speaks, as `major * 1000 + minor * 10`. */
  readonly version: number;
  readonly #word = new BigUint64Array(1);
  readonly #int = new Int32Array(1);

  private constructor(koffi: Koffi, library: string, calls: Calls<DriverFunction>) {
    this.koffi = koffi;
    this.library = library;
    this.calls = calls;
    this.check('init', calls.init(0));
    this.check('driverVersion', calls.driverVersion(this.#int));
    this.version = this.#int[0]!;
  }

  /** Throws `BackendUnavailable` with the reason when there is no usable driver. */
  static load(options: DriverOptions = {}): Driver {
    const koffi = loadKoffi();
    const names = options.library === undefined ? libraryNames[process.platform] ?? [] : [options.library];
    if (names.length === 0) throw fail('BackendUnavailable', { backend: 'cuda', reason: `NVIDIA has no driver for ${process.platform}.`, hint: 'Use another backend.' });
    const causes: string[] = [];
    for (const name of names) {
      let library: ReturnType<Koffi['load']>;
      try {
        library = koffi.load(name);
      } catch (cause) {
        causes.push((cause as Error).message);
        continue;
      }
      return new Driver(koffi, name, bind(library, driverFunctions));
    }
    throw fail('BackendUnavailable', {
      backend: 'cuda', reason: `The NVIDIA driver library was not found (${causes.join('; ')}).`,
      hint: 'Install the NVIDIA driver; in a container, start it with the GPU passed through.',
    });
  }

  /** Throws what a non-zero result means. */
  check(name: DriverFunction, code: unknown): void {
    if (code !== result.success) throw this.error(name, code as number);
  }

  /** Calls a function and checks its result. Functions that wait for running kernels are not to be had here: see `pause.ts`. */
  call(name: FreeFunction, ...args: unknown[]): void {
    this.unguarded(name, ...args);
  }

  /** Calls a function whose first parameter receives a 64-bit handle or address. */
  handle(name: FreeFunction, ...args: unknown[]): bigint {
    return this.unguardedHandle(name, ...args);
  }

  /** Calls a function whose first parameter receives an int. */
  int(name: FreeFunction, ...args: unknown[]): number {
    this.unguarded(name, this.#int, ...args);
    return this.#int[0]!;
  }

  /** For `Quiet` alone. */
  unguarded(name: DriverFunction, ...args: unknown[]): void {
    const code = this.calls[name](...args);
    if (code !== result.success) throw this.error(name, code as number);
  }

  /** For the end of a context that is lost: the result does not matter. */
  unguardedCode(name: DriverFunction, ...args: unknown[]): number {
    return this.calls[name](...args) as number;
  }

  /** For `Quiet` alone. */
  unguardedHandle(name: DriverFunction, ...args: unknown[]): bigint {
    this.unguarded(name, this.#word, ...args);
    return this.#word[0]!;
  }

  error(name: DriverFunction, code: number): RingKernelError {
    const symbol = /(\w+)\(/.exec(driverFunctions[name].prototype)![1]!;
    const row = advice[code];
    return fail(row?.code ?? 'CudaError', {
      call: symbol, code, name: this.#text('errorName', code), text: this.#text('errorText', code),
      hint: row?.hint ?? 'Look the name up in the CUDA driver documentation; run `ringkernel doctor`.',
    });
  }

  #text(name: 'errorName' | 'errorText', code: number): string {
    const pointer = new BigUint64Array(1);
    if (this.calls[name](code, pointer) !== 0 || pointer[0] === 0n) return `error ${code}`;
    // -1: up to the terminating zero.
    return this.koffi.decode(pointer[0]!, 'char', -1) as string;
  }
}

/** What to do about the results that have an answer. */
const advice: Readonly<Record<number, { readonly code?: 'OutOfMemory' | 'ContextLost' | 'TooManyBlocks'; readonly hint: string }>> = {
  2: { code: 'OutOfMemory', hint: 'Free buffers, launch fewer kernels, lower queue capacities, or use a device with more memory.' },
  100: { hint: 'No NVIDIA device is visible: check nvidia-smi and CUDA_VISIBLE_DEVICES.' },
  201: { hint: 'The context was destroyed; open a new one.' },
  209: { hint: 'The code was compiled for another architecture; clear the code cache.' },
  214: { code: 'ContextLost', hint: 'An uncorrectable memory error: look at `nvidia-smi -q -d ECC`; open a new ring.' },
  700: { code: 'ContextLost', hint: 'A kernel touched memory it does not own. Handlers check their indices; look at raw functions and kernels in CUDA C++. Start a new process.' },
  701: { hint: 'The kernel needs more registers or shared memory than a block may have; use a smaller block.' },
  702: { code: 'ContextLost', hint: 'The display driver ended a long kernel; set the `slice` setting of the engine so that it leaves its loop regularly.' },
  717: { code: 'ContextLost', hint: 'A kernel used an address of the wrong memory space; open a new ring.' },
  718: { code: 'ContextLost', hint: 'A kernel jumped to an invalid address; open a new ring.' },
  719: { code: 'ContextLost', hint: 'A kernel failed on the device; open a new ring.' },
  720: { code: 'TooManyBlocks', hint: 'A cooperative launch needs all its blocks resident at once: ask `occupancy` and use fewer.' },
  803: { hint: 'The driver library and the kernel module are of different versions: reboot or reinstall the driver.' },
  999: { code: 'ContextLost', hint: 'The device failed without saying why; see the kernel log, open a new ring.' },
};
