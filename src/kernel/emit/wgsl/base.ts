/** Types, literals, faults and memory in WGSL. */
import type { FaultSite } from '../../../engine/pass/driver.ts';
import { fromBfloatBits, fromHalfBits, toBfloatBits, toHalfBits } from '../../../layout/half.ts';
import { layoutText, type AnyType, type ScalarName, type Struct } from '../../../layout/types.ts';
import type { Expr, Func, Local, Place, Pos, Program } from '../../ir.ts';
import { rootOf, walkExpr, walkStmts, type Visitor } from '../../passes/walk.ts';
import {
  binding, code, placeType, TextVisitor, elemName, valueType, within, type Code, type PlaceOf,
} from '../visitor.ts';
import { Memory, u32Text, type Address } from './memory.ts';
import { hasWatchedLoop } from './questions.ts';
import { wgslReserved } from '../../words/wgsl.ts';

export const is64 = (t: ScalarName | null): boolean => t === 'i64' || t === 'u64';
export const isFloat = (t: ScalarName | null): boolean => t === 'f32' || t === 'f16' || t === 'bf16';

export interface WgslOptions {
  /** Put before the names of functions and constants, so that several programs fit one module. */
  readonly prefix: string;
  /** Faults are recorded and end the handler; else stores out of bounds are dropped. */
  readonly faults: boolean;
  /** Grows by one entry per place that can fault. */
  readonly sites: FaultSite[];
  readonly kind: number;
}

export abstract class WgslBase extends TextVisitor {
  protected readonly target = 'wgsl' as const;
  protected readonly options: WgslOptions;
  protected readonly memory = new Memory((t) => this.typeName(t), (t, name) => this.fieldName(t, name));
  /** By layout: structs of one layout are one, whoever made them. */
  readonly #structs = new Map<string, { readonly name: string; readonly text: string }>();
  readonly #mayFault = new Map<Func, boolean>();
  /** What a `return` in the function being printed gives. */
  protected bail = 'return;';
  #fresh = 0;

  constructor(program: Program, options: WgslOptions) {
    super(program, [...wgslReserved, ...(program.kind === 'actor' ? program.handlers.map((h) => `${options.prefix}handler${h.index}`) : [])]);
    this.options = options;
    this.claimFunctions();
  }

  protected override functionName(fn: Func): string {
    return this.helperName(fn, this.options.prefix + fn.name);
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
    if (t === 'f64') throw this.lacks('f64', 'a value of type f64', 'Use f32; WGSL has no double precision.');
    // Halves are computed as f32 and rounded after every operation.
    return is64(t) ? 'vec2<u32>' : isFloat(t) ? 'f32' : t;
  }

  /** Declares the struct at first sight. */
  protected structName(t: Struct): string {
    const key = layoutText(t);
    let known = this.#structs.get(key);
    if (known === undefined) {
      const fields = t.fields.map((f) => `${this.fieldName(t, f.name)}: ${this.typeName(f.type)}`);
      const name = this.claimGlobal(`${this.options.prefix}${t.name}`);
      known = { name, text: `struct ${name} { ${fields.join(', ')} }` };
      this.#structs.set(key, known);
    }
    return known.name;
  }

  protected get structTexts(): readonly string[] {
    return [...this.#structs.values()].map((s) => s.text);
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
      case 'f32': return this.#float(Math.fround(Number(value)));
      case 'f16': return this.#float(fromHalfBits(toHalfBits(Number(value))));
      case 'bf16': return this.#float(fromBfloatBits(toBfloatBits(Number(value))));
      case 'f64': throw this.lacks('f64', 'a constant of type f64', 'Use `Math.fround` or `ctx.f32`; WGSL has no double precision.');
    }
  }

  #float(x: number): Code {
    const plain = Number.isFinite(x) && !Object.is(x, -0) && (x === 0 || Math.abs(x) >= 1.1754943508222875e-38);
    if (!plain) {
      const bits = new Uint32Array(new Float32Array([x]).buffer)[0]!;
      return code(`rk_f32(0x${bits.toString(16)}u)`);
    }
    const text = String(x).replace('e+', 'e');
    const whole = /[.e]/.test(text) ? text : `${text}.0`;
    return code(`${whole}f`, x < 0 ? binding.unary : binding.primary);
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
}
