/**
 * An interpreter of the IR: slow, direct, and independent of every emitter, so that emitters can be compared
 * with it. It is a generator that stops at every access to raw memory and at every barrier, which is what the
 * step explorer and the lockstep of a workgroup drive.
 */
import type { AnyType, ScalarName, Struct } from '../layout/types.ts';
import type {
  ActorProgram, Expr, FieldValue, Format, Func, FunctionProgram, GlobalProgram, Handler, Place, Program, Stmt,
} from '../kernel/ir.ts';
import { together, type LaneRequest } from '../kernel/lanes.ts';
import { intrinsic, laneRequest, workItem, type WorkItem } from './interpret-intrinsics.ts';
import { binary, compare, convert, fit, InterpretedFault, unary, type ScalarLike } from '../kernel/arithmetic.ts';
import { copied, fromHost, toHost, zeroOf, type Value } from './interpret-values.ts';
import type { Access } from './memory-access.ts';
import { memoryOperation } from './memory-access.ts';

export { InterpretedFault } from '../kernel/arithmetic.ts';
export type { Value } from './interpret-values.ts';
export type { Access } from './memory-access.ts';

/** Where the generator stops; it is resumed with the result of the access. */
export type Stop = Access | { readonly op: 'barrier' } | LaneRequest;
export type Steps<T> = Generator<Stop, T, number | bigint>;

export interface InterpretOptions {
  /** Overflow and division by zero of integers fault. Default false: they wrap and give 0. */
  readonly exact?: boolean;
  /** Statements run before `InterpretedFault` of kind `steps`. Default 10 million. */
  readonly limit?: number;
  /** Intrinsics that only the caller can answer; `undefined` leaves it to the interpreter. */
  readonly intrinsic?: (name: string, args: readonly Value[]) => Value | undefined;
}

export interface Sent { readonly port: string; readonly message: unknown }

/** The roots a program's places refer to, and where its effects go. */
interface World {
  state: Value;
  message: Value;
  readonly buffers: ReadonlyMap<string, Value[]>;
  /** Sizes of grids by parameter: width, height, depth. */
  readonly extents: ReadonlyMap<string, readonly number[]>;
  readonly shared: Map<string, Value[]>;
  readonly item: WorkItem | null;
  send(port: string, message: unknown): boolean;
  reply(message: unknown): void;
  debug(format: Format, args: readonly Value[]): void;
}

type Exit = { readonly kind: 'break' | 'continue'; readonly target: number } | { readonly kind: 'return'; readonly value: Value | null };

class Interpreter {
  private readonly program: Program;
  private readonly world: World;
  private readonly options: InterpretOptions;
  private left: number;
  private locals = new Map<number, Value>();

  constructor(program: Program, world: World, options: InterpretOptions) {
    this.program = program;
    this.world = world;
    this.options = options;
    this.left = options.limit ?? 10_000_000;
  }

  *call(fn: Func, args: readonly Value[]): Steps<Value | null> {
    const caller = this.locals;
    this.locals = new Map(fn.params.map((p, i) => [p.id, copied(args[i]!)]));
    const exit = yield* this.run(fn.body);
    this.locals = caller;
    return exit?.kind === 'return' ? exit.value : null;
  }

  /** Locals that stand before the body runs (parameters of a global kernel). */
  define(id: number, value: Value): void {
    this.locals.set(id, value);
  }

  *run(statements: readonly Stmt[]): Steps<Exit | null> {
    for (const statement of statements) {
      const exit = yield* this.statement(statement);
      if (exit !== null) return exit;
    }
    return null;
  }

