import { fail } from '../error/index.ts';
import { newViews } from '../layout/views.ts';
import { ColumnWriter, type Columns } from '../message/columns.ts';
import type { MessageValue } from '../message/message.ts';
import type { AnyMessage } from './types.ts';

/** What a user passes as a batch, as columns: those themselves, or a list of values. */
export function toColumns(message: AnyMessage, batch: unknown): Columns {
  if (!Array.isArray(batch)) {
    if (typeof batch === 'object' && batch !== null) return batch as Columns;
    throw fail('InvalidConfig', { option: 'batch', value: String(batch), reason: 'A batch is an object with a typed array per field, or a list of values.' });
  }
  const writer = new ColumnWriter(message.struct, batch.length);
  const views = newViews(message.struct.size);
  for (const value of batch as MessageValue<AnyMessage>[]) {
    // By way of the codec, which checks every value and knows the short spellings.
    message.codec.encode(views, 0, value as never);
    writer.addRow(message.codec.decode(views, 0));
  }
  return writer.columns;
}
