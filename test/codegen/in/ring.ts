/** Raw memory: one step of a ring, as the engines write them. */
import { deviceFunction, u32 } from './face.ts';

const slotOf = (base: number, position: number, mask: number): number => base + (position & mask) * 64;

export default deviceFunction({ id: 'ring_take', params: { ring: u32, mask: u32 }, result: u32, uses: { slotOf } }, (m, ring, mask, { slotOf }) => {
  const tail = m.load(ring);
  const slot = slotOf(ring + 128, tail, mask);
  if (m.loadAcquire(slot) !== tail + 1) return 0;
  const value = m.load(slot + 4);
  m.storeRelease(slot, tail + mask + 1);
  m.store(ring, tail + 1);
  m.fetchAdd(ring + 8, 1);
  return value;
});