  private *statement(s: Stmt): Steps<Exit | null> {
    if (--this.left < 0) throw new InterpretedFault('steps', 'the program ran too many statements');
    switch (s.kind) {
      case 'let':
        this.locals.set(s.local.id, s.init === null ? zeroOf(s.local.type) : copied((yield* this.root(s.init))!));
        return null;
      case 'assign':
        this.store(s.place, copied((yield* this.root(s.value))!));
        return null;
      case 'exec':
        yield* this.root(s.value);
        return null;
      case 'if':
        return yield* this.run(this.eval(s.test) === true ? s.then : s.else);
      case 'loop':
        return yield* this.loop(s);
      case 'block':
        return leaving(yield* this.run(s.body), s.id);
      case 'switch': {
        const subject = this.eval(s.subject);
        const body = s.cases.find((c) => c.values.includes(subject as ScalarLike))?.body ?? s.otherwise;
        return leaving(yield* this.run(body), s.id);
      }
      case 'break': return { kind: 'break', target: s.target };
      case 'continue': return { kind: 'continue', target: s.target };
      case 'return': return { kind: 'return', value: s.value === null ? null : copied((yield* this.root(s.value))!) };
      case 'reply':
        this.world.reply(toHost(s.message, this.fields(s.message, s.fields)));
        return null;
      case 'debug':
        this.world.debug(this.program.formats[s.format]!, s.args.map((a) => copied(this.eval(a))));
        return null;
    }
  }

  private *loop(s: Extract<Stmt, { kind: 'loop' }>): Steps<Exit | null> {
    while (s.pretest === null || this.eval(s.pretest) === true) {
      if (--this.left < 0) throw new InterpretedFault('steps', 'the program ran too many statements');
      const exit = yield* this.run(s.body);
      if (exit !== null && !(exit.kind === 'continue' && exit.target === s.id)) return leaving(exit, s.id);
      for (const update of s.update) this.store(update.place, copied(this.eval(update.value)));
      if (s.posttest !== null && this.eval(s.posttest) !== true) break;
    }
    return null;
  }

  /** The root of a statement: the only place of effects. */
  private *root(e: Expr): Steps<Value | null> {
    switch (e.kind) {
      case 'invoke': return yield* this.call(e.fn, e.args.map((a) => this.eval(a)));
      case 'send': return this.world.send(e.port.name, toHost(e.port.message, this.fields(e.port.message, e.fields)));
      case 'call': {
        const operation = memoryOperation(e.name);
        if (operation !== null) {
          const access = operation(e.args.map((a) => this.eval(a)) as (number | bigint)[]);
          return yield access;
        }
        if (workItem(e.name, null) === 'barrier') {
          yield { op: 'barrier' };
          return null;
        }
        const request = laneRequest(e, () => e.args.map((a) => this.eval(a)));
        // The answer to a vote is a boolean.
        if (request !== null) return (yield request) as number | boolean;
        return this.intrinsic(e);
      }
      default: return this.eval(e);
    }
  }

  private eval(e: Expr): Value {
    switch (e.kind) {
      case 'const': return typeof e.value === 'number' ? fit(e.type.name, e.value) : e.value;
      case 'load': return this.load(e.place);
      case 'unary': return byComponent(e.type, (t, v) => unary(e.op, t, v!, this.options.exact), [this.eval(e.value)]);
      case 'binary': {
        const exact = this.options.exact === true;
        const args = [this.eval(e.left), this.eval(e.right)];
        return byComponent(e.type, (t, a, b) => binary(e.op, t, a!, b!, exact), args);
      }
      case 'compare': return compare(e.op, this.eval(e.left) as ScalarLike, this.eval(e.right) as ScalarLike);
      case 'logical': {
        const left = this.eval(e.left) as boolean;
        return e.op === 'and' ? left && this.eval(e.right) : left || this.eval(e.right);
      }
      case 'select': return this.eval(e.test) === true ? this.eval(e.then) : this.eval(e.else);
      case 'convert': {
        const from = elemName(typeOf(e.value));
        return byComponent(e.type, (t, v) => convert(e.mode, from, t, v!), [this.eval(e.value)]);
      }
      case 'construct': return e.parts.map((p) => copied(this.eval(p)));
      case 'extract': return (this.eval(e.value) as Value[])[e.part]!;
      case 'call': return this.intrinsic(e)!;
      case 'invoke': {
        const step = this.call(e.fn, e.args.map((a) => this.eval(a))).next();
        if (!step.done) throw new Error(`'${e.fn.name}' has effects and stands inside an expression`);
        return step.value!;
      }
      case 'send': throw new Error('a send stands only as the root of a statement');
    }
  }

