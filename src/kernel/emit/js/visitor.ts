/**
 * Programs as JavaScript that computes what the devices compute: rounding and wrapping after every step,
 * faults where the device would fault. With `exact`, integer overflow and division by zero fault too.
 *
 * Locals are JavaScript values (numbers, bigints, booleans; arrays for vectors and arrays, objects for
 * structs, copied where the language copies); state, messages and buffers are bytes behind views.
 */
import { handlerExport } from '../../../engine/abi.ts';
import type { AnyType, ScalarName } from '../../../layout/types.ts';
import type { AssignStmt, CompareOp, Expr, Func, Local, Place, Pos, Program } from '../../ir.ts';
import { intrinsics } from '../../intrinsics/table.ts';
import {
  binding, code, elemName, placeType, TextVisitor, valueType, within, type Code, type ExprOf, type PlaceOf, type StmtOf,
} from '../visitor.ts';
import { addressText, elementOperands, loadText, storeText, zeroText, type Address } from './memory.ts';
import { binary, convert, isFloat, literal, wrap } from './values.ts';

const reserved = `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
finally for function if implements import in instanceof interface let new null package private protected public return static super
switch this throw true try typeof undefined NaN Infinity var void while with yield Math Number BigInt Array Object Atomics String Boolean Symbol
rk views memory constants u8 u16 i32 u32 i64 u64 f32 f64 actor message reply state replied run DataView ArrayBuffer Float32Array
Uint8Array Uint16Array Uint32Array Int32Array Float64Array BigInt64Array BigUint64Array Error RangeError globalThis async of get set
groupX groupY groupZ localX localY localZ globalX globalY globalZ globalId localId groupId sizeX sizeY sizeZ groupsX groupsY groupsZ argumentsAt first count thread`.trim().split(/\s+/);

/** Names of functions that the emitters make for handlers. */
const generatedNames = (program: Program): string[] => (program.kind === 'actor' ? program.handlers.map((h) => handlerExport(h.index)) : []);

const tokens: Readonly<Record<CompareOp, string>> = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=' };

export abstract class JsVisitor extends TextVisitor {
  protected override readonly target = 'js';
  protected override readonly labels = true;
  readonly #exact: boolean;
  #temporaries = 0;

  constructor(program: Program, exact: boolean) {
    super(program, [...reserved, ...generatedNames(program)]);
    this.claimFunctions();
    this.#exact = exact;
  }

  // ---------------------------------------------------------------- spelling

  protected override typeName(type: AnyType): string {
    return type.kind;
  }

  protected override scalarName(type: ScalarName): string {
    return type;
  }

  protected override literal(type: ScalarName, value: number | bigint | boolean): Code {
    const text = literal(type, value);
    return code(text, text.startsWith('-') ? binding.unary : binding.primary);
  }

  protected override declaration(local: Local, init: string | null): string {
    return `let ${this.localName(local)} = ${init ?? zeroText(local.type)};`;
  }

  /** `source, start, end`, as the faulting routines take it. */
  protected position(pos: Pos | undefined): string {
    const p = pos ?? this.at;
    return p === null ? '0, 0, 0' : `${p.source}, ${p.start}, ${p.end}`;
  }

  protected temporary(): string {
    return this.names.claim(`t${++this.#temporaries}`);
  }

  protected helper(fn: Func): void {
    this.enter(fn);
    const params = fn.params.map((p) => this.localName(p));
    this.line(`function ${this.functionName(fn)}(${params.join(', ')}) {`);
    this.out.indent(() => {
      fn.params.forEach((p, i) => {
        if (p.type.kind !== 'scalar' && this.assigned.has(p.id)) this.line(`${params[i]} = rk_copy(${params[i]});`);
      });
    });
    this.body(fn.body);
    this.line('}');
  }

  // ---------------------------------------------------------------- places

  protected override root(place: PlaceOf<'state' | 'message' | 'constant' | 'buffer' | 'shared'>): Code {
    switch (place.kind) {
      case 'constant': return code(this.globalName(place.constant, place.constant.name));
      case 'shared': return code(this.globalName(place.shared, place.shared.name));
      case 'buffer': return code(this.globalName(place.param, place.param.name));
      default: return code(place.kind);
    }
  }

  /** Where a place lies in memory; null for locals, constants and shared arrays, which are JavaScript values. */
  protected addressOf(p: Place): Address | null {
    switch (p.kind) {
      case 'state': case 'message': return { base: p.kind, offset: 0 };
      case 'buffer': return { base: `${this.root(p).text}_address`, offset: 0 };
      case 'local': case 'constant': case 'shared': return null;
      case 'field': case 'component': {
        const base = this.addressOf(p.base);
        return base && { base: base.base, offset: base.offset + (p.kind === 'field' ? p.offset : p.component * p.type.size) };
      }
      case 'index': {
        const base = this.addressOf(p.base);
        if (base === null) return null;
        const stride = p.base.kind === 'buffer' ? Math.ceil(p.type.size / p.type.align) * p.type.align : (placeType(p.base) as { stride: number }).stride;
        if (p.index.kind === 'const' && p.proven) return { base: base.base, offset: base.offset + Number(p.index.value) * stride };
        return { base: `(${base.base} + ${this.indexText(p)} * ${stride})`, offset: base.offset };
      }
    }
  }

