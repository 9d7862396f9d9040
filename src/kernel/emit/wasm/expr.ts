/** Expressions. A scalar is pushed; a vector or struct is a list of scalars; what holds an array is an address. */
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../../../layout/half.ts';
import type { AnyType, Scalar } from '../../../layout/types.ts';
import type { Expr } from '../../ir.ts';
import { binaryOp, compareOp, unaryOp } from './arith.ts';
import { callLeaves } from './calls.ts';
import type { FuncContext, Home, Push } from './context.ts';
import { convertOp } from './convert.ts';
import { leavesOf, livesInMemory, partOf, valTypeOf, valTypesOf } from './lower.ts';
import { homeOf, loadLeaves, pinned, placeType, pushAddress, store } from './places.ts';
import { send } from './sends.ts';

/** The type of an expression that has a value. */
export function typeOf(e: Expr): AnyType {
  if (e.type === null) throw new Error('A call without a value stands only as a statement.');
  return e.type;
}

export function scalarOf(e: Expr): Scalar {
  const type = typeOf(e);
  if (type.kind !== 'scalar') throw new Error(`Expected a scalar, got ${type.kind}.`);
  return type;
}

/** Element type of a scalar or vector. */
export function elementOf(type: AnyType): Scalar {
  if (type.kind === 'scalar') return type;
  if (type.kind === 'vec') return type.elem;
  throw new Error(`No arithmetic on ${type.kind}.`);
}

/** Pushes the value: one scalar, or all scalars in order, or the address of what lives in memory. */
export function emit(f: FuncContext, e: Expr): void {
  if (livesInMemory(typeOf(e))) return emitAddress(f, e);
  for (const push of leaves(f, e)) push();
}

/**
 * The scalars of a value that does not live in memory. What they share (an address, a call) is evaluated
 * by this function; each scalar itself when it is pushed, which may happen once.
 */
export function leaves(f: FuncContext, e: Expr): Push[] {
  const { code } = f;
  switch (e.kind) {
    case 'const': {
      const value = typeof e.value === 'boolean' ? Number(e.value) : e.type.name === 'f16' ? fromHalfBits(toHalfBits(Number(e.value)))
        : e.type.name === 'bf16' ? fromBfloatBits(toBfloatBits(Number(e.value))) : e.value;
      return [() => { code.constant(valTypeOf(e.type), value); }];
    }
    case 'load': return loadLeaves(f, e.place);
    case 'unary': {
      const elem = elementOf(e.type);
      return leaves(f, e.value).map((value) => () => { unaryOp(f, e.op, elem, value, e.pos); });
    }
    case 'binary': {
      const elem = elementOf(e.type);
      const left = leaves(f, e.left);
      const right = e.op === 'shl' || e.op === 'shr' ? shiftCounts(f, e.right, elem) : leaves(f, e.right);
      const known = e.right.kind === 'const' ? e.right.value : null;
      return left.map((l, i) => () => { binaryOp(f, e.op, elem, l, right[i]!, known, e.pos); });
    }
    case 'compare': return [() => {
      const elem = elementOf(typeOf(e.left));
      const left = leaves(f, e.left);
      const right = leaves(f, e.right);
      left.forEach((l, i) => {
        l();
        right[i]!();
        compareOp(f, e.op, elem);
        if (i > 0) code.op(e.op === 'ne' ? 'i32.or' : 'i32.and');
      });
    }];
    case 'logical': return [() => {
      emit(f, e.left);
      code.open('if', e.op, ['i32']);
      if (e.op === 'and') emit(f, e.right);
      else code.i32(1);
      code.else();
      if (e.op === 'and') code.i32(0);
      else emit(f, e.right);
      code.end();
    }];
    case 'select': return selectLeaves(f, e);
    case 'convert': {
      const from = elementOf(typeOf(e.value));
      const to = elementOf(e.type);
      return leaves(f, e.value).map((value) => () => {
        value();
        convertOp(f, e.mode, from, to);
      });
    }
    case 'call': return callLeaves(f, e);
    case 'invoke': return invoke(f, e);
    case 'construct': return constructLeaves(f, e);
    case 'extract': return extractLeaves(f, e);
    case 'send': return [() => { send(f, e); }];
  }
}

/** A shift's count as wide as what is shifted; only its low bits count, so any extension will do. */
function shiftCounts(f: FuncContext, count: Expr, elem: Scalar): Push[] {
  const from = valTypeOf(elementOf(typeOf(count)));
  const to = valTypeOf(elem);
  if (from === to) return leaves(f, count);
  return leaves(f, count).map((push) => () => {
    push();
    f.code.op(to === 'i64' ? 'i64.extend_i32_u' : 'i32.wrap_i64');
  });
}

