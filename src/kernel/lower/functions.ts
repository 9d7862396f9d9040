/** Functions of `uses`: compiled once for each combination of argument types, called by `invoke`. */
import type { AnyNode, Pattern } from '../parse/nodes.ts';
import { array, sameType, struct, typeName } from '../../layout/types.ts';
import { Bail } from '../diagnostics.ts';
import type { Func, Local } from '../ir.ts';
import { parseFunction, SyntaxProblem, type AnyFunction, type ParsedFunction } from '../syntax.ts';
import { hasEffects } from '../program.ts';
import type { Assembly, CompiledFunction } from './assembly.ts';
import { as, store } from './convert.ts';
import { deviceFunctionOf, type DeviceFunctionInfo } from './device.ts';
import { effect } from './effect.ts';
import { completes } from './flow.ts';
import { inlineFrame } from './inline.ts';
import { describe, hintFor, load, Lowering, markStable, type CallNode, type Parts } from './lowering.ts';
import { isFloat, isHalf, scalarOf, type Type } from './types.ts';
import { data, type Data, type Handle, type Value } from './value.ts';
import { converted, initialise, isPassable } from './variables.ts';
import { newFrame, type Variable } from './variable.ts';

/** What an argument is to the function it is passed to. */
type Spec =
  | { readonly kind: 'type'; readonly type: Type }
  /** Made of literals: the parameter takes the type it meets inside. */
  | { readonly kind: 'flex'; readonly type: Type }
  | { readonly kind: 'alias'; readonly value: Value };

export function invoke(L: Lowering, helper: Extract<Handle, { kind: 'helper' }>, args: readonly Value[], node: CallNode, discard: boolean): Value {
  const fn = helper.value as AnyFunction;
  const info = deviceFunctionOf(fn);
  if (info !== undefined) return invokeDevice(L, info, args, node, discard);
  const parsed = parse(L, fn, helper.path, node);
  if (L.assembly.compiling.includes(fn)) L.fail('RK120', node, { name: helper.path });
  if (args.length !== parsed.node.params.length) L.fail('RK122', node, { name: helper.path, expected: parsed.node.params.length, actual: args.length });
  // Buffers, shared memory and the context live in the caller: such a helper becomes part of it.
  if (args.some((a) => !isPassable(a))) {
    return inlineFrame(L, helper.path, args, node, discard, () => newFrame(parsed.node, parsed, L.assembly.sourceIndex(parsed), null));
  }
  const specs = args.map((a): Spec => specOf(L, a, node));
  const key = `${L.assembly.identity(fn)}(${specs.map((s) => keyOf(L.assembly, s)).join(',')})`;
  const compiled = L.assembly.compiled.get(key) ?? compileHelper(L.assembly, L.parts, parsed, fn, helper.path.replace(/^(?=rk_)/i, 'v_'), specs, key);
  const passed = args.flatMap((a, k) => (specs[k]!.kind === 'alias' ? [] : [{ value: a, spec: specs[k]! }]));
  const exprs = passed.map(({ value, spec }, k) => (spec.kind === 'flex' ? as(L, undecided(value, sameType(spec.type, compiled.params[k]!)), compiled.params[k]!, node) : store(L, value, compiled.params[k]!, node, `argument of ${helper.path}`)));
  return callOf(L, compiled, exprs, node, discard);
}

/** A parameter that only follows its argument decides nothing for it. */
const undecided = (value: Value, follows: boolean): Value => (follows && value.kind === 'data' && value.flex !== null ? { ...value, flex: { vars: [], frac: value.flex.frac } } : value);

function callOf(L: Lowering, compiled: CompiledFunction, args: Parameters<typeof effect>[1][], node: CallNode, discard: boolean): Value {
  const { func } = compiled;
  if (compiled.diagnostics.length > 0) {
    L.diagnostics.push(...compiled.diagnostics);
    throw new Bail();
  }
  const expr = { kind: 'invoke' as const, fn: func, args, type: func.result, pos: L.pos(node) };
  if (func.effects || func.result === null) return effect(L, expr, discard, func.name);
  return data(expr, func.result, compiled.flexible ? { vars: [], frac: isFloat(func.result) } : null);
}

