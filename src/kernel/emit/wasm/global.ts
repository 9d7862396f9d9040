/**
 * Global kernels: one exported function runs a range of workgroups,
 * `run(arguments, groupsX, groupsY, groupsZ, first, count)`, workgroups counted row by row. Threads of a row
 * of neighbouring workgroups run in one loop over x, which is where vector instructions pay.
 */
import type { Struct } from '../../../layout/types.ts';
import type { GlobalProgram } from '../../ir.ts';
import { BufferArgument, globalArguments } from './arguments.ts';
import { FuncContext, type BufferLocals, type ProgramContext, type Push } from './context.ts';
import { FuncBody } from './encode/module.ts';
import { leavesOf, valTypeOf } from './lower.ts';
import { scratchStart } from './functions.ts';
import { store } from './places.ts';
import { assignedLocals } from '../../passes/walk.ts';
import { statements } from './stmt.ts';
import { vectorForms, type Span } from './simd/index.ts';
import { NotVectorisable } from './simd/vector.ts';

export const runExport = 'run';

/** The x, y and z of something, as WebAssembly locals. */
type Triple = readonly [number, number, number];
const axes = ['X', 'Y', 'Z'] as const;

export function globalKernel(ctx: ProgramContext, program: GlobalProgram): Struct {
  for (const need of ['barrier', 'shared', 'subgroups'] as const) {
    if (program.needs.has(need)) throw new FuncContext(ctx, new FuncBody(runExport, [], []), 0).unsupported(need);
  }
  const layout = globalArguments(program);

  const code = new FuncBody(runExport, ['arguments', 'groupsX', 'groupsY', 'groupsZ', 'first', 'count'].map((name) => ({ name, type: 'i32' })), []);
  const f = new FuncContext(ctx, code, scratchStart(ctx, program.func));
  const args = 0;
  const groups: Triple = [1, 2, 3];
  const first = 4;
  const count = 5;
  loadArguments(f, program, layout, args);

  const [sizeX, sizeY, sizeZ] = program.workgroup;
  const local = (name: string): number => code.local('i32', name);
  const group: Triple = [local('groupX'), local('groupY'), local('groupZ')];
  const at: Triple = [local('x'), local('y'), local('z')];
  const end = local('end');
  const [spanX, spanY] = [local('spanX'), local('spanY')];
  const [xStart, xLimit, xEnd, yEnd, zEnd] = [local('xStart'), local('xLimit'), local('xEnd'), local('yEnd'), local('zEnd')];
  const rows = local('rows');
  exposeIndices(f, program, groups, at);

  code.get(first).get(count).op('i32.add').set(end);
  forRange(f, first, () => code.get(end), () => {
    code.get(first).get(groups[0]).op('i32.rem_u').set(group[0]);
    code.get(first).get(groups[0]).op('i32.div_u').get(groups[1]).op('i32.rem_u').set(group[1]);
    code.get(first).get(groups[0]).op('i32.div_u').get(groups[1]).op('i32.div_u').set(group[2]);
    // As many whole rows of workgroups as there are, else what is left of this one.
    code.get(end).get(first).op('i32.sub').get(groups[0]).op('i32.div_u').set(spanY);
    code.get(group[0]).op('i32.eqz').get(spanY).i32(0).op('i32.ne').op('i32.and').open('if', 'wholeRows');
    code.get(groups[0]).set(spanX);
    smaller(f, spanY, () => code.get(groups[1]).get(group[1]).op('i32.sub'));
    code.else().i32(1).set(spanY).get(groups[0]).get(group[0]).op('i32.sub').set(spanX);
    smaller(f, spanX, () => code.get(end).get(first).op('i32.sub'));
    code.end();
    code.get(group[0]).i32(sizeX).op('i32.mul').set(xStart);
    code.get(group[0]).get(spanX).op('i32.add').i32(sizeX).op('i32.mul').set(xLimit);
    code.get(group[1]).get(spanY).op('i32.add').i32(sizeY).op('i32.mul').set(yEnd);
    code.get(group[2]).i32(sizeZ).op('i32.mul').tee(at[2]).i32(sizeZ).op('i32.add').set(zEnd);
    forRange(f, at[2], () => code.get(zEnd), () => {
      code.get(group[1]).i32(sizeY).op('i32.mul').set(at[1]);
      forRange(f, at[1], () => code.get(yEnd), () => {
        code.i32(1).set(rows).get(xStart).set(at[0]).get(xLimit).set(xEnd);
        if (ctx.simd) inLanes(f, program, { x: at[0], xEnd, y: at[1], yEnd, rows });
        code.get(at[0]).set(xStart);
        code.get(rows).get(at[1]).op('i32.add').set(rows);
        forRange(f, at[1], () => code.get(rows), () => {
          code.get(xStart).set(at[0]);
          oneByOne(f, program, at[0], xEnd);
        });
        code.get(group[0]).i32(sizeX).op('i32.mul').set(xStart);
      }, null);
    });
    code.get(spanX).get(spanY).op('i32.mul').get(first).op('i32.add').set(first);
  }, null);
  ctx.scratchEnd.set(program.func, f.scratchEnd);
  ctx.module.define(code);
  ctx.module.export(runExport, code);
  return layout;
}

