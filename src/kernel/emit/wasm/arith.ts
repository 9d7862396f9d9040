/** Operators on scalars, with the IR's meaning: wrapping, guarded division, masked shifts. */
import type { Scalar } from '../../../layout/types.ts';
import type { BinaryOp, CompareOp, Pos, UnaryOp } from '../../ir.ts';
import type { FuncContext, Push } from './context.ts';
import { exactInteger } from './exact.ts';
import { valTypeOf } from './lower.ts';
import { importMath, roundedDivision, roundToF16 } from './routines.ts';

export const isFloat = (t: Scalar): boolean => t.name === 'f16' || t.name === 'bf16' || t.name === 'f32' || t.name === 'f64';
export const isSigned = (t: Scalar): boolean => t.name === 'i32' || t.name === 'i64';

/** Instruction suffix of an operator that differs by signedness. */
const signed = (t: Scalar, op: string): string => (isFloat(t) ? op : `${op}_${isSigned(t) ? 's' : 'u'}`);

export function unaryOp(f: FuncContext, op: UnaryOp, type: Scalar, value: Push, pos: Pos | undefined): void {
  const { code } = f;
  const v = valTypeOf(type);
  switch (op) {
    case 'not':
      value();
      code.op('i32.eqz');
      return;
    case 'bnot':
      value();
      code.constant(v, -1).op(`${v}.xor`);
      return;
    case 'neg':
      if (isFloat(type)) {
        value();
        code.op(`${v}.neg`);
      } else {
        const zero = (): void => { code.constant(v, 0); };
        if (f.ctx.exact && isSigned(type)) exactInteger(f, 'sub', type, zero, value, pos);
        else {
          zero();
          value();
          code.op(`${v}.sub`);
        }
      }
  }
}

/** `known`: the right operand, where it is a constant. */
export function binaryOp(
  f: FuncContext, op: BinaryOp, type: Scalar, left: Push, right: Push, known: number | bigint | boolean | null, pos: Pos | undefined,
): void {
  const { code } = f;
  const v = valTypeOf(type);
  const plain = (name: string): void => {
    left();
    right();
    code.op(`${v}.${name}`);
  };
  switch (op) {
    case 'add': case 'sub': case 'mul':
      if (f.ctx.exact && !isFloat(type)) return exactInteger(f, op, type, left, right, pos);
      plain(op);
      break;
    case 'div': plain('div'); break;
    case 'rem':
      left();
      if (v === 'f32') code.op('f64.promote_f32');
      right();
      if (v === 'f32') code.op('f64.promote_f32');
      code.call(importMath(f.ctx, 'rem', 2));
      if (v === 'f32') code.op('f32.demote_f64');
      break;
    case 'idiv': case 'imod': return division(f, op, type, left, right, known, pos);
    case 'floordiv': case 'ceildiv': {
      const [a, b] = operands(f, type, left, right, pos);
      if (f.ctx.exact && isSigned(type)) guardOverflow(f, type, a, b, pos);
      code.get(a).get(b).call(roundedDivision(f.ctx, op, type));
      f.release(a);
      f.release(b);
      return;
    }
    case 'and': case 'or': case 'xor': case 'shl': return plain(op);
    case 'shr': return plain(signed(type, 'shr'));
  }
  if (type.name === 'f16') roundToF16(f);
}

/** Dividend and divisor as locals; in exact arithmetic checked, so that the quotient exists. */
function operands(f: FuncContext, type: Scalar, left: Push, right: Push, pos: Pos | undefined): [number, number] {
  const { code } = f;
  const v = valTypeOf(type);
  const [a, b] = [f.temp(v), f.temp(v)];
  left();
  code.set(a);
  right();
  code.set(b);
  if (!f.ctx.exact) return [a, b];
  code.get(b).op(`${v}.eqz`).open('if', 'divisionByZero');
  f.fault('divisionByZero', pos);
  code.end();
  return [a, b];
}

/** Faults for MIN / -1. */
function guardOverflow(f: FuncContext, type: Scalar, a: number, b: number, pos: Pos | undefined): void {
  const v = valTypeOf(type);
  f.code.get(b).constant(v, -1).op(`${v}.eq`);
  f.code.get(a).constant(v, v === 'i32' ? -0x8000_0000 : -0x8000_0000_0000_0000n).op(`${v}.eq`).op('i32.and').open('if', 'overflow');
  f.fault('overflow', pos);
  f.code.end();
}

/** WebAssembly's division traps for a zero divisor and for MIN / -1; the language gives 0 and wraps. */
function division(
  f: FuncContext, op: 'idiv' | 'imod', type: Scalar, left: Push, right: Push, known: number | bigint | boolean | null, pos: Pos | undefined,
): void {
  const { code } = f;
  const v = valTypeOf(type);
  const name = `${v}.${signed(type, op === 'idiv' ? 'div' : 'rem')}`;
  const wrapping = isSigned(type) && op === 'idiv';
  if (known !== null && BigInt(known) !== 0n && !(wrapping && BigInt(known) === -1n)) {
    left();
    right();
    code.op(name);
    return;
  }
  const [a, b] = operands(f, type, left, right, pos);
  if (f.ctx.exact && wrapping) guardOverflow(f, type, a, b, pos);
  // For the divisors 0 and -1, a * b is what is wanted: 0, and -a wrapped.
  if (wrapping) code.get(b).constant(v, 1).op(`${v}.add`).constant(v, 1).op(`${v}.gt_u`);
  else code.get(b).op(`${v}.eqz`).op('i32.eqz');
  code.open('if', op, [v]);
  code.get(a).get(b).op(name).else();
  if (wrapping) code.get(a).get(b).op(`${v}.mul`);
  else code.constant(v, 0);
  code.end();
  f.release(a);
  f.release(b);
}

/** Compares the two scalars on the stack. */
export function compareOp(f: FuncContext, op: CompareOp, type: Scalar): void {
  const v = valTypeOf(type);
  f.code.op(`${v}.${op === 'eq' || op === 'ne' ? op : signed(type, op)}`);
}
