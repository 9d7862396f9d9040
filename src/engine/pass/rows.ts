/** Device memory of a pass engine: the rows that describe its actors, and what they point to. */
import { fail } from '../../error/index.ts';
import { RouteEntry } from '../../layout/structures.ts';
import type { PassActor } from './actor.ts';
import { Arena } from './arena.ts';
import type { PassDriver } from './driver.ts';
import { PassRow, PassSync, rowFlags, syncWordsPerRow, word, words } from './layout.ts';

/** Its methods are called between passes. */
export class Rows {
  readonly #driver: PassDriver;
  readonly #arena = new Arena(16);
  /** Word address of the first row. */
  first = 0;
  #capacity = 0;

  constructor(driver: PassDriver) {
    this.#driver = driver;
  }

  free(at: number, count: number): void {
    this.#arena.free(at, count);
  }

  /** Writes the row of an actor that has just been launched. */
  describe(actor: PassActor): void {
    const u32 = new Uint32Array(words(PassRow));
    const set = (field: string, value: number): void => { u32[word(PassRow, field)] = value; };
    set('id', actor.id);
    set('kind', actor.kind.index);
    set('flags', this.#flags(actor));
    set('state', actor.state);
    set('routes', actor.routes);
    set('routeCount', actor.spec.program.ports.length);
    set('inputStride', actor.slotBytes >> 2);
    set('outputStride', actor.replyBytes >> 2);
    this.write(this.#at(actor.row), new Uint8Array(u32.buffer));
    this.#driver.write('sync', (words(PassSync) + actor.row * syncWordsPerRow) * 4, new Uint8Array(syncWordsPerRow * 4));
  }

  #at(row: number): number {
    return this.first + row * words(PassRow);
  }

  #flags(actor: PassActor): number {
    return rowFlags.used | (actor.active ? rowFlags.active : 0) | (actor.faulted ? rowFlags.faulted : 0) | (actor.held.length > 0 ? rowFlags.stalled : 0);
  }

  writeFlags(actor: PassActor): void {
    this.writeWords(this.#at(actor.row) + word(PassRow, 'flags'), [this.#flags(actor)]);
  }

  /** Makes room for so many rows. */
  async need(count: number): Promise<void> {
    if (count <= this.#capacity) return;
    const capacity = Math.max(16, this.#capacity * 2, 2 ** Math.ceil(Math.log2(count)));
    const old = this.#capacity === 0 ? null : await this.#driver.read('mem', this.first * 4, this.#capacity * PassRow.size);
    const rows = await this.allocate(capacity * words(PassRow));
    await this.#driver.resize('sync', (words(PassSync) + capacity * syncWordsPerRow) * 4);
    if (old !== null) {
      this.write(rows, old);
      this.#arena.free(this.first, this.#capacity * words(PassRow));
    }
    this.write(rows + this.#capacity * words(PassRow), new Uint8Array((capacity - this.#capacity) * PassRow.size));
    this.first = rows;
    this.#capacity = capacity;
  }

  /** Word address of `count` fresh words. */
  async allocate(count: number): Promise<number> {
    const at = this.#arena.allocate(count);
    await this.#driver.resize('mem', this.#arena.end * 4);
    return at;
  }

  write(at: number, data: Uint8Array): void {
    this.#driver.write('mem', at * 4, data);
  }

  writeWords(at: number, values: readonly number[]): void {
    this.write(at, new Uint8Array(Uint32Array.from(values).buffer));
  }

  /** Others may send to this actor from now on. */
  async giveInbox(actor: PassActor): Promise<void> {
    const capacity = actor.spec.inboxCapacity;
    const stride = actor.slotBytes >> 2;
    actor.inboxWords = capacity * stride;
    actor.inbox = await this.allocate(actor.inboxWords);
    const first = this.#at(actor.row);
    this.writeWords(first + word(PassRow, 'inbox'), [actor.inbox, capacity - 1, stride]);
    this.writeWords(first + word(PassRow, 'end'), [0, 0, 0, 0]);
    this.#driver.write('sync', (words(PassSync) + actor.row * syncWordsPerRow) * 4, new Uint8Array(syncWordsPerRow * 4));
  }

  /** An actor is gone: its row is free, and what it had is given back. */
  erase(actor: PassActor): void {
    const { state, ports } = actor.spec.program;
    this.writeWords(this.#at(actor.row), Array.from({ length: words(PassRow) }, () => 0));
    if (actor.state !== 0) this.free(actor.state, (state?.size ?? 0) >>> 2);
    if (actor.routes !== 0) this.free(actor.routes, ports.length * words(RouteEntry));
    if (actor.inbox !== 0) this.free(actor.inbox, actor.inboxWords);
  }

  /** Senders must not write into memory that is given back. */
  async forgetRoutes(actors: readonly (PassActor | undefined)[], id: number): Promise<void> {
    for (const other of actors) {
      if (other === undefined || other.routes === 0 || other.removed) continue;
      const count = other.spec.program.ports.length;
      const routes = new Uint32Array((await this.#driver.read('mem', other.routes * 4, count * RouteEntry.size)).slice().buffer);
      for (let p = 0; p < count; p++) {
        if (routes[p * words(RouteEntry)] === id) this.writeWords(other.routes + p * words(RouteEntry), [0]);
      }
    }
  }

  /** Slots that wait in an actor's inbox, oldest first. */
  async inboxOf(actor: PassActor, pass: number): Promise<Uint8Array[]> {
    const row = new Uint32Array((await this.#driver.read('mem', this.#at(actor.row) * 4, PassRow.size)).slice().buffer);
    const counts = new Uint32Array((await this.#driver.read('sync', (words(PassSync) + actor.row * syncWordsPerRow) * 4, syncWordsPerRow * 4)).slice().buffer);
    const parity = pass & 1;
    const end = (row[word(PassRow, 'end') + parity]! + counts[(pass + 2) % 3]!) >>> 0;
    const tail = row[word(PassRow, 'tail') + parity]!;
    if (end === tail) return [];
    const slots = await this.#driver.read('mem', actor.inbox * 4, actor.inboxWords * 4);
    const mask = actor.spec.inboxCapacity - 1;
    const found: Uint8Array[] = [];
    for (let p = tail; p !== end; p = (p + 1) >>> 0) {
      const at = (p & mask) * actor.slotBytes;
      found.push(slots.slice(at, at + actor.slotBytes));
    }
    return found;
  }
}

/** Exactly `bytes` long. */
export function padded(data: Uint8Array, bytes: number): Uint8Array {
  if (data.byteLength === bytes) return data;
  const out = new Uint8Array(bytes);
  out.set(data.subarray(0, bytes));
  return out;
}

/** Where a pass serves an actor is not for its user to say. */
export function refuseWishes(backend: string, wishes: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(wishes)) {
    throw fail('InvalidConfig', { option: `placement.${name}`, value: String(wishes[name]), reason: `The ${backend} backend knows no placement.` });
  }
}
