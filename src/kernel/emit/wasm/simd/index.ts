/**
 * Vector instructions for global kernels: four neighbouring threads of a row at once. Threads are independent
 * of each other, so any loop over them may be taken in steps of four, as long as what they do has a vector form:
 * arithmetic on 32-bit numbers, neighbouring elements of buffers, control flow that is the same for all.
 *
 * Conditions over x at the head of the kernel become the bounds of the loop, index tests are made once in front
 * of it. Where a test fails, and for the last few threads, the row runs one by one, with all tests.
 */
import type { Expr, GlobalProgram, Stmt } from '../../../ir.ts';
import type { FuncContext } from '../context.ts';
import type { Label } from '../encode/instr.ts';
import { emit, scalarOf } from '../expr.ts';
import { placeType } from '../places.ts';
import { statements } from '../stmt.ts';
import { splitGuards, type RangeGuard } from './guards.ts';
import { laneCount, Row } from './row.ts';
import { Shapes } from './shape.ts';
import { NotVectorisable, vector } from './vector.ts';

/**
 * Emits a loop over the threads from local `x` to `xEnd` that leaves `x` and `xEnd` at what remains for one by
 * one; false, and nothing emitted, if the kernel has no vector form.
 */
export function vectorRow(f: FuncContext, program: GlobalProgram, x: number, xEnd: number): boolean {
  const shapes = new Shapes(program);
  const guarded = splitGuards(program, shapes);
  if (guarded === null || !touchesLanes(guarded.body, shapes)) return false;
  const { code } = f;
  const start = code.code.length;
  try {
    const scalar = code.open('block', 'oneByOne');
    const count = code.local('i32', 'count');
    const offset = code.local('i32', 'offset');
    const vectorEnd = code.local('i32', 'vectorEnd');
    const row = new Row(f, program, shapes, offset, count, scalar);
    code.get(x).get(xEnd).op('i32.or').i32(0).op('i32.lt_s').brIf(scalar);
    for (const { test, sense } of guarded.rows) {
      emit(f, row.expand(test));
      if (sense) code.op('i32.eqz');
      code.open('if', 'nobody');
      code.get(xEnd).set(x).br(scalar).end();
    }
    for (const guard of guarded.ranges) narrow(f, row.expand(guard.limit), guard, x, xEnd);
    code.get(x).get(xEnd).op('i32.ge_u').brIf(scalar);
    code.get(xEnd).get(x).op('i32.sub').set(count);
    code.get(count).i32(-laneCount).op('i32.and').get(x).op('i32.add').set(vectorEnd).i32(0).set(offset);
    const preheader = code.code.length;
    const again = code.open('loop', 'lanes');
    code.get(x).get(vectorEnd).op('i32.ge_u').brIf(scalar);
    vectorStatements(row, guarded.body);
    code.get(x).i32(laneCount).op('i32.add').set(x).get(offset).i32(laneCount * 4).op('i32.add').set(offset).br(again);
    code.end().end();
    code.code.splice(preheader, 0, ...row.preheader);
    return true;
  } catch (error) {
    if (!(error instanceof NotVectorisable)) throw error;
    code.code.length = start;
    return false;
  }
}

/** Worth it only where lanes read or write neighbouring elements. */
function touchesLanes(body: readonly Stmt[], shapes: Shapes): boolean {
  const stores = (list: readonly Stmt[]): boolean => list.some((s) => {
    switch (s.kind) {
      case 'assign': return s.place.kind === 'index' && s.place.base.kind === 'buffer' && shapes.of(s.place.index) === 'affine';
      case 'if': return stores(s.then) || stores(s.else);
      case 'loop': case 'block': return stores(s.body);
      default: return false;
    }
  });
  return stores(body);
}

/** Moves `x` or `xEnd` so that only threads that satisfy the guard remain. Both are not negative. */
function narrow(f: FuncContext, limit: Expr, { op }: RangeGuard, x: number, xEnd: number): void {
  const { code } = f;
  const type = scalarOf(limit).name;
  if (type !== 'i32' && type !== 'u32') throw new NotVectorisable(type);
  const bound = f.temp('i32');
  emit(f, limit);
  code.set(bound);
  const clamp = (target: number, keep: 'gt_u' | 'lt_u'): void => {
    code.get(target).get(bound).get(target).get(bound).op(`i32.${keep}`).op('select').set(target);
  };
  const none = (): void => { code.get(xEnd).set(x); };
  // A signed limit below zero is no limit from below, and lets nobody through from above.
  const negative = (then: () => void, otherwise: () => void): void => {
    if (type === 'u32') return otherwise();
    code.get(bound).i32(0).op('i32.lt_s').open('if', 'negative');
    then();
    code.else();
    otherwise();
    code.end();
  };
  const nothing = (): void => { /* every thread passes */ };
  // One more than the limit does not wrap: only 2^32 - 1 would, and that is as good as no limit.
  const next = (): void => { code.get(bound).i32(1).op('i32.add').get(bound).get(bound).i32(-1).op('i32.ne').op('select').set(bound); };
  switch (op) {
    case 'ge': negative(nothing, () => { clamp(x, 'gt_u'); }); break;
    case 'gt': negative(nothing, () => { next(); clamp(x, 'gt_u'); }); break;
    case 'lt': negative(none, () => { clamp(xEnd, 'lt_u'); }); break;
    case 'le': negative(none, () => { next(); clamp(xEnd, 'lt_u'); }); break;
    case 'eq': negative(none, () => { clamp(x, 'gt_u'); next(); clamp(xEnd, 'lt_u'); }); break;
    case 'ne': throw new NotVectorisable(op);
  }
  f.release(bound);
}

