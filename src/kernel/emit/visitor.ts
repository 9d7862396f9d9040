/**
 * The one walk over the IR that prints text. CUDA C++, MSL, WGSL and JavaScript are subclasses that override
 * what their language spells differently; everything that curly-brace languages share is here.
 *
 * Expressions are `Code`: text and how tightly it binds. `binding` is stricter than C: comparison, shift, bit
 * and logical operators never mix without parentheses, which WGSL demands and every reader likes.
 *
 * Targets without labels get functions whose exits all leave the innermost construct (`passes/exits.ts`);
 * a target with labels sets `labels`.
 */
import { fail } from '../../error/index.ts';
import type { AnyType, ScalarName, Struct } from '../../layout/types.ts';
import { intrinsics, spelling, type Target } from '../intrinsics/table.ts';
import type {
  AssignStmt, BinaryOp, BufferParam, CompareOp, ConstantBuffer, Expr, Func, Local, Place, Pos, Program, SharedArray, Stmt,
} from '../ir.ts';
import { assignedLocals } from './assigned.ts';
import { binding, code, prefixed, within, type Code } from './code.ts';
import { Lines } from './lines.ts';
import { Names } from './names.ts';
import { elemName, ends, overload, placeType, valueType } from './questions.ts';
import { fillTemplate } from './template.ts';

export { assignedLocals } from './assigned.ts';
export { binding, code, prefixed, within, type Code } from './code.ts';
export { elemName, ends, overload, placeType, valueType } from './questions.ts';

/** Node kinds by name: `ExprOf<'binary'>`. */
export type ExprOf<K extends Expr['kind']> = Extract<Expr, { kind: K }>;
export type StmtOf<K extends Stmt['kind']> = Extract<Stmt, { kind: K }>;
export type PlaceOf<K extends Place['kind']> = Extract<Place, { kind: K }>;

/** Operators that every target spells alike; the rest of `BinaryOp` is `binarySpecial`. */
const infix: { readonly [O in BinaryOp]?: readonly [token: string, level: number] } = {
  add: ['+', binding.add], sub: ['-', binding.add], mul: ['*', binding.mul], div: ['/', binding.mul],
  and: ['&', binding.bit], or: ['|', binding.bit], xor: ['^', binding.bit],
};

const comparison: Readonly<Record<CompareOp, string>> = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' };

/** Names beside a buffer's that say where it is and how large. */
const bufferParts = ['_length', '_width', '_height', '_depth', '_address'];

export const componentName = (i: number): string => 'xyzw'[i]!;

export abstract class TextVisitor {
  protected abstract readonly target: Target;
  /** The target has labelled `break` and `continue`. */
  protected readonly labels: boolean = false;

  protected readonly program: Program;
  protected readonly out = new Lines();
  /** Names at the top level of the output. */
  protected readonly globals: Names;
  /** Names in the function being printed. */
  protected names: Names;
  /** Ids of the locals that the function being printed assigns after their declaration. */
  protected assigned: ReadonlySet<number> = new Set();
  /** Origin of the statement being printed. */
  protected at: Pos | null = null;

  #localNames = new Map<number, string>();
  readonly #globalNames = new Map<object, string>();
  readonly #fieldNames = new Map<string, ReadonlyMap<string, string>>();
  /** By the name in the program: passes make functions anew. */
  readonly #functionNames = new Map<string, string>();
  readonly #reserved: readonly string[];
  /** Ids of the constructs around the statement being printed, innermost last; `loop`: `continue` means this one. */
  readonly #around: { readonly id: number; readonly loop: boolean }[] = [];

