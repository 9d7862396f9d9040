/** The passes in the order that pays: constants first, then what they make unreachable, then what is computed twice, then bounds. */
import type { Program } from '../ir.ts';
import { proveBounds } from './bounds.ts';
import { shareSubexpressions } from './cse.ts';
import { fold } from './fold.ts';

export { proveBounds } from './bounds.ts';
export { shareSubexpressions } from './cse.ts';
export { fold } from './fold.ts';
export { canonicalText, normalise } from './normalise.ts';

export const optimise = (program: Program): Program => proveBounds(shareSubexpressions(fold(program)));
