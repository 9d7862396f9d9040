/** From the parts of a definition to a program; all errors of all its functions at once. */
import type { AnyType, Struct } from '../layout/types.ts';
import { compileError, type KernelDiagnostic } from './diagnostics.ts';
import type { ActorProgram, BufferParam, Func, FunctionProgram, GlobalProgram, Handler, Local, Need, Port, SourceText, Stmt, ValueParam } from './ir.ts';
import { cellValue, outsideGrid, setCell } from './lower/arrays.ts';
import { Assembly, type CompiledFunction } from './lower/assembly.ts';
import { messageFields } from './lower/convert.ts';
import type { DeviceFunctionInfo } from './lower/device.ts';
import { completes } from './lower/flow.ts';
import { compileDevice } from './lower/functions.ts';
import { load, Lowering, markStable } from './lower/lowering.ts';
import { parts } from './lower/parts.ts';
import { ofUnknownType, unknownValue } from './lower/unknown.ts';
import { data, type ArrayHandle, type Value } from './lower/value.ts';
import { buffersOf, hasEffects, reachable, usesOf } from './program.ts';
import { parseFunction, SyntaxProblem, textOf, type AnyFunction } from './syntax.ts';

export interface HandlerSource {
  readonly message: Struct;
  readonly reply: Struct | null;
  readonly fn: AnyFunction;
}

/** Parts that are not known may be `unknownType`, `unknownConstant` and the port `unknownPort`: then only the findings count. */
export interface ActorSource {
  readonly id: string;
  readonly state: Struct | null;
  readonly ports: readonly Port[];
  readonly uses: object;
  readonly handlers: readonly HandlerSource[];
}

export function compileActor(source: ActorSource): ActorProgram {
  const assembly = new Assembly(source.id, 'actor', source.state, source.ports, source.uses);
  const diagnostics: KernelDiagnostic[] = [];
  const handlers: Handler[] = [];
  source.handlers.forEach((h, index) => {
    const func = guarded(assembly, h.fn, diagnostics, () => compileHandler(assembly, h, diagnostics, `handle_${h.message.name}`));
    if (func !== null) handlers.push({ index, message: h.message, reply: h.reply, func });
  });
  return { kind: 'actor', state: source.state, handlers, ports: source.ports, ...finish(assembly, handlers.map((h) => h.func), diagnostics) };
}

function compileHandler(assembly: Assembly, source: HandlerSource, diagnostics: KernelDiagnostic[], name: string): Func {
  const L = new Lowering(assembly, parts, parseFunction(source.fn), assembly.uses);
  const { node } = L.root;
  const { reply } = source;
  const owed = reply !== null && !ofUnknownType(reply);
  L.settle(() => {
    const given: Value[] = [
      { kind: 'context' },
      ofUnknownType(source.message) ? unknownValue : data(load({ kind: 'message', type: source.message }, source.message), source.message),
      { kind: 'uses', value: assembly.uses, path: '' },
    ];
    bindParameters(L, given);
    L.returns = {
      leave(value, at) {
        if (value !== null) {
          const result = L.expression(value, reply === null);
          if (reply !== null && result.kind !== 'void') L.emit({ kind: 'reply', message: reply, fields: messageFields(L, result, reply, value), pos: L.pos(at) });
          else if (owed) L.fail('RK125', at, { name: 'The handler', type: reply.name });
        } else if (owed) L.fail('RK125', at, { name: 'The handler', type: reply.name });
        L.emit({ kind: 'return', value: null, pos: L.pos(at) });
      },
    };
    runBody(L);
    if (owed && L.diagnostics.length === 0 && completes(L.out)) L.report('RK125', node, { name: 'The handler', type: reply.name });
  });
  diagnostics.push(...L.diagnostics);
  return { name: assembly.uniqueName(name), params: [], result: null, body: trimmed(L.out), effects: true, pos: L.pos(node) };
}

function bindParameters(L: Lowering, given: readonly Value[]): void {
  const { node } = L.root;
  node.params.forEach((pattern, k) => {
    L.attempt(() => {
      const value = given[k];
      if (value === undefined) L.fail('RK122', pattern, { name: 'The kernel', expected: given.length, actual: node.params.length });
      L.parts.bind(L, pattern, value, pattern);
    });
  });
}

