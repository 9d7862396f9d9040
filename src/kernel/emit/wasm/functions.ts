/** Functions: helpers, handlers, plain functions. */
import { ActorRow, handlerExport, handlerParams, offsetOf } from '../../../engine/abi.ts';
import type { Func, FunctionProgram, Handler } from '../../ir.ts';
import { assignedLocals, calleesOf } from '../../passes/walk.ts';
import { FuncContext, type Home, type ProgramContext } from './context.ts';
import { FuncBody } from './encode/module.ts';
import { leavesOf, livesInMemory, valTypeOf, valTypesOf } from './lower.ts';
import { pushAddress } from './places.ts';
import { statements } from './stmt.ts';

interface Param {
  readonly type: 'i32' | 'i64' | 'f32' | 'f64';
  readonly name: string;
}

const paramsOf = (fn: Func): Param[] => fn.params.flatMap((p): Param[] => (
  livesInMemory(p.type) ? [{ type: 'i32', name: p.name }] : leavesOf(p.type).map((l) => ({ type: valTypeOf(l.type), name: p.name + l.path }))
));

/** Where the scratch part of a function begins: behind those of all it calls. */
export function scratchStart(ctx: ProgramContext, fn: Func): number {
  return Math.max(0, ...[...calleesOf(fn)].map((callee) => ctx.scratchEnd.get(callee) ?? 0));
}

/** A helper: an aggregate with an array comes back at an address given as first parameter. */
export function helper(ctx: ProgramContext, fn: Func): FuncBody {
  const inMemory = fn.result !== null && livesInMemory(fn.result);
  const params = paramsOf(fn);
  if (inMemory) params.unshift({ type: 'i32', name: 'result' });
  const code = new FuncBody(fn.name, params, fn.result === null || inMemory ? [] : valTypesOf(fn.result));
  const f = new FuncContext(ctx, code, scratchStart(ctx, fn));
  if (inMemory) f.resultAddress = 0;
  bindParams(f, fn, inMemory ? 1 : 0);
  statements(f, fn.body);
  if (code.results.length > 0) code.op('unreachable');
  ctx.functions.set(fn, ctx.module.define(code));
  ctx.scratchEnd.set(fn, f.scratchEnd);
  return code;
}

function bindParams(f: FuncContext, fn: Func, first: number): void {
  const assigned = assignedLocals(fn.body);
  let index = first;
  for (const p of fn.params) {
    if (!livesInMemory(p.type)) {
      f.bind(p, { kind: 'locals', indices: leavesOf(p.type).map(() => index++) });
      continue;
    }
    const address = index++;
    const given: Home = { kind: 'memory', base: () => { f.code.get(address); }, offset: 0 };
    f.bind(p, given);
    if (!assigned.has(p.id)) continue;
    const own = f.scratch(p.type.size);
    pushAddress(f, own);
    f.code.get(address).i32(p.type.size).op('memory.copy');
    f.bind(p, own);
  }
}

/** `handlerN(actor, message, reply) -> flags`. */
export function handler(ctx: ProgramContext, h: Handler): void {
  const names = ['actor', 'message', 'reply'];
  const code = new FuncBody(handlerExport(h.index), handlerParams.map((type, i) => ({ type, name: names[i]! })), ['i32']);
  const f = new FuncContext(ctx, code, scratchStart(ctx, h.func));
  const [actor, message, reply] = [0, 1, 2];
  const state = code.local('i32', 'state');
  const replied = code.local('i32', 'replied');
  code.get(actor).op('i32.load', offsetOf(ActorRow, 'state')).set(state);
  f.actor = actor;
  f.reply = reply;
  f.replied = replied;
  f.state = { kind: 'memory', base: () => { code.get(state); }, offset: 0 };
  f.message = { kind: 'memory', base: () => { code.get(message); }, offset: 0 };
  f.onReturn = () => { code.get(replied); };
  statements(f, h.func.body);
  code.get(replied);
  ctx.scratchEnd.set(h.func, f.scratchEnd);
  ctx.module.define(code);
  ctx.module.export(code.name, code);
}

/** A plain function and its helpers, all exported: the engine's parts call each other by name. */
export function plainFunction(ctx: ProgramContext, program: FunctionProgram): void {
  const code = helper(ctx, program.func);
  ctx.module.export(code.name, code);
}
