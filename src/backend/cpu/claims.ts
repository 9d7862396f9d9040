/** A worker that ended in the middle of a send has left its claim behind. */
import { ring as R, worker as W } from '../../engine/steps/offsets.ts';
import type { Views } from '../../layout/views.ts';

/** Whether the worker had claimed the slot it noted, and not published it. The others have published theirs. */
export function hasClaimed({ i32 }: Views, block: number): boolean {
  const inbox = Atomics.load(i32, (block + W.sending) >> 2) >>> 0;
  if (inbox === 0) return false;
  const position = Atomics.load(i32, (block + W.position) >> 2);
  const capacity = i32[(inbox + R.capacity) >> 2]!;
  const slotBytes = i32[(inbox + R.slotBytes) >> 2]!;
  const at = (inbox + R.slots + (position & (capacity - 1)) * slotBytes) >> 2;
  return Atomics.load(i32, at) === position && ((Atomics.load(i32, (inbox + R.head) >> 2) - position) | 0) > 0;
}
