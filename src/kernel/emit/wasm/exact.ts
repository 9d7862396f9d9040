/** Integer arithmetic that faults instead of wrapping. */
import type { Scalar } from '../../../layout/types.ts';
import type { Pos } from '../../ir.ts';
import type { FuncContext, Push } from './context.ts';

type Op = 'add' | 'sub' | 'mul';

export function exactInteger(f: FuncContext, op: Op, type: Scalar, left: Push, right: Push, pos: Pos | undefined): void {
  if (type.name === 'i64' || type.name === 'u64') wide(f, op, type.name === 'i64', left, right, pos);
  else narrow(f, op, type.name === 'i32', left, right, pos);
}

function overflowIf(f: FuncContext, pos: Pos | undefined): void {
  f.code.open('if', 'overflow');
  f.fault('overflow', pos);
  f.code.end();
}

/** 32 bits: computed in 64, where nothing is lost, and compared. */
function narrow(f: FuncContext, op: Op, signed: boolean, left: Push, right: Push, pos: Pos | undefined): void {
  const { code } = f;
  const extend = signed ? 'i64.extend_i32_s' : 'i64.extend_i32_u';
  const result = f.temp('i64');
  left();
  code.op(extend);
  right();
  code.op(extend).op(`i64.${op}`).tee(result);
  if (signed) code.op('i64.extend32_s').get(result).op('i64.ne');
  else code.constant('i64', 32).op('i64.shr_u').op('i64.eqz').op('i32.eqz');
  overflowIf(f, pos);
  code.get(result).op('i32.wrap_i64');
  f.release(result);
}

function wide(f: FuncContext, op: Op, signed: boolean, left: Push, right: Push, pos: Pos | undefined): void {
  const { code } = f;
  const [a, b, r] = [f.temp('i64'), f.temp('i64'), f.temp('i64')];
  left();
  code.set(a);
  right();
  code.set(b).get(a).get(b).op(`i64.${op}`).set(r);
  if (op === 'mul') {
    // The product divided by a factor gives the other one, unless it was cut.
    code.get(a).constant('i64', 0).op('i64.ne').open('if', 'check');
    if (signed) {
      code.get(a).constant('i64', -1).op('i64.eq').open('if', 'minusOne', ['i32']);
      code.get(b).constant('i64', -0x8000_0000_0000_0000n).op('i64.eq').else();
      code.get(r).get(a).op('i64.div_s').get(b).op('i64.ne').end();
    } else {
      code.get(r).get(a).op('i64.div_u').get(b).op('i64.ne');
    }
    overflowIf(f, pos);
    code.end();
  } else {
    if (signed) {
      // The sign of the result differs from what both operands (for sub: a and not b) agree on.
      code.get(a).get(op === 'add' ? r : b).op('i64.xor').get(op === 'add' ? b : a).get(r).op('i64.xor').op('i64.and')
        .constant('i64', 0).op('i64.lt_s');
    } else if (op === 'add') code.get(r).get(a).op('i64.lt_u');
    else code.get(a).get(b).op('i64.lt_u');
    overflowIf(f, pos);
  }
  code.get(r);
  for (const t of [a, b, r]) f.release(t);
}
