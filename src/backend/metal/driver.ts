/** Runs passes on a Metal device. Host and device share all memory; what a pass leaves is copied out at its end. */
import { fail } from '../../error/index.ts';
import type { Pass, PassBlock, PassDriver, PassKind, PassOutput, PassProgram } from '../../engine/pass/driver.ts';
import { mslPassEntries, mslPassGroups, mslPassProgram } from '../../kernel/emit/msl/pass.ts';
import { viewsOf } from '../../layout/views.ts';
import { size3, type MetalDevice, type SharedMemory } from './device.ts';
import type { Id } from './objc.ts';

interface Pipelines {
  readonly library: Id;
  readonly actors: Id;
  readonly batches: Id;
}

export class MetalPassDriver implements PassDriver {
  readonly backend = 'metal';
  readonly depth = 3;
  // The host writes while earlier passes run: nothing they read may change.
  readonly framePerFlight = true;
  readonly maxBytes: number;
  readonly lost: Promise<Error>;
  readonly #device: MetalDevice;
  readonly #blocks: Record<PassBlock, SharedMemory>;
  readonly #staging: (SharedMemory | null)[] = [];
  readonly #views = new Map<bigint, Uint8Array>();
  #pipelines: Pipelines | null = null;

  constructor(device: MetalDevice) {
    this.#device = device;
    this.lost = device.lost;
    this.maxBytes = device.maxBufferLength;
    this.#blocks = { mem: device.allocate(4096, 'mem'), sync: device.allocate(4096, 'sync') };
  }

  get memory(): { readonly host: number; readonly device: number } {
    const staging = this.#staging.reduce((n, s) => n + (s?.bytes ?? 0), 0);
    return { host: 0, device: this.#blocks.mem.bytes + this.#blocks.sync.bytes + staging };
  }

  #bytes(memory: SharedMemory): Uint8Array {
    let view = this.#views.get(memory.id);
    if (view === undefined) this.#views.set(memory.id, view = new Uint8Array(this.#device.objc.view(memory.address, memory.bytes)));
    return view;
  }

  #free(memory: SharedMemory): void {
    this.#views.delete(memory.id);
    this.#device.free(memory);
  }

  async compile(kinds: readonly PassKind[]): Promise<PassProgram> {
    const program = mslPassProgram(kinds);
    const kernel = kinds.at(-1)!.program.id;
    const library = this.#device.library(program.source, kernel);
    const made = Object.entries(mslPassEntries).map(([name, entry]) => {
      const pipeline = this.#device.pipeline(library, entry);
      const threads = mslPassGroups[name as keyof typeof mslPassEntries];
      if (threads > pipeline.maxThreads) throw fail('LimitExceeded', { what: `The engine's entry '${entry}'`, needed: `${threads} threads`, limit: pipeline.maxThreads, hint: 'Use smaller handlers.' });
      return pipeline.id;
    });
    this.#release();
    this.#pipelines = { library, actors: made[0]!, batches: made[1]! };
    return program;
  }

  async resize(block: PassBlock, bytes: number): Promise<void> {
    const old = this.#blocks[block];
    if (bytes <= old.bytes) return;
    const wider = this.#device.allocate(Math.min(this.maxBytes, Math.max(bytes, old.bytes * 2)), block);
    await this.#device.idle();
    this.#bytes(wider).set(this.#bytes(old));
    this.#blocks[block] = wider;
    this.#free(old);
  }

  write(block: PassBlock, offset: number, data: Uint8Array): void {
    this.#bytes(this.#blocks[block]).set(data, offset);
  }

  async read(block: PassBlock, offset: number, bytes: number): Promise<Uint8Array> {
    await this.#device.idle();
    return this.#bytes(this.#blocks[block]).slice(offset, offset + bytes);
  }

  async submit(pass: Pass): Promise<PassOutput> {
    const { objc } = this.#device;
    const { mem, sync } = this.#blocks;
    const memory = this.#bytes(mem);
    for (const w of pass.writes) memory.set(w.data.subarray(0, w.bytes), w.offset);
    const offsets: number[] = [];
    let total = 0;
    for (const c of pass.copies) {
      offsets.push(total);
      total += Math.ceil(c.bytes / 8) * 8;
    }
    const staging = this.#stagingFor(pass.flight, total);
    await this.#device.submit((commands) => {
      if (pass.resetSync) {
        const blit = objc.send(commands, 'blitEncoder');
        objc.send(blit, 'fill', sync.id, { location: 0, length: 16 }, 0);
        objc.send(blit, 'endEncoding');
      }
      if (pass.actors > 0 || pass.batches > 0) {
        const encoder = objc.send(commands, 'computeEncoder');
        const start = (pipeline: Id, groups: readonly [number, number, number], threads: number): void => {
          objc.send(encoder, 'setPipeline', pipeline);
          objc.send(encoder, 'setBuffer', mem.id, 0, 0);
          objc.send(encoder, 'setBuffer', sync.id, 0, 1);
          objc.send(encoder, 'setBytes', Uint32Array.of(pass.frame), 4, 2);
          objc.send(encoder, 'dispatch', size3(groups), size3([threads, 1, 1]));
        };
        if (pass.actors > 0) start(this.#pipelines!.actors, [Math.ceil(pass.actors / mslPassGroups.actors), 1, 1], mslPassGroups.actors);
        if (pass.batches > 0) start(this.#pipelines!.batches, [Math.ceil(pass.batchCount / (mslPassGroups.batches * mslPassGroups.messages)), pass.batches, 1], mslPassGroups.batches);
        objc.send(encoder, 'endEncoding');
      }
      const copies = pass.copies.flatMap((c, i) => (c.bytes === 0 ? [] : [{ ...c, to: offsets[i]! }]));
      if (copies.length > 0) {
        const blit = objc.send(commands, 'blitEncoder');
        for (const c of copies) objc.send(blit, 'copy', this.#blocks[c.block].id, c.offset, staging.id, c.to, c.bytes);
        objc.send(blit, 'endEncoding');
      }
    });
    return { views: viewsOf(this.#bytes(staging).buffer), offsets, release: () => undefined };
  }

  #stagingFor(flight: number, bytes: number): SharedMemory {
    const have = this.#staging[flight];
    if (have !== null && have !== undefined && have.bytes >= bytes) return have;
    if (have !== null && have !== undefined) this.#free(have);
    return this.#staging[flight] = this.#device.allocate(Math.max(4096, 2 ** Math.ceil(Math.log2(Math.max(1, bytes)))), `staging ${flight}`);
  }

  #release(): void {
    if (this.#pipelines === null) return;
    for (const id of Object.values(this.#pipelines) as Id[]) this.#device.objc.send(id, 'release');
    this.#pipelines = null;
  }

  async close(): Promise<void> {
    await this.#device.idle().catch(() => undefined);
    this.#release();
    for (const m of [this.#blocks.mem, this.#blocks.sync, ...this.#staging]) if (m !== null && m !== undefined) this.#free(m);
  }
}
