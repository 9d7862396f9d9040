/** Members, elements, and what may be written. */
import type { AnyNode } from '../parse/nodes.ts';
import type { Vec } from '../../layout/types.ts';
import type { Expr, Place } from '../ir.ts';
import { store } from './convert.ts';
import { constant, describe, literal, load, typed, type Lowering } from './lowering.ts';
import { called, isInt32, scalarOf } from './types.ts';
import { data, lit, type ArrayHandle, type Data, type Value } from './value.ts';
import { asMatrix, isQuaternion, matrixMethods, quaternionMethods } from './matrices.ts';
import { ofUnknownType, unknownValue } from './unknown.ts';
import { component, swizzle, vectorMethods } from './vectors.ts';
import type { Variable } from './variable.ts';

export function rootOf(place: Place): Place {
  return place.kind === 'field' || place.kind === 'index' || place.kind === 'component' ? rootOf(place.base) : place;
}

/** A member of run-time data. */
export function dataMember(L: Lowering, object: Data, key: string, node: AnyNode): Value {
  const type = object.type;
  if (ofUnknownType(type)) return unknownValue;
  if (type.kind === 'struct') {
    const part = type.fields.findIndex((f) => f.name === key);
    if (part < 0) L.fail('RK123', node, { object: type.name, name: key, known: type.fields.map((f) => f.name).join(', ') || 'nothing' });
    const field = type.fields[part]!;
    if (ofUnknownType(field.type)) return unknownValue;
    if (object.expr.kind === 'load') {
      return data({ kind: 'load', place: { kind: 'field', base: object.expr.place, name: key, offset: field.offset, type: field.type }, type: field.type, pos: L.pos(node) }, field.type);
    }
    return data({ kind: 'extract', value: object.expr, part, type: field.type }, field.type);
  }
  if (type.kind === 'vec') {
    const part = swizzle(L, object, key);
    if (part !== null) return part;
    const methods = [...vectorMethods, ...(isQuaternion(type) ? quaternionMethods : [])];
    if (methods.includes(key)) return { kind: 'method', self: object, name: key };
    L.fail('RK123', node, { object: called(type), name: key, known: `${'xyzw'.slice(0, type.length).split('').join(', ')}, ${methods.join(', ')}` });
  }
  if (type.kind === 'array') {
    if (key === 'length') return lit(type.length);
    if (key === 'fill' && object.expr.kind === 'load') return { kind: 'method', self: object, name: key };
    const methods = asMatrix(type) === null ? [] : [...matrixMethods];
    if (methods.includes(key)) return { kind: 'method', self: object, name: key };
    L.fail('RK123', node, { object: called(type), name: key, known: ['length, fill, elements', ...methods].join(', ') });
  }
  L.fail('RK123', node, { object: called(type), name: key, known: 'no members' });
}

/** The index as i32 or u32. */
export function indexExpr(L: Lowering, index: Value, node: AnyNode): Expr {
  const d = index.kind === 'lit' ? literal(index.value) : L.data(index, node);
  if (!isInt32(d.type)) L.fail('RK204', node, { type: called(d.type) });
  if (d.flex !== null) for (const v of d.flex.vars) v.index = true;
  return d.expr;
}

export function element(L: Lowering, object: Value, index: Value, node: AnyNode): Value {
  const writeOnly = L.writeOnly === node;
  if (object.kind === 'unknown') return object;
  if (object.kind === 'list') {
    if (index.kind === 'lit') return object.items[constantIndex(L, Number(index.value), object.items.length, node)]!;
    L.fail('RK129', node, { what: 'An array literal that is indexed in place', hint: 'Bind it to a local with `const` first.' });
  }
  if (object.kind === 'array') {
    if (object.grid !== 0) L.fail('RK127', node, { name: 'Indexing', place: `grid '${object.name}'`, reason: 'A grid has two or three dimensions', hint: 'Use `.at(dx, dy)`, `.get(x, y)` or `.set(value)`.' });
    return arrayElement(L, object, indexExpr(L, index, node), index, node, writeOnly);
  }
  if (object.kind === 'uses' && index.kind === 'lit') return L.parts.member(L, object, String(index.value), node);
  if (object.kind !== 'data') L.fail('RK129', node, { what: `${describe(object)} with an index`, hint: 'Index arrays; write `.name` for members.' });
  const type = object.type;
  if (type.kind === 'vec') {
    if (index.kind !== 'lit') L.fail('RK215', node, { what: 'The index of a vector component', reason: 'Components are not addressable on every device' });
    return swizzle(L, object, 'xyzw'[constantIndex(L, Number(index.value), type.length, node)]!)!;
  }
  if (type.kind !== 'array') L.fail('RK129', node, { what: `${called(type)} with an index`, hint: 'Index arrays; write `.name` for members.' });
  const proven = index.kind === 'lit';
  if (proven) constantIndex(L, Number(index.value), type.length, node);
  const expr = indexExpr(L, index, node);
  const base = object.expr.kind === 'load' ? object.expr.place : ({ kind: 'local', local: toLocal(L, object) } as const);
  const place: Place = { kind: 'index', base, index: expr, type: type.elem, proven, pos: L.pos(node) };
  const owner = base.kind === 'local' ? L.owners.get(base.local) : undefined;
  const flex = owner !== undefined && owner.flexible ? { vars: [owner], frac: type.elem.kind === 'scalar' && type.elem.name === 'f32' } : null;
  return data({ kind: 'load', place, type: type.elem, pos: L.pos(node) }, type.elem, flex);
}

