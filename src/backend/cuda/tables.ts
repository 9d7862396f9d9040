/** The engine's tables in device memory, its control words in mapped memory, and its rings to and from the host. */
import { offsetOf } from '../../layout/access.ts';
import { EgressRing } from './egress.ts';
import { SlotRing } from './inbox.ts';
import { lineBytes } from './lines.ts';
import type { Device } from './device.ts';
import type { DeviceBlock, MappedBlock } from './memory.ts';
import { laneCount } from './actor.ts';
import { Control, Delivery, Duty, Egress, Engine, Row } from './structures.ts';
import { warpsPerBlock } from './device/program.ts';
import type { CudaSettings } from './settings.ts';

const word = (name: string): number => offsetOf(Control, name) >> 2;
const control = {
  stop: word('stop'), clockAsk: word('clockAsk'), clockOffset: word('clockOffset'), limit: word('limit'),
  clockAnswer: word('clockAnswer'), clockNs: word('clockNs'), beats: word('beats'),
} as const;

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
      .u64(at('busy'), this.#busy.address).u64(at('cancel'), this.#cancel.address).u64(at('seen'), this.#seen.address).u64(at('since'), this.#since.address).bytes);
  }

  row(id: number): bigint {
    return this.rows.address + BigInt((id - 1) * Row.size);
  }

  delivery(id: number, lane: number): bigint {
    return this.deliveries.address + BigInt(((id - 1) * laneCount + lane) * Delivery.size);
  }

  /** A block's ring to the host, with room for twice its largest message. */
  #ring(block: number, largest: number): boolean {
    const lines = Math.max(this.#settings.replyLines, 2 ** Math.ceil(Math.log2(2 * largest)));
    const known = this.egress[block];
    if (known !== undefined && known.mask + 1 >= lines) return false;
    const { mapped } = this.#device;
    if (known !== undefined) mapped.free(known.block);
    const ring = new EgressRing(mapped.allocate(lines * lineBytes), lines, known?.count ?? mapped.allocate(lineBytes));
    ring.position = known?.position ?? 0;
    ring.release();
    this.egress[block] = ring;
    return true;
  }

  /** Before the kernel is entered: what its warps do, and rings for its blocks. Rings must have been read empty. */
  prepare(duty: Uint32Array, blocks: number, largest: number, rowCount: number): void {
    const { heap } = this.#device;
    const e = (name: string): number => offsetOf(Egress, name);
    for (let block = 0; block < blocks; block++) {
      if (!this.#ring(block, largest)) continue;
      const ring = this.egress[block]!;
      heap.write(this.#egressTable.address + BigInt(block * Egress.size), new Bytes(Egress.size)
        .u64(e('base'), ring.block.address).u64(e('taken'), ring.count.address).u32(e('mask'), ring.mask).u32(e('head'), ring.position).bytes);
    }
    heap.write(this.#duties.address, duty);
    heap.write(this.engine.address + BigInt(offsetOf(Engine, 'rowCount')), Uint32Array.of(rowCount, 0));
    Atomics.store(this.#control.piece.views.i32, (this.#control.offset >> 2) + control.stop, 0);
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

  /** Asks for a reading of the device's clock. */
  askClock(): void {
    Atomics.store(this.#control.piece.views.i32, (this.#control.offset >> 2) + control.clockAsk, ++this.#asked);
  }

  /** Sets the device's clock from the answer; `micros` is the host's time now. False: no answer yet. */
  setClock(micros: number): boolean {
    const { i32, u64 } = this.#control.piece.views;
    const at = this.#control.offset >> 2;
    if (Atomics.load(i32, at + control.clockAnswer) !== this.#asked) return false;
    const device = u64[(at + control.clockNs) >> 1]!;
    u64[(at + control.clockOffset) >> 1] = BigInt.asUintN(64, BigInt(Math.round(micros)) * 1000n - device);
    return true;
  }
}
