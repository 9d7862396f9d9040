/** The engine's tables in device memory, its control words in mapped memory, and its rings to and from the host. */
import { fail } from '../../error/index.ts';
import { offsetOf } from '../../layout/access.ts';
import { EgressRing } from './egress.ts';
import { SlotRing } from './inbox.ts';
import { lineBytes } from './lines.ts';
import type { Device } from './device.ts';
import type { DeviceBlock, MappedBlock } from './memory.ts';
import { laneCount } from './actor.ts';
import { Control, Delivery, Duty, Egress, Engine, Pulse, Row } from './structures.ts';
import { warpsPerBlock } from './device/program.ts';
import type { CudaSettings } from './settings.ts';

const word = (name: string): number => offsetOf(Control, name) >> 2;
const control = {
  stop: word('stop'), clockAsk: word('clockAsk'), clockOffset: word('clockOffset'), limit: word('limit'),
  clockAnswer: word('clockAnswer'), clockNs: word('clockNs'), beats: word('beats'),
} as const;

/** Lines of the ring that blocks share, in rings of one block. */
const commonShare = 4;
/** With so few blocks each has a ring of its own: looking at them costs the host less than drawing from one costs the device. */
const fewBlocks = 6;

/** Puts a little-endian structure together field by field. */
export class Bytes {
  readonly data: DataView<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.data = new DataView(this.bytes.buffer);
  }

  u32(offset: number, value: number): this {
    this.data.setUint32(offset, value, true);
    return this;
  }

  u64(offset: number, value: bigint): this {
    this.data.setBigUint64(offset, value, true);
    return this;
  }
}

export class Tables {
  readonly engine: DeviceBlock;
  readonly rows: DeviceBlock;
  readonly deliveries: DeviceBlock;
  readonly ingress: SlotRing;
  /** Rings to the host: the common one first, then those of single blocks, as far as they are in use. */
  readonly egress: EgressRing[] = [];
  readonly #device: Device;
  readonly #settings: CudaSettings;
  readonly #control: MappedBlock;
  readonly #ingressCount: MappedBlock;
  readonly #busy: DeviceBlock;
  readonly #cancel: DeviceBlock;
  readonly #seen: DeviceBlock;
  readonly #since: DeviceBlock;
  readonly #duties: DeviceBlock;
  readonly #egressTable: DeviceBlock;
  readonly #pulses: DeviceBlock;
  /** Lines drawn of the common ring. */
  readonly #commonHead: DeviceBlock;
  #common: EgressRing;
  /** By block. */
  readonly #rings: EgressRing[] = [];
  #asked = 0;