function toLocal(L: Lowering, object: Data): Extract<Place, { kind: 'local' }>['local'] {
  const local = L.newLocal('array', object.type);
  L.emit({ kind: 'let', local, init: object.expr });
  return local;
}

function constantIndex(L: Lowering, index: number, length: number, node: AnyNode): number {
  if (!Number.isInteger(index)) L.fail('RK204', node, { type: 'f32' });
  if (index < 0 || index >= length) L.fail('RK213', node, { index, length, last: length - 1 });
  return index;
}

export function arrayElement(L: Lowering, array: ArrayHandle, index: Expr, given: Value | null, node: AnyNode, writeOnly: boolean): Value {
  if (!array.readable && !writeOnly) L.fail('RK127', node, { name: 'Reading', place: `'${array.name}'`, reason: 'It was declared for writing only', hint: `Declare it with \`readwrite(...)\` (\`gridReadWrite(...)\`) to read it.` });
  if (ofUnknownType(array.elem)) return unknownValue;
  if (array.length !== null && given?.kind === 'lit') constantIndex(L, Number(given.value), array.length, node);
  const proven = array.length !== null && given?.kind === 'lit';
  return data({ kind: 'load', place: { kind: 'index', base: array.base, index, type: array.elem, proven, pos: L.pos(node) }, type: array.elem, pos: L.pos(node) }, array.elem);
}

/** `target = value`, where the target is a member or an element. */
export function writePlace(L: Lowering, target: Value, value: Value, left: AnyNode, node: AnyNode): void {
  if (target.kind === 'unknown') return;
  if (target.kind === 'data' && target.targets !== undefined) { writeComponents(L, target, target.targets, value, left, node); return; }
  if (target.kind !== 'data' || target.expr.kind !== 'load') {
    L.fail('RK124', left, { what: target.kind === 'data' ? `A part of ${typed(target)}` : describe(target), reason: 'It is no place in memory', hint: 'Assign to a local, a field of the state, or an element.' });
  }
  const place = target.expr.place;
  const root = rootOf(place);
  switch (root.kind) {
    case 'message': L.fail('RK124', left, { what: 'The message', reason: 'Messages are read-only: their bytes belong to the queue', hint: 'Copy the value into a local.' }); break;
    case 'constant': L.fail('RK124', left, { what: `Constant '${root.constant.name}'`, reason: 'Constants are part of the program', hint: 'Copy the value into a local or into the state.' }); break;
    case 'buffer':
      if (root.param.access === 'read') L.fail('RK124', left, { what: `'${root.param.name}'`, reason: 'It was declared for reading only', hint: 'Declare it with `write(...)` or `readwrite(...)`.' });
      break;
    case 'local': {
      const owner = L.owners.get(root.local);
      const copy = L.copies.get(root.local);
      if (copy !== undefined && place.kind !== 'local') L.fail('RK124', left, { what: `A part of '${copy}'`, reason: 'The function got a copy: the caller would not see the change', hint: 'Return a new value.' });
      if (owner === undefined && L.parameters.has(root.local)) L.fail('RK124', left, { what: `Parameter '${root.local.name}'`, reason: 'It is the same for every thread', hint: 'Copy it into a local.' });
      if (owner !== undefined && writeOwned(L, owner, place, value, left, node)) return;
      break;
    }
    default: break;
  }
  if (place.kind === 'state') L.fail('RK124', left, { what: 'The state as a whole', reason: 'Its fields are written one by one', hint: 'Write `ctx.state.field = value`.' });
  const expr = store(L, value, target.type, node, where(place));
  L.emit({ kind: 'assign', place, value: expr, pos: L.pos(node) });
}

/** `v.zx = w`: all of `w` is read before the first component is written. */
function writeComponents(L: Lowering, target: Data, places: readonly Place[], value: Value, left: AnyNode, node: AnyNode): void {
  const type = target.type as Vec;
  const whole = data(L.spill(store(L, value, type, node, 'components'), type, 'v'), type);
  places.forEach((place, k) => writePlace(L, data(load(place, type.elem), type.elem), data(component(whole, k), type.elem), left, node));
}

/** Writes into locals whose type is inferred; false: as any other place. */
function writeOwned(L: Lowering, owner: Variable, place: Place, value: Value, left: AnyNode, node: AnyNode): boolean {
  if (place.kind === 'local') { L.parts.assignVariable(L, owner, value, node); return true; }
  if (owner.copied) L.fail('RK124', left, { what: `A component of '${owner.name}'`, reason: 'The vector also has another name, which would not see the change', hint: 'Write to the original place, or build a new vector.' });
  if (place.kind === 'index' && place.base.kind === 'local' && owner.length !== null) {
    L.parts.assignElement(L, owner, place, value, node);
    return true;
  }
  return false;
}

function where(place: Place): string {
  switch (place.kind) {
    case 'field': return `field '${place.name}'`;
    case 'index': return 'element';
    case 'component': return 'component';
    default: return place.kind;
  }
}

/** `.length`, `.width` and their like of a buffer, known at launch. */
export function extent(L: Lowering, array: ArrayHandle, row: 'length' | 'width' | 'height' | 'depth', node: AnyNode): Value {
  if (array.length !== null) return data(constant(array.length, scalarOf.u32), scalarOf.u32);
  const { base } = row === 'length' ? array : array.shape ?? array;
  return { ...data({ kind: 'call', name: row, args: [], places: [base], type: scalarOf.u32, pos: L.pos(node) }, scalarOf.u32), nonneg: true };
}
