/** Locals of the text: reading, declaring, assigning. */
import type { AnyNode, Pattern } from '../parse/nodes.ts';
import { array, sameType } from '../../layout/types.ts';
import { Bail } from '../diagnostics.ts';
import type { Expr, Place } from '../ir.ts';
import type { Decl } from '../syntax.ts';
import { as, literalAs, store } from './convert.ts';
import { describe, hintFor, isStable, literal, load, markStable, type Lowering } from './lowering.ts';
import { rootOf, writePlace } from './places.ts';
import { called, isBool, isFloat, isInt, isInt64, literalType, scalarOf, type Type } from './types.ts';
import { data, type Data, type Value } from './value.ts';
import type { Frame, Variable } from './variable.ts';

export function readVariable(L: Lowering, decl: Decl, node: AnyNode): Value {
  if (decl.fn !== null && decl.kind === 'function') return { kind: 'function', node: decl.fn, frame: frameOf(L, decl), name: decl.name };
  const v = L.variable(decl);
  if (v.failed) throw new Bail();
  return v.alias ?? current(L, v, node);
}

function frameOf(L: Lowering, decl: Decl): Frame {
  let frame = L.frame;
  while (frame.node !== decl.owner && frame.parent !== null) frame = frame.parent;
  return frame;
}

/** What a variable holds now. */
export function current(L: Lowering, v: Variable, node: AnyNode): Value {
  if (v.fields !== null) return { kind: 'record', fields: new Map([...v.fields].map(([name, f]) => [name, current(L, f, node)])) };
  const local = v.local ?? hoist(L, v);
  const elem = v.type ?? scalarOf.i32;
  const type = v.length === null ? elem : array(elem, v.length);
  const value = data(load({ kind: 'local', local }, type), type, v.length === null ? flexOf(v) : null);
  return v.length === null && isInt(elem) && v.nonneg ? { ...value, nonneg: true } : value;
}

export const flexOf = (v: Variable): Data['flex'] => (v.flexible ? { vars: [v], frac: v.type !== null && isFloat(v.type) } : null);

/** Declares at the start of the function, with the value zero. */
function hoist(L: Lowering, v: Variable): NonNullable<Variable['local']> {
  const type = v.type ?? scalarOf.i32;
  const local = L.newLocal(v.name, v.length === null ? type : array(type, v.length));
  v.local = local;
  L.owners.set(local, v);
  L.prologue.push({ kind: 'let', local, init: null });
  return local;
}

/** Places where the only reader of a local gives back an exact quotient. */
function truncates(reader: AnyNode | null): boolean {
  if (reader === null) return false;
  if (reader.type === 'BinaryExpression') return reader.operator === '|' || reader.operator === '>>>';
  return reader.type === 'CallExpression' || (reader.type === 'UnaryExpression' && reader.operator === '~');
}

/** Made of values alone: can be copied, stored in locals and handed to a function that is compiled by itself. */
export const isPassable = (v: Value): boolean => v.kind === 'lit' || v.kind === 'data' || v.kind === 'uses' || v.kind === 'helper' || (v.kind === 'array' && v.base.kind === 'constant')
  || (v.kind === 'record' && [...v.fields.values()].every(isPassable)) || (v.kind === 'list' && v.items.every(isPassable));

const isAggregate = (type: Type): boolean => type.kind === 'struct' || type.kind === 'array';

/** Gives a declared name its first value. */
export function declare(L: Lowering, decl: Decl, value: Value, node: AnyNode): void {
  const v = L.variable(decl);
  initialise(L, v, decl.writes === 1, decl.hoisted, value, node);
}

