/** Changes of type of the scalar on top of the stack. */
import type { Scalar } from '../../../layout/types.ts';
import type { ConvertMode } from '../../ir.ts';
import { isFloat, isSigned } from './arith.ts';
import type { FuncContext } from './context.ts';
import { valTypeOf } from './lower.ts';
import { bf16ToBits, f16FromBits, f16ToBits } from './routines.ts';

export function convertOp(f: FuncContext, mode: ConvertMode, from: Scalar, to: Scalar): void {
  const { code } = f;
  const a = valTypeOf(from);
  const b = valTypeOf(to);
  switch (mode) {
    case 'bits': return;
    case 'bitcast':
      if (a !== b) code.op(`${b}.reinterpret_${a}`);
      return;
    case 'truth': return truth(f, from, a);
    case 'exact': case 'round': return widen(f, from, to, a, b);
    case 'saturate':
      code.op(`${b}.trunc_sat_${a}_${isSigned(to) ? 's' : 'u'}`);
      return;
    case 'wrap':
      if (isFloat(from)) return wrapFloat(f, a, b);
      if (a === 'i64' && b === 'i32') code.op('i32.wrap_i64');
      return;
  }
}

function truth(f: FuncContext, from: Scalar, a: string): void {
  if (from.name === 'bool') return;
  // The absolute value is greater than zero: false for zero and for NaN.
  if (isFloat(from)) f.code.op(`${a}.abs`).constant(a as 'f32', 0).op(`${a}.gt`);
  else f.code.constant(a as 'i32', 0).op(`${a}.ne`);
}

function widen(f: FuncContext, from: Scalar, to: Scalar, a: string, b: string): void {
  const { code } = f;
  const sign = isSigned(from) ? 's' : 'u';
  if (to.name === 'f16') {
    // Through f64, so that there is one rounding only (64-bit integers round twice above 2^53, far outside f16).
    if (from.name === 'f16') return;
    if (a === 'f32') code.op('f64.promote_f32');
    else if (a !== 'f64') code.op(`f64.convert_${a}_${sign}`);
    code.call(f16ToBits(f.ctx)).call(f16FromBits(f.ctx));
    return;
  }
  if (to.name === 'bf16') {
    if (from.name !== 'bf16') code.call(bf16ToBits(f.ctx)).i32(16).op('i32.shl').op('f32.reinterpret_i32');
    return;
  }
  if (a === b) return;
  if (b === 'i64') code.op(`i64.extend_i32_${sign}`);
  else if (a === 'f32' && b === 'f64') code.op('f64.promote_f32');
  else if (a === 'f64' && b === 'f32') code.op('f32.demote_f64');
  else code.op(`${b}.convert_${a}_${sign}`);
}

/**
 * Truncates, then takes the value modulo 2^n. Scaling by powers of two is exact, and so is the difference where
 * the result has no more than 53 digits: always for 32 bits; for 64 from 2^63 on, below which a plain conversion
 * does. NaN and infinities end as NaN, hence 0.
 */
function wrapFloat(f: FuncContext, a: string, b: string): void {
  const { code } = f;
  const power = b === 'i32' ? 2 ** 32 : 2 ** 64;
  if (a === 'f32') code.op('f64.promote_f32');
  const t = f.temp('f64');
  code.op('f64.trunc').set(t);
  if (b === 'i64') {
    code.get(t).op('f64.abs').constant('f64', 2 ** 63).op('f64.lt').open('if', 'fits', ['i64']);
    code.get(t).op('i64.trunc_sat_f64_s').else();
  }
  code.get(t).get(t).constant('f64', 1 / power).op('f64.mul').op('f64.floor').constant('f64', power).op('f64.mul')
    .op('f64.sub').op(`${b}.trunc_sat_f64_u`);
  if (b === 'i64') code.end();
  f.release(t);
}
