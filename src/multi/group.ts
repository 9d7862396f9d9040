import { availability } from '../backend/select.ts';
import type { BackendName, DeviceInfo } from '../backend/contract.ts';
import { fail } from '../error/index.ts';
import { KernelHandle } from '../runtime/handle.ts';
import type { LaunchOptions, OpenOptions } from '../runtime/options.ts';
import { RingKernel } from '../runtime/ring-kernel.ts';
import type { KernelCore } from '../runtime/kernel-core.ts';
import type { Remote, Ring } from '../runtime/ring.ts';
import type { ActorDefinition } from '../runtime/types.ts';
import { Bridge } from './link.ts';
import { settled, taken } from './order.ts';
import { measureLinks, type MeasuredLink, type MeasureOptions } from './measure.ts';
import { move, type Migration } from './migrate.ts';
import { computeCapability, Placer, type Candidate, type Placement } from './placement.ts';
import { topologyOf, type Link } from './topology.ts';

/** A device to open: a backend's first one, or a certain one with settings of its own. */
export type DeviceChoice = BackendName | Omit<OpenOptions, 'time' | 'backend'> & { readonly backend: BackendName };

export interface GroupOptions extends Omit<OpenOptions, 'backend' | 'device' | 'debug'> {
  /** Default: every GPU there is; the CPU where there is none. The CPU may be named several times. */
  readonly devices?: readonly DeviceChoice[];
  /** Default `leastLoaded`. */
  readonly placement?: Placement;
  /** Kernels a device takes. Default 64. */
  readonly maxKernels?: number;
  /** Messages that may be on their way from one device to a kernel on another, on either side of the host. Default 256. */
  readonly linkCapacity?: number;
}

export interface GroupLaunchOptions<D extends ActorDefinition = ActorDefinition> extends LaunchOptions<D> {
  /** Number of the device in the group. Default: the group's placement decides. */
  readonly device?: number;
}

type AnyHandle = KernelHandle<ActorDefinition>;

interface Member {
  readonly ring: RingKernel;
  readonly inside: Ring;
  readonly info: DeviceInfo;
  /** Stand-ins here for kernels elsewhere, by id. */
  readonly bridges: Map<string, Bridge>;
  /** Kernels elsewhere that kernels here write to without the host, by id. */
  readonly direct: Set<string>;
}

interface Place {
  readonly handle: AnyHandle;
  device: number;
}

/** Milliseconds in which an engine has told everything it knows. */
const moment = 200;

/**
 * Several devices as one: kernels are placed, reach each other across devices by the same ports and handles, and
 * can be moved while they run.
 */
export class DeviceGroup implements AsyncDisposable {
  readonly #members: readonly Member[];
  readonly #placer: Placer;
  readonly #maxKernels: number;
  readonly #linkCapacity: number;
  readonly #places = new Map<string, Place>();
  /** Kernels on their way onto a device, by device: they count as there. */
  readonly #arriving: number[];
  /** Changes of routes happen one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(members: readonly Member[], { placement = 'leastLoaded', maxKernels = 64, linkCapacity = 256 }: GroupOptions) {
    this.#members = members;
    this.#placer = new Placer(placement);
    this.#maxKernels = maxKernels;
    this.#linkCapacity = linkCapacity;
    this.#arriving = members.map(() => 0);
    members.forEach((member, index) => { member.inside.reach = (id) => this.#exclusive(() => this.#bridge(index, id)); });
  }

  /** Every device of every backend that can be used here, with the null backend left out. */
  static async devices(): Promise<DeviceInfo[]> {
    const all = [...(await availability())].filter(([name]) => name !== 'null');
    return all.flatMap(([, found]) => (found.available ? found.devices : []));
  }

