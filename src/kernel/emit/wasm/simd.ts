import type { GlobalProgram } from '../../ir.ts';
import type { FuncContext } from './context.ts';

export function vectorRow(f: FuncContext, program: GlobalProgram, x: number, xEnd: number): boolean {
  return false;
}
