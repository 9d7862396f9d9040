/**
 * From a function to its syntax tree with every name resolved. Parsed once per function and kept, so
 * that a helper used by many kernels costs its parsing once.
 */
import type { ErrorDetail } from '../error/base.ts';
import type { ErrorCode } from '../error/codes.ts';
import { ParseError, parseExpression, parseMethod } from './parse/index.ts';
import type { AnyNode, ArrowFunctionExpression, FunctionDeclaration, FunctionExpression, Identifier, Node, Pattern } from './parse/nodes.ts';

export type FunctionNode = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;
/** Any function at all. */
export type AnyFunction = (...args: never[]) => unknown;

/** One name declared inside the function. */
export interface Decl {
  readonly name: string;
  readonly kind: 'param' | 'let' | 'const' | 'var' | 'function';
  /** The function it belongs to. */
  readonly owner: FunctionNode;
  /** Body of an inner function declared under this name. */
  readonly fn: FunctionNode | null;
  /** Assignments, the initialiser included. */
  writes: number;
  reads: number;
  /** What stands around the last read found. */
  reader: AnyNode | null;
  /** Declared where IR blocks would hide it from later readers (`var`, `switch` cases). */
  readonly hoisted: boolean;
}

export interface ParsedFunction {
  readonly fn: AnyFunction;
  readonly text: string;
  readonly node: FunctionNode;
  /** Identifiers that name a declaration of this text; all others are free. */
  readonly refs: ReadonlyMap<Node, Decl>;
}

/** The text is not a function that can be compiled. */
export class SyntaxProblem extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;
  readonly at: number | null;
  constructor(code: ErrorCode, detail: ErrorDetail, at: number | null = null) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.at = at;
  }
}

const cache = new WeakMap<AnyFunction, ParsedFunction>();

const texts = new WeakMap<AnyFunction, string>();

/** A function that stands for a text which is not running here; it cannot be called. */
export function functionOf(text: string): AnyFunction {
  const fn = (): never => { throw new Error('a text is not called'); };
  texts.set(fn, text);
  return fn;
}
/** Made by `functionOf`. */
export const isText = (fn: AnyFunction): boolean => texts.has(fn);
export const textOf = (fn: AnyFunction): string => texts.get(fn) ?? Function.prototype.toString.call(fn);

/** Throws `SyntaxProblem`. */
export function parseFunction(fn: AnyFunction): ParsedFunction {
  let parsed = cache.get(fn);
  if (parsed === undefined) {
    const text = textOf(fn);
    const node = functionNode(text);
    parsed = { fn, text, node, refs: resolveNames(node) };
    cache.set(fn, parsed);
  }
  return parsed;
}

function functionNode(text: string): FunctionNode {
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) throw new SyntaxProblem('RK101', { reason: 'it is built in, bound or a proxy' });
  if (/\{\s*\[bytecode\]\s*\}\s*$/.test(text)) throw new SyntaxProblem('RK101', { reason: 'this JavaScript engine keeps no source text' });
  let node: AnyNode;
  try {
    node = parseExpression(text);
  } catch (first) {
    if (!(first instanceof ParseError)) throw first;
    try {
      node = parseMethod(text).value;
    } catch {
      throw new SyntaxProblem('RK103', { reason: first.message }, first.pos);
    }
  }
  if (node.type === 'ClassExpression') throw new SyntaxProblem('RK101', { reason: 'it is a class' });
  if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression') throw new SyntaxProblem('RK101', { reason: 'it is not a function' });
  if (node.async) throw new SyntaxProblem('RK102', { what: 'async' }, node.start);
  if (node.generator) throw new SyntaxProblem('RK102', { what: 'generator' }, node.start);
  return node;
}