function runBody(L: Lowering): void {
  const { body } = L.root.node;
  if (body.type === 'BlockStatement') L.parts.statements(L, body.body);
  else L.attempt(() => L.parts.returnValue(L, body, body));
}

/** A `return` at the very end says nothing. */
const trimmed = (body: Func['body']): Func['body'] => {
  const last = body.at(-1);
  return last?.kind === 'return' && last.value === null && body.at(-2)?.kind !== 'reply' ? body.slice(0, -1) : body;
};

export type ParamSource =
  | { readonly kind: 'buffer'; readonly elem: AnyType; readonly access: 'read' | 'write' | 'readwrite'; readonly grid: 0 | 2 | 3 }
  /** A field of a stencil; `next`: it has a next generation, which is a parameter of its own. */
  | { readonly kind: 'field'; readonly elem: AnyType; readonly grid: 2 | 3; readonly halo: number; readonly next: boolean }
  /** A grid of the shape of fields that is only written. */
  | { readonly kind: 'cells'; readonly elem: AnyType; readonly grid: 2 | 3; readonly halo: number }
  | { readonly kind: 'value'; readonly type: AnyType };

/** Name of the parameter that takes a field's next generation. */
export const nextOf = (field: string): string => `${field}_next`;

export interface GlobalSource {
  readonly id: string;
  readonly params: Readonly<Record<string, ParamSource>>;
  readonly workgroup: readonly [number, number, number];
  readonly uses: object;
  readonly fn: AnyFunction;
  /** The grid parameter that takes what the function returns, one value for each thread's cell. Default: it returns nothing. */
  readonly result?: string;
  /** Names that the function takes together, one object for each list. Default: all in one object. */
  readonly parameters?: readonly (readonly string[])[];
}

export function compileGlobal(source: GlobalSource): GlobalProgram {
  const assembly = new Assembly(source.id, 'global', null, [], source.uses);
  const diagnostics: KernelDiagnostic[] = [];
  let params: (BufferParam | ValueParam)[] = [];
  const func = guarded(assembly, source.fn, diagnostics, () => {
    const L = new Lowering(assembly, parts, parseFunction(source.fn), source.uses);
    L.settle(() => {
      params = [];
      const members = new Map<string, Value>();
      const fields: ArrayHandle[] = [];
      /** Its extents stand for those of all fields: the same sums are then made once. */
      let first: ArrayHandle | null = null;
      const handle = (name: string, elem: AnyType, access: BufferParam['access'], grid: 0 | 2 | 3, halo = 0): ArrayHandle => {
        const buffer: BufferParam = { kind: 'buffer', name, index: params.length, elem, access, grid };
        params.push(buffer);
        const made: ArrayHandle = { kind: 'array', name, base: { kind: 'buffer', param: buffer }, source: buffer, elem, length: null, grid, halo, readable: access !== 'write', writable: access !== 'read' };
        return halo > 0 && first !== null ? { ...made, shape: first } : made;
      };
      for (const [name, param] of Object.entries(source.params)) {
        if (ofUnknownType(param.kind === 'value' ? param.type : param.elem)) members.set(name, unknownValue);
        else if (param.kind === 'value') {
          const local: Local = markStable(L.newLocal(name, param.type));
          L.parameters.add(local);
          params.push({ kind: 'value', name, index: params.length, local });
          members.set(name, data(load({ kind: 'local', local }, param.type), param.type));
        } else if (param.kind === 'buffer') members.set(name, handle(name, param.elem, param.access, param.grid));
        else if (param.kind === 'cells') members.set(name, handle(name, param.elem, 'write', param.grid, param.halo));
        else {
          const now = handle(name, param.elem, 'read', param.grid, param.halo);
          first ??= now;
          const field = param.next ? { ...now, next: handle(nextOf(name), param.elem, 'write', param.grid, param.halo) } : now;
          fields.push(field);
          members.set(name, field);
        }
      }
      const { node } = L.root;
      const result = source.result === undefined ? null : (members.get(source.result) as ArrayHandle);
      if (fields.length > 0) L.emit({ kind: 'if', test: outsideGrid(L, fields[0]!, node), then: [{ kind: 'return', value: null }], else: [] });
      const start = L.out.length;
      const groups = (source.parameters ?? [[...members.keys()]]).map((names): Value => ({ kind: 'record', fields: new Map(names.map((n) => [n, members.get(n)!])) }));
      bindParameters(L, [{ kind: 'context' }, ...groups, { kind: 'uses', value: source.uses, path: '' }]);
      L.returns = {
        leave(value, at) {
          if (result === null) {
            if (value !== null) L.expression(value, true);
          } else if (value === null) L.fail('RK125', at, { name: `'${source.id}'`, type: 'f32' });
          else setCell(L, result, L.expression(value, false), at);
          L.emit({ kind: 'return', value: null, pos: L.pos(at) });
        },
      };
      runBody(L);
      if (result !== null && L.diagnostics.length === 0 && completes(L.out)) L.report('RK125', node, { name: `'${source.id}'`, type: 'f32' });
      // A cell that is not set keeps its value: where setting is not certain, it is copied first.
      const kept = fields.filter((f) => f.next !== undefined && !surelySet(L.out.slice(start), f.next));
      const { stmts } = L.collect(() => { for (const f of kept) setCell(L, f, cellValue(L, f, node), node); });
      L.out.splice(start, 0, ...stmts);
    });
    diagnostics.push(...L.diagnostics);
    const locals = params.flatMap((p) => (p.kind === 'value' ? [p.local] : []));
    return { name: assembly.uniqueName(source.id), params: locals, result: null, body: trimmed(L.out), effects: hasEffects(L.out), pos: L.pos(L.root.node) };
  });
  const program = finish(assembly, func === null ? [] : [func], diagnostics);
  return { kind: 'global', params, workgroup: source.workgroup, func: func!, ...program };
}

