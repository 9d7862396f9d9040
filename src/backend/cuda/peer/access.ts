/** What two CUDA devices are to each other, as the driver reports it, and the mutual right to reach the other's memory. */
import type { PeerFacts } from '../../contract.ts';
import type { Device } from '../device.ts';
import type { Driver } from '../driver.ts';
import { peerAttributes, result } from '../functions.ts';
import type { Quiet } from '../pause.ts';

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

/** A `CUmemAccessDesc`: this device may read and write. */
const readWriteBy = (device: number): Int32Array => Int32Array.of(1, device, 3);

async function bothWays(first: Device, second: Device): Promise<void> {
  if (first.facts.handle === second.facts.handle) return;
  await first.gate.quiet((here) => second.gate.quiet((there) => {
    for (const [quiet, from, to] of [[here, first, second], [there, second, first]] as const) {
      from.use();
      quiet.attempt('enablePeerAccess', [result.success, result.peerAccessAlready], to.context, 0);
      // Buffers come from the stream-ordered pool, which has rights of its own.
      if (to.facts.attributes.memoryPools === 1) to.driver.call('poolAccess', to.driver.handle('defaultPool', to.facts.handle), readWriteBy(from.facts.handle), 1);
      from.partners.add(to);
    }
    second.use();
  }));
}

/** Runs `body` while neither the device's kernels nor those of devices with access to it run: the end of a context waits for all of them. */
export function alone<T>(device: Device, body: (quiet: Quiet | null) => T | Promise<T>): Promise<T> {
  const all = [device, ...device.partners].filter((d) => d === device || (!d.closed && d.lost === null)).sort((a, b) => a.facts.ordinal - b.facts.ordinal);
  let own: Quiet | null = null;
  const from = (i: number): Promise<T> | T => {
    const next = all[i];
    if (next === undefined) {
      if (device.lost === null) device.use();
      return body(own);
    }
    // A context that is lost has no pauses any more, and nothing runs in it.
    if (next.lost !== null) return from(i + 1);
    return next.gate.quiet((quiet) => {
      if (next === device) own = quiet;
      return from(i + 1);
    });
  };
  return Promise.resolve(from(0));
}