function parse(L: Lowering, fn: AnyFunction, path: string, node: AnyNode): ParsedFunction {
  try {
    return parseFunction(fn);
  } catch (error) {
    if (error instanceof SyntaxProblem) L.fail('RK131', node, { name: path, reason: String(error.detail['reason'] ?? `it is ${String(error.detail['what'])}`) });
    throw error;
  }
}

function specOf(L: Lowering, value: Value, node: AnyNode): Spec {
  switch (value.kind) {
    case 'lit': return { kind: 'flex', type: L.data(value, node).type };
    case 'data': return value.flex !== null ? { kind: 'flex', type: value.type } : { kind: 'type', type: isHalf(value.type) ? scalarOf.f32 : value.type };
    case 'record': case 'list': return { kind: 'type', type: typeOf(L, value, node) };
    case 'uses': case 'helper': case 'array': return { kind: 'alias', value };
    default: L.fail('RK129', node, { what: describe(value), hint: hintFor(value) });
  }
}

/** The type an object or array literal has by itself. */
export function typeOf(L: Lowering, value: Value, node: AnyNode): Type {
  if (value.kind === 'record') {
    const entries = [...value.fields].map(([name, v]) => [name, typeOf(L, v, node)] as const);
    return struct(`Record_${entries.map(([name, t]) => `${name}_${typeName(t).replace(/\W+/g, '_')}`).join('_')}`, Object.fromEntries(entries));
  }
  if (value.kind === 'list') {
    const types = value.items.map((v) => typeOf(L, v, node));
    return array(types.find((t) => isFloat(t)) ?? types[0] ?? scalarOf.i32, value.items.length);
  }
  return L.data(value, node).type;
}

function keyOf(assembly: Assembly, spec: Spec): string {
  if (spec.kind === 'alias') {
    const v = spec.value as { value?: unknown; source?: unknown };
    return `#${assembly.identity(v.value ?? v.source)}`;
  }
  return spec.kind === 'flex' ? `~${typeName(spec.type)}` : spec.type.kind === 'struct' ? `${typeName(spec.type)}#${assembly.identity(spec.type.name + spec.type.fields.map((f) => f.name + typeName(f.type)).join())}` : typeName(spec.type);
}

function compileHelper(assembly: Assembly, parts: Parts, parsed: ParsedFunction, fn: unknown, path: string, specs: readonly Spec[], key: string, result?: Type): CompiledFunction {
  const L = new Lowering(assembly, parts, parsed, {});
  assembly.compiling.push(fn);
  try {
    const compiled = compileFunction(L, path, specs, result);
    assembly.compiled.set(key, compiled);
    return compiled;
  } finally {
    assembly.compiling.pop();
  }
}

/**
 * Lowers a function of values. `result` undefined: the join of what it returns. Parameters that are aliases
 * take no place in the signature.
 */
export function compileFunction(L: Lowering, name: string, specs: readonly Spec[], result: Type | null | undefined): CompiledFunction {
  const fn = L.root.node;
  let params: Local[] = [];
  let answer: Answer = { type: null, flexible: false };
  L.settle(() => {
    params = [];
    fn.params.forEach((pattern, k) => {
      const spec = specs[k];
      if (spec === undefined) return;
      const local = L.attempt(() => parameter(L, pattern, spec, k));
      if (local !== undefined && local !== null) params.push(local);
    });
    answer = runBody(L, name, result);
  });
  const { type, flexible } = answer as Answer;
  const func: Func = { name, params, result: type, body: L.out, effects: hasEffects(L.out), pos: L.pos(fn) };
  return { func, diagnostics: L.diagnostics, flexible, params: params.map((p) => p.type) };
}

interface Answer { readonly type: Type | null; readonly flexible: boolean }

