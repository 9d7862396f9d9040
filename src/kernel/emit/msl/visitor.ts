/**
 * What MSL spells its own way: address spaces on every pointer, packed vectors in memory, aggregates copied
 * member by member from one space to another, atomics through pointers to atomic types.
 */
import { fromHalfBits, toHalfBits } from '../../../layout/half.ts';
import type { AnyType, ScalarName } from '../../../layout/types.ts';
import type { ConstantBuffer, Expr, Func, Place, Program } from '../../ir.ts';
import { plainExits } from '../../passes/exits.ts';
import { rootOf } from '../../passes/walk.ts';
import { CLikeVisitor, isInteger } from '../clike.ts';
import { binding, code, componentName, elemName, placeType, valueType, within, type Code, type ExprOf, type PlaceOf } from '../visitor.ts';
import { mslReserved } from '../../words/msl.ts';

export type AddressSpace = 'thread' | 'device' | 'constant' | 'threadgroup';

const vectors = { f32: 'float', i32: 'int', u32: 'uint' } as const;
const isVecElem = (t: ScalarName): t is keyof typeof vectors => t in vectors;

export abstract class MslVisitor extends CLikeVisitor {
  protected override readonly target = 'msl';
  protected override readonly longSuffix = 'l';
  protected override readonly halfWord = 'ushort';
  /** Copies of aggregates between address spaces, by name. */
  readonly #copies = new Map<string, string>();

  constructor(program: Program) {
    super(program, [...mslReserved, ...(program.kind === 'actor' ? program.handlers.flatMap((h) => [`handler${h.index}`, `batch${h.index}`]) : [])]);
    this.claimFunctions();
  }

  // ---------------------------------------------------------------- types

  protected override scalarName(type: ScalarName): string {
    if (type === 'f64') throw this.lacks('f64', 'a value of type f64', 'Use f32; Metal has no double precision.');
    return type === 'bf16' ? 'f32' : type;
  }

  protected override vecName(elem: ScalarName, length: number): string {
    if (!isVecElem(elem)) throw new Error(`vector of ${elem}`);
    return `${vectors[elem]}${length}`;
  }

  /** Vectors in memory are structs of our own: Metal's are aligned to their size. */
  protected override storedName(type: AnyType): string {
    return type.kind === 'vec' ? `rk_${type.elem.name}x${type.length}` : super.storedName(type);
  }

  protected override unstore(type: AnyType, c: Code): Code {
    return type.kind === 'vec' ? code(`${this.#copy(type, 'thread', false)}(${c.text})`) : super.unstore(type, c);
  }

  protected override stored(type: AnyType, c: Code): Code {
    return type.kind === 'vec' ? code(`rk_pack(${c.text})`) : super.stored(type, c);
  }

  /** A half is written as a converted float: the suffix `h` would be one more thing to rely on. */
  protected override floatLiteral(type: 'f16' | 'bf16' | 'f32' | 'f64', value: number): Code {
    if (type !== 'f16') return super.floatLiteral(type, value);
    return code(`f16(${super.floatLiteral('f32', fromHalfBits(toHalfBits(value))).text})`);
  }

  protected override vec(elem: ScalarName, parts: readonly string[]): Code {
    return code(`${this.vecName(elem, parts.length)}(${parts.join(', ')})`);
  }

  protected override bitcast(to: ScalarName, text: string): string {
    return `as_type<${this.scalarName(to)}>(${text})`;
  }

  protected override remainder(): string {
    return 'fmod';
  }

  // ---------------------------------------------------------------- places

  /** Where a place's root lies. */
  protected spaceOf(p: Place): AddressSpace {
    switch (rootOf(p).kind) {
      case 'constant': return 'constant';
      case 'shared': return 'threadgroup';
      case 'state': case 'message': case 'buffer': return 'device';
      default: return 'thread';
    }
  }