/** Child nodes in the order of the text. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const key in node) {
    const value = (node as unknown as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) found.push(item);
    } else if (isNode(value)) found.push(value);
  }
  return found;
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

export const isFunctionNode = (node: AnyNode): node is FunctionNode =>
  node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration';

/** Names a pattern declares or assigns. */
export function namesOf(pattern: Pattern): Identifier[] {
  switch (pattern.type) {
    case 'Identifier': return [pattern];
    case 'ObjectPattern': return pattern.properties.flatMap((p) => namesOf(p.type === 'RestElement' ? p.argument : p.value));
    case 'ArrayPattern': return pattern.elements.flatMap((e) => (e === null ? [] : namesOf(e)));
    case 'AssignmentPattern': return namesOf(pattern.left);
    case 'RestElement': return namesOf(pattern.argument);
    case 'MemberExpression': return [];
  }
}

type Scope = { readonly names: Map<string, Decl>; readonly outer: Scope | null; readonly owner: FunctionNode; readonly fnScope: boolean };

function resolveNames(root: FunctionNode): Map<Node, Decl> {
  const refs = new Map<Node, Decl>();

  const declare = (scope: Scope, id: Identifier, kind: Decl['kind'], fn: FunctionNode | null, hoisted: boolean): void => {
    let decl = scope.names.get(id.name);
    if (decl === undefined || kind === 'let' || kind === 'const' || (kind === 'function' && decl.fn === null)) {
      decl = { name: id.name, kind, owner: scope.owner, fn, writes: kind === 'function' || kind === 'param' ? 1 : 0, reads: 0, reader: null, hoisted };
      scope.names.set(id.name, decl);
    }
    refs.set(id, decl);
  };
  const functionScope = (scope: Scope): Scope => (scope.fnScope ? scope : functionScope(scope.outer!));

  /** Declares what a list of statements brings into `scope`; `var` goes up to the function. */
  const declareBlock = (body: readonly AnyNode[], scope: Scope, inSwitch: boolean): void => {
    for (const node of body) {
      if (node.type === 'VariableDeclaration' && node.kind !== 'var') {
        for (const d of node.declarations) for (const id of namesOf(d.id)) declare(scope, id, node.kind === 'const' ? 'const' : 'let', null, inSwitch);
      } else if (node.type === 'FunctionDeclaration' && node.id !== null) declare(scope, node.id, 'function', node as FunctionDeclaration, false);
    }
  };
  const declareVars = (node: AnyNode, scope: Scope): void => {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') {
      for (const d of node.declarations) for (const id of namesOf(d.id)) declare(functionScope(scope), id, 'var', null, true);
    }
    for (const child of children(node)) if (!isFunctionNode(child)) declareVars(child, scope);
  };

  const lookup = (scope: Scope | null, name: string): Decl | undefined => {
    for (let s = scope; s !== null; s = s.outer) {
      const decl = s.names.get(name);
      if (decl !== undefined) return decl;
    }
    return undefined;
  };
  const use = (id: Identifier, scope: Scope, parent: AnyNode, writes: number, reads: number): void => {
    const decl = refs.get(id) ?? lookup(scope, id.name);
    if (decl === undefined) return;
    refs.set(id, decl);
    decl.writes += writes;
    decl.reads += reads;
    if (reads > 0) decl.reader = parent;
  };
  const target = (pattern: Pattern, scope: Scope, parent: AnyNode, reads: number): void => {
    switch (pattern.type) {
      case 'Identifier': use(pattern, scope, parent, 1, reads); break;
      case 'ObjectPattern':
        for (const p of pattern.properties) {
          if (p.type === 'RestElement') { target(p.argument, scope, parent, 0); continue; }
          if (p.computed) visit(p.key, scope, p as AnyNode);
          target(p.value, scope, parent, 0);
        }
        break;
      case 'ArrayPattern': for (const e of pattern.elements) if (e !== null) target(e, scope, parent, 0); break;
      case 'AssignmentPattern': target(pattern.left, scope, parent, 0); visit(pattern.right, scope, pattern as AnyNode); break;
      case 'RestElement': target(pattern.argument, scope, parent, 0); break;
      case 'MemberExpression': visit(pattern, scope, parent); break;
    }
  };

  const visitFunction = (node: FunctionNode, outer: Scope | null): void => {
    const scope: Scope = { names: new Map(), outer, owner: node, fnScope: true };
    if (node.type === 'FunctionExpression' && node.id) {
      // The function's own name, visible inside it only.
      declare(scope, node.id, 'function', node, false);
    }
    for (const param of node.params) for (const id of namesOf(param)) declare(scope, id, 'param', null, false);
    for (const param of node.params) if (param.type !== 'Identifier') for (const p of defaults(param)) visit(p, scope, node);
    if (node.body.type === 'BlockStatement') {
      declareVars(node.body as AnyNode, scope);
      const body: Scope = { names: new Map(), outer: scope, owner: node, fnScope: false };
      declareBlock(node.body.body, body, false);
      for (const s of node.body.body) visit(s, body, node.body as AnyNode);
    } else visit(node.body, scope, node);
  };
  const defaults = (pattern: Pattern): AnyNode[] => (pattern.type === 'AssignmentPattern' ? [pattern.right]
    : pattern.type === 'ObjectPattern' ? pattern.properties.flatMap((p) => (p.type === 'RestElement' ? [] : defaults(p.value))) : []);

  const block = (body: readonly AnyNode[], outer: Scope, inSwitch: boolean): Scope => {
    const scope: Scope = { names: new Map(), outer, owner: outer.owner, fnScope: false };
    declareBlock(body, scope, inSwitch);
    return scope;
  };

  const visit = (node: AnyNode, scope: Scope, parent: AnyNode): void => {
    switch (node.type) {
      case 'Identifier': use(node, scope, parent, 0, 1); return;
      case 'ArrowFunctionExpression': case 'FunctionExpression': visitFunction(node, scope); return;
      case 'FunctionDeclaration': visitFunction(node as FunctionDeclaration, scope); return;
      case 'BlockStatement': {
        const inner = block(node.body, scope, false);
        for (const s of node.body) visit(s, inner, node);
        return;
      }
      case 'SwitchStatement': {
        visit(node.discriminant, scope, node);
        const inner = block(node.cases.flatMap((c) => c.consequent as AnyNode[]), scope, true);
        for (const c of node.cases) {
          if (c.test) visit(c.test, inner, node);
          for (const s of c.consequent) visit(s, inner, node);
        }
        return;
      }
      case 'ForStatement': case 'ForOfStatement': case 'ForInStatement': {
        const head = node.type === 'ForStatement' ? node.init : node.left;
        const inner = head?.type === 'VariableDeclaration' ? block([head], scope, false) : scope;
        if (node.type === 'ForStatement') {
          if (node.init) visit(node.init, inner, node);
          if (node.test) visit(node.test, inner, node);
          if (node.update) visit(node.update, inner, node);
        } else {
          if (node.left.type === 'VariableDeclaration') for (const d of node.left.declarations) target(d.id, inner, node, 0);
          else target(node.left, inner, node, 0);
          visit(node.right, scope, node);
        }
        visit(node.body, inner, node);
        return;
      }
      case 'VariableDeclarator':
        if (node.init) { visit(node.init, scope, node); target(node.id, scope, node, 0); }
        return;
      case 'AssignmentExpression':
        target(node.left, scope, node, node.operator === '=' ? 0 : 1);
        visit(node.right, scope, node);
        return;
      case 'UpdateExpression':
        if (node.argument.type === 'Identifier') use(node.argument, scope, node, 1, 1);
        else visit(node.argument, scope, node);
        return;
      case 'MemberExpression':
        visit(node.object as AnyNode, scope, node);
        if (node.computed) visit(node.property as AnyNode, scope, node);
        return;
      case 'Property':
        if (node.computed) visit(node.key, scope, node);
        visit(node.value as AnyNode, scope, node);
        return;
      case 'LabeledStatement': visit(node.body, scope, node); return;
      case 'BreakStatement': case 'ContinueStatement': return;
      default: for (const child of children(node)) visit(child, scope, node);
    }
  };

  visitFunction(root, null);
  return refs;
}