  private intrinsic(e: Extract<Expr, { kind: 'call' }>): Value | null {
    const args = e.args.map((a) => this.eval(a));
    const own = this.options.intrinsic?.(e.name, args);
    if (own !== undefined) return own;
    const item = workItem(e.name, this.world.item);
    if (item !== null && item !== 'barrier') return item;
    return intrinsic(e, args, {
      load: (i) => this.load(e.places[i]!),
      store: (i, value) => this.store(e.places[i]!, value),
      extent: (i, axis) => {
        const place = e.places[i]!;
        if (place.kind !== 'buffer') throw new Error(`'${e.name}' wants a buffer`);
        return axis === null ? this.world.buffers.get(place.param.name)!.length : this.world.extents.get(place.param.name)?.[axis] ?? 1;
      },
    });
  }

  private fields(type: Struct, fields: readonly FieldValue[]): Value {
    const value = zeroOf(type) as Value[];
    for (const f of fields) value[type.fields.findIndex((t) => t.name === f.name)] = copied(this.eval(f.value));
    return value;
  }

  // ---------------------------------------------------------------- places

  private load(place: Place): Value {
    switch (place.kind) {
      case 'local': {
        const value = this.locals.get(place.local.id);
        if (value === undefined) throw new Error(`local '${place.local.name}' is read before its declaration`);
        return value;
      }
      case 'state': return this.world.state;
      case 'message': return this.world.message;
      case 'buffer': return this.world.buffers.get(place.param.name)!;
      case 'shared': return this.sharedArray(place.shared.name, place.shared.length, place.shared.elem);
      case 'constant': throw new Error('a constant buffer is only read by index');
      default: {
        if (place.kind === 'index' && place.base.kind === 'constant') {
          const { data, length } = place.base.constant;
          return (data as unknown as ArrayLike<ScalarLike>)[this.position(place, length)]!;
        }
        const [container, part] = this.part(place);
        return container[part]!;
      }
    }
  }

  private store(place: Place, value: Value): void {
    if (place.kind === 'local') {
      this.locals.set(place.local.id, value);
    } else if (place.kind === 'state') {
      this.world.state = value;
    } else {
      const [container, part] = this.part(place);
      container[part] = value;
    }
  }

  /** The list that holds a place, and its position there. */
  private part(place: Place): [Value[], number] {
    switch (place.kind) {
      case 'field': {
        const base = placeType(place.base);
        return [this.load(place.base) as Value[], base.fields.findIndex((f) => f.name === place.name)];
      }
      case 'component': return [this.load(place.base) as Value[], place.component];
      case 'index': {
        const base = this.load(place.base) as Value[];
        return [base, this.position(place, base.length)];
      }
      default: throw new Error(`a ${place.kind} cannot be assigned`);
    }
  }

  private position(place: Extract<Place, { kind: 'index' }>, length: number): number {
    const index = this.eval(place.index) as number;
    if (index >= 0 && index < length) return index;
    throw new InterpretedFault('outOfBounds', `index ${index} of ${length}`);
  }

  private sharedArray(name: string, length: number, elem: AnyType): Value[] {
    let values = this.world.shared.get(name);
    if (values === undefined) this.world.shared.set(name, values = Array.from({ length }, () => zeroOf(elem)));
    return values;
  }
}

const leaving = (exit: Exit | null, id: number): Exit | null =>
  (exit !== null && exit.kind === 'break' && exit.target === id ? null : exit);

const elemName = (t: AnyType): ScalarName => {
  if (t.kind === 'scalar') return t.name;
  if (t.kind === 'vec') return t.elem.name;
  throw new Error(`no arithmetic on ${t.kind}`);
};

const typeOf = (e: Expr): AnyType => {
  if (e.type === null) throw new Error('a call without a result has no value');
  return e.type;
};

function placeType(place: Place): Struct {
  const type = place.kind === 'local' ? place.local.type
    : place.kind === 'buffer' ? place.param.elem
      : 'type' in place ? place.type : null;
  if (type?.kind !== 'struct') throw new Error('a field of something that is no struct');
  return type;
}

/** Applies an operation to scalars, or to vectors part by part; a scalar beside a vector goes to every part. */
function byComponent(type: AnyType, op: (t: ScalarName, ...args: ScalarLike[]) => ScalarLike, args: readonly Value[]): Value {
  if (type.kind !== 'vec') return op(elemName(type), ...(args as ScalarLike[]));
  return Array.from({ length: type.length }, (_, i) => op(type.elem.name, ...args.map((a) => (Array.isArray(a) ? a[i] : a) as ScalarLike)));
}

// ---------------------------------------------------------------- running programs

