/** How the arguments of a global kernel on the CPU lie in memory. */
import { struct, u32, type AnyType, type Struct } from '../../../layout/types.ts';
import type { GlobalProgram } from '../../ir.ts';

/** A buffer argument: byte address, elements, and the extents of a grid (0 for plain arrays). */
export const BufferArgument = struct('BufferArgument', { address: u32, length: u32, width: u32, height: u32, depth: u32 });

/** One struct, fields named like the parameters: `BufferArgument`, or the value's own type. */
export function globalArguments(program: GlobalProgram): Struct {
  const shape: Record<string, AnyType> = {};
  for (const p of program.params) shape[p.name] = p.kind === 'buffer' ? BufferArgument : p.local.type;
  return struct('Arguments', shape);
}
