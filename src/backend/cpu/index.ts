/** The CPU: handlers and kernels as WebAssembly in worker threads over shared memory. Always there. */
import { fail } from '../../error/index.ts';
import type { Availability, Backend, Context, ContextOptions, DeviceInfo } from '../contract.ts';
import { CpuContext } from './context.ts';
import { canShareMemory } from './worker-thread.ts';

/** Threads the machine runs at once. */
const parallelism = (): number => Math.max(1, (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? cores ?? 1);
let cores: number | undefined;

async function describe(): Promise<DeviceInfo> {
  let name = 'WebAssembly';
  let memory = 0;
  if (typeof process === 'object' && process.versions?.node !== undefined) {
    const os = await import('node:os');
    cores = os.availableParallelism();
    name = os.cpus()[0]?.model.trim() ?? name;
    memory = os.totalmem();
  }
  return { backend: 'cpu', index: 0, name, memory, detail: { cores: parallelism(), threads: canShareMemory() } };
}

export const backend: Backend = {
  name: 'cpu',

  async probe(): Promise<Availability> {
    return { available: true, devices: [await describe()] };
  },

  async createContext({ device = 0, settings = {} }: ContextOptions = {}): Promise<Context> {
    if (device !== 0) throw fail('InvalidConfig', { option: 'device', value: device, reason: 'The CPU is device 0.' });
    for (const name of Object.keys(settings)) {
      if (name !== 'threads') throw fail('InvalidConfig', { option: `settings.${name}`, value: String(settings[name]), reason: 'The CPU backend knows `threads`.' });
    }
    const info = await describe();
    const threads = settings['threads'] ?? (canShareMemory() ? parallelism() : 0);
    if (!Number.isInteger(threads) || (threads as number) < 0 || (threads as number) > 256) {
      throw fail('InvalidConfig', { option: 'settings.threads', value: String(threads), reason: 'It is a number from 0 (kernels run where they are launched) to 256.' });
    }
    return new CpuContext(info, threads as number);
  },
};