const nothing = new Map<string, never>();

const worldOf = (parts: Partial<World>): World => ({
  state: [], message: [], buffers: nothing, extents: nothing, shared: new Map(), item: null,
  send: () => false, reply: () => {}, debug: () => {}, ...parts,
});

/** The steps of a plain function over raw memory. */
export function* functionSteps(program: FunctionProgram, args: readonly Value[], options: InterpretOptions = {}): Steps<Value | null> {
  return yield* new Interpreter(program, worldOf({}), options).call(program.func, args);
}

/** Runs a function that touches no raw memory. */
export function interpretFunction(program: FunctionProgram, args: readonly Value[], options: InterpretOptions = {}): Value | null {
  return finish(functionSteps(program, args, options));
}

export interface Handled {
  readonly state: unknown;
  readonly reply: unknown;
  readonly sent: readonly Sent[];
  readonly debug: readonly { readonly kind: Format['kind']; readonly format: string; readonly args: readonly Value[] }[];
}

/** Runs one handler on one message. `state` and `message` are objects, as the user sees them; `state` is not changed. */
export function interpretHandler(
  program: ActorProgram, handler: Handler, input: { readonly state?: unknown; readonly message: unknown },
  options: InterpretOptions & { readonly send?: (port: string, message: unknown) => boolean } = {},
): Handled {
  const sent: Sent[] = [];
  const debug: Handled['debug'][number][] = [];
  let reply: unknown = null;
  const type = program.state;
  const world = worldOf({
    state: type === null ? [] : input.state === undefined ? zeroOf(type) : fromHost(type, input.state),
    message: fromHost(handler.message, input.message),
    send(port, message) {
      sent.push({ port, message });
      return options.send?.(port, message) ?? true;
    },
    reply: (message) => { reply = message; },
    debug: ({ kind, text }, args) => { debug.push({ kind, format: text, args }); },
  });
  finish(new Interpreter(program, world, options).call(handler.func, []));
  return { state: type === null ? null : toHost(type, world.state), reply, sent, debug };
}

export interface GlobalInput {
  /** Buffers by parameter, as lists of element values (typed arrays too); results are written back into them. */
  readonly buffers: Readonly<Record<string, ArrayLike<unknown> & { [index: number]: unknown }>>;
  readonly values?: Readonly<Record<string, unknown>>;
  /** Width, height, depth of grid parameters. */
  readonly extents?: Readonly<Record<string, readonly number[]>>;
  /** Workgroups in x, y, z. */
  readonly grid: readonly [number, number?, number?];
}

/** Runs every workgroup, its threads in lockstep between barriers. */
export function interpretGlobal(program: GlobalProgram, input: GlobalInput, options: InterpretOptions = {}): void {
  const elems = new Map(program.params.flatMap((p) => (p.kind === 'buffer' ? [[p.name, p.elem] as const] : [])));
  const buffers = new Map([...elems].map(([name, elem]) => [name, Array.from(input.buffers[name]!, (v) => fromHost(elem, v))]));
  const extents = new Map(Object.entries(input.extents ?? {}));
  const [gx, gy = 1, gz = 1] = input.grid;
  const size: [number, number, number] = [gx, gy, gz];
  for (const group of points(size)) {
    const shared = new Map<string, Value[]>();
    const threads = points(program.workgroup).map((local) => {
      const interpreter = new Interpreter(program, worldOf({ buffers, extents, shared, item: { local, group, workgroup: program.workgroup, grid: size } }), options);
      for (const p of program.params) if (p.kind === 'value') interpreter.define(p.local.id, fromHost(p.local.type, input.values?.[p.name]));
      return interpreter.run(program.func.body);
    });
    together(threads);
  }
  for (const [name, elem] of elems) {
    const target = input.buffers[name]!;
    buffers.get(name)!.forEach((v, i) => { target[i] = toHost(elem, v); });
  }
}

function points([x, y, z]: readonly [number, number, number]): (readonly [number, number, number])[] {
  return Array.from({ length: x * y * z }, (_, i) => [i % x, Math.floor(i / x) % y, Math.floor(i / (x * y))] as const);
}

function finish<T>(steps: Steps<T>): T {
  const step = steps.next();
  if (!step.done) throw new Error(`the program touches raw memory (${step.value.op})`);
  return step.value;
}
