/**
 * What an expression beside a kernel is, as far as the file shows it: schemas, constants, helpers. Everything else
 * is unknown, and nothing is said about what depends on it.
 */
import * as definitions from '../kernel/define.ts';
import { unknownConstant, unknownType } from '../kernel/lower/unknown.ts';
import { functionOf, type AnyFunction } from '../kernel/syntax.ts';
import * as types from '../layout/types.ts';
import { message } from '../message/message.ts';
import { withoutTypes } from './strip.ts';
import { definitionOf, type SourceCode, type TreeNode } from './tree.ts';

/** Not known. */
export const unknown: unique symbol = Symbol('unknown');

/** Something that `ringkernel` exports, by name. */
export interface Exported { readonly exported: string }
export const isExported = (value: unknown): value is Exported => typeof value === 'object' && value !== null && 'exported' in value;

const { bool, i32, u32, i64, u64, f16, bf16, f32, f64, mat2, mat3, mat4, vec2, vec3, vec4, array, struct } = types;
const { read, write, readwrite, gridRead, gridWrite, gridReadWrite, gridRead3, gridWrite3, gridReadWrite3 } = definitions;
const values: Readonly<Record<string, unknown>> = { bool, i32, u32, i64, u64, f16, bf16, f32, f64, mat2, mat3, mat4 };
const functions: Readonly<Record<string, (...args: never[]) => unknown>> = {
  vec2, vec3, vec4, array, struct, message, read, write, readwrite, gridRead, gridWrite, gridReadWrite, gridRead3, gridWrite3, gridReadWrite3,
};
const typedArrays: Readonly<Record<string, { new (length: number): unknown; from(list: readonly never[]): unknown }>> = {
  Float32Array, Float64Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array,
} as never;
const longest = 1_000_000;

export class Evaluator {
  readonly #source: SourceCode;
  readonly #modules: (specifier: string) => boolean;
  readonly #functions = new Map<TreeNode, AnyFunction>();
  /** Where in the file the text of each function begins. */
  readonly starts = new Map<AnyFunction, number>();
  readonly #open = new Set<TreeNode>();

  /** `modules`: whether an import's specifier means this library. */
  constructor(source: SourceCode, modules: (specifier: string) => boolean) {
    this.#source = source;
    this.#modules = modules;
  }

  /** The function of a node, by its text. */
  functionOf(node: TreeNode): AnyFunction {
    let fn = this.#functions.get(node);
    if (fn === undefined) {
      fn = functionOf(withoutTypes(this.#source.text, node));
      this.#functions.set(node, fn);
      this.starts.set(fn, node.range[0]);
    }
    return fn;
  }

  evaluate(node: TreeNode): unknown {
    if (this.#open.has(node)) return unknown;
    this.#open.add(node);
    try {
      return this.#value(node);
    } finally {
      this.#open.delete(node);
    }
  }

  #value(node: TreeNode): unknown {
    const part = (key: string): TreeNode => node[key] as TreeNode;
    switch (node.type) {
      case 'Literal': return typeof node['bigint'] === 'string' ? BigInt(node['bigint']) : node['regex'] === undefined ? node['value'] : unknown;
      case 'TSAsExpression': case 'TSSatisfiesExpression': case 'TSNonNullExpression': case 'ParenthesizedExpression': return this.evaluate(part('expression'));
      case 'ArrowFunctionExpression': case 'FunctionExpression': case 'FunctionDeclaration': return this.functionOf(node);
      case 'Identifier': return this.#identifier(node);
      case 'UnaryExpression': return this.#unary(String(node['operator']), this.evaluate(part('argument')));
      case 'BinaryExpression': return this.#binary(String(node['operator']), this.evaluate(part('left')), this.evaluate(part('right')));
      case 'MemberExpression': return this.#member(node);
      case 'ObjectExpression': return this.#object(node);
      case 'ArrayExpression': {
        const items = (node['elements'] as (TreeNode | null)[]).map((e) => (e === null || e.type === 'SpreadElement' ? unknown : this.evaluate(e)));
        return items.includes(unknown) ? unknown : items;
      }
      case 'CallExpression': return this.#call(node);
      case 'NewExpression': {
        const make = part('callee').type === 'Identifier' ? typedArrays[String(part('callee')['name'])] : undefined;
        const [first] = node['arguments'] as TreeNode[];
        return make === undefined || first === undefined ? unknown : typed(make, this.evaluate(first));
      }
      default: return unknown;
    }
  }

  #identifier(node: TreeNode): unknown {
    const name = String(node['name']);
    const found = definitionOf(this.#source, name, node);
    if (found === null) return name === 'undefined' ? undefined : name === 'Infinity' ? Infinity : name === 'NaN' ? NaN : unknown;
    switch (found.type) {
      case 'ImportBinding': {
        const from = found.parent?.['source'] as TreeNode | undefined;
        if (from === undefined || !this.#modules(String(from['value']))) return unknown;
        if (found.node.type !== 'ImportSpecifier') return { exported: '*' };
        const imported = found.node['imported'] as TreeNode;
        return exported(String(imported['name'] ?? imported['value']));
      }
      case 'FunctionName': return this.functionOf(found.node);
      case 'Variable': {
        const { id, init } = found.node as unknown as { id: TreeNode; init: TreeNode | null };
        const constant = (found.parent as TreeNode | undefined)?.['kind'] === 'const';
        return constant && init !== null && id.type === 'Identifier' ? this.evaluate(init) : unknown;
      }
      default: return unknown;
    }
  }

  #unary(operator: string, value: unknown): unknown {
    if (typeof value === 'number') return operator === '-' ? -value : operator === '+' ? value : operator === '~' ? ~value : operator === '!' ? !value : unknown;
    if (typeof value === 'bigint') return operator === '-' ? -value : unknown;
    return typeof value === 'boolean' && operator === '!' ? !value : unknown;
  }

  #binary(operator: string, a: unknown, b: unknown): unknown {
    if (typeof a !== 'number' || typeof b !== 'number') return unknown;
    switch (operator) {
      case '+': return a + b;
      case '-': return a - b;
      case '*': return a * b;
      case '/': return a / b;
      case '%': return a % b;
      case '**': return a ** b;
      case '<<': return a << b;
      case '>>': return a >> b;
      case '|': return a | b;
      default: return unknown;
    }
  }

  #member(node: TreeNode): unknown {
    const property = node['property'] as TreeNode;
    const key = node['computed'] === true ? this.evaluate(property) : property['name'];
    if (typeof key !== 'string' && typeof key !== 'number') return unknown;
    const target = node['object'] as TreeNode;
    if (target.type === 'Identifier' && target['name'] === 'Math' && definitionOf(this.#source, 'Math', target) === null) {
      const value = (Math as unknown as Record<string, unknown>)[key];
      return typeof value === 'number' ? value : unknown;
    }
    const object = this.evaluate(target);
    if (isExported(object)) return object.exported === '*' ? exported(String(key)) : unknown;
    return typeof object === 'object' && object !== null && Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : unknown;
  }

  #object(node: TreeNode): unknown {
    const out: Record<string, unknown> = {};
    for (const p of node['properties'] as TreeNode[]) {
      const key = p.type === 'Property' ? this.#key(p) : null;
      if (key === null) return unknown;
      out[key] = this.evaluate(p['value'] as TreeNode);
    }
    return out;
  }