  /** Opens the devices. Throws what `RingKernel.open` throws; those that were opened before are closed again. */
  static async open(options: GroupOptions = {}): Promise<DeviceGroup> {
    const { devices, placement, maxKernels, linkCapacity, ...common } = options;
    for (const [option, value] of Object.entries({ maxKernels, linkCapacity })) {
      if (value !== undefined && !(Number.isInteger(value) && value >= 1)) throw fail('InvalidConfig', { option, value, reason: 'It is a whole number, at least 1.' });
    }
    void new Placer(placement ?? 'leastLoaded');
    const choices = devices ?? await standardDevices();
    if (choices.length === 0) throw fail('InvalidConfig', { option: 'devices', value: 'none', reason: 'A group has at least one device.' });
    const members: Member[] = [];
    try {
      for (const choice of choices) {
        const ring = await RingKernel.open({ ...common, ...(typeof choice === 'string' ? { backend: choice } : choice) });
        const info = ring.context?.device ?? { backend: 'cpu', index: 0, name: 'source', memory: 0, detail: {} };
        members.push({ ring, inside: RingKernel.inside(ring), info, bridges: new Map(), direct: new Set() });
      }
    } catch (cause) {
      for (const { ring } of members) await ring.close();
      throw cause;
    }
    return new DeviceGroup(members, options);
  }

  /** The devices, in the order of their numbers. */
  get devices(): readonly DeviceInfo[] {
    return this.#members.map(({ info }) => info);
  }

  /** The ring of one device, for events, memory and figures. Throws `UnknownDevice`. */
  ring(device: number): RingKernel {
    return this.#member(device).ring;
  }

