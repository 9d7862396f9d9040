import { debugKinds } from '../../../engine/abi.ts';
import { scalars, type AnyType, type ScalarName, type Struct } from '../../../layout/types.ts';
import { intrinsics } from '../../intrinsics/table.ts';
import type { ConstantBuffer, Expr, Func, GlobalProgram, Handler, Local, Place, Pos, Program, Stmt } from '../../ir.ts';
import { plainExits } from '../../passes/exits.ts';
import { CLikeVisitor, is64, isInteger, isSigned } from '../clike.ts';
import { entryArguments } from '../entry.ts';
import type { Line } from '../lines.ts';
import { legal } from '../names.ts';
import { binding, code, elemName, ends, placeType, valueType, within, type Code, type ExprOf, type PlaceOf, type StmtOf } from '../visitor.ts';
import { endsByItself } from '../bounds.ts';
import { handlerSignature } from './abi.ts';
import { cudaReserved } from '../../words/cuda.ts';

export interface CudaVisitorOptions {
  /**
   * Handlers fault on integer overflow and division by zero; global kernels check indices of buffers. (Handlers
   * check indices in any case.)
   */
  readonly exact: boolean;
  /** How far raw memory of device functions is seen: this GPU, or the host and other GPUs too. */
  readonly scope: 'gpu' | 'sys';
}

/** Extra first parameter of functions that need the message in hand or raw memory, by the name they use. */
const environments = { ctx: 'RkContext& ctx', memory: 'u8* memory' } as const;
type Environment = keyof typeof environments;

export class CudaVisitor extends CLikeVisitor {
  protected override readonly target = 'cuda';
  protected override readonly longSuffix = 'll';
  protected override readonly halfWord = 'u16';
  readonly #options: CudaVisitorOptions;
  /** What each printed function takes beside its own parameters. */
  readonly #takes = new Map<string, Environment>();
  /** The handler being printed; null in helpers. */
  #handler: Handler | null = null;
  /** The next body is that of a loop which asks the watchdog. */
  #watch = false;
  /** What the function being printed returns when the watchdog ends it. */
  #bail = '';

  constructor(program: Program, options: CudaVisitorOptions) {
    super(program, [...cudaReserved, ...(program.kind === 'actor' ? program.handlers.map((h) => `handle_${h.index}`) : [])]);
    this.claimFunctions();
    this.#options = options;
  }

  // ---------------------------------------------------------------- types

  protected override scalarName(type: ScalarName): string {
    return type === 'f16' || type === 'bf16' ? 'f32' : type;
  }

  protected override vecName(elem: ScalarName, length: number): string {
    return `rk_vec${length}<${elem}>`;
  }

  protected override storedName(type: AnyType): string {
    return type === scalars.f16 || elemName(type) === 'f16' ? 'u16' : super.storedName(type);
  }

  protected override structAsserts(name: string, type: Struct): string[] {
    return [
      `static_assert(sizeof(${name}) == ${type.size} && alignof(${name}) == ${type.align}, "layout of ${name}");`,
      ...type.fields.map((f) => {
        const field = this.fieldName(type, f.name);
        return `static_assert(__builtin_offsetof(${name}, ${field}) == ${f.offset}, "offset of ${name}.${field}");`;
      }),
    ];
  }

  protected override unstore(type: AnyType, c: Code): Code {
    return elemName(type) === 'f16' ? code(`rk_half_value(${c.text})`) : super.unstore(type, c);
  }

  protected override stored(type: AnyType, c: Code): Code {
    return elemName(type) === 'f16' ? code(`rk_half_bits(${c.text})`) : super.stored(type, c);
  }

  protected override bitcast(to: ScalarName, text: string): string {
    const routine = { f32: '__uint_as_float', u32: '__float_as_uint', i32: '__float_as_int', f64: '__longlong_as_double', u64: '(u64)__double_as_longlong', i64: '__double_as_longlong' }[to as 'f32'];
    return `${routine}(${text})`;
  }