  protected override load(p: Place): Code {
    const type = placeType(p);
    if (p.kind === 'local' || type === null || !this.#copied(type, this.spaceOf(p))) return super.load(p);
    return code(`${this.#copy(type, this.spaceOf(p), false)}(${this.place(p).text})`);
  }

  protected override store(p: Place, value: Code): string {
    const type = placeType(p);
    return p.kind === 'local' || type === null ? super.store(p, value) : this.storeText(type, this.spaceOf(p), this.place(p).text, value);
  }

  /** Stores a value in its stored form where `to` stands for memory of a space. */
  protected storeText(type: AnyType, space: AddressSpace, to: string, value: Code): string {
    if (this.#copied(type, space)) return `${this.#copy(type, space, true)}(${to}, ${value.text})`;
    return `${to} = ${this.stored(type, value).text}`;
  }

  /** Whether values of a type are moved from and to a space by a routine. */
  #copied(type: AnyType, space: AddressSpace): boolean {
    return type.kind === 'vec' || (type.kind !== 'scalar' && space !== 'thread');
  }

  /** The routine that reads an aggregate in its stored form from a space, or writes it there; made at first use. */
  #copy(type: AnyType, space: AddressSpace, write: boolean): string {
    const plain = (type.kind === 'vec' ? this.storedName(type).slice(3) : this.typeName(type)).replace(/\W+/g, '_').replace(/_$/, '');
    const name = `rk_${write ? 'put' : 'get'}_${space}_${plain}`;
    if (this.#copies.has(name)) return name;
    const value = this.typeName(type);
    const stored = this.storedName(type);
    const [to, from] = write ? ['to', 'from'] : ['result', 'from'];
    const lines = this.#members(type, space, write, to, from);
    this.#copies.set(name, write ? [`inline void ${name}(${space} ${stored}& to, ${value} from) {`, ...lines, '}'].join('\n')
      : [`inline ${value} ${name}(${space} const ${stored}& from) {`, `  ${value} result;`, ...lines, '  return result;', '}'].join('\n'));
    return name;
  }