  /** What is known of the ways between the devices. */
  topology(): Link[] {
    return topologyOf(this.devices, (from, to) => this.#reaches(this.#members[from]!, this.#members[to]!));
  }

  /** As `topology`, for the pairs of different devices, with round trips and bandwidths measured now: some of them take a while over the host. */
  measureLinks(options?: MeasureOptions): Promise<MeasuredLink[]> {
    return measureLinks(this, options);
  }

  /** Number of the device a kernel is on. Throws `KernelNotFound`. */
  deviceOf(kernel: string | { readonly id: string }): number {
    return this.#place(typeof kernel === 'string' ? kernel : kernel.id).device;
  }

  kernels(): KernelHandle[] {
    return [...this.#places.values()].map(({ handle }) => handle as KernelHandle);
  }

  /** Launches a kernel where the placement says. Its id is unique in the group. Throws `NoDevice` when no device has room. */
  async launch<D extends ActorDefinition>(definition: D, options: GroupLaunchOptions<D> = {}): Promise<KernelHandle<D>> {
    if (this.#closed) throw fail('RingClosed');
    const { device: wish, ...rest } = options;
    const id = rest.id ?? definition.id;
    if (this.#places.has(id)) throw fail('KernelAlreadyExists', { kernel: id });
    const device = wish ?? this.#placer.choose(this.#candidates(), definition);
    const member = this.#member(device);
    if (this.#load(device) >= this.#maxKernels) throw fail('NoDevice', { kernel: id, reason: `device ${device} is full` });
    this.#arriving[device]!++;
    let launched: AnyHandle | null = null;
    try {
      const { connect, ...own } = rest as LaunchOptions;
      const handle = await member.ring.launch(definition, { ...own, autoActivate: false } as LaunchOptions<D>) as unknown as AnyHandle;
      this.#places.set(id, { handle, device });
      void KernelHandle.inside(handle).ended.then(() => this.#exclusive(() => this.#forget(id)));
      launched = handle;
      for (const [port, target] of Object.entries(connect ?? {})) await handle.connect(port as never, target as never);
      await this.#exclusive(async () => {
        for (const [i, other] of this.#members.entries()) if (i !== device && other.inside.routesOf(id).into.length > 0) await this.#bridge(i, id);
      });
      if (own.autoActivate ?? true) await handle.activate();
      return handle as unknown as KernelHandle<D>;
    } catch (error) {
      await launched?.[Symbol.asyncDispose]();
      throw error;
    } finally {
      this.#arriving[device]!--;
    }
  }

  /**
   * Moves a kernel, with its state and the messages that wait for it, to another device while it is in use: its
   * handle, its callers and the kernels connected to it go on using it. Messages keep their order by sender. Throws
   * `MigrationFailed`, and leaves it where it is, when the other device cannot take it.
   */
  migrate(kernel: string | { readonly id: string }, to: number): Promise<Migration> {
    return this.#exclusive(() => this.#migrate(this.#place(typeof kernel === 'string' ? kernel : kernel.id), to));
  }

  async #migrate(place: Place, to: number): Promise<Migration> {
    const { handle, device: from } = place;
    const { id } = handle;
    const source = this.#member(from);
    const target = this.#member(to);
    const refuse = (reason: string): Error => fail('MigrationFailed', { kernel: id, from: source.info.name, to: target.info.name, reason, consequence: 'Nothing was moved; it goes on where it was.' });
    const old = KernelHandle.inside(handle);
    if (from === to) throw refuse('it is there already');
    if (old.faulted || old.lifecycle.finished || old.state === 'created') throw refuse(`it is ${old.faulted ? 'faulted' : old.state}`);
    if (this.#load(to) >= this.#maxKernels) throw refuse('that device is full');
    const { into, out } = source.inside.routesOf(id);
    /** Ways over the host that hold what is sent to it while it moves. */
    const held: { readonly member: Member; readonly bridge: Bridge }[] = [];
    /** Kernels that have not handled what it has sent over the host: the rest must follow the same way. */
    const behind = new Set<string>();
    this.#arriving[to]!++;
    try {
      const migration = await move(old, source.inside, target.inside, {
        settle: async () => {
          const { timeout } = old.settings;
          // Whoever stands still takes nothing: what is counted late is waited for, but no longer.
          const taking = out.every(({ to: other }) => source.bridges.has(other) || this.#places.get(other)?.handle.state === 'active');
          if (!(await settled(source.inside, [old], taking ? timeout : Math.min(timeout, moment)))) throw new Error('what it has sent to others is not taken');
          for (const { to: other } of out) {
            const bridge = source.bridges.get(other);
            if (bridge === undefined) continue;
            if (!(await bridge.drained(timeout))) throw new Error(`what it has sent to '${other}' finds no room there`);
            const { handle: receiver, device } = this.#place(other);
            if (await taken(KernelHandle.inside(receiver), receiver.state === 'active' ? timeout : 0)) continue;
            if (device === to || target.direct.has(other)) throw new Error(`what it has sent to '${other}' waits there, and would be overtaken`);
            behind.add(other);
          }
        },
        divert: async () => {
          for (const { to: other } of out) if (other !== id) await this.#bridge(to, other, !behind.has(other));
          for (const member of this.#members) {
            // One that was left from an earlier move goes on carrying.
            if ((member !== source && !member.direct.has(id)) || member.bridges.has(id)) continue;
            const bridge = await Bridge.prepare(member.inside, handle, this.#linkCapacity);
            held.push({ member, bridge });
            member.bridges.set(id, bridge);
            member.direct.delete(id);
            await member.inside.swap(id, bridge.core);
          }
        },
        arrived: async (core) => {
          place.device = to;
          if (!target.bridges.has(id)) await target.inside.swap(id, core);
          for (const { port, to: other } of out) await target.inside.connect(core, port, other, false);
          for (const { bridge } of held) bridge.start();
        },
      });
      // Some still reach it by way of the host though there is a shorter one: they wait while what is under way arrives.
      await this.#straightenAll(place, id);
      if (into.every(({ from: sender }) => sender === id)) await this.#dismiss(source, id);
      const event = { type: 'migrated', kernel: id, from: `${source.info.backend}:${from}`, to: `${target.info.backend}:${to}`, moved: migration.moved } as const;
      source.inside.events.emit(event);
      target.inside.events.emit(event);
      return migration;
    } catch (error) {
      if (place.device === from) {
        for (const { bridge } of held) bridge.start();
        await this.#straightenAll(place, id);
      }
      throw error;
    } finally {
      this.#arriving[to]!--;
    }
  }

  /** Takes the way over the host out of the routes of the kernel's own device and of those that reach it directly. */
  async #straightenAll(place: Place, id: string): Promise<void> {
    const home = this.#members[place.device]!;
    for (const member of this.#members) {
      const bridge = member.bridges.get(id);
      if (bridge !== undefined && (member === home || this.#reaches(member, home))) await this.#straighten(member, id, bridge, KernelHandle.inside(place.handle), place);
    }
  }

  async #straighten(member: Member, id: string, bridge: Bridge, core: KernelCore, place: Place): Promise<void> {
    const { inside } = member;
    const senders = [...new Set(inside.routesOf(id).into.map(({ from }) => from))].map((from) => inside.find(from))
      .filter((sender) => sender !== undefined && sender !== core && sender.state === 'active') as KernelCore[];
    for (const sender of senders) await inside.ask(inside.engine.setActive(sender.actor.id, false));
    try {
      // Where the kernel does not take what is under way, the way over the host stays: longer, but in order.
      const patience = core.state === 'active' ? core.settings.timeout : 0;
      if (!(await settled(inside, senders, patience)) || !(await bridge.drained(patience)) || !(await taken(core, patience))) return;
      member.bridges.delete(id);
      if (core.host === inside) await inside.swap(id, core);
      else await this.#attach(member, id, place);
    } finally {
      for (const sender of senders) if (sender.state === 'active') await inside.ask(inside.engine.setActive(sender.actor.id, true));
    }
    await bridge[Symbol.asyncDispose]();
  }

  /** Whether kernels on the first device write into inboxes on the second. */
  #reaches(from: Member, to: Member): boolean {
    return from.inside.engine.peers?.reaches(to.inside.engine) === true;
  }

  async #attach(member: Member, id: string, place: Place): Promise<void> {
    // Asked anew for every route: the kernel may have moved.
    const core = (): KernelCore => KernelHandle.inside(place.handle);
    const remote: Remote = {
      handlerOf: (message) => core().handlerOf(message),
      link: (from, port, handler) => member.inside.engine.peers!.connect(from, port, core().host.engine, core().actor.id, handler),
    };
    member.direct.add(id);
    await member.inside.attach(id, remote);
  }

  async #dismiss(member: Member, id: string): Promise<void> {
    const bridge = member.bridges.get(id);
    if (bridge === undefined) return;
    if (!(await bridge.drained(0))) return;
    member.bridges.delete(id);
    await bridge[Symbol.asyncDispose]();
  }

  /**
   * Brings a kernel within reach of a device that does not have it: directly where its memory can be written to, else by a
   * stand-in. Does nothing where nobody of that id is launched yet.
   */
  async #bridge(device: number, id: string, direct = true): Promise<void> {
    const member = this.#members[device]!;
    const place = this.#places.get(id);
    if (place === undefined || place.device === device || member.bridges.has(id) || member.direct.has(id)) return;
    if (direct && this.#reaches(member, this.#members[place.device]!)) return this.#attach(member, id, place);
    const bridge = await Bridge.prepare(member.inside, place.handle, this.#linkCapacity);
    member.bridges.set(id, bridge);
    await member.inside.swap(id, bridge.core);
    bridge.start();
  }

  async #forget(id: string): Promise<void> {
    this.#places.delete(id);
    if (this.#closed) return;
    for (const { bridges, direct, inside } of this.#members) {
      if (direct.delete(id)) await inside.attach(id, null);
      const bridge = bridges.get(id);
      bridges.delete(id);
      await bridge?.[Symbol.asyncDispose]();
    }
  }

  #exclusive<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #load(device: number): number {
    return [...this.#places.values()].filter((place) => place.device === device).length + this.#arriving[device]!;
  }

  #candidates(): Candidate[] {
    return this.#members.map(({ ring, info }, index): Candidate => {
      const { hostMemory, deviceMemory } = ring.metrics();
      return {
        index, device: info, kernels: this.#load(index), computeCapability: computeCapability(info),
        freeMemory: info.memory > 0 ? info.memory - (info.backend === 'cpu' ? hostMemory : deviceMemory) : null,
      };
    }).filter(({ kernels }) => kernels < this.#maxKernels);
  }

  #member(device: number): Member {
    const member = this.#members[device];
    if (member === undefined) throw fail('UnknownDevice', { device, known: this.#members.map(({ info }, i) => `${i} (${info.name})`).join(', ') });
    return member;
  }

  #place(id: string): Place {
    const place = this.#places.get(id);
    if (place === undefined) throw fail('KernelNotFound', { kernel: id });
    return place;
  }

  /** Closes every device. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { ring } of this.#members) await ring.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function standardDevices(): Promise<DeviceChoice[]> {
  const all = await DeviceGroup.devices();
  const gpus = all.filter(({ backend }) => backend !== 'cpu');
  return (gpus.length > 0 ? gpus : all).map(({ backend, index }) => ({ backend, device: index }));
}