function vectorStatements(row: Row, body: readonly Stmt[]): void {
  for (const s of body) vectorStatement(row, s);
}

function vectorStatement(row: Row, s: Stmt): void {
  const { f, shapes } = row;
  const { code } = f;
  switch (s.kind) {
    case 'let':
      if (shapes.ofLocal(s.local.id) !== 'varying') return statements(f, [s]);
      if (s.init === null) code.code.push({ op: 'v128.const', lanes: [0, 0, 0, 0] });
      else vector(row, s.init);
      code.set(row.vectorLocal(s.local));
      return;
    case 'assign': return assign(row, s);
    case 'if':
      if (shapes.of(s.test) !== 'uniform') return masked(row, s);
      emit(f, s.test);
      code.open('if', 'then');
      vectorStatements(row, s.then);
      code.else();
      vectorStatements(row, s.else);
      code.end();
      return;
    case 'loop': return loop(row, s);
    case 'block': {
      f.breaks.set(s.id, code.open('block', `block${s.id}`));
      vectorStatements(row, s.body);
      code.end();
      return;
    }
    case 'break': return jump(row, f.breaks.get(s.target));
    case 'continue': return jump(row, f.continues.get(s.target));
    default: throw new NotVectorisable(s.kind);
  }
}

function jump(row: Row, label: Label | undefined): void {
  if (label === undefined) throw new NotVectorisable('exit');
  row.f.code.br(label);
}

function assign(row: Row, s: Extract<Stmt, { kind: 'assign' }>): void {
  const { f, shapes } = row;
  const { place } = s;
  if (place.kind === 'local') {
    if (shapes.ofLocal(place.local.id) !== 'varying') return statements(f, [s]);
    vector(row, s.value);
    f.code.set(row.vectorLocal(place.local));
    return;
  }
  const type = placeType(place);
  if (place.kind !== 'index' || place.base.kind !== 'buffer' || shapes.of(place.index) !== 'affine' || type.kind !== 'scalar' || type.size !== 4 || type.name === 'bool') {
    throw new NotVectorisable('store');
  }
  const offset = row.address(place, place.base.param);
  vector(row, s.value);
  f.code.op('v128.store', offset);
}

/** Both ways are computed and each lane takes its own: only for assignments to locals. */
function masked(row: Row, s: Extract<Stmt, { kind: 'if' }>): void {
  const mask = row.f.code.local('v128', 'mask');
  vector(row, s.test);
  row.f.code.set(mask);
  row.conditionally(() => {
    for (const inner of s.then) maskedStatement(row, inner, mask, true);
    for (const inner of s.else) maskedStatement(row, inner, mask, false);
  });
}

/** `taken`: lanes whose mask is set take the new value, else those whose mask is not. */
function maskedStatement(row: Row, s: Stmt, mask: number, taken: boolean): void {
  const { code } = row.f;
  if (s.kind === 'let') return vectorStatement(row, s);
  if (s.kind !== 'assign' || s.place.kind !== 'local' || row.shapes.ofLocal(s.place.local.id) !== 'varying') throw new NotVectorisable('if');
  const target = row.vectorLocal(s.place.local);
  if (taken) vector(row, s.value);
  else code.get(target);
  if (taken) code.get(target);
  else vector(row, s.value);
  code.get(mask).op('v128.bitselect').set(target);
}

function loop(row: Row, s: Extract<Stmt, { kind: 'loop' }>): void {
  const { f, shapes } = row;
  const { code } = f;
  for (const test of [s.pretest, s.posttest]) if (test !== null && shapes.of(test) !== 'uniform') throw new NotVectorisable('loop');
  f.breaks.set(s.id, code.open('block', `break${s.id}`));
  const again = code.open('loop', `loop${s.id}`);
  if (s.pretest !== null) {
    emit(f, s.pretest);
    code.op('i32.eqz').brIf(f.breaks.get(s.id)!);
  }
  f.continues.set(s.id, code.open('block', `continue${s.id}`));
  vectorStatements(row, s.body);
  code.end();
  vectorStatements(row, s.update);
  if (s.posttest === null) code.br(again);
  else {
    emit(f, s.posttest);
    code.brIf(again);
  }
  code.end().end();
}
