/**
 * What CUDA C++ and MSL share: the names of types, structures with the layout of `layout/types`, integer
 * arithmetic that wraps without undefined behaviour, guarded division, conversions.
 *
 * Values and bytes differ in places: a bool is four bytes in memory, a half may be two. Locals, parameters
 * and results hold values; fields, elements and buffers hold the stored form. `unstore` and `stored` go
 * between the two wherever a place that is not a plain local is read or written.
 */
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../../layout/half.ts';
import { scalars, type AnyType, type FixedArray, type ScalarName, type Struct } from '../../layout/types.ts';
import type { Expr, Local, Place, Stmt } from '../ir.ts';
import { hex, shortestFloat } from './literals.ts';
import { binding, code, elemName, placeType, prefixed, TextVisitor, valueType, within, type Code, type ExprOf, type PlaceOf, type StmtOf } from './visitor.ts';

const isInteger = (t: AnyType): boolean => t.kind === 'scalar' && (t.name === 'i32' || t.name === 'u32' || t.name === 'i64' || t.name === 'u64');
const isSigned = (t: AnyType): boolean => t.kind === 'scalar' && (t.name === 'i32' || t.name === 'i64');
const is64 = (t: AnyType): boolean => t.kind === 'scalar' && t.size === 8;

/** The unsigned integer of a type's size, in which arithmetic wraps. */
const unsignedName = (t: AnyType): 'u32' | 'u64' => (is64(t) ? 'u64' : 'u32');

/** A constant that cannot make a division trap or wrap: neither 0 nor -1. */
const harmlessDivisor = (e: Expr): boolean => e.kind === 'const' && BigInt(e.value) !== 0n && BigInt(e.value) !== -1n;

export abstract class CLikeVisitor extends TextVisitor {
  /** Structures in use, by the name they have in the output, each after those it contains. */
  protected readonly structs = new Map<string, Struct>();
  readonly #structNames = new Map<string, string>();

  /** `f32` from the bits written as a `u32` literal, and so on. */
  protected abstract bitcast(to: ScalarName, text: string): string;
  protected abstract vecName(elem: ScalarName, length: number): string;
  /** Unsigned integer of 16 bits. */
  protected abstract readonly halfWord: string;
  /** Suffix of 64-bit integer literals, without the `u`. */
  protected abstract readonly longSuffix: string;

  // ---------------------------------------------------------------- checks

  /** Conditions under which a place is in range; with checks on, a read elsewhere gives zero and a write does nothing. */
  protected guards(_p: Place): string[] {
    return [];
  }

