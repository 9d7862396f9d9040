/** Expressions of four neighbouring threads at once. Masks (all bits or none per lane) stand for booleans. */
import { intrinsics, spelling } from '../../../intrinsics/table.ts';
import type { CompareOp, Expr } from '../../../ir.ts';
import { overload } from '../../visitor.ts';
import { opcodes } from '../encode/opcodes.ts';
import { elementOf, emit, scalarOf, typeOf } from '../expr.ts';
import type { Row } from './row.ts';

/** Raised for what has no vector form; the row then stays scalar. */
export class NotVectorisable extends Error {}

const lanesOf = (name: string): 'f32x4' | 'i32x4' => {
  if (name === 'f32') return 'f32x4';
  if (name === 'i32' || name === 'u32' || name === 'bool') return 'i32x4';
  throw new NotVectorisable(name);
};

/** Pushes a v128. */
export function vector(row: Row, e: Expr): void {
  const { f, shapes } = row;
  const { code } = f;
  const shape = shapes.of(e);
  if (shape === 'uniform') return uniform(row, e);
  if (shape === 'affine') {
    emit(f, e);
    code.op('i32x4.splat');
    code.code.push({ op: 'v128.const', lanes: [0, 1, 2, 3] });
    code.op('i32x4.add');
    return;
  }
  switch (e.kind) {
    case 'load': return load(row, e);
    case 'unary': {
      const lanes = lanesOf(elementOf(e.type).name);
      vector(row, e.value);
      code.op(e.op === 'neg' ? `${lanes}.neg` : 'v128.not');
      return;
    }
    case 'binary': return binary(row, e);
    case 'compare': {
      const type = scalarOf(e.left).name;
      vector(row, e.left);
      vector(row, e.right);
      code.op(`${lanesOf(type)}.${compareName(e.op, type)}`);
      return;
    }
    case 'logical':
      vector(row, e.left);
      row.conditionally(() => { vector(row, e.right); });
      code.op(`v128.${e.op}`);
      return;
    case 'select':
      if (e.type.kind !== 'scalar') throw new NotVectorisable(e.type.kind);
      row.conditionally(() => {
        vector(row, e.then);
        vector(row, e.else);
      });
      vector(row, e.test);
      code.op('v128.bitselect');
      return;
    case 'convert': return convert(row, e);
    case 'call': return call(row, e);
    default: throw new NotVectorisable(e.kind);
  }
}

function compareName(op: CompareOp, type: string): string {
  if (type === 'bool') throw new NotVectorisable('bool comparison');
  return op === 'eq' || op === 'ne' || type === 'f32' ? op : `${op}_${type === 'i32' ? 's' : 'u'}`;
}

/** The same value in all lanes; computed in front of the row where it does not change within. */
function uniform(row: Row, e: Expr): void {
  const { f } = row;
  const type = scalarOf(e);
  const lanes = lanesOf(type.name);
  if (e.kind === 'const') {
    const bits = type.name === 'bool' ? (e.value === true ? -1 : 0) : type.name === 'f32' ? floatBits(Number(e.value)) : Number(e.value) | 0;
    f.code.code.push({ op: 'v128.const', lanes: [bits, bits, bits, bits] });
    return;
  }
  const steady = row.shapes.steady(e);
  const value = steady ? row.expand(e) : e;
  const push = (): void => {
    if (type.name === 'bool') {
      f.code.i32(0);
      emit(f, value);
      f.code.op('i32.sub');
    } else emit(f, value);
    f.code.op(`${lanes}.splat`);
  };
  if (steady) return row.hoisted('v128', push, value);
  if (e.kind !== 'load' || e.place.kind !== 'local') row.mayFault();
  push();
}

const floatBits = (x: number): number => new Int32Array(new Float32Array([x]).buffer)[0]!;

function load(row: Row, e: Extract<Expr, { kind: 'load' }>): void {
  const { place } = e;
  const { code } = row.f;
  if (place.kind === 'local') {
    code.get(row.vectorLocal(place.local));
    return;
  }
  lanesOf(scalarOf(e).name);
  if (place.kind !== 'index' || place.base.kind !== 'buffer' || row.shapes.of(place.index) !== 'affine' || scalarOf(e).name === 'bool') throw new NotVectorisable('load');
  row.access(place, place.base.param, null);
}

function binary(row: Row, e: Extract<Expr, { kind: 'binary' }>): void {
  const { code } = row.f;
  const type = scalarOf(e).name;
  const lanes = lanesOf(type);
  if (e.op === 'shl' || e.op === 'shr') {
    if (row.shapes.of(e.right) !== 'uniform') throw new NotVectorisable('shift');
    vector(row, e.left);
    emit(row.f, e.right);
    code.op(e.op === 'shl' ? 'i32x4.shl' : type === 'u32' ? 'i32x4.shr_u' : 'i32x4.shr_s');
    return;
  }
  const op = ['and', 'or', 'xor'].includes(e.op) ? `v128.${e.op}` : `${lanes}.${e.op}`;
  if (!opcodes.has(op) || (row.f.ctx.exact && type !== 'f32')) throw new NotVectorisable(e.op);
  vector(row, e.left);
  vector(row, e.right);
  code.op(op);
}

function convert(row: Row, e: Extract<Expr, { kind: 'convert' }>): void {
  const { code } = row.f;
  const [from, to] = [elementOf(typeOf(e.value)).name, elementOf(e.type).name];
  lanesOf(from);
  lanesOf(to);
  const key = `${e.mode} ${from} ${to}`;
  const sign = (name: string): string => (name === 'i32' ? 's' : 'u');
  vector(row, e.value);
  if (from === to || e.mode === 'bitcast' || key === 'bits i32 u32' || key === 'bits u32 i32' || key === 'wrap i32 u32' || key === 'wrap u32 i32') return;
  if (from === 'bool') {
    // The mask keeps the bits of one: 1 as an integer, or 1.0.
    code.code.push({ op: 'v128.const', lanes: Array(4).fill(to === 'f32' ? floatBits(1) : 1) as unknown as [number, number, number, number] });
    code.op('v128.and');
  } else if (to === 'bool') {
    code.code.push({ op: 'v128.const', lanes: [0, 0, 0, 0] });
    if (from === 'f32') throw new NotVectorisable('truth of a float');
    code.op('i32x4.ne');
  } else if (to === 'f32') code.op(`f32x4.convert_i32x4_${sign(from)}`);
  else if (e.mode === 'saturate') code.op(`i32x4.trunc_sat_f32x4_${sign(to)}`);
  else throw new NotVectorisable(key);
}

/** Rows whose WebAssembly is one instruction that vectors have too. */
function call(row: Row, e: Extract<Expr, { kind: 'call' }>): void {
  const entry = intrinsics.get(e.name);
  const type = entry === undefined ? null : overload(entry, e);
  const name = entry === undefined || type === null ? undefined : spelling(entry, 'wasm', type);
  const op = name?.replace(/^f32\./, 'f32x4.');
  if (op === undefined || op === name || !opcodes.has(op)) throw new NotVectorisable(e.name);
  for (const a of e.args) vector(row, a);
  row.f.code.op(op);
}
