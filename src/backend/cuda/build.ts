/** Makes an actor's rings, state and row. Only while the engine is out of its loop. */
import type { ActorSpec } from '../../engine/contract.ts';
import { offsetOf } from '../../layout/access.ts';
import { CudaActor, laneCount, type ActorHost, type Lane } from './actor.ts';
import type { Device } from './device.ts';
import { SlotRing } from './inbox.ts';
import type { ProgramFacts } from './kinds.ts';
import { lineBytes } from './lines.ts';
import type { MappedBlock } from './memory.ts';
import type { Serve } from './placement.ts';
import { writeFeeds, type FeedSpec, type Wired } from './routes.ts';
import { Delivery, Route, Row } from './structures.ts';
import { Bytes, type Tables } from './tables.ts';

const row = (...path: string[]): number => offsetOf(Row, ...path);

export interface NewActor {
  readonly id: number;
  readonly spec: ActorSpec;
  readonly facts: ProgramFacts;
  /** The kind's number in the loaded code. */
  readonly number: number;
  readonly serve: Serve;
  /** Polls a mapped ring of its own. */
  readonly own: boolean;
}

/** Throws `OutOfMemory`, having given everything back. */
export function buildActor(device: Device, tables: Tables, host: ActorHost, { id, spec, facts, number, serve, own }: NewActor): Wired {
  const { heap, mapped } = device;
  const lines = spec.envelope === 'full' ? facts.inboxLines.full : facts.inboxLines.compact;
  const held: CudaActor['device'] = [];
  const blocks: MappedBlock[] = [];
  const map = (bytes: number): MappedBlock => { const b = mapped.allocate(bytes); blocks.push(b); return b; };
  const give = (bytes: number): CudaActor['device'][number] => { const b = heap.allocate(bytes); held.push(b); return b; };
  const hostFeeds: FeedSpec[] = [];
  const rings: Lane[] = [];
  const capacity = spec.inboxCapacity;
  const skip = spec.envelope === 'full' ? 64 : 0;
  try {
    for (let lane = 0; lane < (spec.priorities ? laneCount : 1); lane++) {
      let shared: Lane['shared'] = null;
      if (!own) {
        const slots = give(capacity * lineBytes);
        const count = map(lineBytes);
        shared = { sent: 0, mask: capacity - 1, count, seen: 0 };
        hostFeeds.push({ base: slots.address, consumed: count.address, mask: capacity - 1, lines: 1, polled: true, skip: 0, lane, mapped: false });
        heap.write(tables.delivery(id, lane), new Bytes(Delivery.size).u64(offsetOf(Delivery, 'base'), slots.address).u32(offsetOf(Delivery, 'mask'), capacity - 1).bytes);
      }
      let ring: SlotRing | null = null;
      if (own || lines > 1) {
        const slots = map(capacity * lines * lineBytes);
        const count = map(lineBytes);
        ring = new SlotRing(slots, capacity, lines, count);
        hostFeeds.push({ base: slots.address, consumed: count.address, mask: capacity - 1, lines, polled: own, skip, lane, mapped: true });
      }
      rings.push({ own: ring, shared });
    }
    const state = give(Math.max(16, facts.program.state?.size ?? 0));
    if (spec.initialState !== undefined) heap.write(state.address, spec.initialState);
    const routes = facts.program.ports.length === 0 ? null : give(facts.program.ports.length * Route.size);
    const scratchBytes = 2 * Math.ceil(facts.largestWords / 4) * 16;
    const scratch = give(scratchBytes);
    const taken = map(lineBytes);
    const actor = new CudaActor(id, spec, facts, serve, own, rings, host);
    actor.takenWord = taken;
    actor.device.push(...held);
    actor.mapped.push(...blocks);
    const wired: Wired = { actor, wiring: { hostFeeds, peers: [], routes, ports: facts.program.ports.map(() => null), feeds: null, feedCount: 0 } };
    heap.write(tables.row(id), new Bytes(Row.size)
      .u32(row('id'), id).u32(row('kind'), number).u64(row('state'), state.address).u64(row('routes'), routes?.address ?? 0n)
      .u64(row('scratch'), scratch.address).u32(row('scratchBytes'), scratchBytes).u32(row('ports'), facts.program.ports.length)
      .u32(row('window'), spec.outboxCapacity).u64(row('taken'), taken.address).u32(row('parallel'), facts.parallel ? 1 : 0).u32(row('replyLines'), facts.replyLines).u32(row('skips'), skip === 0 ? 0 : 1).u32(row('small'), facts.small && skip === 0 && (!own || facts.program.ports.length === 0) ? 1 : 0)
      .u64(row('telemetry', 'minLatencyUs'), ~0n & 0xffffffffffffffffn).bytes);
    writeFeeds(device, tables, id, wired.wiring);
    return wired;
  } catch (cause) {
    for (const block of held) heap.free(block);
    for (const block of blocks) mapped.free(block);
    throw cause;
  }
}