  constructor(device: Device, settings: CudaSettings, maxBlocks: number) {
    this.#device = device;
    this.#settings = settings;
    const { heap, mapped } = device;
    const n = settings.maxActors;
    this.engine = heap.allocate(Engine.size);
    this.rows = heap.allocate(n * Row.size);
    this.deliveries = heap.allocate(n * laneCount * Delivery.size);
    this.#busy = heap.allocate(n * 4);
    this.#cancel = heap.allocate(n * 4);
    this.#seen = heap.allocate(n * 4);
    this.#since = heap.allocate(n * 8);
    this.#duties = heap.allocate(maxBlocks * warpsPerBlock * Duty.size);
    this.#egressTable = heap.allocate(maxBlocks * Egress.size);
    this.#pulses = heap.allocate(maxBlocks * Pulse.size);
    this.#commonHead = heap.allocate(lineBytes);
    this.#common = this.#ring(undefined, settings.replyLines * commonShare);
    this.#control = mapped.allocate(Control.size);
    this.#ingressCount = mapped.allocate(lineBytes);
    this.ingress = new SlotRing(mapped.allocate(settings.sharedLines * lineBytes), settings.sharedLines, 1, this.#ingressCount);
    const limit = Number.isFinite(settings.watchdog) ? BigInt(Math.round(settings.watchdog * 1e6)) : 0n;
    this.#control.piece.views.u64[(this.#control.offset >> 3) + (control.limit >> 1)] = limit;
    const at = (name: string): number => offsetOf(Engine, name);
    heap.write(this.engine.address, new Bytes(Engine.size)
      .u64(at('rows'), this.rows.address).u64(at('duties'), this.#duties.address).u64(at('egress'), this.#egressTable.address)
      .u64(at('deliveries'), this.deliveries.address).u64(at('control'), this.#control.address)
      .u64(at('ingress'), this.ingress.block.address).u64(at('ingressTaken'), this.#ingressCount.address).u32(at('ingressMask'), settings.sharedLines - 1)
      .u64(at('pulses'), this.#pulses.address).u64(at('commonHead'), this.#commonHead.address)
      .u64(at('busy'), this.#busy.address).u64(at('cancel'), this.#cancel.address).u64(at('seen'), this.#seen.address).u64(at('since'), this.#since.address).bytes);
  }

  row(id: number): bigint {
    return this.rows.address + BigInt((id - 1) * Row.size);
  }

  delivery(id: number, lane: number): bigint {
    return this.deliveries.address + BigInt(((id - 1) * laneCount + lane) * Delivery.size);
  }

  /** A ring to the host of at least so many lines; a larger one in place of `known` takes up where that one ended. */
  #ring(known: EgressRing | undefined, lines: number): EgressRing {
    if (known !== undefined && known.mask + 1 >= lines) return known;
    const { mapped } = this.#device;
    if (known !== undefined) mapped.free(known.block);
    const ring = new EgressRing(mapped.allocate(lines * lineBytes), lines, known?.count ?? mapped.allocate(lineBytes));
    ring.position = known?.position ?? 0;
    ring.release();
    return ring;
  }

  /**
   * Before the kernel is entered: what its warps do, and rings for its blocks. Rings must have been read empty.
   * Returns, by block, the number of its ring in `egress`.
   */
  prepare(duty: Uint32Array, blocks: number, alone: ReadonlySet<number>, largest: number, rowCount: number): Int32Array {
    const { heap } = this.#device;
    const e = (name: string): number => offsetOf(Egress, name);
    const room = 2 ** Math.ceil(Math.log2(2 * largest));
    const common = this.#common = this.#ring(this.#common, Math.max(this.#settings.replyLines * commonShare, room));
    this.egress.length = 0;
    this.egress.push(common);
    const numbers = new Int32Array(blocks);
    const table = new Bytes(blocks * Egress.size);
    for (let block = 0; block < blocks; block++) {
      let ring = common;
      if (blocks <= fewBlocks || alone.has(block)) {
        ring = this.#rings[block] = this.#ring(this.#rings[block], Math.max(this.#settings.replyLines, room));
        numbers[block] = this.egress.push(ring) - 1;
      }
      const at = block * Egress.size;
      table.u64(at + e('base'), ring.block.address).u64(at + e('taken'), ring.count.address).u32(at + e('mask'), ring.mask).u32(at + e('head'), ring.position).u32(at + e('common'), ring === common ? 1 : 0);
    }
    heap.write(this.#egressTable.address, table.bytes);
    heap.writeWord(this.#commonHead.address, common.position);
    heap.write(this.#duties.address, duty);
    heap.clear(this.#pulses.address, blocks * Pulse.size);
    heap.write(this.engine.address + BigInt(offsetOf(Engine, 'rowCount')), Uint32Array.of(rowCount, blocks));
    heap.write(this.engine.address + BigInt(offsetOf(Engine, 'commonTaken')), BigUint64Array.of(common.count.address));
    Atomics.store(this.#control.piece.views.i32, (this.#control.offset >> 2) + control.stop, 0);
    return numbers;
  }

  /** Asks the kernel to leave its loop. */
  stop(): void {
    Atomics.store(this.#control.piece.views.i32, (this.#control.offset >> 2) + control.stop, 1);
  }

  /** Slots of the shared ring that the dispatcher has not handed over; only while the kernel is out of its loop. */
  get ingressHead(): number {
    const bytes = this.#device.heap.read(this.engine.address + BigInt(offsetOf(Engine, 'ingressHead')), 4);
    return new DataView(bytes.buffer).getUint32(0, true);
  }

  /**
   * Tells the running kernel what `wall` (microseconds) says. Once this resolves every block knows the time: no deadline
   * is looked at before. `alive` throws when nobody will answer.
   */
  async setTime(wall: () => number, alive: () => void): Promise<void> {
    const { u64 } = this.#control.piece.views;
    const at = this.#control.offset >> 2;
    await this.#answer(alive);
    u64[(at + control.clockOffset) >> 1] = BigInt.asUintN(64, BigInt(Math.round(wall())) * 1000n - u64[(at + control.clockNs) >> 1]!);
    // Whoever answers this has seen the offset, and told it on.
    await this.#answer(alive);
  }

  /** Asks for a reading of the device's clock, and waits for it. */
  async #answer(alive: () => void): Promise<void> {
    const { i32 } = this.#control.piece.views;
    const at = this.#control.offset >> 2;
    Atomics.store(i32, at + control.clockAsk, ++this.#asked);
    const start = performance.now();
    while (Atomics.load(i32, at + control.clockAnswer) !== this.#asked) {
      const waited = performance.now() - start;
      if (waited > 2) await new Promise<void>((resolve) => { setImmediate(resolve); });
      alive();
      if (waited > 5000) throw fail('EngineStuck', { ms: Math.round(waited) });
    }
  }
}
