/** Places: where they are, bounds, loads and stores. */
import type { AnyType, Scalar } from '../../../layout/types.ts';
import type { Expr, Place } from '../../ir.ts';
import type { FuncContext, Home, Push } from './context.ts';
import { emit, emitAddress, leaves } from './expr.ts';
import { leavesOf, livesInMemory, partOf, valTypeOf } from './lower.ts';
import { bf16ToBits, f16FromBits, f16ToBits } from './routines.ts';

type Memory = Extract<Home, { kind: 'memory' }>;
type IndexPlace = Extract<Place, { kind: 'index' }>;

/** Elements under an index, where the array itself is no value. */
interface Elements {
  readonly base: Push;
  readonly offset: number;
  readonly stride: number;
  /** Number of elements: known, or pushed. */
  readonly length: number | Push;
}

/** Where a place is. The address is computed anew by every `base()` call: `pinned` makes it cheap to repeat. */
export function homeOf(f: FuncContext, p: Place): Home {
  switch (p.kind) {
    case 'local': return f.declare(p.local);
    case 'state': return f.state!;
    case 'message': return f.message!;
    case 'field': {
      const base = homeOf(f, p.base);
      if (base.kind === 'memory') return { ...base, offset: base.offset + p.offset };
      const struct = placeType(p.base);
      const part = struct.kind === 'struct' ? struct.fields.findIndex((field) => field.name === p.name) : 0;
      return slice(base.indices, struct, part);
    }
    case 'component': {
      const base = homeOf(f, p.base);
      if (base.kind === 'memory') return { ...base, offset: base.offset + p.component * p.type.size };
      return slice(base.indices, placeType(p.base), p.component);
    }
    case 'index': return indexed(f, p);
    case 'constant': case 'buffer': case 'shared': throw new Error(`'${p.kind}' stands only under an index.`);
  }
}

function slice(indices: readonly number[], type: AnyType, part: number): Home {
  const { firstLeaf, type: partType } = partOf(type, part);
  return { kind: 'locals', indices: indices.slice(firstLeaf, firstLeaf + leavesOf(partType).length) };
}

export function placeType(p: Place): AnyType {
  switch (p.kind) {
    case 'local': return p.local.type;
    case 'state': case 'message': case 'field': case 'index': case 'component': return p.type;
    default: throw new Error(`'${p.kind}' stands only under an index.`);
  }
}

function elementsOf(f: FuncContext, p: IndexPlace): Elements {
  const base = p.base;
  switch (base.kind) {
    case 'constant': {
      const global = f.ctx.global('constants');
      return {
        base: () => { f.code.globalGet(global); }, offset: f.ctx.constantOffset(base.constant),
        stride: base.constant.elem.size, length: base.constant.length,
      };
    }
    case 'buffer': {
      const { address, length } = f.buffers.get(base.param)!;
      return {
        base: () => { f.code.get(address); }, offset: 0, stride: strideOf(base.param.elem), length: () => { f.code.get(length); },
      };
    }
    case 'shared': {
      const address = f.shared.get(base.shared)!;
      return { base: () => { f.code.get(address); }, offset: 0, stride: base.shared.elem.size, length: base.shared.length };
    }
    default: {
      const home = homeOf(f, base) as Memory;
      const type = placeType(base);
      if (type.kind !== 'array') throw new Error('An index stands only over an array.');
      return { base: home.base, offset: home.offset, stride: type.stride, length: type.length };
    }
  }
}

const strideOf = (type: AnyType): number => Math.ceil(type.size / type.align) * type.align;

function indexed(f: FuncContext, p: IndexPlace): Home {
  const e = elementsOf(f, p);
  const known = p.index.kind === 'const' ? Number(p.index.value) : null;
  if (known !== null && typeof e.length === 'number' && known >= 0 && known < e.length) {
    return { kind: 'memory', base: e.base, offset: e.offset + known * e.stride };
  }
  const base = (): void => {
    const { code } = f;
    e.base();
    emit(f, p.index);
    if (!p.proven) {
      const index = f.temp('i32');
      code.tee(index);
      if (typeof e.length === 'number') code.i32(e.length);
      else e.length();
      code.op('i32.ge_u').open('if', 'outOfBounds');
      f.fault('outOfBounds', p.pos ?? p.index.pos);
      code.end().get(index);
      f.release(index);
    }
    scale(f, e.stride);
    code.op('i32.add');
  };
  return { kind: 'memory', base, offset: e.offset };
}

