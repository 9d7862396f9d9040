/**
 * The definitions behind `ringkernel codegen --template`: a kernel that does nothing with its message, and tiles that exchange
 * their edges. Printed as the whole program a device compiles, they show what surrounds a handler.
 */
import { InboxHeader } from '../engine/pass/layout.ts';
import { ringKernel, type KernelDefinition } from '../kernel/define.ts';
import { RouteEntry, structures } from '../layout/structures.ts';
import { array, f32, struct, u32, type Struct } from '../layout/types.ts';
import { message } from '../message/message.ts';

/** Neighbours in a plane without and in space without and with diagonals. */
export const neighbours = [4, 6, 26] as const;

/** The routes of an actor that has so many neighbours. */
const routeTables = neighbours.map((n) => struct(`RouteTable${n}`, { routes: array(RouteEntry, n) }));

/** What host and device share, on every target alike; sizes are asserted by the text. */
export const sharedStructures: readonly Struct[] = [...structures.map(([type]) => type), InboxHeader, ...routeTables];

const Ping = message('Ping', { value: u32 });

const ring = ringKernel({ id: 'ring', on: Ping }, () => undefined);

/** Cells along one side of a tile; its memory has a rim of one cell around them. */
const side = 8;

const Load = message('Load', { cells: array(f32, side * side) });
const Exchange = message('Exchange', {});
/** `from`: on which side of the receiver the cells lie: 0 north, 1 south, 2 west, 3 east. */
const Edge = message('Edge', { from: u32, cells: array(f32, side) });
/** How many edges have come since the launch. */
const Arrived = message('Arrived', {});
const Edges = message('Edges', { count: u32 });
const Relax = message('Relax', {});
const Tile = message('Tile', { edges: u32, cells: array(f32, side * side) });

/** Each exchange sends the four edges to the neighbours; what arrives goes into the rim; a step takes the mean of four cells. */
const halo = ringKernel({
  id: 'halo', uses: { side }, sends: { north: Edge, south: Edge, west: Edge, east: Edge },
  state: { edges: u32, cells: array(f32, (side + 2) ** 2) },
})
  .on(Load, (ctx, msg, { side }) => {
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) ctx.state.cells[(y + 1) * (side + 2) + x + 1] = msg.cells[y * side + x]!;
  })
  .on(Exchange, (ctx, _msg, { side }) => {
    const north = new Float32Array(8);
    const south = new Float32Array(8);
    const west = new Float32Array(8);
    const east = new Float32Array(8);
    for (let i = 0; i < side; i++) {
      north[i] = ctx.state.cells[side + 2 + i + 1]!;
      south[i] = ctx.state.cells[side * (side + 2) + i + 1]!;
      west[i] = ctx.state.cells[(i + 1) * (side + 2) + 1]!;
      east[i] = ctx.state.cells[(i + 1) * (side + 2) + side]!;
    }
    ctx.send.north({ from: 1, cells: north });
    ctx.send.south({ from: 0, cells: south });
    ctx.send.west({ from: 3, cells: west });
    ctx.send.east({ from: 2, cells: east });
  })
  .on(Edge, (ctx, msg, { side }) => {
    for (let i = 0; i < side; i++) {
      if (msg.from === 0) ctx.state.cells[i + 1] = msg.cells[i]!;
      if (msg.from === 1) ctx.state.cells[(side + 1) * (side + 2) + i + 1] = msg.cells[i]!;
      if (msg.from === 2) ctx.state.cells[(i + 1) * (side + 2)] = msg.cells[i]!;
      if (msg.from === 3) ctx.state.cells[(i + 1) * (side + 2) + side + 1] = msg.cells[i]!;
    }
    ctx.state.edges += 1;
  })
  .on(Arrived, Edges, (ctx) => ({ count: ctx.state.edges }))
  .on(Relax, Tile, (ctx, _msg, { side }) => {
    const next = new Float32Array(64);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const at = (y + 1) * (side + 2) + x + 1;
        next[y * side + x] = (ctx.state.cells[at - 1]! + ctx.state.cells[at + 1]! + ctx.state.cells[at - side - 2]! + ctx.state.cells[at + side + 2]!) * 0.25;
      }
    }
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) ctx.state.cells[(y + 1) * (side + 2) + x + 1] = next[y * side + x]!;
    return { edges: ctx.state.edges, cells: next };
  });

export const templates = { ring, halo } as const satisfies Record<string, Pick<KernelDefinition, 'id' | 'program'>>;
export const templateMessages = { Ping, Load, Exchange, Edge, Arrived, Edges, Relax, Tile } as const;
export type TemplateName = keyof typeof templates;