export function initialise(L: Lowering, v: Variable, once: boolean, hoisted: boolean, value: Value, node: AnyNode): void {
  switch (value.kind) {
    case 'void':
      if (once) v.alias = value;
      else if (!hoisted) declareEmpty(L, v, node);
      return;
    case 'lit': if (once) { v.alias = value; return; } break;
    case 'unknown': v.alias = value; return;
    case 'record': {
      // Buffers and functions exist only while compiling: `(g, p) => p.x[g.id]`.
      if (once && !isPassable(value)) { v.alias = value; return; }
      for (const [name, part] of value.fields) initialise(L, L.field(v, name), false, hoisted, part, node);
      v.fields ??= new Map();
      return;
    }
    case 'list': initialiseArray(L, v, value.items, hoisted, node); return;
    case 'data': {
      if (once && value.quotient !== undefined && truncates(v.decl?.reader ?? null) && v.decl?.reads === 1) {
        const q = value.quotient;
        v.alias = { ...value, quotient: { ...q, left: L.spill(q.left, q.type), right: L.spill(q.right, q.type) }, expr: isStable(q.left) && isStable(q.right) ? value.expr : L.spill(value.expr, value.type) };
        return;
      }
      if (once && value.expr.kind === 'const' && value.flex === null) { v.alias = value; return; }
      if (once && value.flex === null && value.expr.kind === 'load' && value.expr.place.kind === 'local' && isStable(value.expr)) { v.alias = value; return; }
      if (isAggregate(value.type) && value.expr.kind === 'load') {
        if (once) { v.alias = { ...value, expr: { ...value.expr, place: L.fixed(value.expr.place) } }; return; }
        if (rootOf(value.expr.place).kind !== 'message') L.fail('RK128', node, { name: v.name, what: called(value.type) });
      }
      if (once && value.type.kind === 'vec' && value.expr.kind === 'load' && value.expr.place.kind === 'local' && L.owners.get(value.expr.place.local)?.decl?.writes === 1) { v.alias = value; return; }
      shared(L, v, value);
      break;
    }
    default:
      if (once) { v.alias = value; return; }
      L.fail('RK129', node, { what: describe(value), hint: hintFor(value) });
  }
  const init = converted(L, v, value, node);
  place(L, v, hoisted, init.type, init.expr, once, node);
}

function place(L: Lowering, v: Variable, hoisted: boolean, type: Type, init: Expr | null, once: boolean, node: AnyNode): void {
  if (hoisted || v.local !== null) {
    const local = v.local ?? hoist(L, v);
    if (init !== null) L.emit({ kind: 'assign', place: { kind: 'local', local }, value: init, pos: L.pos(node) });
    return;
  }
  const local = L.newLocal(v.name, type);
  // Parts of aggregates can be written without an assignment to the name.
  if (once && type.kind === 'scalar') markStable(local);
  v.local = local;
  L.owners.set(local, v);
  L.emit({ kind: 'let', local, init, pos: L.pos(node) });
}

/** `let x;` */
export function declareEmpty(L: Lowering, v: Variable, node: AnyNode): void {
  const type = v.type ?? scalarOf.i32;
  if (v.fields !== null) { for (const f of v.fields.values()) declareEmpty(L, f, node); return; }
  v.local = null;
  place(L, v, false, v.length === null ? type : array(type, v.length), null, false, node);
}

function initialiseArray(L: Lowering, v: Variable, items: readonly Value[], hoisted: boolean, node: AnyNode): void {
  if (items.length === 0) L.fail('RK129', node, { what: 'An empty array', hint: 'Arrays have a fixed length; write its elements or `new Float32Array(n)`.' });
  v.length = items.length;
  const parts = items.map((item) => converted(L, v, item, node).expr);
  const elem = v.type ?? scalarOf.i32;
  const type = array(elem, items.length);
  // Without an initialiser a local is zero each time it is declared.
  const zeros = !hoisted && v.local === null && parts.every((p) => p.kind === 'const' && (p.value === 0 || p.value === 0n) && !Object.is(p.value, -0));
  place(L, v, hoisted, type, zeros ? null : { kind: 'construct', parts, type }, false, node);
}