  // ---------------------------------------------------------------- places

  protected override root(p: PlaceOf<'state' | 'message' | 'constant' | 'buffer' | 'shared'>): Code {
    switch (p.kind) {
      case 'state': return code('*state', binding.unary);
      case 'message': return code('*msg', binding.unary);
      case 'constant': return code(this.globalName(p.constant, p.constant.name));
      case 'buffer': return code(this.globalName(p.param, p.param.name));
      case 'shared': return code(this.globalName(p.shared, p.shared.name));
    }
  }

  /** Handlers read element 0 instead of one out of range, and their fault is recorded. */
  protected override indexText(p: PlaceOf<'index'>): string {
    if (p.proven || this.program.kind !== 'actor') return super.indexText(p);
    return `rk_index(ctx, ${this.unsigned(p.index).text}, ${this.#lengthOf(p.base)}, ${position(p.pos)})`;
  }

  /** Conditions under which a place of a global kernel is in range; with checks on, the rest reads zero and stores nothing. */
  protected override guards(p: Place): string[] {
    if (!this.#options.exact || this.program.kind === 'actor') return [];
    if (p.kind === 'field' || p.kind === 'component') return this.guards(p.base);
    if (p.kind !== 'index') return [];
    const own = p.proven ? [] : [`${within(this.unsigned(p.index), binding.add)} < ${this.#lengthOf(p.base)}`];
    return [...this.guards(p.base), ...own];
  }

  protected override load(p: Place): Code {
    const guards = this.guards(p);
    const value = super.load(p);
    const type = placeType(p);
    return guards.length === 0 || type === null ? value
      : code(`${guards.join(' && ')} ? ${within(value, binding.choice + 1)} : ${this.typeName(type)}{}`, binding.choice);
  }

  #lengthOf(base: Place): string {
    switch (base.kind) {
      case 'constant': return `${base.constant.length}u`;
      case 'shared': return `${base.shared.length}u`;
      case 'buffer': return `${this.globalName(base.param, base.param.name)}_length`;
      default: {
        const type = placeType(base);
        return `${type?.kind === 'array' ? type.length : 0}u`;
      }
    }
  }

  // ---------------------------------------------------------------- expressions

  /** The compilers of CUDA 13 crash where some choices of aggregates stand in the braces of others: a call keeps them apart. */
  protected override select(e: ExprOf<'select'>): Code {
    const choice = super.select(e);
    return e.type.kind === 'scalar' ? choice : code(`rk_value(${choice.text})`);
  }

