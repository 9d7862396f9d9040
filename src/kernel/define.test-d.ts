/** What the editor must accept and refuse in definitions. Checked by the compiler, never run. */
import { array, bool, f32, i32, mat2, mat3, mat4, struct, u32, u64, vec2, vec3, vec4 } from '../layout/types.ts';
import { message } from '../message/message.ts';
import { deviceFunction, globalKernel, gridRead, gridWrite, read, readwrite, ringKernel, write, type HandlerEntry, type KernelDefinition } from './define.ts';
import type { Vector } from './face.ts';
import { rawFunction } from './raw.ts';

const Add = message('Add', { a: f32, b: f32 });
const Sum = message('Sum', { value: f32 });
const Job = message('Job', { n: u32, stamp: u64, at: vec3(f32), t: array(f32, 4), p: struct('P', { x: f32, on: bool }) });
const Reset = message('Reset', {});

const SCALE = 2;
const square = (x: number): number => x * x;

const adder = ringKernel({ id: 'adder', on: Add, reply: Sum, state: { handled: u32 } }, (ctx, msg) => {
  ctx.state.handled += 1;
  // @ts-expect-error no such field
  ctx.state.count += 1;
  // @ts-expect-error no such field
  const c: number = msg.c;
  // @ts-expect-error messages are read-only
  msg.a = 1;
  return { value: msg.a + msg.b + c };
});
const handled: HandlerEntry<typeof Add, typeof Sum> = adder.handlers[0]!;
const definition: KernelDefinition = adder;
void [handled, definition];

// @ts-expect-error a wrong field in the reply
ringKernel({ id: 'wrong', on: Add, reply: Sum }, () => ({ total: 1 }));
// @ts-expect-error a missing reply
ringKernel({ id: 'wrong', on: Add, reply: Sum }, () => { });
// @ts-expect-error a bigint for a number
ringKernel({ id: 'wrong', on: Add, reply: Sum }, () => ({ value: 1n }));
// @ts-expect-error an incomplete field of the reply
ringKernel({ id: 'wrong', on: Add, reply: Job }, () => ({ n: 1 }));

ringKernel({ id: 'worker', on: Job, state: { best: f32, stamp: u64, at: vec3(f32), t: array(i32, 4) }, sends: { sink: Sum }, uses: { SCALE, square } }, (ctx, msg, { SCALE, square }) => {
  const taken: boolean = ctx.send.sink({ value: square(msg.n) * SCALE });
  // @ts-expect-error no such port
  ctx.send.drain({ value: 1 });
  // @ts-expect-error no such field in the port's message
  ctx.send.sink({ sum: 1 });
  // @ts-expect-error a number for a bigint
  ctx.state.stamp = 1;
  ctx.state.stamp = msg.stamp + 1n;
  // @ts-expect-error number and bigint do not mix
  ctx.state.stamp = msg.stamp + 1;
  ctx.state.at = msg.at.add(ctx.vec3(1, 2, 3)).mul(2);
  ctx.state.at.x = msg.t[0]! + msg.p.x;
  ctx.state.t[1] = ctx.i32(msg.at.length());
  for (const x of msg.t) ctx.state.best = x;
  for (const i of ctx.range(msg.n)) ctx.state.t[i] = i;
  // @ts-expect-error messages are read-only
  msg.t[0] = 1;
  // @ts-expect-error messages are read-only, all the way down
  msg.at.x = 1;
  // @ts-expect-error a truth value is no number
  ctx.state.best = msg.p.on;
  // @ts-expect-error unknown constant
  void ctx.uses.OTHER;
  // @ts-expect-error unknown function of the context
  ctx.nothing();
  // @ts-expect-error shared memory is for global kernels
  void ctx.shared;
  const popcount: number = ctx.popcount(msg.n) + ctx.rsqrt(2) + ctx.self;
  ctx.debug('{}', popcount, taken);
});

const several = ringKernel({ id: 'several', state: { total: i32 } })
  .on(Add, Sum, (ctx, msg) => ({ value: msg.a + ctx.state.total }))
  .on(Reset, (ctx) => { ctx.state.total = 0; });