  #key(property: TreeNode): string | null {
    const key = property['key'] as TreeNode;
    if (property['computed'] === true) {
      const value = this.evaluate(key);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
    }
    return String(key['name'] ?? key['value']);
  }

  #call(node: TreeNode): unknown {
    const callee = node['callee'] as TreeNode;
    const args = node['arguments'] as TreeNode[];
    if (callee.type === 'MemberExpression' && (callee['object'] as TreeNode).type === 'Identifier') {
      const make = typedArrays[String((callee['object'] as TreeNode)['name'])];
      const method = (callee['property'] as TreeNode)['name'];
      if (make !== undefined && method === 'of') return typed(make, args.map((a) => this.evaluate(a)));
      if (make !== undefined && method === 'from' && args.length === 1) return typed(make, this.evaluate(args[0]!));
    }
    const target = this.evaluate(callee);
    const fn = isExported(target) ? functions[target.exported] : undefined;
    if (fn === undefined) return unknown;
    const given = args.map((a) => this.evaluate(a));
    // A field of unknown type spoils itself, not the whole.
    const usable = given.map((value) => (isExported(value) ? unknown : isPlain(value) ? fields(value) : value));
    if (usable.includes(unknown)) return fn === array || fn === struct || fn === message ? unknown : unknown;
    try {
      return (fn as (...list: unknown[]) => unknown)(...usable);
    } catch {
      return unknown; // said where it runs
    }
  }
}

const exported = (name: string): unknown => (name in values ? values[name] : { exported: name });

export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && !('kind' in value) && !isExported(value);

/** Fields with those that are not known marked so. */
export const fields = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, types.isTypeDescriptor(value) ? value : unknownType]));

/** Constants with those that are not known marked so. */
export function constants(value: unknown): unknown {
  if (value === unknown || isExported(value) || types.isTypeDescriptor(value)) return unknownConstant;
  if (Array.isArray(value)) return value.map(constants);
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([name, v]) => [name, constants(v)])) : value;
}

function typed(make: (typeof typedArrays)[string], value: unknown): unknown {
  try {
    if (typeof value === 'number') return value >= 0 && value <= longest ? new make(value) : unknown;
    return Array.isArray(value) && !value.includes(unknown) && value.length <= longest ? make.from(value as never[]) : unknown;
  } catch {
    return unknown;
  }
}