function parameter(L: Lowering, pattern: Pattern, spec: Spec, k: number): Local | null {
  if (spec.kind === 'alias') { L.parts.bind(L, pattern, spec.value, pattern as AnyNode); return null; }
  const decl = pattern.type === 'Identifier' ? L.parsed.refs.get(pattern) : undefined;
  if (decl === undefined || spec.type.kind !== 'scalar') {
    const local = markStable(L.newLocal(decl?.name ?? `p${k}`, spec.type));
    L.copies.set(local, decl?.name ?? 'argument');
    L.parts.bind(L, pattern, data(load({ kind: 'local', local }, spec.type), spec.type), pattern as AnyNode);
    return local;
  }
  const v = L.variable(decl);
  v.hear(spec.type, spec.kind === 'flex' ? { vars: [], frac: isFloat(spec.type) } : null, false);
  const type = v.type ?? spec.type;
  if (v.type === null) { v.type = type; v.flexible = spec.kind === 'flex'; }
  // A parameter is a copy. One that is assigned values of another type goes on as a local of that type.
  const local = L.newLocal(decl.name, spec.kind === 'flex' ? type : spec.type);
  if (sameType(local.type, type)) {
    v.local = local;
    L.owners.set(local, v);
    if (decl.writes === 1) markStable(local);
  } else initialise(L, v, false, false, data(load({ kind: 'local', local }, local.type), local.type), pattern as AnyNode);
  return local;
}

/** Lowers the body; `return` statements carry the value. */
function runBody(L: Lowering, name: string, declared: Type | null | undefined): Answer {
  const fn = L.root.node;
  const slot = L.variableIn(L.root, 'result', 'result');
  let valued = false;
  let type: Type | null = declared ?? null;
  const leave = (value: Parameters<NonNullable<Lowering['returns']>['leave']>[0], node: AnyNode): void => {
    if (value === null || declared === null) {
      if (value !== null) L.expression(value, true);
      L.emit({ kind: 'return', value: null, pos: L.pos(node) });
      return;
    }
    const given = L.expression(value);
    if (given.kind === 'void') { L.emit({ kind: 'return', value: null, pos: L.pos(node) }); return; }
    valued = true;
    const made = declared !== undefined ? { expr: store(L, given, declared, node, `result of ${name}`), type: declared } : inferred(L, slot, given, node);
    type = made.type;
    L.emit({ kind: 'return', value: made.expr, pos: L.pos(node) });
  };
  L.returns = { leave };
  if (fn.body.type === 'BlockStatement') L.parts.statements(L, fn.body.body);
  else { const { body } = fn; L.attempt(() => L.parts.returnValue(L, body, body as AnyNode)); }
  if ((valued || (declared !== undefined && declared !== null)) && L.diagnostics.length === 0 && completes(L.out)) {
    L.report('RK125', fn, { name: `'${name}'`, type: type === null ? 'value' : typeName(type) });
  }
  return { type, flexible: declared === undefined && slot.flexible && slot.fields === null && valued };
}

/** The result type as the join of all values returned; for objects, field by field. */
function inferred(L: Lowering, slot: Variable, value: Value, node: AnyNode): { expr: Data['expr']; type: Type } {
  if (value.kind === 'uses') {
    const fields = new Map(Object.keys(value.value).map((name) => [name, L.parts.member(L, value, name, node)]));
    return inferred(L, slot, { kind: 'record', fields }, node);
  }
  if (value.kind === 'list') {
    slot.length = value.items.length;
    const parts = value.items.map((v) => converted(L, slot, v, node).expr);
    const type = array(slot.type ?? scalarOf.i32, parts.length);
    return { expr: { kind: 'construct', parts, type }, type };
  }
  if (value.kind !== 'record') return converted(L, slot, value, node);
  const parts = [...value.fields].map(([name, v]) => [name, inferred(L, L.field(slot, name), v, node)] as const);
  if (slot.fields !== null && slot.fields.size !== parts.length) L.fail('RK126', node, { type: 'result', problem: 'the returned objects differ in', name: [...slot.fields.keys()].filter((n) => !value.fields.has(n)).join(', ') || 'fields', known: [...slot.fields.keys()].join(', ') });
  // One name for one shape, so that every call site agrees on the type.
  const shape = Object.fromEntries(parts.map(([name, p]) => [name, p.type]));
  const type = struct(`Record_${parts.map(([name, p]) => `${name}_${typeName(p.type).replace(/\W+/g, '_')}`).join('_')}`, shape);
  return { expr: { kind: 'construct', parts: parts.map(([, p]) => p.expr), type }, type };
}

