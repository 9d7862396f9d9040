/** The only place that knows the backends there are. Each is loaded when it is first asked for. */
import { fail, reasonOf } from '../error/index.ts';
import type { DeviceEngine } from '../engine/contract.ts';
import type { Availability, Backend, BackendName, Context, ContextOptions } from './contract.ts';

const loaders: Readonly<Partial<Record<BackendName, () => Promise<{ readonly backend: Backend }>>>> = {
  cuda: () => import('./cuda/index.ts'),
  metal: () => import('./metal/index.ts'),
  webgpu: () => import('./webgpu/index.ts'),
  cpu: () => import('./cpu/index.ts'),
  null: () => import('./null/index.ts'),
};

/** In which order `auto` tries them. */
export const autoOrder: readonly BackendName[] = ['cuda', 'metal', 'webgpu', 'cpu'];

/** Every backend there is. */
export const backendNames: readonly BackendName[] = [...autoOrder, 'null'];

/** Why a backend was passed over. */
export interface Skipped {
  readonly backend: BackendName;
  readonly reason: string;
  readonly fix: string;
}

export interface Opened {
  readonly backend: Backend;
  readonly context: Context;
  /** Those `auto` tried before. */
  readonly skipped: readonly Skipped[];
}

const loaded = new Map<BackendName, Promise<Backend>>();

/** Loads a backend, without asking whether a device is there. */
export function loadBackend(name: BackendName): Promise<Backend> {
  let promise = loaded.get(name);
  if (promise === undefined) {
    const load = loaders[name];
    promise = load === undefined
      ? Promise.reject(fail('InvalidConfig', { option: 'backend', value: String(name), reason: `It is one of auto, ${backendNames.join(', ')}.` }))
      : load().then(({ backend }) => backend);
    loaded.set(name, promise);
  }
  return promise;
}

/** Whether a backend can be used here, and if not, why. Never throws for "not there". */
export async function availabilityOf(name: BackendName): Promise<Availability> {
  try {
    return await (await loadBackend(name)).probe();
  } catch (cause) {
    return { available: false, reason: reasonOf(cause), fix: 'Reinstall the package; optional dependencies may be missing.' };
  }
}

/** Whether this process could use Metal: an Apple system with a Metal device. `availabilityOf('metal')` says why not. */
export const isMetalAvailable = async (): Promise<boolean> => (await availabilityOf('metal')).available;

/** As `availabilityOf`, for every backend. */
export async function availability(): Promise<ReadonlyMap<BackendName, Availability>> {
  return new Map(await Promise.all(backendNames.map(async (name) => [name, await availabilityOf(name)] as const)));
}

/**
 * Opens a context on the backend named, or with `auto` on the first one that works and is not a GPU in software. Throws
 * `BackendUnavailable` with the reason and what to do.
 */
export async function openBackend(choice: BackendName | 'auto', options: ContextOptions = {}): Promise<Opened> {
  if (choice !== 'auto') {
    const backend = await loadBackend(choice);
    const found = await backend.probe(options);
    if (!found.available) throw fail('BackendUnavailable', { backend: choice, reason: found.reason, hint: found.fix });
    return { backend, context: await backend.createContext(options), skipped: [] };
  }
  const skipped: Skipped[] = [];
  for (const name of autoOrder) {
    const found = await availabilityOf(name);
    if (!found.available) {
      skipped.push({ backend: name, reason: found.reason, fix: found.fix });
      continue;
    }
    // A GPU driver that computes on the CPU is slower than the CPU backend itself.
    if (name !== 'cpu' && found.devices.length > 0 && found.devices.every((d) => d.detail['software'] === true)) {
      skipped.push({ backend: name, reason: `${found.devices[0]!.name} is a software device.`, fix: `Ask for \`backend: '${name}'\` to use it all the same.` });
      continue;
    }
    try {
      const backend = await loadBackend(name);
      return { backend, context: await backend.createContext(options), skipped };
    } catch (cause) {
      skipped.push({ backend: name, reason: reasonOf(cause), fix: `Ask for \`backend: '${name}'\` to see the whole error.` });
    }
  }
  throw fail('BackendUnavailable', {
    backend: 'auto', reason: skipped.map(({ backend, reason }) => `${backend}: ${reason}`).join(' '), hint: 'Run `ringkernel doctor`.',
  });
}

/** The engine that runs the user's functions as they are, in this thread. */
export async function openSourceEngine(): Promise<DeviceEngine> {
  const { SourceEngine } = await import('./cpu/source-engine.ts');
  return new SourceEngine();
}
