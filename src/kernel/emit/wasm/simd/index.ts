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
import { splitGuards, type Guarded, type RangeGuard } from './guards.ts';
import { laneCount, Row } from './row.ts';
import { Shapes } from './shape.ts';
import { tiled, tileRows } from './tile.ts';
import { NotVectorisable, vector } from './vector.ts';

/** The rectangle of threads a vector loop works on, as WebAssembly locals. */
export interface Span {
  readonly x: number;
  readonly xEnd: number;
  readonly y: number;
  readonly yEnd: number;
  /** Set to the number of rows done. */
  readonly rows: number;
}

/** The vector forms of a kernel, most rows first; each `emit` leaves by `otherwise` with `x` and `xEnd` unspoilt if it cannot serve. */
export interface VectorForm {
  readonly rows: number;
  readonly emit: (f: FuncContext, span: Span, otherwise: Label) => void;
}

/** Forms that advance `x` to what remains for one by one, and narrow `xEnd`; empty if the kernel has none. */
export function vectorForms(program: GlobalProgram): VectorForm[] {
  const shapes = new Shapes(program);
  const guarded = splitGuards(program, shapes);
  if (guarded === null || !touchesLanes(guarded.body, shapes)) return [];
  const single: VectorForm = { rows: 1, emit: (f, span, otherwise) => { vectorLoop(f, program, guarded, span, 1, otherwise); } };
  const tile = unrollable(guarded.body) ? tiled(program, guarded, (e) => shapes.expand(e)) : null;
  return tile === null ? [single] : [{ rows: tileRows, emit: (f, span, otherwise) => { vectorLoop(f, program, tile, span, tileRows, otherwise); } }, single];
}

function vectorLoop(f: FuncContext, program: GlobalProgram, guarded: Guarded, span: Span, rows: number, otherwise: Label): void {
  const { code } = f;
  const { x, xEnd } = span;
  const shapes = new Shapes({ ...program, func: { ...program.func, body: guarded.body } });
  const [xFull, xEndFull] = [code.local('i32', 'xFull'), code.local('i32', 'xEndFull')];
  code.get(x).set(xFull).get(xEnd).set(xEndFull);
  if (rows > 1) code.get(span.yEnd).get(span.y).op('i32.sub').i32(rows).op('i32.lt_u').brIf(otherwise);
  code.get(x).get(xEnd).op('i32.or').i32(0).op('i32.lt_s').brIf(otherwise);
  const done = code.open('block', 'lanesDone');
  const scalar = code.open('block', 'oneByOne');
  const row = new Row(f, program, shapes, code.local('i32', 'count'), scalar);
  for (const { test, sense } of guarded.rows) {
    emit(f, row.expand(test));
    if (sense) code.op('i32.eqz');
    // One row that goes on beside one that does not: each by itself.
    if (rows > 1) code.brIf(scalar);
    else {
      code.open('if', 'nobody');
      code.get(xEnd).set(x).br(done).end();
    }
  }
  for (const guard of guarded.ranges) narrow(f, row.expand(guard.limit), guard, x, xEnd);
  code.get(x).get(xEnd).op('i32.ge_u').open('if', 'nobody');
  code.get(xEnd).set(x).br(done).end();
  code.get(xEnd).get(x).op('i32.sub').set(row.count);
  const preheader = code.code.length;
  const vectorEnd = code.local('i32', 'vectorEnd');
  const emitBody = (): void => { vectorStatements(row, guarded.body); };
  if (rows === 1 && unrollable(guarded.body)) lanes(row, x, xEnd, vectorEnd, unrolled, emitBody);
  lanes(row, x, xEnd, vectorEnd, 1, emitBody);
  row.finish();
  code.code.splice(preheader, 0, ...row.preheader);
  code.br(done).end();
  code.get(xFull).set(x).get(xEndFull).set(xEnd).br(otherwise).end();
  code.i32(rows).set(span.rows);
}

/** Bodies in one turn of the loop: the loop's own work is shared, and loads of one can pass the arithmetic of another. */
const unrolled = 4;
/** Statements of a body that is still small enough for that. */
const unrollLimit = 12;

function unrollable(body: readonly Stmt[]): boolean {
  return body.length <= unrollLimit && body.every((s) => s.kind === 'let' || s.kind === 'assign');
}

/** A loop from `x` as far as full turns of `bodies` times four threads go. */
function lanes(row: Row, x: number, xEnd: number, end: number, bodies: number, emitBody: () => void): void {
  const { code } = row.f;
  const threads = laneCount * bodies;
  code.get(xEnd).get(x).op('i32.sub').i32(-threads).op('i32.and').get(x).op('i32.add').set(end);
  code.get(x).get(end).op('i32.lt_u').open('if', 'lanes');
  const again = code.open('loop', 'turn');
  row.newLoop();
  for (row.step = 0; row.step < bodies; row.step++) {
    emitBody();
    code.get(x).i32(laneCount).op('i32.add').set(x);
  }
  row.step = 0;
  row.advance(threads);
  code.get(x).get(end).op('i32.lt_u').brIf(again).end().end();
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
  row.access(place, place.base.param, () => { vector(row, s.value); });
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
