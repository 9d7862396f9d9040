/** Facts about finished IR: effects, what a program needs of its target, which helpers it reaches. */
import type { AnyType } from '../layout/types.ts';
import { intrinsics } from './intrinsics/table.ts';
import type { ConstantBuffer, Func, Need, Pos, Program, RawTarget, SharedArray, Stmt } from './ir.ts';
import { compileError, type KernelDiagnostic } from './diagnostics.ts';
import { rewriteProgram } from './passes/rewrite.ts';
import { walkStmts, type Visitor } from './passes/walk.ts';

/** Whether running the statements can be noticed from outside: sends, atomics, debug output, writes to shared places. */
export function hasEffects(body: readonly Stmt[]): boolean {
  let found = false;
  walkStmts(body, {
    stmt: (s) => { if (s.kind === 'debug' || s.kind === 'reply') found = true; },
    place: (p, access) => { if (access !== 'load' && p.kind !== 'local' && p.kind !== 'field' && p.kind !== 'index' && p.kind !== 'component') found = true; },
    expr: (e) => {
      if (e.kind === 'send' || (e.kind === 'invoke' && e.fn.effects) || (e.kind === 'call' && intrinsics.get(e.name)?.effects === true)) found = true;
    },
  });
  return found;
}

export interface Use {
  readonly need: Need;
  readonly what: string;
  readonly pos: Pos | null;
}

const typeNeeds: Readonly<Record<string, Need>> = { f64: 'f64', i64: 'i64', u64: 'i64' };

function scalarsOf(type: AnyType): readonly string[] {
  switch (type.kind) {
    case 'scalar': return [type.name];
    case 'vec': return [type.elem.name];
    default: return [];
  }
}

/** Every use of a feature that not all targets have, in the order of the text. */
export function usesOf(bodies: readonly Func[]): Use[] {
  const uses: Use[] = [];
  let at: Pos | null = null;
  const note = (need: Need | undefined, what: string, pos: Pos | undefined): void => {
    if (need !== undefined) uses.push({ need, what, pos: pos ?? at });
  };
  const noteType = (type: AnyType, what: string, pos: Pos | undefined): void => {
    for (const name of scalarsOf(type)) note(typeNeeds[name], `${what} of type ${name}`, pos);
  };
  const visitor: Visitor = {
    stmt: (s) => {
      at = s.pos ?? at;
      if (s.kind === 'let') noteType(s.local.type, `local '${s.local.name}'`, s.pos);
      if (s.kind === 'debug') note('debug', '`debug`', s.pos);
    },
    place: (p, access) => {
      if (p.kind === 'shared') note('shared', `shared memory '${p.shared.name}'`, undefined);
      if (p.kind === 'field') noteType(p.type, `field '${p.name}'`, undefined);
      if (p.kind === 'index') noteType(p.type, 'an element', p.pos);
      void access;
    },
    expr: (e) => {
      if (e.kind === 'send') note('send', `sending to '${e.port.name}'`, e.pos);
      if (e.kind === 'call') {
        const row = intrinsics.get(e.name);
        note(row?.need, `\`${e.name}\``, e.pos);
        if (row?.category === 'atomic' && e.type?.kind === 'scalar' && e.type.name === 'f32') note('atomicsFloat', `\`${e.name}\``, e.pos);
      }
      if (e.type !== null) noteType(e.type, 'a value', e.pos);
    },
  };
  for (const f of bodies) {
    at = f.pos ?? null;
    for (const p of f.params) noteType(p.type, `parameter '${p.name}'`, f.pos);
    walkStmts(f.body, visitor);
  }
  return uses;
}

/** Helpers that `roots` reach, callees before callers. */
export function reachable(roots: readonly Func[]): Func[] {
  const order = new Set<Func>();
  const visit = (f: Func): void => {
    walkStmts(f.body, { expr: (e) => { if (e.kind === 'invoke' && !order.has(e.fn)) { visit(e.fn); order.add(e.fn); } } });
  };
  roots.forEach(visit);
  return [...order];
}

/** Constants and shared memory that are really used, in the order of first use. */
export function buffersOf(bodies: readonly Func[]): { constants: ConstantBuffer[]; shared: SharedArray[] } {
  const constants = new Set<ConstantBuffer>();
  const shared = new Set<SharedArray>();
  const visitor: Visitor = {
    place: (p) => {
      if (p.kind === 'constant') constants.add(p.constant);
      if (p.kind === 'shared') shared.add(p.shared);
    },
  };
  for (const f of bodies) walkStmts(f.body, visitor);
  return { constants: [...constants], shared: [...shared] };
}

/**
 * The program as a target sees it: functions that the user wrote in the target's own language have no body here,
 * and what only those bodies needed is gone.
 */
export function programFor<P extends Program>(program: P, target: RawTarget): P {
  if (!program.functions.some((f) => f.raw?.[target] !== undefined) && (program.kind !== 'function' || program.func.raw?.[target] === undefined)) return program;
  const cut = rewriteProgram(program, (fn) => (fn.raw?.[target] === undefined ? fn : { ...fn, body: [] }));
  const roots = bodiesOf({ ...cut, functions: [] });
  const functions = reachable(roots);
  const bodies = [...functions, ...roots];
  return { ...cut, functions, constants: buffersOf(bodies).constants, needs: new Set(usesOf(bodies).map((u) => u.need)) } as Program as P;
}

/** All function bodies of a program, helpers first. */
export function bodiesOf(program: Program): Func[] {
  return [...program.functions, ...(program.kind === 'actor' ? program.handlers.map((h) => h.func) : [program.func])];
}

/** What to do without a feature. */
const substitutes: Readonly<Record<Need, string>> = {
  f16: 'Store f32, or run on a device with half precision.',
  f64: 'Use f32, or run on a device with double precision (CPU, CUDA).',
  i64: 'Use u32 or i32, or run on a device with 64-bit integers.',
  atomics: 'Reduce by other means, or run on another backend.',
  atomics64: 'Use 32-bit atomics.',
  atomicsFloat: 'Use integer atomics on scaled values, or reduce in shared memory.',
  shared: 'Use a buffer, or run on another backend.',
  barrier: 'Split the kernel in two launches, or run on another backend.',
  gridBarrier: 'Split the kernel in two launches, or run on CUDA.',
  subgroups: 'Reduce in shared memory, or run on another backend.',
  send: 'Reply to the host instead.',
  clock: 'Take the time from the host in a message.',
  hlc: 'Take the time stamp from the message.',
  debug: 'Reply with the values instead.',
};

/** Throws an error of codes `RK301`, one for each missing feature at its first use. */
export function checkCapabilities(program: Program, capabilities: ReadonlySet<Need>, target: string): void {
  if ([...program.needs].every((need) => capabilities.has(need))) return;
  const missing = new Map<Need, KernelDiagnostic>();
  for (const use of usesOf(bodiesOf(program))) {
    if (capabilities.has(use.need) || missing.has(use.need)) continue;
    missing.set(use.need, { code: 'RK301', pos: use.pos, detail: { target, need: use.need, id: program.id, where: use.what, hint: substitutes[use.need] } });
  }
  for (const need of program.needs) {
    if (!capabilities.has(need) && !missing.has(need)) missing.set(need, { code: 'RK301', pos: null, detail: { target, need, id: program.id, where: 'its parameters', hint: substitutes[need] } });
  }
  throw compileError(program.id, [...missing.values()], program.sources);
}

