/**
 * What WGSL spells its own way: 64-bit integers as word pairs, memory as words, eager `select`, loops with a
 * `continuing` part, faults that leave a handler by returning.
 */
import { fail } from '../../../error/index.ts';
import { faultNumber } from '../../../engine/abi.ts';
import type { FaultSite } from '../../../engine/pass/driver.ts';
import type { AnyType, ScalarName, Struct } from '../../../layout/types.ts';
import { intrinsics } from '../../intrinsics/table.ts';
import type { Expr, Func, Local, Place, Pos, Program, Stmt } from '../../ir.ts';
import { rootOf, walkExpr, walkPlace, walkStmts, type Visitor } from '../../passes/walk.ts';
import {
  binding, code, elemName, placeType, TextVisitor, valueType, within, type Code, type ExprOf, type PlaceOf, type StmtOf,
} from '../visitor.ts';
import { Memory, u32Text, wordAddress, type Address, type Block } from './memory.ts';
import { wgslWords } from './words.ts';

export const is64 = (t: ScalarName | null): boolean => t === 'i64' || t === 'u64';
const isFloat = (t: ScalarName | null): boolean => t === 'f32' || t === 'f16';

export interface WgslOptions {
  /** Put before the names of functions and constants, so that several programs fit one module. */
  readonly prefix: string;
  /** Faults are recorded and end the handler; else stores out of bounds are dropped. */
  readonly faults: boolean;
  /** Grows by one entry per place that can fault. */
  readonly sites: FaultSite[];
  readonly kind: number;
}

export abstract class WgslVisitor extends TextVisitor {
  protected readonly target = 'wgsl' as const;
  protected readonly options: WgslOptions;
  protected readonly memory = new Memory((t) => this.typeName(t));
  readonly #structs = new Map<string, string>();
  readonly #mayFault = new Map<Func, boolean>();
  /** What a `return` in the function being printed gives. */
  protected bail = 'return;';
  #fresh = 0;

  constructor(program: Program, options: WgslOptions) {
    super(program, wgslWords);
    this.options = options;
  }

  protected override functionName(fn: Func): string {
    return this.options.prefix + fn.name;
  }

  protected fresh(wish: string): string {
    return this.names.claim(`${wish}_t${++this.#fresh}`);
  }

  protected site(pos: Pos | undefined): string {
    const p = pos ?? this.at;
    this.options.sites.push({ kind: this.options.kind, source: p?.source ?? 0, start: p?.start ?? 0, end: p?.end ?? 0 });
    return u32Text(this.options.sites.length - 1);
  }

  // ---------------------------------------------------------------- types and literals

  protected typeName(t: AnyType): string {
    switch (t.kind) {
      case 'scalar': return this.scalarName(t.name);
      case 'vec': return `vec${t.length}<${this.scalarName(t.elem.name)}>`;
      case 'array': return `array<${this.typeName(t.elem)}, ${t.length}>`;
      case 'struct': return this.structName(t);
    }
  }

  protected scalarName(t: ScalarName): string {
    if (t === 'f64') throw this.#lacks('f64', 'a value of type f64', 'Use f32; WGSL has no double precision.');
    return is64(t) ? 'vec2<u32>' : t;
  }