  protected indexText(p: PlaceOf<'index'>): string {
    const index = this.text(p.index, binding.primary);
    return p.proven ? index : `rk_index(${index}, ${this.lengthText(p.base)}, ${this.position(p.pos)})`;
  }

  protected lengthText(base: Place): string {
    switch (base.kind) {
      case 'constant': return String(base.constant.length);
      case 'shared': return String(base.shared.length);
      case 'buffer': return `${this.root(base).text}_length`;
      default: {
        const type = placeType(base);
        return String(type?.kind === 'array' ? type.length : 0);
      }
    }
  }

  protected override place(p: Place): Code {
    switch (p.kind) {
      case 'field': return code(`${within(this.place(p.base), binding.primary)}.${p.name}`);
      case 'component': return code(`${within(this.place(p.base), binding.primary)}[${p.component}]`);
      case 'index': return code(`${within(this.place(p.base), binding.primary)}[${this.indexText(p)}]`);
      default: return super.place(p);
    }
  }

  protected override load(p: Place): Code {
    return this.read(p, true);
  }

  /** `copy`: the value outlives the place's next change. */
  protected read(p: Place, copy: boolean): Code {
    const type = placeType(p)!;
    const address = this.addressOf(p);
    if (address !== null) return code(loadText(type, address));
    const place = this.place(p);
    if (p.kind === 'index' && p.base.kind === 'shared' && type.kind === 'scalar' && type.name === 'bool') return code(`(${place.text} !== 0)`);
    return copy && type.kind !== 'scalar' ? code(`rk_copy(${place.text})`) : place;
  }

  protected override assign(s: AssignStmt): void {
    const address = s.value.kind === 'send' ? null : this.addressOf(s.place);
    const type = placeType(s.place)!;
    if (address === null || type.kind === 'scalar') return super.assign(s);
    this.storeAggregate(type, address, s.value);
  }

  /** Evaluates once, then stores part by part. */
  protected storeAggregate(type: AnyType, address: Address, value: Expr): void {
    const [at, v] = [this.temporary(), this.temporary()];
    this.line(`const ${at} = ${addressText(address)}, ${v} = ${this.text(value)};`);
    for (const statement of storeText(type, { base: at, offset: 0 }, v)) this.line(`${statement}${statement.endsWith('}') ? '' : ';'}`);
  }

  protected override store(p: Place, value: Code): string {
    const address = this.addressOf(p);
    if (address === null) return `${this.place(p).text} = ${value.text}`;
    const type = placeType(p)!;
    const boolean = type.kind === 'scalar' && type.name === 'bool';
    return storeText(type, address, boolean ? within(value, binding.choice + 1) : value.text).join('; ');
  }

  // ---------------------------------------------------------------- expressions

  protected override unary(e: ExprOf<'unary'>): Code {
    const type = elemName(e.type)!;
    if (e.type.kind === 'vec') return this.mapped([e.value], ([x]) => this.unaryText(e.op, type, x!, e.pos));
    return code(this.unaryText(e.op, type, this.text(e.value, binding.primary), e.pos));
  }

  private unaryText(op: ExprOf<'unary'>['op'], type: ScalarName, x: string, pos: Pos | undefined): string {
    if (op === 'not') return `!${x}`;
    if (op === 'bnot') return type === 'u32' ? `(~${x} >>> 0)` : type === 'u64' ? wrap(type, `~${x}`) : `(~${x})`;
    if (isFloat(type)) return `(-${x})`;
    // Negation of an unsigned number is meant to wrap.
    return this.#exact && (type === 'i32' || type === 'i64') ? `rk_fit_${type}(${type === 'i32' ? '0 - ' : '-'}${x}, ${this.position(pos)})` : wrap(type, `-${x}`);
  }

  protected override binary(e: ExprOf<'binary'>): Code {
    const type = elemName(e.type)!;
    const pos = this.#exact && !isFloat(type) && type !== 'bool' ? this.position(e.pos) : null;
    if (e.type.kind === 'vec') return this.mapped([e.left, e.right], ([a, b]) => binary(e.op, type, a!, b!, pos));
    const right = e.op === 'shl' || e.op === 'shr' ? this.count(e.right, type) : this.text(e.right, binding.primary);
    return code(binary(e.op, type, this.text(e.left, binding.primary), right, pos));
  }

  /** A shift's count as a bigint or a number, like what is shifted. */
  private count(e: Expr, type: ScalarName): string {
    const from = elemName(valueType(e))!;
    const big = (t: ScalarName): boolean => t === 'i64' || t === 'u64';
    const text = this.text(e, binding.primary);
    return big(from) === big(type) ? text : big(type) ? `BigInt(${text})` : `Number(${text} & 31n)`;
  }

