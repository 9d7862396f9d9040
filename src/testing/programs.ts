/**
 * Random programs: actors whose handler exercises every construct of the IR on every scalar type, always
 * ends, and leaves all it computed in the state. For comparing emitters with the interpreter.
 */
import {
  array, bool, f16, f32, f64, i32, i64, struct, u32, u64, vec2, vec3, type AnyType, type Scalar, type Struct,
} from '../layout/types.ts';
import type { ActorProgram, AssignStmt, BinaryOp, CompareOp, ConvertMode, Expr, FieldValue, Func, Local, Place, Pos, Stmt } from '../kernel/ir.ts';
import { Random } from './random.ts';

export interface RandomProgramOptions {
  /** About how many statements. */
  readonly size: number;
  /** Scalar types used. Default all. */
  readonly scalars?: readonly Scalar[];
  /** Indices that may lie outside their array. Default false. */
  readonly stray?: boolean;
  /** For comparing faults: no parts are taken of computed vectors, whose other parts may or may not be computed. Default false. */
  readonly faults?: boolean;
}

const allScalars: readonly Scalar[] = [bool, i32, u32, i64, u64, f16, f32, f64];
const isBool = (t: Scalar): boolean => t.name === 'bool';
const isFloat = (t: Scalar): boolean => t.name === 'f16' || t.name === 'f32' || t.name === 'f64';
const isInteger = (t: Scalar): boolean => !isBool(t) && !isFloat(t);