  /** Assignments of all members: an aggregate as a whole cannot cross address spaces. */
  #members(type: AnyType, space: AddressSpace, write: boolean, to: string, from: string): string[] {
    const inner = (part: string, t: AnyType): string[] => {
      if (t.kind === 'scalar') return [`${to}${part} = ${from}${part};`];
      if (t.kind === 'vec') return Array.from({ length: t.length }, (_, i) => `${to}${part}.${componentName(i)} = ${from}${part}.${componentName(i)};`);
      const copy = this.#copy(t, space, write);
      return [write ? `${copy}(${to}${part}, ${from}${part});` : `${to}${part} = ${copy}(${from}${part});`];
    };
    switch (type.kind) {
      case 'struct': return type.fields.flatMap((f) => inner(`.${this.fieldName(type, f.name)}`, f.type)).map((l) => `  ${l}`);
      case 'array': return [`  for (int i = 0; i < ${type.length}; i++) { ${inner('.data[i]', type.elem).join(' ')} }`];
      default: return inner('', type).map((l) => `  ${l}`);
    }
  }

  /** Atomics work on pointers to atomic types; ours are kept as plain words. */
  protected override address(p: Place): Code {
    const type = placeType(p);
    if (p.kind === 'buffer' || type === null) return super.address(p);
    const elem = elemName(type);
    if (elem !== 'i32' && elem !== 'u32' && elem !== 'f32') {
      throw this.lacks('such atomics', `an atomic on ${elem}`, 'Use u32 or i32; Metal has 32-bit atomics only.');
    }
    const atomic = { i32: 'atomic_int', u32: 'atomic_uint', f32: 'atomic_float' }[elem];
    return code(`(${this.spaceOf(p)} ${atomic}*)&${within(this.place(p), binding.primary)}`, binding.unary);
  }

  // ---------------------------------------------------------------- expressions

  /** Component-wise integer arithmetic wraps too. */
  protected override binary(e: ExprOf<'binary'>): Code {
    const token = { add: '+', sub: '-', mul: '*' }[e.op as 'add'];
    if (e.type.kind !== 'vec' || e.type.elem.name !== 'i32' || token === undefined) return super.binary(e);
    const unsigned = this.vecName('u32', e.type.length);
    return code(`${this.typeName(e.type)}(${unsigned}(${this.text(e.left)}) ${token} ${unsigned}(${this.text(e.right)}))`);
  }

  protected override convertVec(e: ExprOf<'convert'>, from: ScalarName, to: ScalarName): Code {
    const text = this.text(e.value);
    if (e.mode === 'exact' || e.mode === 'round' || e.mode === 'bits') return code(`${this.typeName(e.type)}(${text})`);
    if (e.mode === 'bitcast') return code(`as_type<${this.typeName(e.type)}>(${text})`);
    const length = e.type.kind === 'vec' ? e.type.length : 1;
    const value = within(this.expr(e.value), binding.primary);
    return this.vec(to, Array.from({ length }, (_, i) => this.convertScalar(e.mode, from, to, code(`${value}.${componentName(i)}`)).text));
  }

  protected override convertScalar(mode: ExprOf<'convert'>['mode'], from: ScalarName, to: ScalarName, value: Code): Code {
    // Shared routines take floats; a half is one exactly.
    if (from === 'f16' && (mode === 'saturate' || mode === 'wrap' || mode === 'truth')) return super.convertScalar(mode, 'f32', to, code(`f32(${value.text})`));
    if (mode === 'bitcast' && (from === 'f16' || to === 'f16')) {
      return from === 'f16' ? code(`${to}(as_type<ushort>(${value.text}))`) : code(`as_type<half>(ushort(${value.text}))`);
    }
    return super.convertScalar(mode, from, to, value);
  }

  /** Templates of routines written for scalars go over vectors by component; `metal_stdlib` takes both. */
  protected override spell(template: string, e: ExprOf<'call'>, type: ScalarName | null): Code {
    const t = e.type;
    if (t?.kind !== 'vec' || e.places.length > 0 || !/\brk_/.test(template)) return super.spell(template, e, type);
    const parts = Array.from({ length: t.length }, (_, part) => super.spell(template, {
      ...e, type: t.elem, args: e.args.map((a): Expr => (valueType(a).kind === 'vec' ? { kind: 'extract', value: a, part, type: (valueType(a) as typeof t).elem } : a)),
    }, type).text);
    return this.vec(t.elem.name, parts);
  }

  // ---------------------------------------------------------------- declarations

  protected plain(fn: Func): Func {
    return plainExits(fn, { switchOn: isInteger });
  }

  protected parameters(fn: Func): string[] {
    return fn.params.map((p) => `${this.typeName(p.type)} ${this.localName(p)}`);
  }

  /** A constant of the program, in the constant address space. */
  protected constantDeclaration(c: ConstantBuffer, name: string): string {
    const data = c.data as unknown as ArrayLike<number | bigint>;
    const values = Array.from({ length: c.length }, (_, i) => this.literal(c.elem.name, data[i]!).text);
    const rows = Array.from({ length: Math.ceil(values.length / 8) }, (_, r) => `  ${values.slice(r * 8, r * 8 + 8).join(', ')},`);
    return [`constant ${this.storedName(c.elem)} ${name}[${c.length}] = {`, ...rows, '};'].join('\n');
  }

  protected declarations(): string[] {
    return [
      ...[...this.structs].map(([name, type]) => this.structDeclaration(name, type)),
      ...this.#copies.values(),
    ];
  }

  protected lengthOf(base: Place): string {
    switch (base.kind) {
      case 'constant': return `${base.constant.length}u`;
      case 'shared': return `${base.shared.length}u`;
      case 'buffer': return `${this.extentName(base, 'length')}`;
      default: {
        const type = placeType(base);
        return `${type?.kind === 'array' ? type.length : 0}u`;
      }
    }
  }

  protected extentName(base: PlaceOf<'buffer'>, extent: string): string {
    return `${this.globalName(base.param, base.param.name)}_${extent}`;
  }
}

/** Bytes of a value parameter or extent block in the constant address space that `setBytes` takes at most. */
export const maxArgumentBytes = 4096;
