/** What two CUDA devices are to each other, as the driver reports it, and the mutual right to reach the other's memory. */
import type { PeerFacts } from '../../contract.ts';
import type { Device } from '../device.ts';
import type { Driver } from '../driver.ts';
import { peerAttributes, result } from '../functions.ts';

/** What the driver says of the way between two devices by their handles; null: there is none. */
export function peerFacts(driver: Driver, from: number, to: number): PeerFacts | null {
  if (driver.int('canAccessPeer', from, to) !== 1) return null;
  const ask = (name: keyof typeof peerAttributes): number => driver.int('peerAttribute', peerAttributes[name], from, to);
  return { nativeAtomics: ask('nativeAtomics') === 1, performanceRank: ask('performanceRank') };
}

/** Whether each reaches the other's memory. Both must belong to one loaded driver. */
export function mutual(a: Device, b: Device): boolean {
  if (a === b || a.driver !== b.driver) return false;
  // Two contexts of one device share its memory.
  if (a.facts.handle === b.facts.handle) return true;
  return a.driver.int('canAccessPeer', a.facts.handle, b.facts.handle) === 1 && a.driver.int('canAccessPeer', b.facts.handle, a.facts.handle) === 1;
}

const enabled = new WeakMap<Device, WeakMap<Device, Promise<void>>>();

/** Lets both contexts reach each other's memory, what is allocated later included. Once for each pair. */
export function enable(a: Device, b: Device): Promise<void> {
  // One order for both directions: each pause waits for the other device's.
  const [first, second] = a.facts.ordinal < b.facts.ordinal ? [a, b] : [b, a];
  let known = enabled.get(first);
  if (known === undefined) enabled.set(first, known = new WeakMap());
  let promise = known.get(second);
  if (promise === undefined) {
    known.set(second, promise = bothWays(first, second));
    promise.catch(() => known.delete(second));
  }
  return promise;
}

async function bothWays(first: Device, second: Device): Promise<void> {
  if (first.facts.handle === second.facts.handle) return;
  await first.gate.quiet((here) => second.gate.quiet((there) => {
    for (const [quiet, from, to] of [[here, first, second], [there, second, first]] as const) {
      from.use();
      quiet.attempt('enablePeerAccess', [result.success, result.peerAccessAlready], to.context, 0);
    }
    second.use();
  }));
}
