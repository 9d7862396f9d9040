/** What the context, `uses`, `Math` and the parameters offer by name. */
import type { AnyNode } from '../parse/nodes.ts';
import { intrinsics, type IntrinsicRow } from '../intrinsics/table.ts';
import { describe, literal, load, truthConst, type Lowering } from './lowering.ts';
import { matrixTypes } from './matrices.ts';
import { dataMember, extent } from './places.ts';
import { scalarOf } from './types.ts';
import { data, lit, nothing, type ArrayHandle, type Value } from './value.ts';
import { ofUnknownType, unknownConstant, unknownPort, unknownValue } from './unknown.ts';
import { vectorTypes } from './vectors.ts';

export const castNames = ['bool', 'i32', 'u32', 'i64', 'u64', 'f16', 'bf16', 'f32', 'f64'] as const;
const builtins = new Set<string>([...castNames, ...vectorTypes.keys(), ...matrixTypes.keys(), 'quat', 'idiv', 'range', 'debug']);
const mathConstants = new Set(['PI', 'E', 'LN2', 'LN10', 'LOG2E', 'LOG10E', 'SQRT2', 'SQRT1_2']);
/** Functions of `Math` that are operators, casts or identities of the language. */
const mathBuiltins = new Set(['fround', 'imul', 'pow', 'trunc', 'floor', 'ceil', 'round']);
const numberConstants = new Set(['EPSILON', 'MAX_SAFE_INTEGER', 'MIN_SAFE_INTEGER', 'MAX_VALUE', 'MIN_VALUE', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY', 'NaN']);

export function member(L: Lowering, object: Value, key: string, node: AnyNode): Value {
  switch (object.kind) {
    case 'data': return dataMember(L, object, key, node);
    case 'unknown': return object;
    case 'record': {
      const part = object.fields.get(key);
      if (part === undefined) L.fail('RK123', node, { object: 'The object', name: key, known: [...object.fields.keys()].join(', ') || 'nothing' });
      return part;
    }
    case 'list':
      if (key === 'length') return lit(object.items.length);
      L.fail('RK123', node, { object: 'An array', name: key, known: 'length, elements' });
      break;
    case 'context': return contextMember(L, key, node);
    case 'ports': {
      const port = L.assembly.ports.get(key);
      if (port === undefined) L.fail('RK123', node, { object: '`send`', name: key, known: [...L.assembly.ports.keys()].join(', ') || 'no ports; declare them with `sends`' });
      return { kind: 'port', port };
    }
    case 'uses': return constantMember(L, object.value, key, object.path, node);
    case 'math': return mathMember(L, key, node);
    case 'global': return globalMember(L, object.name, key, node);
    case 'array': return arrayMember(L, object, key, node);
    case 'sharedMemory': return { kind: 'builtin', name: `shared.${key}`, path: `shared.${key}` };
    case 'lit': return dataMember(L, literal(object.value), key, node);
    case 'void': L.fail('RK212', node, { name: object.of }); break;
    default: L.fail('RK123', node, { object: describe(object), name: key, known: 'no members; call it' });
  }
}

function row(L: Lowering, name: string): IntrinsicRow | undefined {
  const found = intrinsics.get(name);
  if (found === undefined) return undefined;
  const { flavor } = L.assembly;
  const here = found.on.includes('ctx') || (flavor === 'function' && found.on.includes('mem')) || (flavor === 'actor' && (found.on.includes('actor') || found.alone !== undefined)) || (flavor === 'global' && found.on.includes('global'));
  return here ? found : undefined;
}

function contextMember(L: Lowering, key: string, node: AnyNode): Value {
  const { assembly } = L;
  if (assembly.flavor === 'actor') {
    if (key === 'state') {
      if (assembly.state === null) L.fail('RK123', node, { object: 'The context', name: 'state', known: 'no state; declare it with `state: { ... }`' });
      if (ofUnknownType(assembly.state)) return unknownValue;
      return data(load({ kind: 'state', type: assembly.state }, assembly.state), assembly.state);
    }
    if (key === 'send') return assembly.ports.has(unknownPort) ? unknownValue : { kind: 'ports' };
    if (key === 'alert' || key === 'metric') return { kind: 'builtin', name: key, path: key };
  }
  if (key === 'uses') return { kind: 'uses', value: L.uses, path: '' };
  if (key === 'shared' && assembly.flavor === 'global') return { kind: 'sharedMemory' };
  const found = row(L, key);
  if (found !== undefined) {
    if (found.property === true) {
      const type = scalarOf[found.result as keyof typeof scalarOf];
      if (assembly.flavor === 'actor' && typeof found.alone === 'number') return { ...data({ kind: 'const', type, value: found.alone }, type), nonneg: true };
      return { ...data({ kind: 'call', name: found.name, args: [], places: [], type, pos: L.pos(node) }, type), nonneg: type.name === 'u32' };
    }
    return { kind: 'intrinsic', row: found, path: key };
  }
  if (builtins.has(key)) return { kind: 'builtin', name: key, path: key };
  const elsewhere = intrinsics.get(key);
  if (elsewhere !== undefined && elsewhere.on.some((place) => place === 'actor' || place === 'global' || place === 'mem')) {
    const place = { actor: 'an actor', global: 'a global kernel', function: 'a device function' }[assembly.flavor];
    L.fail('RK127', node, { name: `'${key}'`, place, reason: elsewhere.doc.replace(/\.$/, ''), hint: 'Use it in the kind of kernel that has it.' });
  }
  L.fail('RK123', node, { object: 'The context', name: key, known: contextNames(L).join(', ') });
}

function contextNames(L: Lowering): string[] {
  const own = L.assembly.flavor === 'actor' ? ['state', 'send', 'alert', 'metric', 'uses'] : ['uses'];
  return [...own, ...builtins, ...[...intrinsics.keys()].filter((name) => row(L, name) !== undefined)];
}

function mathMember(L: Lowering, key: string, node: AnyNode): Value {
  if (mathConstants.has(key)) return lit(Math[key as 'PI']);
  if (mathBuiltins.has(key)) return { kind: 'builtin', name: key, path: `Math.${key}` };
  const found = intrinsics.get(key);
  if (found !== undefined && found.on.includes('Math')) return { kind: 'intrinsic', row: found, path: `Math.${key}` };
  const known = [...mathConstants, ...mathBuiltins, ...[...intrinsics.values()].filter((r) => r.on.includes('Math')).map((r) => r.name)];
  L.fail('RK123', node, { object: '`Math`', name: key, known: known.join(', ') });
}

function globalMember(L: Lowering, name: string, key: string, node: AnyNode): Value {
  if (name === 'Number') {
    if (numberConstants.has(key)) return lit(Number[key as 'EPSILON']);
    if (key === 'isNaN' || key === 'isFinite' || key === 'isInteger') return { kind: 'builtin', name: `Number.${key}`, path: `Number.${key}` };
  }
  if (name === 'BigInt' && (key === 'asIntN' || key === 'asUintN')) return { kind: 'builtin', name: `BigInt.${key}`, path: `BigInt.${key}` };
  L.fail('RK123', node, { object: `\`${name}\``, name: key, known: name === 'Number' ? [...numberConstants, 'isNaN', 'isFinite', 'isInteger'].join(', ') : 'nothing the device can use' });
}

/** Cells of a grid along an axis, ghosts left out. */
function cells(L: Lowering, array: ArrayHandle, row: 'width' | 'height' | 'depth', node: AnyNode): Value {
  const all = extent(L, array, row, node);
  if (all.kind !== 'data' || (array.halo ?? 0) === 0) return all;
  const type = scalarOf.u32;
  return { ...data({ kind: 'binary', op: 'sub', left: all.expr, right: { kind: 'const', type, value: 2 * array.halo! }, type }, type), nonneg: true };
}

function arrayMember(L: Lowering, array: ArrayHandle, key: string, node: AnyNode): Value {
  switch (key) {
    case 'length': return extent(L, array, 'length', node);
    case 'w': case 'width': if (array.grid !== 0) return cells(L, array, 'width', node); break;
    case 'h': case 'height': if (array.grid !== 0) return cells(L, array, 'height', node); break;
    case 'd': case 'depth': if (array.grid === 3) return cells(L, array, 'depth', node); break;
    case 'at': case 'get': case 'set': case 'put': case 'north': case 'south': case 'east': case 'west': case 'up': case 'down':
      if (array.grid !== 0) return { kind: 'method', self: array, name: key };
  }
  L.fail('RK123', node, { object: `'${array.name}'`, name: key, known: array.grid === 0 ? 'length, elements' : 'w, h, at, get, set, put, north, south, east, west' });
}

/** A member of a record in `uses`. */
export function constantMember(L: Lowering, record: object, key: string, path: string, node: AnyNode): Value {
  const full = path === '' ? key : `${path}.${key}`;
  if (record === unknownConstant) return unknownValue;
  if (!Object.hasOwn(record, key)) {
    L.fail('RK123', node, { object: path === '' ? '`uses`' : `\`uses.${path}\``, name: key, known: Object.keys(record).join(', ') || 'nothing; declare it with `uses: { ... }`' });
  }
  return constantValue(L, (record as Record<string, unknown>)[key], full, node);
}

export function constantValue(L: Lowering, value: unknown, path: string, node: AnyNode): Value {
  switch (typeof value) {
    case 'number': case 'bigint': return lit(value);
    case 'boolean': return truthConst(value);
    case 'function': return { kind: 'helper', value, path };
    case 'undefined': return nothing(`\`uses.${path}\``);
    case 'object': {
      if (value === unknownConstant) return unknownValue;
      if (value === null) L.fail('RK131', node, { name: path, reason: 'it is null' });
      if (ArrayBuffer.isView(value)) {
        const constant = L.assembly.constantBuffer(value, path);
        if (constant === null) L.fail('RK131', node, { name: path, reason: `${value.constructor.name} has no counterpart` });
        return { kind: 'array', name: path, base: { kind: 'constant', constant }, source: constant, elem: constant.elem, length: constant.length, grid: 0, readable: true, writable: false };
      }
      if (Array.isArray(value)) return { kind: 'list', items: value.map((item, k) => constantValue(L, item, `${path}[${k}]`, node)) };
      const proto = Object.getPrototypeOf(value) as unknown;
      if (proto !== Object.prototype && proto !== null && !isNamespace(value)) {
        L.fail('RK131', node, { name: path, reason: `it is an instance of ${(value as object).constructor?.name ?? 'a class'}` });
      }
      return { kind: 'uses', value, path };
    }
    default: L.fail('RK131', node, { name: path, reason: `it is a ${typeof value}` });
  }
}

/** `import * as constants`. */
const isNamespace = (value: object): boolean => (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'Module';