/** Tells the variable what it receives, and converts that to its type. */
export function converted(L: Lowering, v: Variable, value: Value, node: AnyNode): { expr: Expr; type: Type } {
  if (value.kind === 'lit') {
    v.hearLiteral(value.value);
    if (v.type === null) { v.type = literalType(value.value); v.flexible = true; }
    if (v.flexible) return { expr: sameClass(v.type, value.value) ? literalAs(value.value, v.type) : literal(value.value).expr, type: v.type };
    return { expr: store(L, value, v.type, node, `local '${v.name}'`), type: v.type };
  }
  const struct = v.type !== null && v.type.kind !== 'scalar' && (value.kind === 'record' || value.kind === 'list');
  if (struct) return { expr: store(L, value, v.type!, node, `local '${v.name}'`), type: v.type! };
  const d = L.data(value, node);
  v.hear(d.type, d.flex, d.nonneg === true);
  if (v.type === null) { v.type = d.type; v.flexible = d.flex !== null; }
  const type = v.type;
  if (sameType(type, d.type)) return { expr: d.expr, type };
  if (d.type.kind !== 'scalar' || type.kind !== 'scalar' || isBool(type) !== isBool(d.type)) L.fail('RK208', node, { name: v.name, first: called(type), second: called(d.type) });
  if (isInt64(type) !== isInt64(d.type)) L.fail('RK205', node, { op: `local '${v.name}'` });
  if (v.flexible) return { expr: as(L, { ...d, flex: { vars: [], frac: d.flex?.frac ?? false } }, type, node), type };
  if (d.flex !== null && (isInt(d.type) || isFloat(type))) {
    if (isInt(type) && d.flex.vars.length > 0) L.report('RK201', node, { left: called(type), right: called(d.type), op: `local '${v.name}'` });
    return { expr: as(L, d, type, node), type };
  }
  return { expr: store(L, d, type, node, `local '${v.name}'`), type };
}

const sameClass = (type: Type, value: number | bigint): boolean => isInt64(type) === (typeof value === 'bigint') && type.kind === 'scalar' && type.name !== 'bool';

export function assignVariable(L: Lowering, v: Variable, value: Value, node: AnyNode): void {
  if (value.kind === 'record') {
    if (v.fields === null && v.type === null) { initialise(L, v, false, true, value, node); return; }
    if (v.fields !== null) {
      const known = [...v.fields.keys()].join(', ');
      for (const name of v.fields.keys()) if (!value.fields.has(name)) L.report('RK126', node, { type: v.name, problem: 'missing field', name, known });
      const parts = [...value.fields].map(([name, part]) => [name, L.settled(part)] as const);
      for (const [name, part] of parts) {
        const field = v.fields.get(name);
        if (field === undefined) L.report('RK126', node, { type: v.name, problem: 'unknown field', name, known });
        else assignVariable(L, field, part, node);
      }
      return;
    }
  }
  if (value.kind === 'void') return;
  if (value.kind === 'unknown' || v.alias?.kind === 'unknown') { v.alias = { kind: 'unknown' }; return; }
  if (value.kind === 'list' && v.length === null && v.type === null) v.length = value.items.length;
  if (v.length !== null) {
    const type = array(v.type ?? scalarOf.i32, v.length);
    if (value.kind === 'list' && value.items.length === v.length) {
      const parts = value.items.map((item) => converted(L, v, item, node).expr);
      L.emit({ kind: 'assign', place: { kind: 'local', local: v.local ?? hoist(L, v) }, value: { kind: 'construct', parts, type }, pos: L.pos(node) });
      return;
    }
    const d = L.data(value, node);
    if (d.expr.kind === 'load' && rootOf(d.expr.place).kind !== 'message') L.fail('RK128', node, { name: v.name, what: called(type) });
    L.emit({ kind: 'assign', place: { kind: 'local', local: v.local ?? hoist(L, v) }, value: store(L, d, type, node, `local '${v.name}'`), pos: L.pos(node) });
    return;
  }
  if (v.alias !== null) L.fail('RK124', node, { what: `'${v.name}'`, reason: `It stands for ${describe(v.alias).toLowerCase()}`, hint: 'Use another local.' });
  if (value.kind === 'data' && isAggregate(value.type) && value.expr.kind === 'load' && rootOf(value.expr.place).kind !== 'message') {
    L.fail('RK128', node, { name: v.name, what: called(value.type) });
  }
  if (value.kind === 'data') shared(L, v, value);
  const { expr } = converted(L, v, value, node);
  const local = v.local ?? hoist(L, v);
  L.emit({ kind: 'assign', place: { kind: 'local', local }, value: expr, pos: L.pos(node) });
}

