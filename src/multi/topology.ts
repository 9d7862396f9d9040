import type { DeviceInfo, PeerFacts } from '../backend/contract.ts';

/**
 * What is known about the way from one device to another. `same`: they are one. `peer`: the backend reports that
 * the first reaches the second's memory. `none`: it reports that it does not, or they belong to different backends.
 * `unknown`: the backend does not say.
 */
export type Access = 'same' | 'peer' | 'none' | 'unknown';

export interface Link {
  readonly from: number;
  readonly to: number;
  readonly access: Access;
  /** What the driver reports of it, where it reports anything. */
  readonly facts?: PeerFacts;
  /** Which way messages take: from device to device, or over the host. */
  readonly route: 'device' | 'host';
}

/** Every ordered pair of devices; nothing in it is guessed. `reaches`: whether the engines deliver directly. */
export function topologyOf(devices: readonly DeviceInfo[], reaches: (from: number, to: number) => boolean): Link[] {
  return devices.flatMap((a, from) => devices.map((b, to): Link => {
    const access = accessOf(a, b);
    const facts = access === 'peer' ? a.peerFacts?.[a.peers!.indexOf(b.index)] : undefined;
    return { from, to, access: from === to ? 'same' : access, ...(facts === undefined ? {} : { facts }), route: from === to || reaches(from, to) ? 'device' : 'host' };
  }));
}

function accessOf(from: DeviceInfo, to: DeviceInfo): Access {
  if (from.backend !== to.backend) return 'none';
  if (from.index === to.index) return 'same';
  if (from.peers === undefined) return 'unknown';
  return from.peers.includes(to.index) ? 'peer' : 'none';
}
