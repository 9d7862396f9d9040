/** Statements: structured control flow maps one to one. */
import type { Stmt } from '../../ir.ts';
import { compareOp } from './arith.ts';
import type { FuncContext } from './context.ts';
import type { Label } from './encode/instr.ts';
import { emit, leaves, scalarOf, typeOf, emitAddress } from './expr.ts';
import { livesInMemory, valTypeOf } from './lower.ts';
import { clear, homeOf, placeType, store } from './places.ts';
import { debug, reply } from './sends.ts';

export function statements(f: FuncContext, body: readonly Stmt[]): void {
  for (const s of body) statement(f, s);
}

function statement(f: FuncContext, s: Stmt): void {
  const { code } = f;
  switch (s.kind) {
    case 'let': {
      const home = f.declare(s.local);
      if (s.init === null) clear(f, home, s.local.type);
      else store(f, home, s.local.type, s.init);
      return;
    }
    case 'assign': return store(f, homeOf(f, s.place), placeType(s.place), s.value);
    case 'exec': {
      if (s.value.type !== null && livesInMemory(s.value.type)) {
        emitAddress(f, s.value);
        code.op('drop');
        return;
      }
      for (const push of leaves(f, s.value)) {
        push();
        if (s.value.type !== null) code.op('drop');
      }
      return;
    }
    case 'if':
      emit(f, s.test);
      code.open('if', 'then');
      statements(f, s.then);
      if (s.else.length > 0) {
        code.else();
        statements(f, s.else);
      }
      code.end();
      return;
    case 'loop': return loop(f, s);
    case 'block': {
      f.breaks.set(s.id, code.open('block', `block${s.id}`));
      statements(f, s.body);
      code.end();
      return;
    }
    case 'switch': return switchOf(f, s);
    case 'break': code.br(f.breaks.get(s.target)!); return;
    case 'continue': code.br(f.continues.get(s.target)!); return;
    case 'return': return returnOf(f, s);
    case 'reply': return reply(f, s);
    case 'debug':
      if (f.actor === null) throw f.unsupported('debug');
      return debug(f, s);
  }
}

function loop(f: FuncContext, s: Extract<Stmt, { kind: 'loop' }>): void {
  const { code } = f;
  f.breaks.set(s.id, code.open('block', `break${s.id}`));
  const again = code.open('loop', `loop${s.id}`);
  if (s.pretest !== null) {
    emit(f, s.pretest);
    code.op('i32.eqz').brIf(f.breaks.get(s.id)!);
  }
  f.continues.set(s.id, code.open('block', `continue${s.id}`));
  statements(f, s.body);
  code.end();
  statements(f, s.update);
  if (s.posttest === null) code.br(again);
  else {
    emit(f, s.posttest);
    code.brIf(again);
  }
  code.end().end();
}

/** Labels a table of branches may have per case before a chain of comparisons is smaller. */
const maxTableSpread = 8;

function switchOf(f: FuncContext, s: Extract<Stmt, { kind: 'switch' }>): void {
  const { code } = f;
  const type = scalarOf(s.subject);
  const v = valTypeOf(type);
  const end = code.open('block', `switch${s.id}`);
  f.breaks.set(s.id, end);
  const otherwise = code.open('block', 'otherwise');
  // Innermost is the first case, so that bodies follow in order.
  const labels = s.cases.toReversed().map((_, i) => code.open('block', `case${s.cases.length - 1 - i}`)).toReversed();
  const values = s.cases.flatMap((c, i) => c.values.map((value) => ({ value, label: labels[i]! })));
  if (v === 'i32' && values.length > 2) branchTable(f, s, values, otherwise);
  else {
    const subject = f.spill(type, () => { emit(f, s.subject); });
    for (const { value, label } of values) {
      subject();
      code.constant(v, typeof value === 'boolean' ? Number(value) : value);
      compareOp(f, 'eq', type);
      code.brIf(label);
    }
    code.br(otherwise);
  }
  for (const c of s.cases) {
    code.end();
    statements(f, c.body);
    code.br(end);
  }
  code.end();
  statements(f, s.otherwise);
  code.end();
}

function branchTable(
  f: FuncContext, s: Extract<Stmt, { kind: 'switch' }>, values: readonly { value: number | bigint | boolean; label: Label }[], otherwise: Label,
): void {
  const { code } = f;
  const sorted = values.map(({ value, label }) => ({ value: Number(value) | 0, label }));
  const min = sorted.reduce((m, { value }) => Math.min(m, value), Infinity);
  const max = sorted.reduce((m, { value }) => Math.max(m, value), -Infinity);
  if (max - min >= values.length * maxTableSpread) {
    const subject = f.spill('i32', () => { emit(f, s.subject); });
    for (const { value, label } of sorted) {
      subject();
      code.i32(value).op('i32.eq').brIf(label);
    }
    code.br(otherwise);
    return;
  }
  const table = Array<Label>(max - min + 1).fill(otherwise);
  // The first of equal cases counts.
  for (const { value, label } of sorted.toReversed()) table[value - min] = label;
  emit(f, s.subject);
  if (min !== 0) code.i32(min).op('i32.sub');
  code.brTable(table, otherwise);
}

function returnOf(f: FuncContext, s: Extract<Stmt, { kind: 'return' }>): void {
  const { code } = f;
  if (s.value !== null) {
    const type = typeOf(s.value);
    if (f.resultAddress !== null) {
      store(f, { kind: 'memory', base: () => { code.get(f.resultAddress!); }, offset: 0 }, type, s.value);
    } else for (const push of leaves(f, s.value)) push();
  }
  if (f.returnTo !== null) {
    code.br(f.returnTo);
    return;
  }
  f.onReturn?.();
  code.op('return');
}