export function scale(f: FuncContext, stride: number): void {
  const shift = Math.log2(stride);
  if (shift === 0) return;
  if (Number.isInteger(shift)) f.code.i32(shift).op('i32.shl');
  else f.code.i32(stride).op('i32.mul');
}

/** The home with its address evaluated once, now. */
export function pinned(f: FuncContext, home: Home): Home {
  return home.kind === 'locals' ? home : { ...home, base: f.spill('i32', home.base) };
}

/** Pushes the address of a place in memory. */
export function pushAddress(f: FuncContext, home: Memory): void {
  home.base();
  if (home.offset !== 0) f.code.i32(home.offset).op('i32.add');
}

const loads = { bool: 'i32.load', i32: 'i32.load', u32: 'i32.load', i64: 'i64.load', u64: 'i64.load', f16: 'i32.load16_u', bf16: 'i32.load16_u', f32: 'f32.load', f64: 'f64.load' } as const;
const stores = { bool: 'i32.store', i32: 'i32.store', u32: 'i32.store', i64: 'i64.store', u64: 'i64.store', f16: 'i32.store16', bf16: 'i32.store16', f32: 'f32.store', f64: 'f64.store' } as const;

/** Loads one scalar whose address is on the stack. */
function loadScalar(f: FuncContext, type: Scalar, offset: number): void {
  f.code.op(loads[type.name], offset);
  if (type.name === 'f16') f.code.call(f16FromBits(f.ctx));
  if (type.name === 'bf16') f.code.i32(16).op('i32.shl').op('f32.reinterpret_i32');
}

/** Stores one scalar; address and value are on the stack. */
function storeScalar(f: FuncContext, type: Scalar, offset: number): void {
  if (type.name === 'f16') f.code.op('f64.promote_f32').call(f16ToBits(f.ctx));
  if (type.name === 'bf16') f.code.call(bf16ToBits(f.ctx));
  f.code.op(stores[type.name], offset);
}

/** The scalars of what lies at a place. */
export function loadLeaves(f: FuncContext, p: Place): Push[] {
  const home = homeOf(f, p);
  if (home.kind === 'locals') return home.indices.map((i) => () => { f.code.get(i); });
  const parts = leavesOf(placeType(p));
  const at = parts.length > 1 ? pinned(f, home) as Memory : home;
  return parts.map((leaf) => () => {
    at.base();
    loadScalar(f, leaf.type, at.offset + leaf.offset);
  });
}

/** Stores one scalar at `base + offset`. */
export function storeLeaf(f: FuncContext, type: Scalar, base: Push, offset: number, value: Push): void {
  base();
  value();
  storeScalar(f, type, offset);
}

/** Stores a value of `type` into a home. */
export function store(f: FuncContext, home: Home, type: AnyType, value: Expr): void {
  if (home.kind === 'locals') {
    const parts = leaves(f, value);
    for (const push of parts) push();
    for (const index of home.indices.toReversed()) f.code.set(index);
    return;
  }
  if (livesInMemory(type)) {
    // Built in place only where the value cannot read what is being overwritten: `emitAddress` builds elsewhere.
    pushAddress(f, home);
    emitAddress(f, value);
    f.code.i32(type.size).op('memory.copy');
    return;
  }
  const parts = leavesOf(type);
  if (parts.length === 1) {
    const leaf = parts[0]!;
    storeLeaf(f, leaf.type, home.base, home.offset + leaf.offset, () => { emit(f, value); });
    return;
  }
  const values = leaves(f, value).map((push, i) => f.spill(parts[i]!.type, push));
  const at = pinned(f, home) as Memory;
  parts.forEach((leaf, i) => { storeLeaf(f, leaf.type, at.base, at.offset + leaf.offset, values[i]!); });
}

/** Makes a fresh local zero. */
export function clear(f: FuncContext, home: Home, type: AnyType): void {
  if (home.kind === 'locals') {
    leavesOf(type).forEach((leaf, i) => { f.code.constant(valTypeOf(leaf.type), 0).set(home.indices[i]!); });
    return;
  }
  pushAddress(f, home);
  f.code.i32(0).i32(type.size).op('memory.fill');
}
