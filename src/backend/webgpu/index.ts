/** WebGPU: `navigator.gpu` in browsers, npm `webgpu` (Dawn) in Node. */
import { fail } from '../../error/index.ts';
import type { Availability, Backend, Context, ContextOptions } from '../contract.ts';
import { describeAdapter, findAdapter, type WebGpuSettings } from './adapter.ts';

const known = new Set(['powerPreference', 'fallback']);

export const backend: Backend = {
  name: 'webgpu',
  async engineSource(program) {
    const { engineProgram } = await import('./program.ts');
    return engineProgram([{ index: 0, program, parallel: program.handlers.map(() => false) }]).source;
  },

  async probe(): Promise<Availability> {
    const adapter = await findAdapter();
    return 'reason' in adapter ? { available: false, ...adapter } : { available: true, devices: [describeAdapter(adapter)] };
  },

  async createContext(options: ContextOptions = {}): Promise<Context> {
    if ((options.device ?? 0) !== 0) throw fail('InvalidConfig', { option: 'device', value: options.device, reason: 'WebGPU offers one adapter; choose with `powerPreference`.' });
    for (const key of Object.keys(options.settings ?? {})) {
      if (!known.has(key)) throw fail('InvalidConfig', { option: `settings.${key}`, value: String(options.settings![key]), reason: `WebGPU knows ${[...known].join(', ')}.` });
    }
    // A page without WebGPU loads what looks for it, and no more.
    const { WebGpuContext } = await import('./context.ts');
    return WebGpuContext.open((options.settings ?? {}) as WebGpuSettings);
  },
};

export type { WebGpuSettings };
