/** NVIDIA GPUs: driver API and NVRTC through koffi, both loaded when first asked for. */
import { fail, reasonOf, RingKernelError } from '../../error/index.ts';
import type { Availability, Backend, Context, ContextOptions } from '../contract.ts';
import { CodeCache } from './cache.ts';
import { Compiler } from './compiler.ts';
import { CudaContext } from './context.ts';
import { engineSource } from './device/program.ts';
import { factsOf } from './kinds.ts';
import { Device, deviceFacts, deviceInfo } from './device.ts';
import { Driver } from './driver.ts';

/** Where driver and compiler are taken from; everything is found by default. */
export interface CudaLibraries {
  /** Path of the driver library. */
  readonly driver?: string;
  /** Path of NVRTC, or null for none. */
  readonly nvrtc?: string | null;
  /** Path of nvcc, or null for none. */
  readonly nvcc?: string | null;
  /** Folder of compiled code. */
  readonly cache?: string;
}

interface Loaded {
  readonly driver: Driver;
  readonly compiler: Compiler;
}

function load(libraries: CudaLibraries): Loaded {
  return {
    driver: Driver.load(libraries.driver === undefined ? {} : { library: libraries.driver }),
    compiler: new Compiler({
      ...(libraries.nvrtc === undefined ? {} : { nvrtc: libraries.nvrtc }), ...(libraries.nvcc === undefined ? {} : { nvcc: libraries.nvcc }),
      ...(libraries.cache === undefined ? {} : { cache: new CodeCache(libraries.cache) }),
    }),
  };
}

const names: Readonly<Record<keyof CudaLibraries, true>> = { driver: true, nvrtc: true, nvcc: true, cache: true };

/** A backend over these libraries. A context's own settings, `CudaLibraries` too, come before them. */
export function cudaBackend(libraries: CudaLibraries = {}): Backend {
  const known = new Map<string, Loaded>();
  const loaded = (settings: CudaLibraries = {}): Loaded => {
    const all = { ...libraries, ...settings };
    for (const name of Object.keys(all)) {
      if (!(name in names)) throw fail('InvalidConfig', { option: `setting '${name}'`, value: String((all as Record<string, unknown>)[name]), reason: `The CUDA backend knows ${Object.keys(names).join(', ')}.` });
    }
    const key = JSON.stringify(all);
    let found = known.get(key);
    if (found === undefined) known.set(key, found = load(all));
    return found;
  };
  return {
    name: 'cuda',
    async probe(options: ContextOptions = {}): Promise<Availability> {
      try {
        const { driver: d, compiler: c } = loaded(options.settings);
        const devices = deviceFacts(d);
        if (devices.length === 0) return { available: false, reason: 'The driver sees no NVIDIA device.', fix: 'Check nvidia-smi and CUDA_VISIBLE_DEVICES.' };
        const found = c.describe();
        const version = `${Math.floor(d.version / 1000)}.${Math.floor((d.version % 1000) / 10)}`;
        return {
          available: true,
          devices: devices.map((f) => {
            const info = deviceInfo(f);
            return { ...info, detail: { ...info.detail, driver: version, compiler: found === null ? 'none: only cached kernels can run' : `${found.name} (${found.path})` } };
          }),
        };
      } catch (cause) {
        if (cause instanceof RingKernelError) return { available: false, reason: reasonOf(cause), fix: cause.fix };
        return { available: false, reason: (cause as Error).message, fix: 'Reinstall the NVIDIA driver.' };
      }
    },
    engineSource: (program) => engineSource([factsOf(program, 0, false)]),

    async createContext(options: ContextOptions = {}): Promise<Context> {
      const { driver: d, compiler: c } = loaded(options.settings);
      const devices = deviceFacts(d);
      const wanted = devices[options.device ?? 0];
      if (wanted === undefined) throw fail('InvalidConfig', { option: 'device', value: options.device, reason: `There are ${devices.length} CUDA devices, counted from 0.` });
      return new CudaContext(new Device(d, c, wanted));
    },
  };
}

export const backend: Backend = cudaBackend();
