import { fail } from '../error/index.ts';
import { roundUp } from '../layout/types.ts';

/** The next multiple of `alignment`, a power of two. */
export function alignUp(bytes: number, alignment: number): number {
  if (!Number.isInteger(alignment) || alignment < 1 || (alignment & (alignment - 1)) !== 0) {
    throw fail('InvalidConfig', { option: 'alignment', value: alignment, reason: 'It must be a power of two.' });
  }
  return roundUp(bytes, alignment);
}

/** To whole cache lines of a CPU. */
export const alignToCacheLine = (bytes: number): number => alignUp(bytes, 64);

/** To what a GPU loads at once. */
export const alignToSegment = (bytes: number): number => alignUp(bytes, 128);
