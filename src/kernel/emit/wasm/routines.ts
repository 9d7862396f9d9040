/** The emitter's library: functions written in WebAssembly, made when first needed, and imports of JavaScript's mathematics. */
import { ActorRow, offsetOf } from '../../../engine/abi.ts';
import type { Scalar } from '../../../layout/types.ts';
import type { FuncContext, ProgramContext } from './context.ts';
import { FuncBody, type FuncRef } from './encode/module.ts';
import { valTypeOf } from './lower.ts';

/** Module name of the imported `Math` functions. */
export const mathModule = 'math';

/** A function of JavaScript's `Math` (or `rem`, its `%`), on f64. */
export function importMath(ctx: ProgramContext, name: string, operands: number): FuncRef {
  return ctx.module.importFunction(mathModule, name, Array.from({ length: operands }, () => 'f64' as const), ['f64']);
}

/** (a, b): the quotient rounded down or up; 0 for a zero divisor. */
export function roundedDivision(ctx: ProgramContext, op: 'floordiv' | 'ceildiv', type: Scalar): FuncBody {
  return ctx.routine(`${op}_${type.name}`, () => {
    const v = valTypeOf(type);
    const f = new FuncBody(`${op}_${type.name}`, [{ name: 'a', type: v }, { name: 'b', type: v }], [v]);
    const [a, b] = [0, 1];
    const sign = type.name === 'i32' || type.name === 'i64' ? 's' : 'u';
    f.get(b).op(`${v}.eqz`).open('if', 'zero');
    f.constant(v, 0).op('return').end();
    if (sign === 's') {
      f.get(b).constant(v, -1).op(`${v}.eq`).open('if', 'minusOne');
      f.constant(v, 0).get(a).op(`${v}.sub`).op('return').end();
    }
    f.get(a).get(b).op(`${v}.div_${sign}`);
    // One further when something is left over and the truncated quotient lies on the wrong side.
    f.get(a).get(b).op(`${v}.rem_${sign}`).constant(v, 0).op(`${v}.ne`);
    if (sign === 's') f.get(a).get(b).op(`${v}.xor`).constant(v, 0).op(`${v}.${op === 'floordiv' ? 'lt_s' : 'ge_s'}`).op('i32.and');
    else if (op === 'floordiv') f.op('drop').i32(0);
    if (v === 'i64') f.op('i64.extend_i32_u');
    return f.op(`${v}.${op === 'floordiv' ? 'sub' : 'add'}`);
  });
}

/** (bits) -> the f32 that a half-precision number is. */
export function f16FromBits(ctx: ProgramContext): FuncBody {
  return ctx.routine('f16_from_bits', () => {
    const f = new FuncBody('f16_from_bits', [{ name: 'bits', type: 'i32' }], ['f32']);
    const bits = 0;
    const magnitude = f.local('i32', 'magnitude');
    f.get(bits).i32(0x7fff).op('i32.and').tee(magnitude).i32(0x7c00).op('i32.ge_u').open('if', 'special', ['f32']);
    f.get(magnitude).i32(13).op('i32.shl').i32(0x7f80_0000).op('i32.or').op('f32.reinterpret_i32').else();
    // The bits read as f32 are the number scaled by 2^-112, subnormals too.
    f.get(magnitude).i32(13).op('i32.shl').op('f32.reinterpret_i32').constant('f32', 2 ** 112).op('f32.mul').end();
    f.get(bits).i32(16).op('i32.shl').op('f32.reinterpret_i32').op('f32.copysign');
    return f;
  });
}

/** (f32) -> the bits of the nearest bfloat16, ties to even. */
export function bf16ToBits(ctx: ProgramContext): FuncBody {
  return ctx.routine('bf16_to_bits', () => {
    const f = new FuncBody('bf16_to_bits', [{ name: 'x', type: 'f32' }], ['i32']);
    const word = f.local('i32', 'word');
    f.get(0).get(0).op('f32.ne').open('if', 'nan');
    f.i32(0x7fc0).op('return').end();
    f.get(0).op('i32.reinterpret_f32').tee(word).i32(0x7fff).op('i32.add').get(word).i32(16).op('i32.shr_u').i32(1).op('i32.and').op('i32.add');
    return f.i32(16).op('i32.shr_u');
  });
}

/** (f64) -> the bits of the nearest half-precision number, ties to even. */
export function f16ToBits(ctx: ProgramContext): FuncBody {
  return ctx.routine('f16_to_bits', () => {
    const f = new FuncBody('f16_to_bits', [{ name: 'x', type: 'f64' }], ['i32']);
    const x = 0;
    const sign = f.local('i32', 'sign');
    const a = f.local('f64', 'a');
    const bits = f.local('i64', 'bits');
    f.get(x).op('i64.reinterpret_f64').constant('i64', 48).op('i64.shr_u').op('i32.wrap_i64').i32(0x8000).op('i32.and').set(sign);
    f.get(x).op('f64.abs').tee(a).get(a).op('f64.ne').open('if', 'nan');
    f.get(sign).i32(0x7e00).op('i32.or').op('return').end();
    f.get(a).constant('f64', 65520).op('f64.ge').open('if', 'infinite');
    f.get(sign).i32(0x7c00).op('i32.or').op('return').end();
    f.get(a).constant('f64', 2 ** -14).op('f64.lt').open('if', 'subnormal');
    f.get(sign).get(a).constant('f64', 2 ** 24).op('f64.mul').op('f64.nearest').op('i32.trunc_sat_f64_u').op('i32.or').op('return').end();
    // Round the upper 10 bits of the fraction to even, then move the exponent's bias from 1023 to 15.
    f.get(a).op('i64.reinterpret_f64').tee(bits);
    f.constant('i64', 42).op('i64.shr_u').constant('i64', 1).op('i64.and').get(bits).op('i64.add').constant('i64', (1n << 41n) - 1n).op('i64.add');
    f.constant('i64', 42).op('i64.shr_u').op('i32.wrap_i64').i32((1023 - 15) << 10).op('i32.sub').get(sign).op('i32.or');
    return f;
  });
}

