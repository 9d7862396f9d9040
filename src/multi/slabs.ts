/**
 * A grid over several devices: cut along its slowest axis into slabs, one on each device, with copies of the
 * neighbours' rows (planes, in three dimensions) at the inner rims. A rim lies in one piece, so an exchange is one copy
 * for each side: from device to device where one reaches the other's memory, else over the host.
 */
import type { Context } from '../backend/contract.ts';
import { fail } from '../error/index.ts';
import type { GlobalDefinition, GlobalParams } from '../kernel/define.ts';
import type { AnyType, InputOf, ValueOf } from '../layout/types.ts';
import type { DeviceGrid, GridSize } from '../memory/grid.ts';
import type { RunArguments } from '../runtime/run.ts';
import type { DeviceGroup } from './group.ts';

export interface SlabOptions {
  /** Rows (planes) of the neighbours kept on each side: as far as a step looks. Default 1. */
  readonly halo?: number;
  /** Numbers of the devices in the group, in the order of the slabs. Default: all of them. */
  readonly devices?: readonly number[];
  /** Appears where memory is forgotten. Default `slab`. */
  readonly label?: string;
}

/** What one device has. */
export interface Slab<T extends AnyType> {
  readonly device: number;
  /** First own row (plane) in the whole grid, and how many are its own. */
  readonly origin: number;
  readonly length: number;
  /** Copies of neighbours' rows in front of its own, and behind. */
  readonly before: number;
  readonly after: number;
  /** Own and copied cells of the generation that is read, and of the one that is written. */
  readonly now: DeviceGrid<T>;
  readonly next: DeviceGrid<T>;
}

export interface SlabStats {
  /** Exchanges of all slabs; copies from one device to another, those that did not touch the host, and bytes of all. */
  readonly rounds: number;
  readonly copies: number;
  readonly direct: number;
  readonly bytes: number;
}

type MutableSlab<T extends AnyType> = { -readonly [K in keyof Slab<T>]: Slab<T>[K] } & { readonly context: Context };

export class Slabs<T extends AnyType> implements Disposable {
  readonly size: GridSize;
  readonly #group: DeviceGroup;
  readonly #slabs: readonly MutableSlab<T>[];
  /** Cells, and bytes, of one row or plane. */
  readonly #cells: number;
  readonly #bytes: number;
  #rounds = 0;
  #copies = 0;
  #direct = 0;
  #moved = 0;

  private constructor(group: DeviceGroup, size: GridSize, slabs: readonly MutableSlab<T>[], cells: number, bytes: number) {
    this.#group = group;
    this.size = size;
    this.#slabs = slabs;
    this.#cells = cells;
    this.#bytes = bytes;
  }

  /** Both generations are zeros, or `values` (x varies fastest). Throws `InvalidConfig` where a device would own fewer rows than the halo has. */
  static async create<T extends AnyType>(group: DeviceGroup, type: T, size: GridSize, values?: ArrayLike<InputOf<T>>, options: SlabOptions = {}): Promise<Slabs<T>> {
    const { halo = 1, devices = group.devices.map((_, i) => i), label = 'slab' } = options;
    const wrong = (option: string, value: unknown, reason: string): Error => fail('InvalidConfig', { option, value: String(value), reason });
    if (!Number.isInteger(halo) || halo < 1) throw wrong('halo', halo, 'It is a whole number from 1.');
    if (devices.length === 0) throw wrong('devices', 'none', 'There is at least one.');
    const axis = size.length - 1;
    const total = size[axis]!;
    const plane = size.slice(0, axis) as number[];
    const cells = plane.reduce((a, b) => a * b!, 1);
    const starts = devices.map((_, i) => Math.floor((total * i) / devices.length));
    const slabs: MutableSlab<T>[] = [];
    try {
      for (const [i, device] of devices.entries()) {
        const origin = starts[i]!;
        const length = (starts[i + 1] ?? total) - origin;
        if (length < halo) throw wrong('size', size.join(' x '), `Device ${device} would own ${length} rows, fewer than the halo of ${halo}.`);
        const before = i === 0 ? 0 : halo;
        const after = i === devices.length - 1 ? 0 : halo;
        const ring = group.ring(device);
        if (ring.context === null) throw wrong('devices', device, 'It has no memory.');
        const own = [...plane, before + length + after] as unknown as GridSize;
        const part = values === undefined ? undefined : Array.prototype.slice.call(values, (origin - before) * cells, (origin + length + after) * cells) as InputOf<T>[];
        const now = await ring.grid(type, own, part, { label });
        slabs.push({ device, origin, length, before, after, now, next: now, context: ring.context });
        slabs.at(-1)!.next = await ring.grid(type, own, part, { label });
      }
    } catch (error) {
      for (const { now, next } of slabs) { now[Symbol.dispose](); next[Symbol.dispose](); }
      throw error;
    }
    const stride = slabs[0]!.now.buffer.buffer.bytes / slabs[0]!.now.buffer.length;
    return new Slabs(group, size, slabs, cells, cells * stride);
  }

  get slabs(): readonly Slab<T>[] {
    return this.#slabs;
  }

  /**
   * Runs a global kernel over every slab, then lets the slabs have each other's new rims. `args`: of one slab; `now` is read
   * and `next` written, and then they change places. A kernel that leaves the cells at the rim of its grid alone, as far as
   * `halo`, computes on slabs what it computes on the whole.
   */
  async step<P extends GlobalParams>(definition: GlobalDefinition<P>, args: (slab: Slab<T>) => RunArguments<P>): Promise<void> {
    await Promise.all(this.#slabs.map((slab) => this.#group.ring(slab.device).run(definition, args(slab))));
    for (const slab of this.#slabs) [slab.now, slab.next] = [slab.next, slab.now];
    await this.exchange();
  }

  /** Copies every slab's rims of the current generation to its neighbours. */
  async exchange(): Promise<void> {
    const copies: Promise<void>[] = [];
    for (let i = 1; i < this.#slabs.length; i++) {
      const [a, b] = [this.#slabs[i - 1]!, this.#slabs[i]!];
      copies.push(this.#copy(a, a.before + a.length - b.before, b, 0, b.before));
      copies.push(this.#copy(b, b.before, a, a.before + a.length, a.after));
    }
    await Promise.all(copies);
    this.#rounds++;
  }

  async #copy(from: MutableSlab<T>, fromRow: number, to: MutableSlab<T>, toRow: number, rows: number): Promise<void> {
    const bytes = rows * this.#bytes;
    const source = from.now.buffer.buffer;
    const target = to.now.buffer.buffer;
    this.#copies++;
    this.#moved += bytes;
    if (await from.context.copyToPeer?.(source, to.context, target, bytes, fromRow * this.#bytes, toRow * this.#bytes) === true) {
      this.#direct++;
      return;
    }
    const stage = new Uint8Array(bytes);
    await from.context.read(source, stage, fromRow * this.#bytes);
    await to.context.write(target, stage, toRow * this.#bytes);
  }

  /** The current generation as one grid, x fastest. */
  async gather(): Promise<ValueOf<T>[]> {
    const parts = await Promise.all(this.#slabs.map(({ now, before, length }) => now.buffer.read({ at: before * this.#cells, count: length * this.#cells })));
    return parts.flat() as ValueOf<T>[];
  }

  stats(): SlabStats {
    return { rounds: this.#rounds, copies: this.#copies, direct: this.#direct, bytes: this.#moved };
  }

  [Symbol.dispose](): void {
    for (const { now, next } of this.#slabs) {
      now[Symbol.dispose]();
      next[Symbol.dispose]();
    }
  }
}