/** `local = min(local, other)`, unsigned. */
function smaller(f: FuncContext, local: number, other: () => unknown): void {
  const value = f.temp('i32');
  other();
  f.code.set(value).get(local).get(value).get(local).get(value).op('i32.lt_u').op('select').set(local);
  f.release(value);
}

/** What can be done by vectors: moves `x`, `xEnd` and `rows` to what is left for one by one. */
function inLanes(f: FuncContext, program: GlobalProgram, span: Span): void {
  const { code } = f;
  const start = code.code.length;
  const done = code.open('block', 'inLanes');
  for (const form of vectorForms(program)) {
    const before = code.code.length;
    const otherwise = code.open('block', `not${form.rows}`);
    try {
      form.emit(f, span, otherwise);
      code.br(done).end();
    } catch (error) {
      if (!(error instanceof NotVectorisable)) throw error;
      code.code.length = before;
    }
  }
  code.end();
  if (code.code.length === start + 2) code.code.length = start;
}

/** Threads x to xEnd of one row, each by itself. */
function oneByOne(f: FuncContext, program: GlobalProgram, x: number, xEnd: number): void {
  const assigned = assignedLocals(program.func.body);
  const given = program.params.flatMap((p) => (p.kind === 'value' && assigned.has(p.local.id) ? [p.local] : []));
  forRange(f, x, () => f.code.get(xEnd), () => {
    f.returnTo = f.code.open('block', 'thread');
    // Each thread has its own copy of the parameters it assigns.
    const homes = given.map((local) => ({ local, home: f.declare(local) }));
    for (const { local, home } of homes) {
      const copy = { id: -1 - local.id, name: local.name, type: local.type };
      f.bind(copy, home);
      f.bind(local, f.split(local.type, local.name));
      store(f, f.declare(local), local.type, { kind: 'load', place: { kind: 'local', local: copy }, type: local.type });
    }
    statements(f, program.func.body);
    f.code.end();
    f.returnTo = null;
    for (const { local, home } of homes) f.bind(local, home);
  });
}

/** `while (index < end) { body; index += 1 }`, unsigned; `step` null: the body moves the index itself. */
function forRange(f: FuncContext, index: number, end: () => unknown, body: () => void, step: number | null = 1): void {
  const { code } = f;
  const done = code.open('block', 'done');
  const again = code.open('loop', 'each');
  code.get(index);
  end();
  code.op('i32.ge_u').brIf(done);
  body();
  if (step !== null) code.get(index).i32(step).op('i32.add').set(index);
  code.br(again).end().end();
}

function loadArguments(f: FuncContext, program: GlobalProgram, layout: Struct, args: number): void {
  const { code } = f;
  for (const [i, p] of program.params.entries()) {
    const { offset } = layout.fields[i]!;
    if (p.kind === 'value') {
      const home = f.split(p.local.type, p.name);
      if (home.kind !== 'locals') continue;
      leavesOf(p.local.type).forEach((leaf, k) => {
        code.get(args).op(`${valTypeOf(leaf.type)}.load`, offset + leaf.offset).set(home.indices[k]!);
      });
      f.bind(p.local, home);
      continue;
    }
    const locals = Object.fromEntries(BufferArgument.fields.map((field) => {
      const index = code.local('i32', `${p.name}.${field.name}`);
      code.get(args).op('i32.load', offset + field.offset).set(index);
      return [field.name, index];
    })) as Record<keyof BufferLocals, number>;
    f.buffers.set(p, locals);
  }
}

/** A thread's place in the grid, by the names that the table of intrinsics uses. */
function exposeIndices(f: FuncContext, program: GlobalProgram, groups: Triple, at: Triple): void {
  const { code, values } = f;
  const linear = (x: string, y: string, z: string, sizeX: string, sizeY: string): Push => () => {
    values.get(z)!();
    values.get(sizeY)!();
    code.op('i32.mul');
    values.get(y)!();
    code.op('i32.add');
    values.get(sizeX)!();
    code.op('i32.mul');
    values.get(x)!();
    code.op('i32.add');
  };
  axes.forEach((axis, i) => {
    const size = program.workgroup[i]!;
    values.set(`global${axis}`, () => { code.get(at[i]!); });
    values.set(`local${axis}`, () => { code.get(at[i]!).i32(size).op('i32.rem_u'); });
    values.set(`group${axis}`, () => { code.get(at[i]!).i32(size).op('i32.div_u'); });
    values.set(`groups${axis}`, () => { code.get(groups[i]!); });
    values.set(`size${axis}`, () => { code.i32(size); });
    values.set(`threads${axis}`, () => { code.get(groups[i]!).i32(size).op('i32.mul'); });
  });
  const flat = program.workgroup[1] === 1 && program.workgroup[2] === 1;
  values.set('globalId', linear('globalX', 'globalY', 'globalZ', 'threadsX', 'threadsY'));
  values.set('localId', flat ? values.get('localX')! : linear('localX', 'localY', 'localZ', 'sizeX', 'sizeY'));
  values.set('groupId', linear('groupX', 'groupY', 'groupZ', 'groupsX', 'groupsY'));
}