/** Whether every run of the body writes the thread's cell of this grid, as far as its outermost statements tell. */
function surelySet(body: readonly Stmt[], grid: ArrayHandle): boolean {
  for (const s of body) {
    if (s.kind === 'assign' && s.place.kind === 'index' && s.place.base.kind === 'buffer' && s.place.base.param === grid.source) return true;
    if (s.kind !== 'let' && s.kind !== 'assign' && s.kind !== 'exec') return false;
  }
  return false;
}

export function compileDeviceFunction(info: DeviceFunctionInfo): FunctionProgram {
  const assembly = new Assembly(info.id, 'function', null, [], info.usesValue());
  const diagnostics: KernelDiagnostic[] = [];
  const func = guarded(assembly, info.fn, diagnostics, () => {
    const compiled: CompiledFunction = compileDevice(assembly, parts, info, 'entry');
    diagnostics.push(...compiled.diagnostics);
    return compiled.func;
  });
  const program = finish(assembly, func === null ? [] : [func], diagnostics);
  return { kind: 'function', func: func!, ...program };
}

/** What is wrong with a function of whose parameters nothing is known. */
export function inspectFunction(fn: AnyFunction): { readonly diagnostics: readonly KernelDiagnostic[]; readonly sources: readonly SourceText[] } {
  const assembly = new Assembly('function', 'global', null, [], {});
  const diagnostics: KernelDiagnostic[] = [];
  guarded(assembly, fn, diagnostics, () => {
    const L = new Lowering(assembly, parts, parseFunction(fn), {});
    L.settle(() => {
      bindParameters(L, L.root.node.params.map(() => unknownValue));
      L.returns = { leave(value) { if (value !== null) L.expression(value); } };
      runBody(L);
    });
    diagnostics.push(...L.diagnostics);
  });
  return { diagnostics, sources: assembly.sources };
}

/** Runs a part of the compilation; a text that does not parse becomes a finding. */
function guarded<T>(assembly: Assembly, fn: AnyFunction, diagnostics: KernelDiagnostic[], work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const source = assembly.sources.push({ text: textOf(fn), fn }) - 1;
    diagnostics.push({ code: error.code, detail: error.detail, pos: error.at === null ? null : { source, start: error.at, end: error.at + 1 } });
    return null;
  }
}

/** What all programs have; throws everything that was found. */
function finish(assembly: Assembly, roots: readonly Func[], diagnostics: KernelDiagnostic[]) {
  const functions = reachable(roots);
  if (diagnostics.length > 0) throw compileError(assembly.id, diagnostics, assembly.sources);
  for (const f of functions) if (!roots.includes(f)) (f as { name: string }).name = assembly.uniqueName(f.name);
  const bodies = [...functions, ...roots];
  const needs: ReadonlySet<Need> = new Set(usesOf(bodies).map((u) => u.need));
  return { id: assembly.id, functions, ...buffersOf(bodies), formats: assembly.formats, needs, sources: assembly.sources };
}

