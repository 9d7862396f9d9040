/**
 * What WGSL spells its own way: 64-bit integers as word pairs, memory as words, eager `select`, loops with a
 * `continuing` part, faults that leave a handler by returning.
 */
import type { ScalarName } from '../../../layout/types.ts';
import type { Expr, Func, Place, Stmt } from '../../ir.ts';
import { rootOf, walkExpr, walkPlace } from '../../passes/walk.ts';
import { binding, code, elemName, valueType, within, type Code, type ExprOf, type StmtOf } from '../visitor.ts';
import { is64, isFloat, WgslBase } from './base.ts';
import { u32Text } from './memory.ts';
import { allConstant, invokes, isWatched } from './questions.ts';

export abstract class WgslVisitor extends WgslBase {
  /** A helper that has been entered. Parameters of WGSL cannot be assigned: those that are become variables. */
  protected printHelper(fn: Func): void {
    const changed: string[] = [];
    const params = fn.params.map((p) => {
      const name = this.localName(p);
      if (!this.assigned.has(p.id)) return `${name}: ${this.typeName(p.type)}`;
      const given = this.fresh(name);
      changed.push(`var ${name} = ${given};`);
      return `${given}: ${this.typeName(p.type)}`;
    });
    this.line(`fn ${this.functionName(fn)}(${params.join(', ')})${fn.result === null ? '' : ` -> ${this.typeName(fn.result)}`} {`);
    this.out.indent(() => { for (const c of changed) this.line(c); });
    this.helperBody(fn);
    this.line('}');
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
      const test = s.pretest === null ? '' : ` ${this.expr(s.pretest).text}`;
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
    return t === 'f16' ? rounded(super.binary(e)) : super.binary(e);
  }

  protected binarySpecial(e: ExprOf<'binary'>): Code {
    const t = elemName(valueType(e))!;
    const [l, r] = [this.text(e.left), this.text(e.right)];
    if (e.op === 'shl' || e.op === 'shr') return this.#shift(e, t);
    if (e.op === 'rem') return code(`rk_fmod(${l}, ${r})`);
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
    // `a < b >> c` would be read as a template list that ends with the first `>`.
    if (e.op === 'lt') return code(`${this.text(e.left, binding.shift)} < ${this.text(e.right, binding.add)}`, binding.compare);
    return super.compare(e);
  }

  /** `f(a < b, c > d)` would be read as a template list: such a comparison has parentheses where others may stand beside it. */
  protected override text(e: Expr, min: number = binding.any): string {
    const c = this.expr(e);
    return within(c, min === binding.any && e.kind === 'compare' && e.op === 'lt' ? binding.shift : min);
  }

  protected convert(e: ExprOf<'convert'>): Code {
    const from = elemName(valueType(e.value))!;
    const to = elemName(e.type)!;
    const v = this.text(e.value);
    if (e.type.kind === 'vec') return code(`${this.typeName(e.type)}(${v})`);
    if (from === to) return this.expr(e.value);
    switch (e.mode) {
      case 'bitcast':
        if (from === 'f16') return code(to === 'u32' ? `rk_half_bits(${v})` : `${to}(rk_half_bits(${v}))`);
        if (to === 'f16') return code(`rk_half_value(u32(${v}) & 0xffffu)`);
        return code(`bitcast<${this.scalarName(to)}>(${v})`);
      case 'truth':
        if (is64(from)) return code(`any(${this.text(e.value, binding.shift)} != vec2<u32>())`);
        if (isFloat(from)) return code(`rk_truth(${v})`);
        return code(`${this.text(e.value, binding.shift)} != 0`, binding.compare);
      case 'bits': return is64(to) ? this.expr(e.value) : code(`bitcast<${to}>(${v})`);
      case 'exact': case 'round':
        if (is64(to)) return code(from === 'i32' ? `rk_extend(${v})` : from === 'u32' ? `vec2<u32>(${v}, 0u)` : `vec2<u32>(u32(${v}), 0u)`);
        if (to === 'bf16') return code(`rk_bfloat_value(rk_bfloat_bits(${v}))`);
        if (isFloat(from) && to === 'f32') return this.expr(e.value);
        if (to === 'f16') return rounded(is64(from) ? code(`rk_f32_${from}(${v})`) : isFloat(from) ? this.expr(e.value) : code(`f32(${v})`));
        if (is64(from)) return code(`rk_f32_${from}(${v})`);
        return code(`${this.scalarName(to)}(${v})`);
      case 'wrap': {
        if (isFloat(from)) {
          const wide = `rk_wrap64(${v})`;
          return code(is64(to) ? wide : to === 'u32' ? `${wide}.x` : `bitcast<i32>(${wide}.x)`);
        }
        if (is64(from) && !is64(to)) {
          const low = `${this.text(e.value, binding.primary)}.x`;
          return code(to === 'u32' ? low : `bitcast<i32>(${low})`);
        }
        return is64(from) ? this.expr(e.value) : is64(to) ? code(from === 'i32' ? `rk_extend(${v})` : `vec2<u32>(${v}, 0u)`) : code(`bitcast<${to}>(${v})`);
      }
      case 'saturate': return code(`rk_sat_${to}(${v})`);
    }
  }

  protected construct(e: ExprOf<'construct'>): Code {
    return code(`${this.typeName(valueType(e))}(${e.parts.map((p) => this.text(p)).join(', ')})`);
  }

  // ---------------------------------------------------------------- intrinsics

  protected override spell(template: string, e: ExprOf<'call'>, type: ScalarName | null): Code {
    const value = super.spell(template, e, type);
    return e.type?.kind === 'scalar' && e.type.name === 'f16' ? rounded(value) : value;
  }

  protected override address(p: Place): Code {
    return p.kind === 'buffer' ? this.root(p) : super.address(p);
  }
}

const rounded = (value: Code): Code => code(`rk_round16(${value.text})`);