type Handled = (typeof several)['handlers'][number]['message']['name'];
const names: Handled[] = ['Add', 'Reset'];
void names;
// @ts-expect-error the reply of a later handler is checked too
several.on(Job, Sum, () => ({ value: true }));

globalKernel({ id: 'scale', params: { x: read(f32), y: write(f32), h: readwrite(u32), k: f32, n: u32 }, workgroup: 256 }, (g, { x, y, h, k, n }) => {
  if (g.id < n) y[g.id] = x[g.id]! * k;
  // @ts-expect-error declared for reading only
  x[0] = 1;
  const tile = g.shared.f32(256);
  tile[g.localId] = k;
  g.barrier();
  g.atomicAdd(h, 3, 1);
  g.atomicMax(tile, 0, 1);
  // @ts-expect-error atomics write
  g.atomicAdd(x, 0, 1);
});
globalKernel({ id: 'heat2d', params: { u: gridRead(f32), out: gridWrite(f32), k: f32 }, workgroup: [16, 16] }, (g, { u, out, k }) => {
  out.set(u.at(0, 0) + k * (u.at(-1, 0) + u.north()) + g.x);
  // @ts-expect-error two coordinates
  u.at(0, 0, 0);
  // @ts-expect-error written only
  out.at(0, 0);
  // @ts-expect-error read only
  u.set(1);
});

const next = deviceFunction({ id: 'next', params: { at: u32, stamp: u64 }, result: u32 }, (m, at, stamp) => {
  m.store64(at, stamp + 1n);
  return m.loadAcquire(at);
});
deviceFunction({ id: 'twice', params: { at: u32 }, uses: { next } }, (m, at, { next }) => {
  const n: number = next(m, at, 1n);
  // @ts-expect-error a number for a bigint
  next(m, at, n);
});
// @ts-expect-error a wrong result
deviceFunction({ id: 'wrong', params: { at: u32 }, result: u64 }, (m, at) => m.load(at));

const scaled = rawFunction({ name: 'scaled', params: { v: vec3(f32), k: f32 }, returns: vec3(f32), reference: (v: Vector<3>, k: number) => v.mul(k) });
const root = rawFunction({ name: 'root', params: { x: f32, y: f32 }, returns: f32, cuda: 'return sqrtf(x * y);', reference: (x, y) => Math.sqrt(x * y) });
globalKernel({ id: 'raws', params: { out: write(f32) }, uses: { scaled, root } }, (g, { out }, { scaled, root }) => {
  out[g.id] = root(scaled(g.vec3(1, 2, 3), 2).x, 1);
  // @ts-expect-error two numbers
  root(1);
});
// @ts-expect-error a wrong result
rawFunction({ name: 'wrong', params: { x: f32 }, returns: u64, reference: (x) => x });

const Shape = message('Shape', { m: mat3, c: vec4(f32), v: vec3(f32), i: vec2(i32) });
ringKernel({ id: 'shapes', on: Shape, reply: message('Shaped', { m: mat3, n: mat2, c: vec4(f32), x: f32 }), state: { q: vec4(f32), m: mat4 } }, (ctx, { m, c, v, i }) => {
  ctx.state.q.zw = i.yx;
  ctx.state.q.a = c.rgb.dot(v.zyx) + c.qmul(ctx.state.q).w + m[2].z;
  ctx.state.m = ctx.state.m.mul(ctx.mat4(1)).inverse();
  // @ts-expect-error two components have no z
  void i.xz;
  // @ts-expect-error places and colours do not mix
  void v.xg;
  // @ts-expect-error a message is read-only
  c.xy = i;
  // @ts-expect-error only four components turn
  v.qmul(v);
  // @ts-expect-error a matrix of another size
  m.mul(ctx.mat2(1));
  return { m: m.mul(2).transpose(), n: [i, { x: 1, y: 2 }], c: ctx.vec4(m.mul(v), 1), x: m.determinant() };
});
