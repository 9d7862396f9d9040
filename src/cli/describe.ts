/** Devices in words, for reports. */
import type { DeviceInfo } from '../backend/contract.ts';

const words = (name: string): string => name.replaceAll(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);
const bytes = (n: number): string => (n >= 2 ** 30 ? `${+(n / 2 ** 30).toFixed(1)} GiB` : n >= 2 ** 20 ? `${+(n / 2 ** 20).toFixed(1)} MiB` : `${n} B`);

/** What a backend says of a device: its memory, then whatever it counts as worth knowing. */
export function describeDevice({ memory, detail }: Pick<DeviceInfo, 'memory' | 'detail'>): string {
  const facts = Object.entries(detail).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '');
  return [...(memory > 0 ? [`memory ${bytes(memory)}`] : []), ...facts.map(([name, value]) =>
    `${words(name)} ${typeof value === 'boolean' ? (value ? 'yes' : 'no') : /memory|bytes|length/i.test(name) && typeof value === 'number' ? bytes(value) : String(value)}`)].join(', ');
}
