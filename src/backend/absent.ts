import { fail } from '../error/index.ts';
import type { Availability, Backend, BackendName } from './contract.ts';

/** Stands in for a backend that a build leaves out: builds for pages have no way to a system's own drivers. */
export function absent(name: BackendName): Backend {
  const missing = { reason: `Builds for the browser leave '${name}' out: a page cannot reach it.`, fix: 'Use WebGPU or the CPU here, or run the program in Node.' };
  return {
    name,
    probe: async (): Promise<Availability> => ({ available: false, ...missing }),
    createContext: async () => { throw fail('BackendUnavailable', { backend: name, reason: missing.reason, hint: missing.fix }); },
  };
}