/** (x) -> its bits in reverse order: neighbours change places, then pairs, nibbles, bytes, halves. */
function reverseBits(ctx: ProgramContext): FuncBody {
  return ctx.routine('reverse_bits', () => {
    const f = new FuncBody('reverse_bits', [{ name: 'x', type: 'i32' }], ['i32']);
    for (const [shift, mask] of [[1, 0x5555_5555], [2, 0x3333_3333], [4, 0x0f0f_0f0f], [8, 0x00ff_00ff]] as const) {
      f.get(0).i32(shift).op('i32.shr_u').i32(mask).op('i32.and').get(0).i32(mask).op('i32.and').i32(shift).op('i32.shl').op('i32.or').set(0);
    }
    return f.get(0).i32(16).op('i32.rotl');
  });
}

/** (address, x) -> the old value; keeps the smaller or larger, trying until nobody interferes. */
const atomicExtreme = (name: string, keep: string) => (ctx: ProgramContext): FuncBody => ctx.routine(name, () => {
  const f = new FuncBody(name, [{ name: 'address', type: 'i32' }, { name: 'x', type: 'i32' }], ['i32']);
  const [address, x] = [0, 1];
  const [old, seen] = [f.local('i32', 'old'), f.local('i32', 'seen')];
  f.get(address).op('i32.atomic.load').set(old);
  const done = f.open('block', 'done');
  const again = f.open('loop', 'again');
  f.get(old).get(x).op(keep).brIf(done);
  f.get(address).get(old).get(x).op('i32.atomic.rmw.cmpxchg').tee(seen).get(old).op('i32.eq').brIf(done);
  f.get(seen).set(old).br(again).end().end();
  return f.get(old);
});

/** (actor, stamp): sets the actor's clock to the stamp where that is later; the next tick moves past it. */
function hlcWitness(ctx: ProgramContext): FuncBody {
  return ctx.routine('hlc_witness', () => {
    const f = new FuncBody('hlc_witness', [{ name: 'actor', type: 'i32' }, { name: 'stamp', type: 'i64' }], []);
    const [actor, stamp] = [0, 1];
    const [physical, logical] = (['physical', 'logical'] as const).map((part) => offsetOf(ActorRow, 'control', 'hlc', part)) as [number, number];
    f.get(stamp).get(actor).op('i64.load', physical).constant('i64', 12n).op('i64.shl').get(actor).op('i64.load', logical).op('i64.or');
    f.op('i64.gt_u').open('if', 'later');
    f.get(actor).get(stamp).constant('i64', 12n).op('i64.shr_u').op('i64.store', physical);
    f.get(actor).get(stamp).constant('i64', 4095n).op('i64.and').op('i64.store', logical);
    return f.end();
  });
}

/** (address, x) -> the old value; adds a float by its bits, trying until nobody interferes. */
const atomicAddF32 = (ctx: ProgramContext): FuncBody => ctx.routine('atomic_add_f32', () => {
  const f = new FuncBody('atomic_add_f32', [{ name: 'address', type: 'i32' }, { name: 'x', type: 'f32' }], ['f32']);
  const [address, x] = [0, 1];
  const [old, seen] = [f.local('i32', 'old'), f.local('i32', 'seen')];
  f.get(address).op('i32.atomic.load').set(old);
  const done = f.open('block', 'done');
  const again = f.open('loop', 'again');
  f.get(address).get(old).get(old).op('f32.reinterpret_i32').get(x).op('f32.add').op('i32.reinterpret_f32');
  f.op('i32.atomic.rmw.cmpxchg').tee(seen).get(old).op('i32.eq').brIf(done);
  f.get(seen).set(old).br(again).end().end();
  return f.get(old).op('f32.reinterpret_i32');
});

/** Routines that the table of intrinsics names. */
const library: Readonly<Record<string, (ctx: ProgramContext) => FuncRef>> = {
  reverse_bits: reverseBits,
  hlc_witness: hlcWitness,
  atomic_add_f32: atomicAddF32,
  atomic_min_i32: atomicExtreme('atomic_min_i32', 'i32.le_s'),
  atomic_min_u32: atomicExtreme('atomic_min_u32', 'i32.le_u'),
  atomic_max_i32: atomicExtreme('atomic_max_i32', 'i32.ge_s'),
  atomic_max_u32: atomicExtreme('atomic_max_u32', 'i32.ge_u'),
  f16_from_bits: f16FromBits,
  f16_to_bits: f16ToBits,
};

export function libraryRoutine(ctx: ProgramContext, name: string): FuncRef {
  const make = library[name];
  if (make === undefined) throw new Error(`The WebAssembly emitter has no routine '${name}'.`);
  return make(ctx);
}

/** Rounds the f32 on the stack to what half precision can hold. */
export function roundToF16(f: FuncContext): void {
  f.code.op('f64.promote_f32').call(f16ToBits(f.ctx)).call(f16FromBits(f.ctx));
}