/** In JavaScript a vector read from a place is that place's; here it is a copy. */
function shared(L: Lowering, v: Variable, value: Data): void {
  if (value.type.kind !== 'vec' || value.expr.kind !== 'load') return;
  v.copied = true;
  const { place } = value.expr;
  const owner = place.kind === 'local' ? L.owners.get(place.local) : undefined;
  if (owner !== undefined) owner.copied = true;
}

/** Stores into an element of a local array literal, whose element type is inferred. */
export function assignElement(L: Lowering, v: Variable, target: Place, value: Value, node: AnyNode): void {
  const { expr } = converted(L, v, value, node);
  L.emit({ kind: 'assign', place: target, value: expr, pos: L.pos(node) });
}

// ---------------------------------------------------------------- patterns

/** Declares the names of a pattern. */
export function bind(L: Lowering, pattern: Pattern, value: Value, node: AnyNode): void {
  take(L, pattern, value, node, (id, v) => {
    const decl = L.parsed.refs.get(id);
    if (decl === undefined) L.fail('RK130', id, { name: id.name });
    try {
      declare(L, decl, v, node);
    } catch (error) {
      L.variable(decl).failed = true;
      throw error;
    }
  });
}

/** Assigns through a pattern: `({ a, b } = r)`, `x = v`. */
export function assign(L: Lowering, target: Pattern, value: Value, node: AnyNode): void {
  // All parts are read before the first is written: `[a, b] = [b, a]`.
  const fixed = target.type === 'Identifier' ? value : L.settled(value);
  take(L, target, fixed, node, (id, v) => {
    const decl = L.parsed.refs.get(id);
    if (decl === undefined) L.fail('RK130', id, { name: id.name });
    const variable = L.variable(decl);
    if (decl.hoisted && decl.writes === 1 && variable.local === null && v.kind !== 'lit') { declare(L, decl, v, node); return; }
    try {
      assignVariable(L, variable, v, node);
    } catch (error) {
      variable.failed = true;
      throw error;
    }
  });
}

function take(L: Lowering, pattern: Pattern, value: Value, node: AnyNode, leaf: (id: Extract<Pattern, { type: 'Identifier' }>, value: Value) => void): void {
  switch (pattern.type) {
    case 'Identifier': leaf(pattern, value); return;
    case 'ObjectPattern':
      for (const p of pattern.properties) {
        L.attempt(() => {
          if (p.type === 'RestElement') L.fail('RK110', p, { what: 'A rest element', hint: 'Name the fields.' });
          const name = p.key.type === 'Identifier' && !p.computed ? p.key.name : p.key.type === 'Literal' ? String(p.key.value) : null;
          if (name === null) L.fail('RK110', p, { what: 'A computed field', hint: 'Name the field.' });
          let part: Value | undefined;
          try {
            part = L.parts.member(L, value, name, p as AnyNode);
          } finally {
            if (part === undefined) markFailed(L, p.value);
          }
          take(L, p.value, part, p as AnyNode, leaf);
        });
      }
      return;
    case 'ArrayPattern':
      pattern.elements.forEach((e, k) => {
        if (e === null) return;
        if (e.type === 'RestElement') L.fail('RK110', e, { what: 'A rest element', hint: 'Name the elements.' });
        take(L, e, L.parts.element(L, value, { kind: 'lit', value: k }, e as AnyNode), node, leaf);
      });
      return;
    case 'AssignmentPattern': L.fail('RK110', pattern, { what: 'A default value', hint: 'Every value is given; write `if` where you need a choice.' }); break;
    case 'RestElement': L.fail('RK110', pattern, { what: 'A rest element', hint: 'Name the parameters.' }); break;
    case 'MemberExpression': {
      writePlace(L, L.expression(pattern), value, pattern, node);
    }
  }
}

function markFailed(L: Lowering, pattern: Pattern): void {
  if (pattern.type === 'Identifier') {
    const decl = L.parsed.refs.get(pattern);
    if (decl !== undefined) L.variable(decl).failed = true;
  }
}