  protected override binary(e: ExprOf<'binary'>): Code {
    if (elemName(e.type) === 'f16') return code(`rk_round16(${super.binary(e).text})`);
    if (!this.#faults(e.type)) return super.binary(e);
    const at = position(e.pos);
    switch (e.op) {
      case 'add': case 'sub': case 'mul': {
        if (e.type.kind !== 'vec') return code(`rk_${e.op}_exact(ctx, ${this.text(e.left)}, ${this.text(e.right)}, ${at})`);
        const t = e.type.elem.name;
        return code(`rk_map([&ctx](${t} a, ${t} b) { return rk_${e.op}_exact(ctx, a, b, ${at}); }, ${this.text(e.left)}, ${this.text(e.right)})`);
      }
      case 'idiv': case 'imod': case 'floordiv': case 'ceildiv': {
        const [left, right] = [this.text(e.left), this.text(e.right)];
        const checked = e.op === 'imod' ? `rk_divisor(ctx, ${right}, ${at})` : `rk_divisor_of(ctx, ${left}, ${right}, ${at})`;
        return code(`rk_${e.op}(${left}, ${checked})`);
      }
      default: return super.binary(e);
    }
  }

  protected override unary(e: ExprOf<'unary'>): Code {
    if (e.op !== 'neg' || !this.#faults(e.type) || !isSigned(e.type)) return super.unary(e);
    return code(`rk_sub_exact(ctx, ${this.zero(e.type)}, ${this.text(e.value)}, ${position(e.pos)})`);
  }

  /** In exact handlers nothing is computed unsigned behind the user's back. */
  protected override unsigned(e: Expr): Code {
    const type = valueType(e);
    return this.#faults(type) && isSigned(type) && e.kind !== 'const' ? code(`${is64(type) ? 'u64' : 'u32'}(${this.text(e)})`) : super.unsigned(e);
  }

  #faults(type: AnyType): boolean {
    const elem = elemName(type);
    return this.#options.exact && this.program.kind === 'actor' && (elem === 'i32' || elem === 'u32' || elem === 'i64' || elem === 'u64');
  }

  protected override remainder(type: AnyType): string {
    return elemName(type) === 'f64' ? 'fmod' : 'fmodf';
  }

  protected override convertScalar(mode: ExprOf<'convert'>['mode'], from: ScalarName, to: ScalarName, value: Code): Code {
    if (to === 'f16' && mode === 'bitcast') return code(`rk_half_value(u16(${value.text}))`);
    if (to === 'f16') return code(`rk_round16(${from === 'f32' ? value.text : `f64(${value.text})`})`);
    if (from === 'f16' && mode === 'bitcast') return code(`${to}(rk_half_bits(${value.text}))`);
    return super.convertScalar(mode, from === 'f16' ? 'f32' : from, to, value);
  }

  protected override convertVec(e: ExprOf<'convert'>, from: ScalarName, to: ScalarName): Code {
    const one = this.convertScalar(e.mode, from, to, code('c'));
    return code(`rk_map([](${from} c) { return ${one.text}; }, ${this.text(e.value)})`);
  }

  /** Rows of raw memory carry the scope in the routine's name; scalar rows go over vectors by component. */
  protected override call(e: ExprOf<'call'>): Code {
    const row = intrinsics.get(e.name);
    if (row !== undefined && row.category === 'memory' && row.on.includes('mem')) {
      return code(`rk_${e.name}_${this.#options.scope}(${['memory', ...e.args.map((a) => this.text(a))].join(', ')})`);
    }
    return super.call(e);
  }

  protected override spell(template: string, e: ExprOf<'call'>, type: ScalarName | null): Code {
    const vector = e.type?.kind === 'vec' && e.places.length === 0 && !/\brk_v_/.test(template);
    if (!vector) return super.spell(template, e, type);
    const names = e.args.map((_, i) => `c${i}`);
    const one = super.spell(template, { ...e, args: e.args.map((a, i) => standIn(valueType(a), names[i]!, i)) }, type);
    const params = e.args.map((a, i) => `${this.scalarName(elemName(valueType(a))!)} ${names[i]}`).join(', ');
    return code(`rk_map([](${params}) { return ${one.text}; }, ${e.args.map((a) => this.text(a)).join(', ')})`);
  }

  protected override expr(e: Expr): Code {
    if (e.kind === 'load' && e.place.kind === 'local' && e.place.local.id < 0) return code(e.place.local.name);
    if (e.kind !== 'invoke') return super.expr(e);
    const takes = this.#takes.get(e.fn.name);
    return code(`${this.functionName(e.fn)}(${[...(takes === undefined ? [] : [takes]), ...e.args.map((a) => this.text(a))].join(', ')})`);
  }

  // ---------------------------------------------------------------- messages

  protected override send(e: ExprOf<'send'>, result: Place | null): void {
    const { message, index, name } = e.port;
    const outgoing = this.names.claim(name);
    const fields = message.fields.map((field) => {
      const given = e.fields.find((f) => f.name === field.name);
      return given === undefined ? '{}' : this.stored(field.type, this.expr(given.value)).text;
    });
    this.line(`const ${this.structName(message)} ${outgoing} = {${fields.join(', ')}};`);
    const sent = code(`rk_send(ctx, ${index}u, &${outgoing}, ${message.size}u)`);
    this.line(`${result === null ? sent.text : this.store(result, sent)};`);
  }

  protected override reply(s: StmtOf<'reply'>): void {
    this.storeFields('reply', s.message, s.fields);
    this.line('return 1u;');
  }

  protected override debug(s: StmtOf<'debug'>): void {
    const word = (a: Expr): string => {
      const text = this.text(a);
      switch (elemName(valueType(a))!) {
        case 'f16': case 'bf16': case 'f32': case 'f64': return `(u64)__double_as_longlong(f64(${text}))`;
        case 'i32': return `u64(i64(${text}))`;
        default: return `u64(${text})`;
      }
    };
    const kinds = s.args.reduce((bits, a, i) => bits | (BigInt(debugKind(elemName(valueType(a))!)) << BigInt(2 * i)), 0n);
    const words = s.args.length === 0 ? 'nullptr' : this.names.claim('words');
    if (s.args.length > 0) this.line(`const u64 ${words}[] = {${s.args.map(word).join(', ')}};`);
    this.line(`rk_debug(ctx, ${s.format}u, ${kinds}ull, ${words}, ${s.args.length}u);`);
  }

  // ---------------------------------------------------------------- statements

  /** A reply returns at once: what follows it in the IR is that return. */
  protected override body(statements: readonly Stmt[]): void {
    if (this.#watch) {
      this.#watch = false;
      this.out.indent(() => this.line(`if (!rk_alive(ctx)) return${this.#bail};`));
    }
    const reply = statements.findIndex((s) => s.kind === 'reply');
    super.body(reply < 0 ? statements : statements.slice(0, reply + 1));
  }

  protected override statement(s: Stmt): void {
    if (s.kind === 'return' && this.#handler !== null) {
      if (s.pos !== undefined) this.at = s.pos;
      return this.line('return 0u;');
    }
    super.statement(s);
  }

  /** Loops of actors ask in every turn whether the watchdog wants an end, unless they count to a constant. */
  protected override loop(s: StmtOf<'loop'>): void {
    this.#watch = this.program.kind === 'actor' && !endsByItself(s);
    super.loop(s);
  }

  // ---------------------------------------------------------------- functions

  /** Prints a function's body, then puts the header before it: what it takes shows only in the body. */
  #function(fn: Func, header: (takes: Environment | undefined) => string, opening: () => void = () => {}): void {
    const plain = plainExits(fn, { switchOn: isInteger });
    this.enter(plain);
    this.#bail = this.#handler !== null ? ' 0u' : fn.result === null ? '' : ` ${this.typeName(fn.result)}{}`;
    const from = this.out.lines.length;
    this.out.indent(opening);
    this.at = null;
    this.helperBody(plain);
    if (this.#handler !== null && !ends(plain.body) && plain.body.at(-1)?.kind !== 'reply') this.out.indent(() => this.line('return 0u;'));
    const text = this.out.lines.slice(from).map((l) => (l.raw === undefined ? l.text : '')).join('\n');
    const takes = (Object.keys(environments) as Environment[]).find((name) => new RegExp(`\\b${name}\\b`).test(text));
    this.out.lines.splice(from, 0, { text: header(takes), pos: fn.pos ?? null });
    this.at = null;
    this.line('}');
    this.line('');
  }

  /** A function with a header of its own, asked for when the body is printed. */
  protected functionWith(fn: Func, header: () => string): void {
    this.#handler = null;
    this.#function(fn, header);
  }

  #parameters(fn: Func): string[] {
    return fn.params.map((p: Local) => `${this.typeName(p.type)} ${this.localName(p)}`);
  }