/** Values at which arithmetic goes wrong first. */
const corners: Record<Scalar['name'], readonly (number | bigint | boolean)[]> = {
  bool: [false, true],
  i32: [0, 1, -1, 2, 7, -13, 31, 255, 65_536, 0x7fff_ffff, -0x8000_0000],
  u32: [0, 1, 2, 7, 31, 33, 255, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff],
  i64: [0n, 1n, -1n, 3n, 63n, 2n ** 32n, -(2n ** 33n), 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  u64: [0n, 1n, 3n, 64n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
  f16: [0, 1, -1, 0.5, 0.333251953125, 2048, 65504, 5.960464477539063e-8, -3.5],
  bf16: [0, 1, -1, 0.5, 2 ** 100, -3.5],
  f32: [0, 1, -1, 0.5, 1.5, -2.5, 3.25, 16_777_216, 1e-3, 2 ** 31, 1e30, -1e-40].map(Math.fround),
  f64: [0, 1, -1, 0.5, 0.1, 1e300, -1e-300, 2 ** 53, 4294967296.5, -2147483649.5],
};

interface Scope {
  readonly locals: Local[];
  /** Loops and blocks around that may be left, innermost last. */
  readonly exits: { readonly id: number; readonly loop: boolean }[];
  readonly root: boolean;
}

class Generator {
  readonly random: Random;
  readonly options: RandomProgramOptions;
  readonly scalars: readonly Scalar[];
  readonly message: Struct;
  readonly state: Struct;
  readonly helpers: Func[] = [];
  #ids = 0;
  #offset = 0;

  constructor(seed: number, options: RandomProgramOptions) {
    this.random = new Random(seed);
    this.options = options;
    this.scalars = options.scalars ?? allScalars;
    this.message = this.struct('Input');
    this.state = this.struct('State');
  }

  /** Every scalar type, a vector, an array, a struct with an array. */
  private struct(name: string): Struct {
    const shape: Record<string, AnyType> = {};
    for (const s of this.scalars) shape[`${s.name}s`] = s;
    const numbers = this.scalars.filter((s) => s.name === 'i32' || s.name === 'u32' || s.name === 'f32') as Scalar<'f32'>[];
    if (numbers.length > 0) shape['point'] = vec3(this.random.pick(numbers));
    shape['list'] = array(this.random.pick(this.scalars), 4);
    shape['inner'] = struct(`${name}Inner`, { a: this.random.pick(this.scalars), pairs: array(numbers.length > 0 ? vec2(this.random.pick(numbers)) : this.scalars[0]!, 2) });
    return struct(name, shape);
  }

  id(): number {
    return this.#ids++;
  }

  pos(): Pos {
    this.#offset += 4;
    return { source: 0, start: this.#offset, end: this.#offset + 3 };
  }

  // ---------------------------------------------------------------- places

  /** Every place inside a value, down to scalars, of one type. */
  private placesIn(place: Place, type: AnyType, depth: number, found: { place: Place; type: AnyType }[]): void {
    found.push({ place, type });
    switch (type.kind) {
      case 'scalar': return;
      case 'vec':
        for (let i = 0; i < type.length; i++) found.push({ place: { kind: 'component', base: place, component: i, type: type.elem }, type: type.elem });
        return;
      case 'struct':
        for (const f of type.fields) this.placesIn({ kind: 'field', base: place, name: f.name, offset: f.offset, type: f.type }, f.type, depth, found);
        return;
      case 'array':
        this.placesIn({ kind: 'index', base: place, index: depth > 0 ? this.index(type.length, depth) : { kind: 'const', type: u32, value: 0 }, type: type.elem, proven: false, pos: this.pos() }, type.elem, depth, found);
    }
  }

  #indexScope: Scope = { locals: [], exits: [], root: false };

  /** An index: a constant, or something cut to the array's length (a power of two). */
  private index(length: number, depth: number): Expr {
    if (this.random.chance(0.4)) return { kind: 'const', type: u32, value: this.random.below(length) };
    const type = this.random.pick([i32, u32]);
    if (!this.scalars.includes(type)) return { kind: 'const', type: u32, value: this.random.below(length) };
    const value = this.expr(this.#indexScope, type, depth - 2);
    return this.options.stray && this.random.chance(0.05) ? value
      : { kind: 'binary', op: 'and', left: value, right: { kind: 'const', type, value: length - 1 }, type };
  }

  private place(scope: Scope, want: (t: AnyType) => boolean, writable: boolean, depth: number): { place: Place; type: AnyType } | null {
    this.#indexScope = scope;
    const roots: { place: Place; type: AnyType }[] = scope.locals.map((local) => ({ place: { kind: 'local', local }, type: local.type }));
    if (scope.root) {
      roots.push({ place: { kind: 'state', type: this.state }, type: this.state });
      if (!writable) roots.push({ place: { kind: 'message', type: this.message }, type: this.message });
    }
    for (let tries = 0; tries < 4 && roots.length > 0; tries++) {
      const found: { place: Place; type: AnyType }[] = [];
      const root = this.random.pick(roots);
      this.placesIn(root.place, root.type, depth, found);
      const fitting = found.filter((f) => want(f.type) && !(f.place.kind === 'state' || f.place.kind === 'message'));
      if (fitting.length > 0) return this.random.pick(fitting);
    }
    return null;
  }

  // ---------------------------------------------------------------- expressions

  constant(type: Scalar): Expr {
    // Constants need not be rounded to their type yet.
    if ((type.name === 'f32' || type.name === 'f16') && this.random.chance(0.2)) return { kind: 'const', type, value: this.random.pick([0.1, -1 / 3, 9.81]) };
    return { kind: 'const', type, value: this.random.pick(corners[type.name]) };
  }

  value(scope: Scope, type: AnyType, depth: number): Expr {
    if (type.kind === 'scalar') return this.expr(scope, type, depth);
    const same = this.random.chance(0.5) ? this.place(scope, (t) => t === type, false, depth) : null;
    if (same !== null) return { kind: 'load', place: same.place, type };
    if (type.kind === 'vec' && depth > 0 && this.random.chance(0.5)) {
      const op = this.random.pick<BinaryOp>(['add', 'sub', 'mul']);
      return { kind: 'binary', op, left: this.value(scope, type, depth - 1), right: this.value(scope, type, depth - 1), type, pos: this.pos() };
    }
    if (depth > 0 && this.random.chance(0.2)) {
      return { kind: 'select', test: this.expr(scope, bool, depth - 1), then: this.value(scope, type, depth - 1), else: this.value(scope, type, depth - 1), type };
    }
    const parts = type.kind === 'struct' ? type.fields.map((f) => f.type) : Array<AnyType>(type.length).fill(type.elem);
    return { kind: 'construct', parts: parts.map((p) => this.value(scope, p, depth - 1)), type };
  }

  expr(scope: Scope, type: Scalar, depth: number): Expr {
    const { random } = this;
    if (depth <= 0 || random.chance(0.25)) {
      const found = random.chance(0.75) ? this.place(scope, (t) => t === type, false, depth) : null;
      return found === null ? this.constant(type) : { kind: 'load', place: found.place, type };
    }
    const sub = (t: Scalar): Expr => this.expr(scope, t, depth - 1);
    if (random.chance(0.12)) return { kind: 'select', test: sub(bool), then: sub(type), else: sub(type), type };
    const helper = this.helpers.filter((h) => h.result === type);
    if (helper.length > 0 && random.chance(0.15)) {
      const fn = random.pick(helper);
      return { kind: 'invoke', fn, args: fn.params.map((p) => this.value(scope, p.type, depth - 2)), type };
    }
    if (random.chance(0.08)) {
      const vec = this.place(scope, (t) => t.kind === 'vec' && t.elem === type, false, depth);
      if (vec?.type.kind === 'vec') return { kind: 'extract', value: this.options.faults === true ? { kind: 'load', place: vec.place, type: vec.type } : this.value(scope, vec.type, depth - 1), part: random.below(vec.type.length), type };
    }
    if (isBool(type)) return this.boolean(scope, depth);
    if (random.chance(0.25)) return this.conversion(scope, type, depth);
    if (random.chance(0.15)) return { kind: 'unary', op: isInteger(type) && random.chance(0.5) ? 'bnot' : 'neg', value: sub(type), type, pos: this.pos() };
    const op = random.pick<BinaryOp>(isFloat(type)
      ? ['add', 'sub', 'mul', 'div', 'rem']
      : ['add', 'sub', 'mul', 'idiv', 'imod', 'floordiv', 'ceildiv', 'and', 'or', 'xor', 'shl', 'shr']);
    return { kind: 'binary', op, left: sub(type), right: sub(type), type, pos: this.pos() };
  }

  private boolean(scope: Scope, depth: number): Expr {
    const { random } = this;
    const sub = (t: Scalar): Expr => this.expr(scope, t, depth - 1);
    if (random.chance(0.2)) return { kind: 'unary', op: 'not', value: sub(bool), type: bool };
    if (random.chance(0.3)) return { kind: 'logical', op: random.pick(['and', 'or']), left: sub(bool), right: sub(bool), type: bool };
    const type = random.pick(this.scalars.filter((s) => !isBool(s)));
    if (random.chance(0.15)) return { kind: 'convert', mode: 'truth', value: sub(type), type: bool };
    return { kind: 'compare', op: random.pick<CompareOp>(['eq', 'ne', 'lt', 'le', 'gt', 'ge']), left: sub(type), right: sub(type), type: bool };
  }

  private conversion(scope: Scope, to: Scalar, depth: number): Expr {
    const from = this.random.pick(this.scalars.filter((s) => s !== to));
    const mode = conversionMode(from, to, this.random);
    return mode === null ? this.expr(scope, to, depth - 1) : { kind: 'convert', mode, value: this.expr(scope, from, depth - 1), type: to };
  }

  // ---------------------------------------------------------------- statements

  local(type: AnyType): Local {
    const id = this.id();
    return { id, name: `v${id}`, type };
  }

  anyType(): AnyType {
    const fields = this.state.fields.map((f) => f.type);
    return this.random.chance(0.7) ? this.random.pick(this.scalars) : this.random.pick(fields);
  }

  body(scope: Scope, size: number, depth: number): Stmt[] {
    const out: Stmt[] = [];
    const inner: Scope = { ...scope, locals: [...scope.locals] };
    for (let left = size; left > 0; left--) {
      const made = this.statement(inner, left, depth);
      out.push(...made);
      if (made.at(-1)?.kind === 'break' || made.at(-1)?.kind === 'continue') break;
    }
    return out;
  }

  private statement(scope: Scope, size: number, depth: number): Stmt[] {
    const { random } = this;
    const exit = scope.exits.length > 0 && random.chance(0.06) ? random.pick(scope.exits) : null;
    if (exit !== null) return [{ kind: exit.loop && random.chance(0.5) ? 'continue' : 'break', target: exit.id }];
    if (depth > 0 && random.chance(0.3)) return this.compound(scope, Math.ceil(size / 2), depth - 1);
    if (random.chance(0.4)) {
      const local = this.local(this.anyType());
      const made: Stmt = { kind: 'let', local, init: random.chance(0.1) ? null : this.value(scope, local.type, 3), pos: this.pos() };
      scope.locals.push(local);
      return [made];
    }
    const target = this.place(scope, (t) => t.kind === 'scalar' || random.chance(0.3), true, 2);
    return target === null ? [] : [{ kind: 'assign', place: target.place, value: this.value(scope, target.type, 3), pos: this.pos() }];
  }

  private compound(scope: Scope, size: number, depth: number): Stmt[] {
    const { random } = this;
    const within = (exit: Scope['exits'][number]): Scope => ({ ...scope, exits: [...scope.exits, exit] });
    switch (random.below(5)) {
      case 0: return [{ kind: 'if', test: this.expr(scope, bool, 2), then: this.body(scope, size, depth), else: random.chance(0.5) ? this.body(scope, size, depth) : [] }];
      case 1: {
        const id = this.id();
        return [{ kind: 'block', id, body: this.body(within({ id, loop: false }), size, depth) }];
      }
      case 2: {
        const id = this.id();
        const subject = random.pick(this.scalars.filter((s) => !isFloat(s) && !isBool(s)).concat(this.scalars.length === 0 ? [u32] : []));
        if (subject === undefined) return [];
        const values = [...new Set(Array.from({ length: 4 }, () => random.pick(corners[subject.name])))];
        const inner = within({ id, loop: false });
        return [{
          kind: 'switch', id, subject: this.expr(scope, subject, 2),
          cases: values.map((v) => ({ values: [v], body: this.body(inner, Math.ceil(size / 2), depth) })),
          otherwise: random.chance(0.5) ? this.body(inner, size, depth) : [],
        }];
      }
      default: return this.loop(scope, size, depth);
    }
  }

  /** Counts to a small constant; the counter is not among the locals that may be assigned. */
  private loop(scope: Scope, size: number, depth: number): Stmt[] {
    const { random } = this;
    const id = this.id();
    const counter = this.local(i32);
    const read: Expr = { kind: 'load', place: { kind: 'local', local: counter }, type: i32 };
    const limit: Expr = { kind: 'const', type: i32, value: 1 + random.below(4) };
    const test: Expr = { kind: 'compare', op: 'lt', left: read, right: limit, type: bool };
    const step: AssignStmt = { kind: 'assign', place: { kind: 'local', local: counter }, value: { kind: 'binary', op: 'add', left: read, right: { kind: 'const', type: i32, value: 1 }, type: i32, pos: this.pos() } };
    const update = [step];
    const body = this.body({ ...scope, exits: [...scope.exits, { id, loop: true }] }, size, depth);
    const posttest = random.chance(0.3);
    return [
      { kind: 'let', local: counter, init: { kind: 'const', type: i32, value: 0 } },
      { kind: 'loop', id, pretest: posttest ? null : test, posttest: posttest ? test : null, body, update },
    ];
  }

  helper(): Func {
    const result = this.random.pick(this.scalars);
    const params = Array.from({ length: 1 + this.random.below(3) }, () => this.local(this.anyType()));
    const scope: Scope = { locals: [...params], exits: [], root: false };
    const body = this.body(scope, 3, 1);
    body.push({ kind: 'return', value: this.value(scope, result, 3) });
    return { name: `helper${this.helpers.length}`, params, result, body, effects: false };
  }
}

/** A mode that goes from one type to the other; null where none does. */
function conversionMode(from: Scalar, to: Scalar, random: Random): ConvertMode | null {
  if (isBool(from)) return 'exact';
  if (isFloat(from)) {
    if (isFloat(to)) return from.size < to.size ? 'exact' : 'round';
    return random.pick(['saturate', 'wrap']);
  }
  if (isFloat(to)) return from.size < to.size && to.name === 'f64' ? 'exact' : 'round';
  if (from.size === to.size) return 'bits';
  if (from.size > to.size) return 'wrap';
  return from.name === 'u32' ? 'exact' : to.name === 'i64' ? 'exact' : null;
}

export function randomProgram(seed: number, options: RandomProgramOptions): ActorProgram {
  const g = new Generator(seed, options);
  for (let i = 0; i < 2; i++) g.helpers.push(g.helper());
  const scope: Scope = { locals: [], exits: [], root: true };
  const body: Stmt[] = g.body(scope, options.size, 3);
  const fields: FieldValue[] = g.state.fields.map((f) => ({ name: f.name, offset: f.offset, value: g.value(scope, f.type, 2) }));
  body.push({ kind: 'reply', message: g.state, fields }, { kind: 'return', value: null });
  const func: Func = { name: 'handle', params: [], result: null, body, effects: true };
  return {
    kind: 'actor', id: `random${seed}`, functions: g.helpers, constants: [], shared: [], formats: [], needs: new Set(), sources: [],
    state: g.state, ports: [], handlers: [{ index: 0, message: g.message, reply: g.state, func }],
  };
}

/** A value of a type, from the corners of its scalars. */
export function randomValue(type: AnyType, random: Random): unknown {
  switch (type.kind) {
    case 'scalar': return random.pick(corners[type.name]);
    case 'vec': return Object.fromEntries(['x', 'y', 'z', 'w'].slice(0, type.length).map((c) => [c, random.pick(corners[type.elem.name])]));
    case 'array': return Array.from({ length: type.length }, () => randomValue(type.elem, random));
    case 'struct': return Object.fromEntries(type.fields.map((f) => [f.name, randomValue(f.type, random)]));
  }
}