/** A call of a row of the table that is written in the kernel language: compiled once for its operands' types. */
export function written(L: Lowering, name: string, fn: AnyFunction, effects: boolean, before: readonly Value[], operands: readonly Data[], node: CallNode, discard: boolean): Value {
  const parsed = parse(L, fn, name, node);
  if (effects) return inlineFrame(L, name, [{ kind: 'context' }, ...before, ...operands], node, discard, () => newFrame(parsed.node, parsed, L.assembly.sourceIndex(parsed), null));
  const specs: Spec[] = [{ kind: 'alias', value: { kind: 'context' } }, ...operands.map((o): Spec => ({ kind: 'type', type: o.type }))];
  const key = `row#${name}(${operands.map((o) => typeName(o.type)).join(',')})`;
  const compiled = L.assembly.compiled.get(key) ?? compileHelper(L.assembly, L.parts, parsed, fn, `rk_written_${name}`, specs, key);
  return callOf(L, compiled, operands.map((o) => o.expr), node, discard);
}

/** A call of a function of ours, written in the kernel language, whose result type is given. */
export function library(L: Lowering, name: string, fn: AnyFunction, result: Type, operands: readonly Data[], node: AnyNode): Value {
  const parsed = parse(L, fn, name, node);
  const key = `library#${name}(${operands.map((o) => typeName(o.type)).join(',')})`;
  const compiled = L.assembly.compiled.get(key)
    ?? compileHelper(L.assembly, L.parts, parsed, fn, name, operands.map((o): Spec => ({ kind: 'type', type: o.type })), key, result);
  return callOf(L, compiled, operands.map((o) => o.expr), node as CallNode, false);
}

// ---------------------------------------------------------------- device functions

function invokeDevice(L: Lowering, info: DeviceFunctionInfo, args: readonly Value[], node: CallNode, discard: boolean): Value {
  if (L.assembly.compiling.includes(info.fn)) L.fail('RK120', node, { name: info.id });
  // There is one memory: passing it on is allowed and changes nothing.
  const rest = args[0]?.kind === 'context' ? args.slice(1) : args;
  const types = Object.values(info.params);
  if (rest.length !== types.length) L.fail('RK122', node, { name: info.id, expected: types.length, actual: rest.length });
  const key = `device#${L.assembly.identity(info.fn)}`;
  const compiled = L.assembly.compiled.get(key) ?? compileDevice(L.assembly, L.parts, info, key);
  const exprs = rest.map((a, k) => store(L, a, types[k]!, node, `argument '${Object.keys(info.params)[k]}' of ${info.id}`));
  return callOf(L, compiled, exprs, node, discard);
}

/** Compiles a device function into an assembly. Throws `SyntaxProblem`. */
export function compileDevice(assembly: Assembly, parts: Parts, info: DeviceFunctionInfo, key: string): CompiledFunction {
  const L = new Lowering(assembly, parts, parseFunction(info.fn), info.usesValue());
  assembly.compiling.push(info.fn);
  try {
    const specs: Spec[] = [
      ...(info.raw === undefined ? [{ kind: 'alias', value: { kind: 'context' } } as const] : []),
      ...Object.values(info.params).map((type): Spec => ({ kind: 'type', type })),
      { kind: 'alias', value: { kind: 'uses', value: L.uses, path: '' } },
    ];
    const made = compileFunction(L, info.id, specs, info.result);
    const compiled = info.raw === undefined ? made : { ...made, func: withRaw(assembly, made.func, info) };
    assembly.compiled.set(key, compiled);
    return compiled;
  } finally {
    assembly.compiling.pop();
  }
}

/** The function with the user's texts, which know the parameters by the names of the definition. */
function withRaw(assembly: Assembly, func: Func, info: DeviceFunctionInfo): Func {
  const names = Object.keys(info.params);
  const texts = Object.entries(info.raw!).map(([target, text]) => {
    const source = assembly.sources.push({ text, fn: null, name: `${target} of raw function '${info.id}'` }) - 1;
    return [target, { text, source }] as const;
  });
  return { ...func, params: func.params.map((p, k) => ({ ...p, name: names[k]! })), raw: Object.fromEntries(texts) };
}