  helper(fn: Func, forced?: Environment): void {
    this.#handler = null;
    const result = fn.result === null ? 'void' : this.typeName(fn.result);
    this.#function(fn, (found) => {
      const takes = forced ?? found;
      if (takes !== undefined) this.#takes.set(fn.name, takes);
      return `__device__ ${result} ${this.functionName(fn)}(${[...(takes === undefined ? [] : [environments[takes]]), ...this.#parameters(fn)].join(', ')}) {`;
    });
  }

  handler(h: Handler, stateType: Struct | null, name: string): void {
    this.#handler = h;
    const [state, reply] = [stateType, h.reply].map((t) => (t === null ? null : this.structName(t)));
    this.#function(h.func, () => `${handlerSignature(name, state!, this.structName(h.message), reply!)} {`);
    this.#handler = null;
  }

  kernel(program: GlobalProgram, name: string): void {
    const threads = program.workgroup.reduce((a, b) => a * b, 1);
    this.#function(program.func, () => {
      const args = entryArguments(program).map((a) => {
        if (a.kind === 'value') return `${this.storedName(a.param.local.type)} ${this.#argumentName(a.param.local)}`;
        const buffer = this.globalName(a.param, a.param.name);
        if (a.kind === 'extent') return `u32 ${buffer}_${a.extent}`;
        return `${a.param.access === 'read' ? 'const ' : ''}${this.storedName(a.param.elem)}* ${buffer}`;
      });
      return `extern "C" __global__ void __launch_bounds__(${threads}) ${name}(${args.join(', ')}) {`;
    }, () => {
      for (const p of program.params) {
        if (p.kind !== 'value') continue;
        const argument = this.#argumentName(p.local);
        if (argument !== this.localName(p.local)) this.line(this.declaration(p.local, this.unstore(p.local.type, code(argument)).text));
      }
      for (const s of program.shared) this.line(`__shared__ ${this.storedName(s.elem)} ${this.globalName(s, s.name)}[${s.length}];`);
    });
  }

  /** A value parameter whose argument has another form gets a local of its own. */
  #argumentName(local: Local): string {
    const name = this.localName(local);
    return this.storedName(local.type) === this.typeName(local.type) ? name : `${name}_argument`;
  }

  constant(c: ConstantBuffer): string {
    const data = c.data as unknown as ArrayLike<number | bigint>;
    const values = Array.from({ length: c.length }, (_, i) => this.stored(c.elem, this.literal(c.elem.name, data[i]!)).text);
    const rows = Array.from({ length: Math.ceil(values.length / 8) }, (_, r) => `  ${values.slice(r * 8, r * 8 + 8).join(', ')},`);
    return [`__device__ const ${this.storedName(c.elem)} ${this.globalName(c, c.name)}[${c.length}] = {`, ...rows, '};'].join('\n');
  }

  structDeclarations(): string[] {
    return [...this.structs].map(([name, type]) => this.structDeclaration(name, type));
  }

  get printed(): readonly Line[] {
    return this.out.lines;
  }

  /** The name that a device function has. */
  entryFunction(fn: Func): string {
    return this.functionName(fn);
  }

  /** The name an entry of this program has. */
  entryName(): string {
    return this.claimGlobal(legal(this.program.id));
  }
}

/** How the host reads a debug argument back from its 64-bit word. */
const debugKind = (t: ScalarName): number => {
  switch (t) {
    case 'bool': return debugKinds.bool;
    case 'i32': case 'i64': return debugKinds.signed;
    case 'u32': case 'u64': return debugKinds.unsigned;
    default: return debugKinds.number;
  }
};

/** Where in the program's sources, as three arguments. */
const position = (pos: Pos | undefined): string => `${pos?.source ?? 0}u, ${pos?.start ?? 0}u, ${pos?.end ?? 0}u`;

/** A stand-in operand that prints as `name`. */
function standIn(type: AnyType, name: string, n: number): Expr {
  const elem = type.kind === 'vec' ? type.elem : type;
  return { kind: 'load', place: { kind: 'local', local: { id: -1 - n, name, type: elem } }, type: elem };
}