/** Evaluates values that are on the stack, last on top, into temporaries. */
function spillStack(f: FuncContext, type: AnyType): Push[] {
  const indices = valTypesOf(type).map((t) => f.temp(t));
  for (const index of indices.toReversed()) f.code.set(index);
  return indices.map((index) => () => { f.code.get(index); });
}

const isCheap = (e: Expr): boolean => e.kind === 'const' || (e.kind === 'load' && e.place.kind === 'local');

function selectLeaves(f: FuncContext, e: Extract<Expr, { kind: 'select' }>): Push[] {
  const { code } = f;
  const branches = (results: ReturnType<typeof valTypesOf>): void => {
    emit(f, e.test);
    code.open('if', 'select', results);
    emit(f, e.then);
    code.else();
    emit(f, e.else);
    code.end();
  };
  if (e.type.kind !== 'scalar') {
    branches(valTypesOf(e.type));
    return spillStack(f, e.type);
  }
  const { type } = e;
  return [() => {
    if (!isCheap(e.then) || !isCheap(e.else)) return branches([valTypeOf(type)]);
    emit(f, e.then);
    emit(f, e.else);
    emit(f, e.test);
    code.op('select');
  }];
}

function constructLeaves(f: FuncContext, e: Extract<Expr, { kind: 'construct' }>): Push[] {
  // One scalar in every component is one node, shared: evaluated once.
  const shared = new Map<Expr, Push[]>();
  return e.parts.flatMap((part, i) => {
    if (e.parts.indexOf(part) === i && e.parts.lastIndexOf(part) === i) return leaves(f, part);
    let pushes = shared.get(part);
    if (pushes === undefined) {
      const types = leavesOf(typeOf(part));
      pushes = leaves(f, part).map((push, k) => f.spill(types[k]!.type, push));
      shared.set(part, pushes);
    }
    return pushes;
  });
}

function extractLeaves(f: FuncContext, e: Extract<Expr, { kind: 'extract' }>): Push[] {
  const whole = typeOf(e.value);
  const part = partOf(whole, e.part);
  if (!livesInMemory(whole)) {
    return leaves(f, e.value).slice(part.firstLeaf, part.firstLeaf + leavesOf(part.type).length);
  }
  const base = f.spill('i32', () => { emitAddress(f, e.value); });
  const home: Home = { kind: 'memory', base, offset: part.offset };
  return loadLeaves(f, { kind: 'field', base: homePlace(f, home, part.type), name: '', offset: 0, type: part.type });
}

/** Calls a helper; its scalars, or its effect. */
function invoke(f: FuncContext, e: Extract<Expr, { kind: 'invoke' }>): Push[] {
  const { code } = f;
  const target = f.ctx.functions.get(e.fn);
  if (target === undefined) throw new Error(`Helper '${e.fn.name}' is not part of the program.`);
  const push = (): void => {
    for (const a of e.args) emit(f, a);
    code.call(target);
  };
  if (e.type === null) return [push];
  if (e.type.kind === 'scalar') return [push];
  push();
  return spillStack(f, e.type);
}

/** Pushes the address of a value that lives in memory; it stays valid until the end of the statement. */
export function emitAddress(f: FuncContext, e: Expr): void {
  const { code } = f;
  const type = typeOf(e);
  switch (e.kind) {
    case 'load': {
      const home = homeOf(f, e.place);
      if (home.kind !== 'memory') throw new Error('An array must live in memory.');
      return pushAddress(f, home);
    }
    case 'construct': {
      const home = f.scratch(type.size);
      e.parts.forEach((part, i) => {
        const { type: partType, offset } = partOf(type, i);
        store(f, { ...home, offset: home.offset + offset }, partType, part);
      });
      return pushAddress(f, home);
    }
    case 'select':
      emit(f, e.test);
      code.open('if', 'select', ['i32']);
      emitAddress(f, e.then);
      code.else();
      emitAddress(f, e.else);
      code.end();
      return;
    case 'invoke': {
      const home = f.scratch(type.size);
      pushAddress(f, home);
      for (const a of e.args) emit(f, a);
      code.call(f.ctx.functions.get(e.fn)!);
      return pushAddress(f, home);
    }
    case 'extract': {
      const part = partOf(typeOf(e.value), e.part);
      emitAddress(f, e.value);
      if (part.offset !== 0) code.i32(part.offset).op('i32.add');
      return;
    }
    default: throw f.unsupported(e.kind);
  }
}

/** A local that stands for bytes already computed, so that they can be read like any place. */
function homePlace(f: FuncContext, home: Home, type: AnyType): Extract<Parameters<typeof placeType>[0], { kind: 'local' }> {
  const local = { id: -1 - f.code.locals.length, name: 'part', type };
  f.bind(local, pinned(f, home));
  return { kind: 'local', local };
}
