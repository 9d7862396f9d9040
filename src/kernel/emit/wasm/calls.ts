/**
 * Intrinsics. A row's `wasm` column is a sequence of items separated by blanks:
 *
 * - an instruction (`f32.sqrt`); memory instructions take their address from a place or an operand;
 * - a constant (`f32.const:1`, `i32.const:-1`);
 * - `$0`, `$1`, …: pushes an operand. Without any, all operands are pushed first, in order;
 * - `@math.NAME/N`: JavaScript's `Math.NAME` with N f64 operands (operands and result convert by themselves to f32);
 * - `@NAME`: something the emitter knows (`contextValues`), a function of the engine, or a routine.
 */
import type { ScalarName } from '../../../layout/types.ts';
import { abiFunctions, type AbiFunctionName } from '../../../engine/abi.ts';
import { overload } from '../visitor.ts';
import { intrinsics, spelling } from '../../intrinsics/table.ts';
import type { Expr } from '../../ir.ts';
import { contextValue } from './context-values.ts';
import type { BufferLocals, FuncContext, Push } from './context.ts';
import { opcodes } from './encode/opcodes.ts';
import { elementOf, leaves, typeOf } from './expr.ts';
import type { ValType } from './encode/instr.ts';
import { leavesOf, valTypeOf } from './lower.ts';
import { homeOf, pushAddress } from './places.ts';
import { importMath, libraryRoutine, roundToF16 } from './routines.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** The scalars of a call's result; for a call without a result one push that does it. */
export function callLeaves(f: FuncContext, e: Call): Push[] {
  const row = intrinsics.get(e.name);
  if (row === undefined) throw f.unsupported(e.name);
  const buffer = e.places[0]?.kind === 'buffer' ? e.places[0].param : null;
  if (buffer !== null && row.category === 'stencil') {
    const extents = f.buffers.get(buffer)!;
    return [() => { f.code.get(extents[e.name as keyof BufferLocals]); }];
  }
  const type = overload(row, e);
  const template = spelling(row, 'wasm', type);
  if (template === undefined) throw f.unsupported(e.name);

  const place = e.places.length > 0 ? homeOf(f, e.places[0]!) : null;
  if (place?.kind === 'locals') throw f.unsupported(`${e.name} on a local`);
  // Instructions take the constant part of an address themselves, routines do not.
  const routine = template.startsWith('@');
  const offset = routine ? 0 : place?.offset ?? 0;
  const places: Push[] = place === null ? [] : [routine ? () => { pushAddress(f, place); } : place.base];
  const args = e.args.map((a) => leaves(f, a));
  // Vectors go by component; scalars beside them are the same for each.
  const width = e.type === null ? 1 : leavesOf(typeOf(e)).length;
  const repeated = args.map((pushes, i) => (
    pushes.length === 1 && width > 1 ? Array<Push>(width).fill(f.spill(leavesOf(typeOf(e.args[i]!))[0]!.type, pushes[0]!)) : pushes
  ));
  return Array.from({ length: width }, (_, i) => () => {
    const operands = [...places, ...repeated.map((pushes) => pushes[i]!)];
    const types = [...e.places.map(() => 'i32' as const), ...e.args.map((a) => valTypeOf(elementOf(typeOf(a))))];
    sequence(f, template, operands, types, type, offset);
    if (type === 'f16' && e.type !== null && elementOf(e.type).name === 'f16') roundToF16(f);
  });
}

function sequence(
  f: FuncContext, template: string, operands: readonly Push[], types: readonly ValType[], type: ScalarName | null, offset: number,
): void {
  const { code } = f;
  const items = template.trim().split(/\s+/);
  const explicit = items.some((item) => item.startsWith('$'));
  const single = type === 'f32' || type === 'f16';
  const math = /^@math\.(\w+)\/(\d)$/.exec(items[0]!);
  if (math !== null && items.length === 1) {
    for (const push of operands) {
      push();
      if (single) code.op('f64.promote_f32');
    }
    code.call(importMath(f.ctx, math[1]!, Number(math[2])));
    if (single) code.op('f32.demote_f64');
    return;
  }
  const uses = (i: number): number => items.filter((item) => item === `$${i}`).length;
  const pushes = operands.map((push, i) => (explicit && uses(i) > 1 ? f.spill(types[i]!, push) : push));
  if (!explicit) for (const push of pushes) push();
  for (const item of items) {
    const constant = /^(i32|i64|f32|f64)\.const:(.+)$/.exec(item);
    if (item.startsWith('$')) pushes[Number(item.slice(1))]!();
    else if (constant !== null) code.constant(constant[1] as 'i32', constant[1] === 'i64' ? BigInt(constant[2]!) : Number(constant[2]));
    else if (item.startsWith('@')) named(f, item.slice(1));
    else code.op(item, opcodes.get(item)?.immediate === 'memory' ? offset : 0);
  }
}

function named(f: FuncContext, name: string): void {
  if (contextValue(f, name)) return;
  const math = /^math\.(\w+)\/(\d)$/.exec(name);
  if (math !== null) f.code.call(importMath(f.ctx, math[1]!, Number(math[2])));
  else if (name in abiFunctions) f.code.call(f.ctx.abi(name as AbiFunctionName));
  else f.code.call(libraryRoutine(f.ctx, name));
}