  /** Prints an effect that needs places in range. */
  #guarded(places: readonly Place[], print: () => void): void {
    const guards = places.flatMap((p) => this.guards(p));
    if (guards.length === 0) return print();
    this.line(`if (${guards.join(' && ')}) {`);
    this.out.indent(print);
    this.line('}');
  }

  protected override letStatement(s: StmtOf<'let'>): void {
    const places = s.init?.kind === 'call' ? s.init.places : [];
    if (places.every((p) => this.guards(p).length === 0)) return super.letStatement(s);
    this.line(`${this.typeName(s.local.type)} ${this.localName(s.local)} = ${this.zero(s.local.type)};`);
    this.#guarded(places, () => this.line(`${this.localName(s.local)} = ${this.text(s.init!)};`));
  }

  protected override assign(s: StmtOf<'assign'>): void {
    this.#guarded([s.place, ...(s.value.kind === 'call' ? s.value.places : [])], () => super.assign(s));
  }

  protected override statement(s: Stmt): void {
    if (s.kind === 'exec' && s.value.kind === 'call') return this.#guarded(s.value.places, () => super.statement(s));
    super.statement(s);
  }

  // ---------------------------------------------------------------- types

  protected override scalarName(type: ScalarName): string {
    return type;
  }

  protected override typeName(type: AnyType): string {
    switch (type.kind) {
      case 'scalar': return this.scalarName(type.name);
      case 'vec': return this.vecName(type.elem.name, type.length);
      case 'array': return this.arrayName(type);
      case 'struct': return this.structName(type);
    }
  }

  protected arrayName(type: FixedArray): string {
    return `rk_array<${this.storedName(type.elem)}, ${type.length}>`;
  }

  /** Spelling of the type as it lies in memory. */
  protected storedName(type: AnyType): string {
    if (type.kind === 'scalar' && type.name === 'bf16') return this.halfWord;
    return type.kind === 'scalar' && type.name === 'bool' ? this.scalarName('u32') : this.typeName(type);
  }

  /** The output's name of a struct; declares it, and what it contains, at first use. */
  protected structName(type: Struct): string {
    const key = structKey(type);
    let name = this.#structNames.get(key);
    if (name === undefined) {
      for (const f of type.fields) this.typeName(f.type);
      name = this.claimGlobal(type.name);
      this.#structNames.set(key, name);
      this.structs.set(name, type);
    }
    return name;
  }

  /** Declaration of one struct with its asserts. */
  protected structDeclaration(name: string, type: Struct): string {
    const fields = type.fields.map((f) => `  ${this.storedName(f.type)} ${this.fieldName(type, f.name)};`);
    // Without fields it is one byte in C++ and none elsewhere; nobody looks at it.
    return [`struct ${name} {`, ...fields, '};', ...(type.size === 0 ? [] : this.structAsserts(name, type))].join('\n');
  }

  protected structAsserts(name: string, type: Struct): string[] {
    return [`static_assert(sizeof(${name}) == ${type.size}, "size of ${name}");`];
  }

  // ---------------------------------------------------------------- values and their stored form

  protected unstore(type: AnyType, c: Code): Code {
    if (type.kind === 'scalar' && type.name === 'bf16') return code(`rk_bfloat_value(${c.text})`);
    return type.kind === 'scalar' && type.name === 'bool' ? code(`${within(c, binding.shift)} != 0u`, binding.compare) : c;
  }

  protected stored(type: AnyType, c: Code): Code {
    if (type.kind === 'scalar' && type.name === 'bf16') return code(`rk_bfloat_bits(${c.text})`);
    return type.kind === 'scalar' && type.name === 'bool' ? code(`${this.scalarName('u32')}(${c.text})`) : c;
  }

  protected override load(p: Place): Code {
    const type = placeType(p);
    return p.kind === 'local' || type === null ? this.place(p) : this.unstore(type, this.place(p));
  }

  protected override store(p: Place, value: Code): string {
    const type = placeType(p);
    const text = p.kind === 'local' || type === null ? value.text : this.stored(type, value).text;
    return `${this.place(p).text} = ${text}`;
  }

  protected override place(p: Place): Code {
    if (p.kind === 'field' && (p.base.kind === 'state' || p.base.kind === 'message')) {
      return code(`${p.base.kind === 'state' ? 'state' : 'msg'}->${this.fieldOf(p)}`);
    }
    if (p.kind !== 'index') return super.place(p);
    const base = within(this.place(p.base), binding.primary);
    return code(`${base}${placeType(p.base)?.kind === 'array' ? '.data' : ''}[${this.indexText(p)}]`);
  }

  protected indexText(p: PlaceOf<'index'>): string {
    return this.text(p.index);
  }

  protected override extract(e: ExprOf<'extract'>): Code {
    const t = valueType(e.value);
    if (t.kind === 'vec') return super.extract(e);
    const base = this.text(e.value, binding.primary);
    const part = t.kind === 'struct' ? `.${this.fieldName(t, t.fields[e.part]!.name)}` : `.data[${e.part}]`;
    return this.unstore(e.type, code(base + part));
  }

  protected override construct(e: ExprOf<'construct'>): Code {
    const parts = e.parts.map((p) => this.stored(valueType(p), this.expr(p)).text).join(', ');
    switch (e.type.kind) {
      case 'vec': return this.vec(e.type.elem.name, e.parts.map((p) => this.text(p)));
      case 'array': return code(`${this.typeName(e.type)}{{${parts}}}`);
      default: return code(`${this.typeName(e.type)}{${parts}}`);
    }
  }

  protected vec(elem: ScalarName, parts: readonly string[]): Code {
    return code(`${this.vecName(elem, parts.length)}{${parts.join(', ')}}`);
  }

  // ---------------------------------------------------------------- declarations

  protected override declaration(local: Local, init: string | null): string {
    const constant = this.assigned.has(local.id) ? '' : 'const ';
    return `${constant}${this.typeName(local.type)} ${this.localName(local)} = ${init ?? this.zero(local.type)};`;
  }

  protected zero(type: AnyType): string {
    return type.kind === 'scalar' ? this.literal(type.name, type.name === 'bool' ? false : type.name === 'i64' || type.name === 'u64' ? 0n : 0).text : '{}';
  }

  protected override literal(type: ScalarName, value: number | bigint | boolean): Code {
    switch (type) {
      case 'bool': return code(value ? 'true' : 'false');
      case 'u32': return code(`${BigInt.asUintN(32, BigInt(value))}u`);
      case 'u64': return code(`${BigInt.asUintN(64, BigInt(value))}u${this.longSuffix}`);
      case 'i32': return this.signedLiteral(BigInt.asIntN(32, BigInt(value)), 32, '');
      case 'i64': return this.signedLiteral(BigInt.asIntN(64, BigInt(value)), 64, this.longSuffix);
      default: return this.floatLiteral(type, Number(value));
    }
  }

  protected signedLiteral(value: bigint, bits: number, suffix: string): Code {
    // The most negative number has no literal: the minus would apply to one too large.
    if (value === -(1n << BigInt(bits - 1))) return code(`(-${-value - 1n}${suffix} - 1)`);
    return code(`${value}${suffix}`, value < 0n ? binding.unary : binding.primary);
  }

  protected floatLiteral(type: 'f16' | 'bf16' | 'f32' | 'f64', given: number): Code {
    // A constant may be wider than its type; rounded once, it reads back to the same bits.
    const value = type === 'f16' ? fromHalfBits(toHalfBits(given)) : type === 'bf16' ? fromBfloatBits(toBfloatBits(given)) : type === 'f32' ? Math.fround(given) : given;
    if (!Number.isFinite(value)) {
      const bits = Number.isNaN(value) ? 0x7fc0_0000 : value > 0 ? 0x7f80_0000 : 0xff80_0000;
      const special = this.bitcast('f32', hex(bits));
      return code(type === 'f32' || type === 'bf16' ? special : `${this.typeName(scalars[type])}(${special})`);
    }
    const suffix = type === 'f64' ? '' : 'f';
    return code(`${shortestFloat(value, type === 'f64')}${suffix}`, value < 0 || Object.is(value, -0) ? binding.unary : binding.primary);
  }

  // ---------------------------------------------------------------- arithmetic

  protected override unary(e: ExprOf<'unary'>): Code {
    if (e.op === 'neg' && isSigned(e.type)) return this.wrapped(e);
    return super.unary(e);
  }

  protected override binary(e: ExprOf<'binary'>): Code {
    if (isSigned(e.type) && (e.op === 'add' || e.op === 'sub' || e.op === 'mul')) return this.wrapped(e);
    return super.binary(e);
  }

  /** Signed overflow is undefined in C++: the arithmetic is done unsigned, converted once at the end. */
  protected wrapped(e: Expr): Code {
    return code(`${this.typeName(valueType(e))}(${this.unsigned(e).text})`);
  }

  /** The expression's bits as an unsigned integer. */
  protected unsigned(e: Expr): Code {
    const type = valueType(e);
    const name = unsignedName(type);
    if (isSigned(type)) {
      if (e.kind === 'const') return this.literal(name, e.value);
      if (e.kind === 'unary' && e.op === 'neg') return prefixed('-', this.unsigned(e.value));
      if (e.kind === 'binary' && (e.op === 'add' || e.op === 'sub' || e.op === 'mul')) {
        const [token, level] = e.op === 'add' ? ['+', binding.add] : e.op === 'sub' ? ['-', binding.add] : ['*', binding.mul];
        return code(`${within(this.unsigned(e.left), level as number)} ${token} ${within(this.unsigned(e.right), (level as number) + 1)}`, level as number);
      }
      if (e.kind === 'convert' && e.mode === 'bits') return this.expr(e.value);
    } else if (type.kind === 'scalar' && type.name === name) {
      return this.expr(e);
    }
    return code(`${this.scalarName(name)}(${this.text(e)})`);
  }

  protected override binarySpecial(e: ExprOf<'binary'>): Code {
    switch (e.op) {
      case 'shl': case 'shr': return this.shift(e);
      case 'rem': return code(`${this.remainder(e.type)}(${this.text(e.left)}, ${this.text(e.right)})`);
      case 'idiv': case 'imod': {
        if (harmlessDivisor(e.right)) return this.infixCode(e.op === 'idiv' ? '/' : '%', binding.mul, e.left, e.right);
        return code(`rk_${e.op}(${this.text(e.left)}, ${this.text(e.right)})`);
      }
      default: return code(`rk_${e.op}(${this.text(e.left)}, ${this.text(e.right)})`);
    }
  }

  protected abstract remainder(type: AnyType): string;

  protected infixCode(token: string, level: number, left: Expr, right: Expr): Code {
    return code(`${this.text(left, level)} ${token} ${this.text(right, level + 1)}`, level);
  }

  /** Counts are taken modulo the width; a left shift of a signed value is done unsigned. */
  protected shift(e: ExprOf<'binary'>): Code {
    const mask = is64(e.type) ? 63 : 31;
    const count = e.right.kind === 'const' ? String(Number(BigInt(e.right.value) & BigInt(mask)))
      : `(${this.text(e.right, binding.unary)} & ${this.literal(elemName(valueType(e.right))!, mask).text})`;
    const token = e.op === 'shl' ? '<<' : '>>';
    if (e.op === 'shl' && isSigned(e.type)) return code(`${this.typeName(e.type)}(${within(this.unsigned(e.left), binding.unary)} ${token} ${count})`);
    return code(`${this.text(e.left, binding.unary)} ${token} ${count}`, binding.shift);
  }

  // ---------------------------------------------------------------- conversions

  protected override convert(e: ExprOf<'convert'>): Code {
    const to = elemName(e.type)!;
    const from = elemName(valueType(e.value))!;
    if (e.type.kind === 'vec') return this.convertVec(e, from, to);
    return this.convertScalar(e.mode, from, to, this.expr(e.value));
  }

  protected abstract convertVec(e: ExprOf<'convert'>, from: ScalarName, to: ScalarName): Code;

  protected convertScalar(mode: ExprOf<'convert'>['mode'], from: ScalarName, to: ScalarName, value: Code): Code {
    // A bfloat16 is kept as an f32; the front end rounds from one and widens to one.
    if (to === 'bf16') return code(`rk_bfloat_value(rk_bfloat_bits(${value.text}))`);
    if (from === 'bf16') return to === 'f32' ? value : this.convertScalar(mode, 'f32', to, value);
    const float = from === 'f16' || from === 'f32' || from === 'f64';
    switch (mode) {
      case 'truth': return float ? code(`rk_truth(${value.text})`) : code(`${within(value, binding.shift)} != 0`, binding.compare);
      case 'saturate': return code(`rk_saturate_${to}(${value.text})`);
      case 'wrap': return float ? code(`rk_wrap_${to}(${value.text})`) : code(`${this.scalarName(to)}(${value.text})`);
      case 'bitcast': return from === 'i32' || from === 'u32' || from === 'i64' || from === 'u64' || float
        ? code(this.bitcast(to, value.text)) : code(`${this.scalarName(to)}(${value.text})`);
      default: return code(`${this.scalarName(to)}(${value.text})`);
    }
  }

  // ---------------------------------------------------------------- messages

  /** Stores a message's fields through a pointer `target` to its struct. */
  protected storeFields(target: string, type: Struct, fields: StmtOf<'reply'>['fields']): void {
    for (const f of fields) {
      const fieldType = type.fields.find((x) => x.name === f.name)!.type;
      this.line(`${target}->${this.fieldName(type, f.name)} = ${this.stored(fieldType, this.expr(f.value)).text};`);
    }
  }
}

/** Two structs of one name and shape are one declaration. */
function structKey(type: AnyType): string {
  switch (type.kind) {
    case 'scalar': return type.name;
    case 'vec': return `${type.elem.name}x${type.length}`;
    case 'array': return `${structKey(type.elem)}[${type.length}]`;
    case 'struct': return `${type.name}{${type.fields.map((f) => `${f.name}:${structKey(f.type)}`).join()}}`;
  }
}

export { isInteger, isSigned, is64 };
