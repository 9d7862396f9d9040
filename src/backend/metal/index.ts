/** Metal on Apple computers, through the Objective-C runtime. Verified on an emulated device, not yet on Apple hardware. */
import { fail, reasonOf } from '../../error/index.ts';
import { mslPassProgram } from '../../kernel/emit/msl/pass.ts';
import type { Availability, Backend, Context, ContextOptions } from '../contract.ts';
import { MetalContext } from './context.ts';
import { describeDevice, MetalDevice } from './device.ts';
import { ObjectiveC, type Id, type MetalLibraries } from './objc.ts';

export interface MetalSettings {
  /** Where the Objective-C runtime and Metal lie. Default: where macOS keeps them. */
  readonly libraries?: MetalLibraries;
}

const known = new Set(['libraries']);
const open = new Map<string, ObjectiveC>();

/** The runtime; loaded once for each set of libraries. */
function runtime(settings: MetalSettings): ObjectiveC {
  const key = JSON.stringify(settings.libraries ?? null);
  let found = open.get(key);
  if (found === undefined) open.set(key, found = new ObjectiveC(settings.libraries));
  return found;
}

/** Devices with the default one first; each is a reference that its taker releases. */
function devicesOf(objc: ObjectiveC): Id[] {
  return objc.pool(() => {
    const first = objc.metalFunction('MTLCreateSystemDefaultDevice')();
    if (first === 0n) return [];
    const all = objc.metalFunction('MTLCopyAllDevices')();
    if (all === 0n) return [first];
    const count = Number(objc.send(all, 'count'));
    const others = Array.from({ length: count }, (_, i) => objc.send(all, 'objectAt', i)).filter((d) => d !== first);
    for (const d of others) objc.send(d, 'retain');
    objc.send(all, 'release');
    return [first, ...others];
  });
}

const notHere = { available: false, reason: 'Metal exists on Apple computers only.', fix: 'Use another backend: `auto` takes the best there is.' } as const;

async function probe(settings: MetalSettings): Promise<Availability> {
  if (process.platform !== 'darwin' && settings.libraries === undefined) return notHere;
  try {
    const objc = runtime(settings);
    const devices = devicesOf(objc);
    const infos = devices.map((d, i) => describeDevice(objc, d, i));
    for (const d of devices) objc.send(d, 'release');
    return infos.length > 0 ? { available: true, devices: infos } : { available: false, reason: 'Metal reports no device.', fix: 'Run outside of virtual machines without a GPU.' };
  } catch (cause) {
    return { available: false, reason: `Metal could not be loaded: ${reasonOf(cause)}`, fix: 'Run `npm install koffi`, on macOS 13 or later.' };
  }
}

/** The backend with its libraries elsewhere than usual. */
export const metalBackend = (fixed: MetalSettings = {}): Backend => ({
  name: 'metal',
  engineSource: (program) => mslPassProgram([{ index: 0, program, parallel: program.handlers.map(() => false) }]).source,
  probe: (options) => probe({ ...fixed, ...options?.settings }),

  async createContext(options: ContextOptions = {}): Promise<Context> {
    const settings: MetalSettings = { ...fixed, ...options.settings };
    for (const key of Object.keys(settings)) {
      if (!known.has(key)) throw fail('InvalidConfig', { option: `settings.${key}`, value: key, reason: `Metal knows ${[...known].join(', ')}.` });
    }
    const found = await probe(settings);
    if (!found.available) throw fail('BackendUnavailable', { backend: 'metal', reason: found.reason, hint: found.fix });
    const objc = runtime(settings);
    const devices = devicesOf(objc);
    const index = options.device ?? 0;
    const chosen = devices[index];
    devices.forEach((d, i) => { if (i !== index) objc.send(d, 'release'); });
    if (chosen === undefined) throw fail('InvalidConfig', { option: 'device', value: index, reason: `There are ${devices.length} Metal devices.` });
    return new MetalContext(new MetalDevice(objc, chosen, index));
  },
});

export const backend = metalBackend();
