import type { ScalarName } from '../../layout/types.ts';
import type { IntrinsicRow } from './table.ts';

const row = (name: string, doc: string, result: ScalarName, category: IntrinsicRow['category'], rest: Partial<IntrinsicRow> = {}): IntrinsicRow => ({
  name, category, doc, on: ['actor'], property: true, types: [], params: [], result, emit: { wasm: `@${name}` }, ...rest,
});

/** What a handler knows about itself, its message, and time. */
export const actorRows: readonly IntrinsicRow[] = [
  row('self', "This actor's id; never 0.", 'u32', 'queue'),
  row('sender', 'Id of the actor that sent the message; 0: the host.', 'u32', 'queue'),
  row('correlation', 'Correlation number of the message; a reply carries the same.', 'u32', 'queue'),
  row('timestamp', 'Packed HLC time stamp of the message.', 'u64', 'hlc', { need: 'i64' }),
  row('deadline', 'Packed HLC deadline of the message; 0: none.', 'u64', 'hlc', { need: 'i64' }),
  row('hlcPhysical', "Physical part of the actor's clock, microseconds since the epoch.", 'u64', 'hlc', { need: 'hlc' }),
  row('hlcLogical', "Logical part of the actor's clock.", 'u64', 'hlc', { need: 'hlc' }),
  { name: 'now', category: 'clock', doc: "Packed HLC time; the actor's clock moves on by this call.", on: ['actor'], types: [], params: [], result: 'u64', effects: true, need: 'hlc', emit: {} },
];
