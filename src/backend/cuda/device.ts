/** One CUDA device of this process with a context of our own: what engine and low-level layer both stand on. */
import { fail } from '../../error/index.ts';
import type { DeviceInfo, PeerFacts } from '../contract.ts';
import type { Compiler } from './compiler.ts';
import type { Driver } from './driver.ts';
import { contextIsLost, deviceAttributes, result } from './functions.ts';
import { alone, peerFacts } from './peer/access.ts';
import { DeviceHeap, MappedHeap } from './memory.ts';
import { Gate, type Quiet } from './pause.ts';

/** What the driver says about a device, without opening it. */
export interface DeviceFacts {
  readonly ordinal: number;
  readonly handle: number;
  readonly name: string;
  readonly memory: number;
  /** `sm_90`. */
  readonly architecture: string;
  readonly attributes: Readonly<Record<keyof typeof deviceAttributes, number>>;
  /** Ordinals of the devices whose memory it reaches. */
  readonly peers: readonly number[];
  readonly peerFacts: readonly PeerFacts[];
}

export function deviceFacts(driver: Driver): DeviceFacts[] {
  const handles = Array.from({ length: driver.int('deviceCount') }, (_, ordinal) => driver.int('deviceGet', ordinal));
  return handles.map((handle, ordinal) => {
    const name = Buffer.alloc(256);
    driver.call('deviceName', name, name.length, handle);
    const bytes = driver.handle('deviceMemory', handle);
    const attributes = {} as Record<keyof typeof deviceAttributes, number>;
    for (const [key, number] of Object.entries(deviceAttributes)) attributes[key as keyof typeof deviceAttributes] = driver.int('deviceAttribute', number, handle);
    const ways = handles.map((other, index) => (index === ordinal ? null : peerFacts(driver, handle, other)));
    return {
      ordinal, handle, name: name.toString('utf8', 0, name.indexOf(0)), memory: Number(bytes),
      architecture: `sm_${attributes.major}${attributes.minor}`, attributes,
      peers: ways.flatMap((way, index) => (way === null ? [] : [index])), peerFacts: ways.filter((way) => way !== null),
    };
  });
}

export const deviceInfo = (d: DeviceFacts): DeviceInfo => ({
  backend: 'cuda', index: d.ordinal, name: d.name, memory: d.memory, peers: d.peers, peerFacts: d.peerFacts,
  detail: { architecture: d.architecture, multiprocessors: d.attributes.multiprocessors, display: d.attributes.kernelTimeout === 1 },
});

const nonBlocking = 1;

export class Device {
  readonly driver: Driver;
  readonly compiler: Compiler;
  readonly facts: DeviceFacts;
  readonly gate: Gate;
  readonly mapped: MappedHeap;
  readonly heap: DeviceHeap;
  /** For copies and fills that nobody waits for in order with anything else. */
  readonly stream: bigint;
  readonly context: bigint;
  /** Devices whose memory its kernels have been given access to. */
  readonly partners = new Set<Device>();
  #lost: Error | null = null;
  #closed = false;

  constructor(driver: Driver, compiler: Compiler, facts: DeviceFacts) {
    if (facts.attributes.canMapHost !== 1 || facts.attributes.cooperativeLaunch !== 1) {
      throw fail('BackendUnavailable', { backend: 'cuda', reason: `${facts.name} cannot map host memory or launch cooperatively.`, hint: 'Use a GPU of compute capability 7.0 or later.' });
    }
    this.driver = driver;
    this.compiler = compiler;
    this.facts = facts;
    this.context = driver.handle('contextCreate', 0, facts.handle);
    this.gate = new Gate(driver, () => this.use());
    this.stream = this.createStream();
    this.mapped = new MappedHeap(driver);
    this.heap = new DeviceHeap(driver, this.stream);
  }

  /** Makes this the calling thread's context; the driver keeps one per thread. */
  use(): void {
    if (this.#lost !== null) throw this.#lost;
    this.driver.call('contextSetCurrent', this.context);
  }

  createStream(): bigint {
    return this.driver.handle('streamCreate', nonBlocking);
  }

  /** Waits for a stream without holding the event loop for longer than a moment, or than `ms` where it is known to end soon. */
  async finished(stream: bigint, ms = 0.2): Promise<void> {
    const start = performance.now();
    for (;;) {
      if (this.idle(stream)) return;
      if (performance.now() - start > ms) await new Promise<void>((resolve) => { setImmediate(resolve); });
      this.use();
    }
  }

  /** Nothing runs on the stream. Throws `ContextLost` when it never will again. */
  idle(stream: bigint): boolean {
    const code = this.driver.calls.streamQuery(stream) as number;
    if (code === result.success) return true;
    if (code === result.notReady) return false;
    const error = this.driver.error('streamQuery', code);
    if (contextIsLost(code)) this.lose(error);
    throw error;
  }

  /** Nothing will work in this context any more. */
  lose(cause: Error): void {
    this.#lost ??= cause;
    this.gate.close(cause);
  }

  get lost(): Error | null {
    return this.#lost;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Frees everything and ends the context. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await alone(this, (quiet: Quiet | null) => {
      for (const partner of this.partners) partner.partners.delete(this);
      if (quiet === null) {
        // Lost: the driver still takes the context's end; everything it held goes with it.
        this.driver.unguardedCode('contextDestroy', this.context);
        return;
      }
      this.heap.release(quiet);
      this.mapped.release(quiet);
      quiet.call('contextDestroy', this.context);
    });
    if (this.#lost !== null) return;
    this.gate.close(fail('BackendUnavailable', { backend: 'cuda', reason: 'The context was closed.', hint: 'Open a new one.' }));
  }
}