  protected override binarySpecial(e: ExprOf<'binary'>): Code {
    return this.binary(e);
  }

  /** By component, over names for the components. */
  private mapped(operands: readonly Expr[], body: (names: readonly string[]) => string): Code {
    const names = operands.map((_, i) => 'abcd'[i]!);
    return code(`rk_map((${names.join(', ')}) => ${body(names)}, ${operands.map((o) => this.text(o)).join(', ')})`);
  }

  protected override compare(e: ExprOf<'compare'>): Code {
    if (valueType(e.left).kind === 'vec') {
      const same = `rk_same(${this.text(e.left)}, ${this.text(e.right)})`;
      return code(e.op === 'ne' ? `!${same}` : same, binding.unary);
    }
    return code(`${this.text(e.left, binding.shift)} ${tokens[e.op]} ${this.text(e.right, binding.shift)}`, binding.compare);
  }

  protected override convert(e: ExprOf<'convert'>): Code {
    const [from, to] = [elemName(valueType(e.value))!, elemName(e.type)!];
    if (e.type.kind === 'vec') return this.mapped([e.value], ([x]) => convert(e.mode, from, to, x!));
    const text = convert(e.mode, from, to, this.text(e.value, binding.primary));
    return code(text, text.startsWith('!') ? binding.unary : binding.primary);
  }

  protected override construct(e: ExprOf<'construct'>): Code {
    const parts = e.parts.map((p) => this.text(p));
    const { type } = e;
    return code(type.kind === 'struct' ? `({ ${type.fields.map((f, i) => `${f.name}: ${parts[i]}`).join(', ')} })` : `[${parts.join(', ')}]`);
  }

  protected override extract(e: ExprOf<'extract'>): Code {
    const type = valueType(e.value);
    const base = e.value.kind === 'load' ? within(this.read(e.value.place, false), binding.primary) : this.text(e.value, binding.primary);
    return code(type.kind === 'struct' ? `${base}.${type.fields[e.part]!.name}` : `${base}[${e.part}]`);
  }

  protected override expr(e: Expr): Code {
    // A struct read from memory is an object literal, which must not open a statement or an arrow's body.
    const c = super.expr(e);
    return c.text.startsWith('{') ? code(`(${c.text})`) : c;
  }

  // ---------------------------------------------------------------- intrinsics

  protected override address(p: Place): Code {
    if (p.kind === 'buffer') return this.root(p);
    const address = this.addressOf(p);
    const type = elemName(placeType(p)!)!;
    if (address !== null) return code(elementOperands(type, address));
    if (p.kind === 'index' && p.base.kind === 'shared') return code(`${this.place(p.base).text}, ${this.indexText(p)}`);
    throw new Error('a local has no address');
  }

  protected override spell(template: string, e: ExprOf<'call'>, type: ScalarName | null): Code {
    const row = intrinsics.get(e.name)!;
    const result = e.type === null ? null : elemName(e.type);
    // What the table spells computes on doubles; the result is rounded to its type.
    const rounded = (text: string): string => (row.category === 'memory' || result === null || result === 'bool' ? text : wrap(result, text));
    if (e.type?.kind === 'vec' && e.places.length === 0) {
      return this.mapped(e.args, (names) => rounded(template.replace(/\$(\d)/g, (_, i: string) => names[Number(i)]!)));
    }
    const inner = super.spell(template, e, type);
    const text = rounded(inner.text);
    return text === inner.text ? inner : code(text);
  }

  // ---------------------------------------------------------------- actors

  protected override send(e: ExprOf<'send'>, result: Place | null): void {
    const values = e.fields.map((f) => ({ ...f, text: this.hold(f.value) }));
    const slot = this.temporary();
    this.line(`const ${slot} = rk.reserve(actor, ${e.port.index});`);
    this.line(`if (${slot} !== 0) {`);
    this.out.indent(() => {
      for (const f of values) for (const s of storeText(valueType(f.value), { base: slot, offset: f.offset }, f.text)) this.line(`${s};`);
      this.line(`rk.commit(actor, ${e.port.index});`);
    });
    this.line('}');
    if (result !== null) this.line(`${this.store(result, code(`${slot} !== 0`, binding.compare))};`);
  }

  /** A name for a value that is stored in parts. */
  private hold(e: Expr): string {
    const text = this.text(e, binding.primary);
    if (/^[\w.]+$/.test(text) && e.type?.kind === 'scalar') return text;
    const name = this.temporary();
    this.line(`const ${name} = ${this.text(e)};`);
    return name;
  }

  protected override reply(s: StmtOf<'reply'>): void {
    for (const f of s.fields) {
      const value = this.hold(f.value);
      for (const statement of storeText(valueType(f.value), { base: 'reply', offset: f.offset }, value)) this.line(`${statement};`);
    }
    this.line('replied = 1;');
  }

  protected override debug(s: StmtOf<'debug'>): void {
    this.line(`rk.debug(actor, ${s.format}, [${s.args.map((a) => this.text(a)).join(', ')}]);`);
  }
}