  #lacks(need: string, where: string, hint: string): Error {
    return fail('RK301', { target: 'wgsl', need, id: this.program.id, where, hint });
  }

  /** Declares the struct at first sight. */
  protected structName(t: Struct): string {
    const key = `${t.name}:${t.fields.map((f) => `${f.name}:${f.offset}`).join()}`;
    let text = this.#structs.get(key);
    const name = this.globalName(t.shape, `${this.options.prefix}${t.name}`);
    if (text === undefined) {
      text = `struct ${name} { ${t.fields.map((f) => `${this.fieldName(t, f.name)}: ${this.typeName(f.type)}`).join(', ')} }`;
      this.#structs.set(key, text);
    }
    return name;
  }

  protected get structTexts(): readonly string[] {
    return [...this.#structs.values()];
  }

  protected literal(type: ScalarName, value: number | bigint | boolean): Code {
    switch (type) {
      case 'bool': return code(String(Boolean(value)));
      case 'u32': return code(u32Text(Number(value)));
      case 'i32': {
        const n = Number(value) | 0;
        return n === -0x8000_0000 ? code('i32(-2147483648)') : n < 0 ? code(`${n}i`, binding.unary) : code(`${n}i`);
      }
      case 'i64': case 'u64': {
        const n = BigInt.asUintN(64, BigInt(value));
        return code(`vec2<u32>(${u32Text(Number(n & 0xffff_ffffn))}, ${u32Text(Number(n >> 32n))})`);
      }
      case 'f32': return this.#float(Math.fround(Number(value)), 'f');
      case 'f16': return this.#float(Number(value), 'h');
      case 'f64': throw this.#lacks('f64', 'a constant of type f64', 'Use `Math.fround` or `ctx.f32`; WGSL has no double precision.');
    }
  }

  #float(x: number, suffix: 'f' | 'h'): Code {
    const plain = Number.isFinite(x) && !Object.is(x, -0) && (x === 0 || Math.abs(x) >= 1.1754943508222875e-38);
    if (!plain) {
      const bits = new Uint32Array(new Float32Array([x]).buffer)[0]!;
      return suffix === 'f' ? code(`rk_f32(0x${bits.toString(16)}u)`) : code(`f16(rk_f32(0x${bits.toString(16)}u))`);
    }
    const text = String(x).replace('e+', 'e');
    const whole = /[.e]/.test(text) ? text : `${text}.0`;
    return code(whole + suffix, x < 0 ? binding.unary : binding.primary);
  }

  protected declaration(local: Local, init: string | null): string {
    const name = this.localName(local);
    const changes = this.assigned.has(local.id) || init === null;
    if (init === null) return `var ${name}: ${this.typeName(local.type)};`;
    return `${changes ? 'var' : 'let'} ${name}: ${this.typeName(local.type)} = ${init};`;
  }

  // ---------------------------------------------------------------- faults

  protected mayFault(fn: Func): boolean {
    let known = this.#mayFault.get(fn);
    if (known === undefined) {
      known = this.faults((v) => walkStmts(fn.body, v)) || hasWatchedLoop(fn.body);
      this.#mayFault.set(fn, known);
    }
    return known;
  }

  /** Whether what the walk visits can fault. */
  protected faults(walk: (v: Visitor) => void): boolean {
    if (!this.options.faults) return false;
    let found = false;
    walk({
      place: (p) => { if (p.kind === 'index' && this.unproven(p)) found = true; },
      expr: (e) => { if (e.kind === 'invoke' && this.mayFault(e.fn)) found = true; },
    });
    return found;
  }

  protected exprFaults(e: Expr): boolean {
    return this.faults((v) => walkExpr(e, v));
  }

  protected check(): void {
    this.line(`if (rk_fault != 0u) { ${this.bail} }`);
  }

  /** The expression; when it can fault, computed and checked beforehand. */
  protected settledCode(e: Expr): Code {
    if (!this.exprFaults(e)) return this.expr(e);
    const name = this.fresh('v');
    this.line(`let ${name}: ${this.typeName(valueType(e))} = ${this.text(e)};`);
    this.check();
    return code(name);
  }

  protected settled(e: Expr): string {
    return this.settledCode(e).text;
  }

  // ---------------------------------------------------------------- statements

  protected override letStatement(s: StmtOf<'let'>): void {
    super.letStatement(s);
    if (s.init !== null && s.init.kind !== 'send' && this.exprFaults(s.init)) this.check();
  }

  protected override assign(s: StmtOf<'assign'>): void {
    if (s.value.kind === 'send') return super.assign(s);
    this.storeChecked(s.place, this.settledCode(s.value));
  }

  /** Stores where an index may be out of range. */
  protected storeChecked(p: Place, value: Code): void {
    const placeFaults = this.faults((v) => walkPlace(p, 'store', v));
    if (!this.options.faults && p.kind === 'index' && this.unproven(p) && rootOf(p).kind !== 'local') {
      const index = this.fresh('i');
      this.line(`let ${index}: u32 = ${this.index(p.index)};`);
      const length = this.lengthOf(p.base);
      this.line(`if (${index} < ${length}) { ${this.storeAt(this.withIndex(p, index), value)}; }`);
      return;
    }
    if (!placeFaults) return this.line(`${this.store(p, value)};`);
    const fixed = this.fixIndices(p);
    this.check();
    this.line(`${this.store(fixed, value)};`);
  }

  /** The place with every checked index evaluated into a local, so that its check comes before the store. */
  protected fixIndices(p: Place): Place {
    switch (p.kind) {
      case 'field': case 'component': return { ...p, base: this.fixIndices(p.base) } as Place;
      case 'index': {
        const base = this.fixIndices(p.base);
        if (!this.unproven(p)) return { ...p, base };
        const name = this.fresh('i');
        this.line(`let ${name}: u32 = rk_at(${this.index(p.index)}, ${this.lengthOf(p.base)}, ${this.site(p.pos)});`);
        return this.withIndex({ ...p, base }, name);
      }
      default: return p;
    }
  }

  /** The place with its last index replaced by a name of generated code. */
  protected withIndex(p: PlaceOf<'index'>, name: string): PlaceOf<'index'> {
    const local: Local = { id: -1 - this.#fresh, name, type: { kind: 'scalar', name: 'u32', size: 4, align: 4 } };
    this.#named.set(local, name);
    return { ...p, proven: true, index: { kind: 'load', place: { kind: 'local', local }, type: local.type } };
  }

  readonly #named = new Map<Local, string>();

  protected override localName(local: Local): string {
    return this.#named.get(local) ?? super.localName(local);
  }

  protected override statement(s: Stmt): void {
    if (s.pos !== undefined) this.at = s.pos;
    if (s.kind === 'exec' && s.value.kind !== 'send') return this.exec(s.value);
    if (s.kind === 'return' && s.value !== null) return this.line(`return ${this.settled(s.value)};`);
    if (s.kind === 'return') return this.line(this.returnText());
    super.statement(s);
  }

  protected returnText(): string {
    return 'return;';
  }

  protected exec(e: Expr): void {
    const has = e.type !== null;
    this.line(`${has ? '_ = ' : ''}${this.text(e)};`);
    if (this.exprFaults(e)) this.check();
  }

  protected override ifStatement(s: StmtOf<'if'>, lead = ''): void {
    // A test that needs statements of its own before it cannot stand behind `else`.
    if (lead !== '' && this.needsStatements(s.test)) {
      this.line('} else {');
      this.out.indent(() => this.ifStatement(s));
      return this.line('}');
    }
    this.line(`${lead}if (${this.settled(s.test)}) {`);
    this.body(s.then);
    const [only, ...more] = s.else;
    if (only?.kind === 'if' && more.length === 0) return this.ifStatement(only, '} else ');
    if (s.else.length > 0) {
      this.line('} else {');
      this.body(s.else);
    }
    this.line('}');
  }

  protected override loop(s: StmtOf<'loop'>): void {
    const watched = this.options.faults && (isWatched(s) || s.update.some((u) => this.exprFaults(u.value)));
    const simple = !watched && s.posttest === null && s.update.length <= 1
      && (s.pretest === null || !this.needsStatements(s.pretest)) && !s.update.some((u) => this.needsStatements(u.value) || this.isMemory(u.place));
    if (simple) {
      const test = s.pretest === null ? '' : ` ${this.text(s.pretest)}`;
      const update = s.update[0] === undefined ? '' : ` ${this.assignText(s.update[0])}`;
      this.line(`for (;${test};${update}) {`);
      this.body(s.body);
      return this.line('}');
    }
    this.line('loop {');
    this.out.indent(() => {
      if (watched) this.line(`if (rk_tick(${this.site(s.pos)})) { ${this.bail} }`);
      if (s.pretest !== null) this.line(`if (!(${this.settled(s.pretest)})) { break; }`);
      for (const inner of s.body) this.statement(inner);
      if (s.update.length === 0 && s.posttest === null) return;
      this.line('continuing {');
      this.out.indent(() => {
        for (const u of s.update) this.line(`${this.assignText(u)};`);
        if (s.posttest !== null) this.line(`break if !(${this.text(s.posttest)});`);
      });
      this.line('}');
    });
    this.line('}');
  }

  protected override switchStatement(s: StmtOf<'switch'>): void {
    const type = elemName(valueType(s.subject))!;
    this.line(`switch (${this.settled(s.subject)}) {`);
    this.out.indent(() => {
      for (const c of s.cases) {
        this.line(`case ${c.values.map((v) => this.literal(type, v).text).join(', ')}: {`);
        this.body(c.body);
        this.line('}');
      }
      this.line('default: {');
      this.body(s.otherwise);
      this.line('}');
    });
    this.line('}');
  }

  // ---------------------------------------------------------------- memory

  /** Bounds of what a place under an `index` stands for. */
  protected lengthOf(base: Place): string {
    if (base.kind === 'constant') return u32Text(base.constant.length);
    if (base.kind === 'shared') return u32Text(base.shared.length);
    const t = placeType(base);
    if (t?.kind === 'array') return u32Text(t.length);
    if (t?.kind === 'vec') return u32Text(t.length);
    throw new Error(`no length of ${base.kind}`);
  }

  /** Whether a place lies in a block of words (else: in a variable with a WGSL type). */
  protected isMemory(p: Place): boolean {
    const root = rootOf(p).kind;
    return root === 'state' || root === 'message' || root === 'constant';
  }

  protected abstract addressOfRoot(root: Place, firstField: number | null): Address;

  protected index(e: Expr): string {
    return elemName(valueType(e)) === 'u32' ? this.text(e, binding.unary) : `u32(${this.text(e)})`;
  }

  /** Whether an index may lie outside. */
  protected unproven(p: PlaceOf<'index'>): boolean {
    if (p.proven) return false;
    if (p.index.kind !== 'const' || p.base.kind === 'buffer') return true;
    const index = Number(p.index.value);
    return index < 0 || index >= Number.parseInt(this.lengthOf(p.base));
  }

  protected indexText(p: PlaceOf<'index'>): string {
    if (!this.options.faults || !this.unproven(p)) return this.index(p.index);
    return `rk_at(${this.index(p.index)}, ${this.lengthOf(p.base)}, ${this.site(p.pos)})`;
  }

  protected addressOf(p: Place): Address {
    switch (p.kind) {
      case 'field': {
        const base = p.base;
        if (base.kind === 'message') return this.addressOfRoot(base, base.type.fields.findIndex((f) => f.name === p.name));
        const a = this.addressOf(base);
        return { ...a, bytes: a.bytes + p.offset };
      }
      case 'component': {
        const a = this.addressOf(p.base);
        return { ...a, bytes: a.bytes + p.component * p.type.size };
      }
      case 'index': {
        const a = this.addressOf(p.base);
        const stride = Math.ceil(p.type.size / p.type.align) * p.type.align;
        const known = p.index.kind === 'const' && !this.unproven(p) ? Number(p.index.value) : null;
        if (known !== null) return { ...a, bytes: a.bytes + known * stride };
        return { ...a, terms: [...a.terms, { index: this.indexText(p), stride }] };
      }
      case 'local': throw new Error('a local has no address');
      default: return this.addressOfRoot(p, null);
    }
  }

  protected override load(p: Place): Code {
    if (!this.isMemory(p)) return this.place(p);
    if (p.kind === 'message') return this.wholeMessage(p.type);
    const t = placeType(p)!;
    return code(this.memory.load(this.addressOf(p), t));
  }

  protected wholeMessage(t: Struct): Code {
    const parts = t.fields.map((f, i) => this.memory.load(this.addressOfRoot({ kind: 'message', type: t }, i), f.type));
    return code(`${this.typeName(t)}(${parts.join(', ')})`);
  }

  protected override store(p: Place, value: Code): string {
    return this.storeAt(p, value);
  }

  protected storeAt(p: Place, value: Code): string {
    if (!this.isMemory(p)) return `${this.place(p).text} = ${value.text}`;
    return this.memory.store(this.addressOf(p), placeType(p)!, value.text);
  }

  protected override place(p: Place): Code {
    if (p.kind === 'index' && !this.isMemory(p)) {
      return code(`${within(this.place(p.base), binding.primary)}[${this.indexText(p)}]`);
    }
    if (this.isMemory(p)) return this.load(p);
    return super.place(p);
  }

  // ---------------------------------------------------------------- expressions

  /** Inside an expression of constants alone. */
  #opaque = false;

  /**
   * WGSL computes expressions of constants at compile time and refuses those that overflow. So that they
   * wrap instead, their literals go through functions, whose results are not constants.
   */
  protected override expr(e: Expr): Code {
    if (e.kind === 'const') {
      const plain = this.literal(e.type.name, e.value);
      return this.#opaque && e.type.name !== 'bool' ? code(`rk_keep_${e.type.name}(${plain.text})`) : plain;
    }
    if (this.#opaque || !allConstant(e)) return super.expr(e);
    this.#opaque = true;
    const made = super.expr(e);
    this.#opaque = false;
    return made;
  }

  /** A `select` that must not evaluate both sides, or whose type WGSL's `select` does not take. */
  #lazy(e: ExprOf<'select'>): boolean {
    const t = valueType(e).kind;
    return t === 'struct' || t === 'array' || this.exprFaults(e.then) || this.exprFaults(e.else) || invokes(e.then) || invokes(e.else);
  }

  protected needsStatements(e: Expr): boolean {
    let found = this.exprFaults(e);
    walkExpr(e, { expr: (x) => { if (x.kind === 'select' && this.#lazy(x)) found = true; } });
    return found;
  }

  #hasLazySelect(e: Expr): boolean {
    let found = false;
    walkExpr(e, { expr: (x) => { if (x.kind === 'select' && this.#lazy(x)) found = true; } });
    return found;
  }

  protected override select(e: ExprOf<'select'>): Code {
    if (!this.#lazy(e)) return code(`select(${this.text(e.else)}, ${this.text(e.then)}, ${this.text(e.test)})`);
    const name = this.fresh('v');
    this.line(`var ${name}: ${this.typeName(valueType(e))};`);
    this.line(`if (${this.text(e.test)}) {`);
    this.out.indent(() => this.line(`${name} = ${this.text(e.then)};`));
    this.line('} else {');
    this.out.indent(() => this.line(`${name} = ${this.text(e.else)};`));
    this.line('}');
    return code(name);
  }

  protected override logical(e: ExprOf<'logical'>): Code {
    if (!this.#hasLazySelect(e.right)) return super.logical(e);
    const name = this.fresh('v');
    this.line(`var ${name}: bool = ${this.text(e.left)};`);
    this.line(`if (${e.op === 'and' ? name : `!${name}`}) {`);
    this.out.indent(() => this.line(`${name} = ${this.text(e.right)};`));
    this.line('}');
    return code(name);
  }

  protected override unary(e: ExprOf<'unary'>): Code {
    const t = elemName(valueType(e));
    if (e.op === 'neg' && is64(t)) return code(`rk_neg64(${this.text(e.value)})`);
    if (e.op === 'neg' && t === 'u32') return code(`~${this.text(e.value, binding.primary)} + ${valueType(e).kind === 'vec' ? `${this.typeName(valueType(e))}(1u)` : '1u'}`, binding.add);
    return super.unary(e);
  }

  protected override binary(e: ExprOf<'binary'>): Code {
    const t = elemName(valueType(e));
    if (is64(t) && (e.op === 'add' || e.op === 'sub' || e.op === 'mul')) {
      return code(`rk_${e.op}64(${this.text(e.left)}, ${this.text(e.right)})`);
    }
    return super.binary(e);
  }

  protected binarySpecial(e: ExprOf<'binary'>): Code {
    const t = elemName(valueType(e))!;
    const [l, r] = [this.text(e.left), this.text(e.right)];
    if (e.op === 'shl' || e.op === 'shr') return this.#shift(e, t);
    if (e.op === 'rem') return code(t === 'f16' ? `f16(rk_fmod(f32(${l}), f32(${r})))` : `rk_fmod(${l}, ${r})`);
    const divisor = e.right.kind === 'const' && typeof e.right.value === 'number' && e.right.value !== 0;
    const op = t === 'u32' && e.op === 'floordiv' ? 'idiv' : e.op;
    if (divisor && (op === 'idiv' || op === 'imod') && !is64(t)) {
      return code(`${this.text(e.left, binding.mul)} ${op === 'idiv' ? '/' : '%'} ${this.text(e.right, binding.unary)}`, binding.mul);
    }
    return code(`rk_${op}_${t}(${l}, ${r})`);
  }

  #shift(e: ExprOf<'binary'>, t: ScalarName): Code {
    const count = this.shiftCount(e.right, is64(t) ? 63 : 31);
    if (is64(t)) return code(`${e.op === 'shl' ? 'rk_shl64' : `rk_shr_${t}`}(${this.text(e.left)}, ${count})`);
    return code(`${this.text(e.left, binding.unary)} ${e.op === 'shl' ? '<<' : '>>'} ${count}`, binding.shift);
  }

  protected shiftCount(e: Expr, mask: number): string {
    if (e.kind === 'const') return u32Text(Number(BigInt(e.value) & BigInt(mask)));
    const t = elemName(valueType(e));
    const word = is64(t) ? `${this.text(e, binding.primary)}.x` : t === 'i32' ? `u32(${this.text(e)})` : this.text(e, binding.unary);
    return mask === 63 ? word : `(${word} & ${u32Text(mask)})`;
  }

  protected override compare(e: ExprOf<'compare'>): Code {
    const t = elemName(valueType(e.left));
    if (is64(t)) {
      const [l, r] = [this.text(e.left), this.text(e.right)];
      switch (e.op) {
        case 'eq': return code(`all(${within(this.expr(e.left), binding.shift)} == ${within(this.expr(e.right), binding.shift)})`);
        case 'ne': return code(`any(${within(this.expr(e.left), binding.shift)} != ${within(this.expr(e.right), binding.shift)})`);
        case 'lt': return code(`rk_lt_${t}(${l}, ${r})`);
        case 'gt': return code(`rk_lt_${t}(${r}, ${l})`);
        case 'le': return code(`!rk_lt_${t}(${r}, ${l})`, binding.unary);
        case 'ge': return code(`!rk_lt_${t}(${l}, ${r})`, binding.unary);
      }
    }
    // `!=` of floats may be compiled as an ordered comparison, which NaN would fail.
    if (e.op === 'ne' && isFloat(t)) return code(`!(${super.compare({ ...e, op: 'eq' }).text})`, binding.unary);
    return super.compare(e);
  }

  protected convert(e: ExprOf<'convert'>): Code {
    const from = elemName(valueType(e.value))!;
    const to = elemName(e.type)!;
    const v = this.text(e.value);
    if (e.type.kind === 'vec') return code(`${this.typeName(e.type)}(${v})`);
    if (from === to) return this.expr(e.value);
    switch (e.mode) {
      case 'bitcast': return code(`bitcast<${this.scalarName(to)}>(${v})`);
      case 'truth':
        if (is64(from)) return code(`any(${this.text(e.value, binding.shift)} != vec2<u32>())`);
        if (isFloat(from)) return code(`rk_truth(${from === 'f16' ? `f32(${v})` : v})`);
        return code(`${this.text(e.value, binding.shift)} != 0`, binding.compare);
      case 'bits': return is64(to) ? this.expr(e.value) : code(`bitcast<${to}>(${v})`);
      case 'exact': case 'round':
        if (is64(to)) return code(from === 'i32' ? `rk_extend(${v})` : from === 'u32' ? `vec2<u32>(${v}, 0u)` : `vec2<u32>(u32(${v}), 0u)`);
        if (is64(from)) return code(to === 'f16' ? `f16(rk_f32_${from}(${v}))` : `rk_f32_${from}(${v})`);
        return code(`${this.scalarName(to)}(${v})`);
      case 'wrap': {
        if (isFloat(from)) {
          const wide = `rk_wrap64(${from === 'f16' ? `f32(${v})` : v})`;
          return code(is64(to) ? wide : to === 'u32' ? `${wide}.x` : `bitcast<i32>(${wide}.x)`);
        }
        if (is64(from) && !is64(to)) {
          const low = `${this.text(e.value, binding.primary)}.x`;
          return code(to === 'u32' ? low : `bitcast<i32>(${low})`);
        }
        return is64(from) ? this.expr(e.value) : is64(to) ? code(from === 'i32' ? `rk_extend(${v})` : `vec2<u32>(${v}, 0u)`) : code(`bitcast<${to}>(${v})`);
      }
      case 'saturate': return code(`rk_sat_${to}(${from === 'f16' ? `f32(${v})` : v})`);
    }
  }

  protected construct(e: ExprOf<'construct'>): Code {
    return code(`${this.typeName(valueType(e))}(${e.parts.map((p) => this.text(p)).join(', ')})`);
  }

  // ---------------------------------------------------------------- intrinsics

  protected override call(e: ExprOf<'call'>): Code {
    const row = intrinsics.get(e.name);
    if (row !== undefined && row.emit.wgsl === undefined) {
      throw this.#lacks(row.need ?? e.name, `'${e.name}'`, `WGSL has no counterpart of '${e.name}'; run this kernel on another backend.`);
    }
    return super.call(e);
  }

  protected override address(p: Place): Code {
    return p.kind === 'buffer' ? this.root(p) : super.address(p);
  }
}

/** An operation whose operands are constants all the way down. */
function allConstant(e: Expr): boolean {
  switch (e.kind) {
    case 'const': return true;
    case 'unary': case 'convert': case 'extract': return allConstant(e.value);
    case 'binary': case 'compare': case 'logical': return allConstant(e.left) && allConstant(e.right);
    case 'select': return allConstant(e.test) && allConstant(e.then) && allConstant(e.else);
    case 'call': return e.places.length === 0 && e.args.length > 0 && e.args.every(allConstant);
    default: return false;
  }
}

function invokes(e: Expr): boolean {
  let found = false;
  walkExpr(e, { expr: (x) => { if (x.kind === 'invoke') found = true; } });
  return found;
}

/** A loop whose number of turns is not a constant of the program. */
function isWatched(s: StmtOf<'loop'>): boolean {
  const test = s.pretest;
  const update = s.update[0];
  if (test?.kind !== 'compare' || test.right.kind !== 'const' || test.left.kind !== 'load' || test.left.place.kind !== 'local') return true;
  const counter = test.left.place.local;
  if (s.update.length !== 1 || update === undefined || update.place.kind !== 'local' || update.place.local.id !== counter.id) return true;
  const step = update.value;
  if (step.kind !== 'binary' || (step.op !== 'add' && step.op !== 'sub') || step.right.kind !== 'const' || Number(step.right.value) <= 0) return true;
  if ((step.op === 'add') !== (test.op === 'lt' || test.op === 'le')) return true;
  let assigned = false;
  walkStmts(s.body, { place: (p, access) => { if (p.kind === 'local' && p.local.id === counter.id && access !== 'load') assigned = true; } });
  return assigned;
}

function hasWatchedLoop(body: readonly Stmt[]): boolean {
  let found = false;
  walkStmts(body, { stmt: (s) => { if (s.kind === 'loop' && isWatched(s)) found = true; } });
  return found;
}

export const watchdogFault = u32Text(faultNumber('watchdog'));
export const boundsFault = u32Text(faultNumber('outOfBounds'));
export type { Block };
export { wordAddress };