  constructor(program: Program, reserved: Iterable<string>) {
    this.program = program;
    this.#reserved = [...reserved];
    this.globals = new Names(this.#reserved);
    this.names = this.globals.scope();
  }

  // ---------------------------------------------------------------- what a target must say

  /** Spelling of a type of values (locals, parameters, results). */
  protected abstract typeName(type: AnyType): string;
  protected abstract literal(type: ScalarName, value: number | bigint | boolean): Code;
  /** A declaration with its terminator; `init` null: zero. */
  protected abstract declaration(local: Local, init: string | null): string;
  /** `state`, `message`, a constant, a buffer, a shared array. */
  protected abstract root(place: PlaceOf<'state' | 'message' | 'constant' | 'buffer' | 'shared'>): Code;
  /** idiv imod floordiv ceildiv rem shl shr. */
  protected abstract binarySpecial(e: ExprOf<'binary'>): Code;
  protected abstract convert(e: ExprOf<'convert'>): Code;
  protected abstract construct(e: ExprOf<'construct'>): Code;
  /** Statements that send; `result`: the bool local (already declared) or place that receives the outcome, if any. */
  protected abstract send(e: ExprOf<'send'>, result: Place | null): void;
  protected abstract reply(s: StmtOf<'reply'>): void;
  protected abstract debug(s: StmtOf<'debug'>): void;

  /** The error for something the target cannot do. */
  protected lacks(need: string, where: string, hint = 'Use another operation or type, or a backend whose capabilities include it.'): Error {
    return fail('RK301', { target: this.target, need, id: this.program.id, where, hint });
  }

  // ---------------------------------------------------------------- names

  protected localName(local: Local): string {
    let name = this.#localNames.get(local.id);
    if (name === undefined) {
      name = this.names.claim(local.name, local.id);
      this.#localNames.set(local.id, name);
    }
    return name;
  }

  /** The name of a constant, buffer, shared array or anything else of the top level, claimed at first sight. */
  protected globalName(thing: ConstantBuffer | BufferParam | SharedArray | object, wish: string): string {
    let name = this.#globalNames.get(thing);
    if (name === undefined) {
      const buffer = 'kind' in thing && thing.kind === 'buffer';
      name = this.claimGlobal(wish, buffer ? bufferParts : []);
      this.#globalNames.set(thing, name);
    }
    return name;
  }

  /** A name at the top level that means nothing else in the function being printed. */
  protected claimGlobal(wish: string, suffixes: readonly string[] = []): string {
    return this.globals.claimWith(wish, suffixes, this.names);
  }

  /** A field's name where the target's own words are in the way. The same for every struct of this shape. */
  protected fieldName(type: Struct, name: string): string {
    const key = type.fields.map((f) => f.name).join();
    let names = this.#fieldNames.get(key);
    if (names === undefined) {
      const taken = new Names(this.#reserved);
      names = new Map(type.fields.map((f) => [f.name, taken.claim(f.name)]));
      this.#fieldNames.set(key, names);
    }
    return names.get(name)!;
  }

  /** A helper's name gives way to the target's own words and to what generated text calls. */
  protected functionName(fn: Func): string {
    return this.helperName(fn, fn.name);
  }

  protected helperName(fn: Func, wish: string): string {
    // Functions of our own keep the names that no user's can have.
    if (fn.name.startsWith('rk_')) return wish;
    let name = this.#functionNames.get(fn.name);
    if (name === undefined) this.#functionNames.set(fn.name, name = this.claimGlobal(wish));
    return name;
  }

  /** Claims the helpers' names before any local can. */
  protected claimFunctions(): void {
    for (const fn of this.program.functions) this.functionName(fn);
  }

  /** Enters a function: fresh local names, what it assigns. Run before its header is printed. */
  protected enter(fn: Func): void {
    this.names = this.globals.scope();
    this.#localNames = new Map(this.rawOf(fn) === undefined ? [] : fn.params.map((p) => [p.id, p.name]));
    this.assigned = assignedLocals(fn.body);
    this.at = fn.pos ?? null;
  }

  /** What the user wrote for this target in place of the function's body. */
  protected rawOf(fn: Func): { readonly text: string; readonly source: number } | undefined {
    return this.target === 'js' || this.target === 'wasm' ? undefined : fn.raw?.[this.target];
  }

  /** The body of a helper: its statements, or the user's text. */
  protected helperBody(fn: Func): void {
    const raw = this.rawOf(fn);
    if (raw === undefined) this.body(fn.body);
    else this.out.addRaw(raw.text, raw.source, this.program.sources[raw.source]?.name ?? fn.name);
  }

  // ---------------------------------------------------------------- statements

  protected line(text: string): void {
    this.out.add(text, this.at);
  }

  /** Statements one level in. */
  protected body(statements: readonly Stmt[]): void {
    this.out.indent(() => { for (const s of statements) this.statement(s); });
  }

  protected statement(s: Stmt): void {
    if (s.pos !== undefined) this.at = s.pos;
    switch (s.kind) {
      case 'let': return this.letStatement(s);
      case 'assign': return this.assign(s);
      case 'exec': return s.value.kind === 'send' ? this.send(s.value, null) : this.line(`${this.text(s.value)};`);
      case 'if': return this.ifStatement(s);
      case 'loop': return this.around(s.id, true, () => this.loop(s));
      case 'block': return this.around(s.id, false, () => this.block(s));
      case 'switch': return this.around(s.id, false, () => this.switchStatement(s));
      case 'break': return this.line(`break${this.exitLabel(s.target, false)};`);
      case 'continue': return this.line(`continue${this.exitLabel(s.target, true)};`);
      case 'return': return this.line(s.value === null ? 'return;' : `return ${this.text(s.value)};`);
      case 'reply': return this.reply(s);
      case 'debug': return this.debug(s);
    }
  }

  protected around(id: number, loop: boolean, print: () => void): void {
    this.#around.push({ id, loop });
    print();
    this.#around.pop();
  }

  /** Empty when a plain `break` or `continue` already means `target`. */
  protected exitLabel(target: number, isContinue: boolean): string {
    if (!this.labels) return '';
    // A block is no loop or switch: a plain `break` passes through it, so leaving one takes its label.
    const nearest = this.#around.findLast((a) => a.loop || !isContinue);
    return nearest?.id === target && nearest.loop ? '' : ` ${this.label(target)}`;
  }

  protected label(id: number): string {
    return `L${id}`;
  }

  protected labelPrefix(id: number): string {
    return this.labels ? `${this.label(id)}: ` : '';
  }

  protected letStatement(s: StmtOf<'let'>): void {
    if (s.init?.kind === 'send') {
      this.line(this.declaration(s.local, null));
      this.send(s.init, { kind: 'local', local: s.local });
    } else {
      this.line(this.declaration(s.local, s.init === null ? null : this.text(s.init)));
    }
  }

  protected assign(s: AssignStmt): void {
    if (s.value.kind === 'send') this.send(s.value, s.place);
    else this.line(`${this.assignText(s)};`);
  }

  /** An assignment without its terminator, as in the head of a `for`. */
  protected assignText(s: AssignStmt): string {
    return this.store(s.place, this.expr(s.value));
  }

  protected ifStatement(s: StmtOf<'if'>, lead = ''): void {
    this.line(`${lead}if (${this.text(s.test)}) {`);
    this.body(s.then);
    const [only, ...more] = s.else;
    if (only?.kind === 'if' && more.length === 0) return this.ifStatement(only, '} else ');
    if (s.else.length > 0) {
      this.line('} else {');
      this.body(s.else);
    }
    this.line('}');
  }

  /** As C and JavaScript write it; the updates become a comma list. */
  protected loop(s: StmtOf<'loop'>): void {
    const updates = s.update.map((u) => this.assignText(u));
    const head = this.labelPrefix(s.id);
    if (s.posttest === null) {
      const test = s.pretest === null ? '' : this.text(s.pretest);
      if (updates.length === 0 && test !== '') this.line(`${head}while (${test}) {`);
      else this.line(`${head}for (;${test === '' ? '' : ` ${test}`};${updates.length === 0 ? '' : ` ${updates.join(', ')}`}) {`);
      this.body(s.body);
      return this.line('}');
    }
    const again: Expr = s.pretest === null ? s.posttest
      : { kind: 'logical', op: 'and', left: s.posttest, right: s.pretest, type: s.posttest.type as ExprOf<'logical'>['type'] };
    const print = (): void => {
      this.line(`${head}do {`);
      this.body(s.body);
      this.line(`} while (${[...updates, this.text(again)].join(', ')});`);
    };
    if (s.pretest === null) return print();
    this.line(`if (${this.text(s.pretest)}) {`);
    this.out.indent(print);
    this.line('}');
  }

  protected block(s: StmtOf<'block'>): void {
    this.line(`${this.labelPrefix(s.id)}{`);
    this.body(s.body);
    this.line('}');
  }

  protected switchStatement(s: StmtOf<'switch'>): void {
    const type = elemName(valueType(s.subject))!;
    this.line(`${this.labelPrefix(s.id)}switch (${this.text(s.subject)}) {`);
    this.out.indent(() => {
      for (const c of s.cases) this.switchCase(c.values.map((v) => this.literal(type, v).text), c.body);
      if (s.otherwise.length > 0) this.switchCase(null, s.otherwise);
    });
    this.line('}');
  }

  /** `values` null: the default. */
  protected switchCase(values: readonly string[] | null, body: readonly Stmt[]): void {
    this.line(values === null ? 'default: {' : `${values.map((v) => `case ${v}:`).join(' ')} {`);
    this.body(body);
    this.out.indent(() => { if (!ends(body)) this.line('break;'); });
    this.line('}');
  }

  // ---------------------------------------------------------------- places

  protected place(p: Place): Code {
    switch (p.kind) {
      case 'local': return code(this.localName(p.local));
      case 'field': return code(`${within(this.place(p.base), binding.primary)}.${this.fieldOf(p)}`);
      case 'index': return code(`${within(this.place(p.base), binding.primary)}[${this.text(p.index)}]`);
      case 'component': return code(`${within(this.place(p.base), binding.primary)}.${componentName(p.component)}`);
      default: return this.root(p);
    }
  }

  protected fieldOf(p: PlaceOf<'field'>): string {
    const type = placeType(p.base);
    return type?.kind === 'struct' ? this.fieldName(type, p.name) : p.name;
  }

  protected load(p: Place): Code {
    return this.place(p);
  }

  protected store(p: Place, value: Code): string {
    return `${this.place(p).text} = ${value.text}`;
  }

  // ---------------------------------------------------------------- expressions

  /** The expression's text where only something that binds at least `min` may stand. */
  protected text(e: Expr, min: number = binding.any): string {
    return within(this.expr(e), min);
  }

  protected expr(e: Expr): Code {
    switch (e.kind) {
      case 'const': return this.literal(e.type.name, e.value);
      case 'load': return this.load(e.place);
      case 'unary': return this.unary(e);
      case 'binary': return this.binary(e);
      case 'compare': return this.compare(e);
      case 'logical': return this.logical(e);
      case 'select': return this.select(e);
      case 'convert': return this.convert(e);
      case 'call': return this.call(e);
      case 'invoke': return code(`${this.functionName(e.fn)}(${e.args.map((a) => this.text(a)).join(', ')})`);
      case 'construct': return this.construct(e);
      case 'extract': return this.extract(e);
      case 'send': throw new Error('a send stands only as the root of a statement');
    }
  }

  protected unary(e: ExprOf<'unary'>): Code {
    return prefixed(e.op === 'neg' ? '-' : e.op === 'not' ? '!' : '~', this.expr(e.value));
  }

  protected binary(e: ExprOf<'binary'>): Code {
    const known = infix[e.op];
    if (known === undefined) return this.binarySpecial(e);
    const [token, level] = known;
    // Bit operators take one of their own kind on the left, and else only what binds like a unary operator.
    const same = e.left.kind === 'binary' && e.left.op === e.op;
    const [l, r] = level === binding.bit ? [same ? level : binding.unary, binding.unary] : [level, level + 1];
    return code(`${this.text(e.left, l)} ${token} ${this.text(e.right, r)}`, level);
  }

  protected compare(e: ExprOf<'compare'>): Code {
    const operand = (side: Expr): string => this.text(side, binding.shift);
    return code(`${operand(e.left)} ${comparison[e.op]} ${operand(e.right)}`, binding.compare);
  }

  protected logical(e: ExprOf<'logical'>): Code {
    const level = e.op === 'and' ? binding.and : binding.or;
    const operand = (side: Expr): string => this.text(side, side.kind === 'logical' && side.op === e.op ? level : binding.compare);
    return code(`${operand(e.left)} ${e.op === 'and' ? '&&' : '||'} ${operand(e.right)}`, level);
  }

  protected select(e: ExprOf<'select'>): Code {
    const above = binding.choice + 1;
    return code(`${this.text(e.test, above)} ? ${this.text(e.then, above)} : ${this.text(e.else, binding.choice)}`, binding.choice);
  }

  protected extract(e: ExprOf<'extract'>): Code {
    const t = valueType(e.value);
    const base = this.text(e.value, binding.primary);
    if (t.kind === 'struct') return code(`${base}.${this.fieldName(t, t.fields[e.part]!.name)}`);
    return code(t.kind === 'array' ? `${base}[${e.part}]` : `${base}.${componentName(e.part)}`);
  }

  // ---------------------------------------------------------------- intrinsics

  /** A row of the table. Override for rows that need more than a template, then call this for the rest. */
  protected call(e: ExprOf<'call'>): Code {
    const row = intrinsics.get(e.name);
    if (row === undefined) throw new Error(`no intrinsic '${e.name}'`);
    const type = overload(row, e);
    const template = spelling(row, this.target, type);
    if (template === undefined) throw this.lacks(`'${e.name}'${type === null ? '' : ` of ${type}`}`, `the call of ${e.name}`);
    return this.spell(template, e, type);
  }

  /** Operands are the places (as addresses), then the arguments. */
  protected spell(template: string, e: ExprOf<'call'>, type: ScalarName | null): Code {
    const operands = [...e.places.map((p) => this.address(p)), ...e.args.map((a) => this.expr(a))];
    return fillTemplate(template, operands, type === null ? '' : this.scalarName(type));
  }

  protected abstract scalarName(type: ScalarName): string;

  /** A place as an operand of an atomic; a bare buffer is just its name. */
  protected address(p: Place): Code {
    if (p.kind === 'buffer') return this.root(p);
    return code(`&${within(this.place(p), binding.primary)}`, binding.unary);
  }
}
