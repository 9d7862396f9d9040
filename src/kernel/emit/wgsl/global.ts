/** WGSL of global kernels: one module, one entry point, a binding per buffer. */
import { fail } from '../../../error/index.ts';
import type { AnyType, ScalarName } from '../../../layout/types.ts';
import type { BufferParam, Func, GlobalProgram, Place, Pos, ValueParam } from '../../ir.ts';
import { plainExits } from '../../passes/exits.ts';
import { programFor } from '../../program.ts';
import { functionsOf, rootOf, walkStmts } from '../../passes/walk.ts';
import { collect } from '../library.ts';
import { joinLines, lineMap, Lines } from '../lines.ts';
import { binding, code, within, type Code, type ExprOf, type PlaceOf, type StmtOf } from '../visitor.ts';
import { wgslLibrary } from './library.ts';
import { hasHalf, u32Text, type Address } from './memory.ts';
import { constantBytes, constantWords, paramLayout, type ParamLayout } from './params.ts';
import { is64 } from './base.ts';
import { WgslVisitor } from './visitor.ts';

/** How a buffer parameter is bound. */
export interface WgslBuffer {
  readonly param: BufferParam;
  readonly binding: number;
  readonly access: 'read' | 'read_write';
}

export interface WgslGlobal {
  readonly source: string;
  readonly entry: string;
  readonly workgroup: readonly [number, number, number];
  readonly buffers: readonly WgslBuffer[];
  /** Uniform block with value parameters and extents; `binding` -1: none. */
  readonly params: ParamLayout & { readonly binding: number };
  /** Bytes of the constants' storage buffer; `binding` -1: none. */
  readonly constants: { readonly binding: number; readonly bytes: Uint8Array };
  readonly features: readonly string[];
  /** Origin of each line of `source`. */
  readonly map: readonly (Pos | null)[];
}

/** 32-bit scalars get a buffer of their own type; the rest are words. */
const typed = (t: AnyType): ScalarName | null =>
  t.kind === 'scalar' && (t.name === 'f32' || t.name === 'u32' || t.name === 'i32') ? t.name : null;

class GlobalVisitor extends WgslVisitor {
  readonly kernel: GlobalProgram;
  /** Buffers and shared arrays that atomics touch. */
  readonly atomic = new Set<object>();
  /** Functions that compare and exchange, by the array they work on. */
  readonly #exchanges = new Map<string, string>();

  constructor(program: GlobalProgram) {
    super(program, { prefix: '', faults: false, sites: [], kind: 0 });
    this.kernel = program;
    // Two halves share a word, which two threads may write at once.
    for (const p of program.params) if (p.kind === 'buffer' && p.access !== 'read' && hasHalf(p.elem)) this.atomic.add(p);
    for (const fn of functionsOf(program)) {
      walkStmts(fn.body, {
        place: (p, access) => {
          const root = rootOf(p);
          if (access !== 'address' || p === root) return;
          if (root.kind === 'buffer') this.atomic.add(root.param);
          if (root.kind === 'shared') this.atomic.add(root.shared);
        },
      });
    }
  }

  #typedRoot(p: Place): boolean {
    const root = rootOf(p);
    return root.kind === 'shared' || (root.kind === 'buffer' && typed(root.param.elem) !== null);
  }

  protected override isMemory(p: Place): boolean {
    const root = rootOf(p).kind;
    return root === 'constant' || (root === 'buffer' && !this.#typedRoot(p));
  }

  #isAtomic(p: Place): boolean {
    const root = rootOf(p);
    return (root.kind === 'buffer' && this.atomic.has(root.param)) || (root.kind === 'shared' && this.atomic.has(root.shared));
  }

  protected override addressOfRoot(root: Place): Address {
    if (root.kind === 'constant') {
      const first = constantWords(this.kernel.constants, root.constant);
      return { block: { name: 'rk_constants', atomic: false }, base: '', bytes: first * 4, terms: [] };
    }
    if (root.kind !== 'buffer') throw new Error(`${root.kind} in a global kernel`);
    return { block: { name: this.globalName(root.param, root.param.name), atomic: this.atomic.has(root.param) }, base: '', bytes: 0, terms: [] };
  }

  protected override lengthOf(base: Place): string {
    if (base.kind !== 'buffer') return super.lengthOf(base);
    return `${this.globalName(base.param, base.param.name)}_length`;
  }

  protected override load(p: Place): Code {
    if (this.#typedRoot(p) && this.#isAtomic(p)) return code(`atomicLoad(&${within(this.place(p), binding.primary)})`);
    return super.load(p);
  }

  protected override storeAt(p: Place, value: Code): string {
    if (this.#typedRoot(p) && this.#isAtomic(p)) return `atomicStore(&${this.place(p).text}, ${value.text})`;
    return super.storeAt(p, value);
  }

  protected override root(p: PlaceOf<'state' | 'message' | 'constant' | 'buffer' | 'shared'>): Code {
    if (p.kind === 'buffer') return code(this.globalName(p.param, p.param.name));
    if (p.kind === 'shared') return code(this.globalName(p.shared, p.shared.name));
    throw new Error(`${p.kind} as a value`);
  }

  protected override address(p: Place): Code {
    const root = rootOf(p);
    if (p.kind !== 'buffer' && root.kind === 'buffer' && !this.#typedRoot(p)) {
      throw fail('RK301', {
        target: 'wgsl', need: 'atomics on this type', id: this.program.id, where: `buffer '${root.param.name}'`,
        hint: 'Use a buffer of i32 or u32; WGSL has 32-bit atomics only.',
      });
    }
    return super.address(p);
  }

  /**
   * WGSL's exchange may fail without cause. Each array has a function of its own that tries until the word holds
   * something else or has been replaced: pointers into buffers cannot be passed.
   */
  protected override spell(template: string, e: ExprOf<'call'>, type: ScalarName | null): Code {
    if (e.name !== 'atomicCompareExchange') return super.spell(template, e, type);
    const place = e.places[0] as PlaceOf<'index'>;
    this.address(place);
    const array = this.root(rootOf(place) as PlaceOf<'buffer' | 'shared'>).text;
    const t = this.scalarName(type!);
    this.#exchanges.set(array, `fn rk_cas_${array}(at: u32, expected: ${t}, value: ${t}) -> ${t} {
  loop {
    let seen = atomicCompareExchangeWeak(&${array}[at], expected, value);
    if (seen.exchanged || seen.old_value != expected) { return seen.old_value; }
  }
}`);
    return code(`rk_cas_${array}(u32(${this.indexText(place)}), ${e.args.map((a) => this.text(a)).join(', ')})`, binding.primary);
  }

  protected override send(): void {
    throw new Error('a global kernel does not send');
  }

  protected override reply(): void {
    throw new Error('a global kernel does not reply');
  }

  protected override debug(_: StmtOf<'debug'>): void {
    throw fail('RK301', {
      target: 'wgsl', need: 'debug output of global kernels', id: this.program.id, where: '`g.debug`',
      hint: 'Write to a buffer instead, or run this kernel on the CPU.',
    });
  }

  print(): WgslGlobal {
    const program = this.kernel;
    const numbers = { switchOn: (t: AnyType) => t.kind === 'scalar' && (t.name === 'i32' || t.name === 'u32') };
    const buffers: WgslBuffer[] = [];
    const values: ValueParam[] = [];
    for (const p of program.params) {
      if (p.kind === 'value') values.push(p);
      else buffers.push({ param: p, binding: buffers.length, access: p.access === 'read' && !this.atomic.has(p) ? 'read' : 'read_write' });
    }
    for (const b of buffers) this.globalName(b.param, b.param.name);
    const layout = paramLayout(buffers.map((b) => b.param), values);
    const constants = constantBytes(program.constants);
    const paramsBinding = layout.words > 0 ? buffers.length : -1;
    const constantsBinding = constants.byteLength > 0 ? buffers.length + 1 : -1;

    for (const fn of program.functions) this.#helper(plainExits(fn, numbers));
    this.#entry(plainExits(program.func, numbers), layout, paramsBinding >= 0);
    const body = joinLines(this.out.lines);
    const head = new Lines();
    const features: string[] = [];
    if (program.needs.has('subgroups') || /\b(subgroup[A-Z]|rk_lanes?\b)/.test(body)) { head.add('enable subgroups;'); features.push('subgroups'); }
    for (const b of buffers) {
      const name = this.globalName(b.param, b.param.name);
      const t = typed(b.param.elem);
      const scalar = t ?? 'u32';
      const elem = this.atomic.has(b.param) ? `atomic<${scalar}>` : scalar;
      head.add(`@group(0) @binding(${b.binding}) var<storage, ${b.access}> ${name}: array<${elem}>;`);
    }
    if (paramsBinding >= 0) head.add(`@group(0) @binding(${paramsBinding}) var<uniform> rk_params: array<vec4<u32>, ${Math.ceil(layout.words / 4)}>;`);
    if (constantsBinding >= 0) head.add(`@group(0) @binding(${constantsBinding}) var<storage, read> rk_constants: array<u32>;`);
    for (const s of program.shared) {
      if (is64(s.elem.name)) throw fail('RK301', { target: 'wgsl', need: '64-bit shared memory', id: program.id, where: s.name, hint: 'Use u32 pairs.' });
      const elem = s.elem.name === 'bool' ? 'bool' : this.scalarName(s.elem.name);
      head.add(`var<workgroup> ${this.globalName(s, s.name)}: array<${this.atomic.has(s) ? `atomic<${elem}>` : elem}, ${s.length}>;`);
    }
    for (const t of this.structTexts) head.add(t);
    for (const text of this.memory.text) head.add(text);
    for (const text of this.#exchanges.values()) head.add(text);
    // The workgroup's size is a constant of the kernel.
    if (/\brk_group_size\b/.test(body)) head.add(`const rk_group_size = vec3<u32>(${program.workgroup.map(u32Text).join(', ')});`);
    const privates = ['rk_global', 'rk_local', 'rk_group', 'rk_groups', 'rk_lane', 'rk_lanes'].filter((n) => new RegExp(`\\b${n}\\b`).test(body));
    for (const n of privates) head.add(`var<private> ${n}: ${n.startsWith('rk_lane') ? 'u32' : 'vec3<u32>'};`);
    for (const routine of collect(body + joinLines(head.lines), wgslLibrary)) head.add(routine);
    head.add('');
    const lines = [...head.lines, ...this.out.lines];
    return {
      source: joinLines(lines), entry: 'main', workgroup: program.workgroup, buffers, features,
      params: { ...layout, binding: paramsBinding }, constants: { binding: constantsBinding, bytes: constants }, map: lineMap(lines),
    };
  }

  #helper(fn: Func): void {
    this.enter(fn);
    this.printHelper(fn);
  }

  #entry(fn: Func, layout: ParamLayout, hasParams: boolean): void {
    this.enter(fn);
    const [x, y, z] = this.kernel.workgroup;
    const start = this.out.lines.length;
    this.out.indent(() => {
      for (const v of layout.values) {
        const kind = this.assigned.has(v.param.local.id) ? 'var' : 'let';
        this.line(`${kind} ${this.localName(v.param.local)} = ${this.uniformValue(v.word, v.param.local.type)};`);
      }
    });
    this.body(fn.body);
    this.line('}');
    const text = this.out.lines.slice(start).map((l) => l.text).join('\n');
    const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(text) || this.#inHelpers(name, start);
    const builtins: [string, string, string][] = [
      ['rk_global', 'global_invocation_id', 'vec3<u32>'], ['rk_local', 'local_invocation_id', 'vec3<u32>'],
      ['rk_group', 'workgroup_id', 'vec3<u32>'], ['rk_groups', 'num_workgroups', 'vec3<u32>'],
      ['rk_lane', 'subgroup_invocation_id', 'u32'], ['rk_lanes', 'subgroup_size', 'u32'],
    ];
    const used = builtins.filter(([name]) => uses(name));
    const extents = !hasParams ? [] : layout.extents.flatMap((b) => b.words
      .map((e) => ({ name: `${this.globalName(b.param, b.param.name)}_${e.name}`, word: e.word })))
      .filter((e) => new RegExp(`\\b${e.name}\\b`).test(text));
    const head = new Lines();
    head.add(`@compute @workgroup_size(${x}, ${y}, ${z})`);
    head.add(`fn main(${used.map(([name, builtin, type]) => `@builtin(${builtin}) ${name}_in: ${type}`).join(', ')}) {`);
    head.indent(() => {
      for (const [name] of used) head.add(`${name} = ${name}_in;`);
      for (const e of extents) head.add(`let ${e.name}: u32 = ${uniformWord(e.word)};`);
    });
    this.out.lines.splice(start, 0, ...head.lines);
  }

  #inHelpers(name: string, end: number): boolean {
    return this.out.lines.slice(0, end).some((l) => new RegExp(`\\b${name}\\b`).test(l.text));
  }

  private uniformValue(word: number, t: AnyType): string {
    const scalar = (name: ScalarName, at: number): string => {
      const raw = uniformWord(at);
      if (is64(name)) return `vec2<u32>(${raw}, ${uniformWord(at + 1)})`;
      return name === 'u32' ? raw : name === 'bool' ? `(${raw} != 0u)` : name === 'f16' ? `rk_round16(bitcast<f32>(${raw}))` : name === 'bf16' ? `rk_bfloat_value(rk_bfloat_bits(bitcast<f32>(${raw})))` : `bitcast<${this.scalarName(name)}>(${raw})`;
    };
    if (t.kind === 'scalar') return scalar(t.name, word);
    if (t.kind === 'vec') return `${this.typeName(t)}(${Array.from({ length: t.length }, (_, i) => scalar(t.elem.name, word + i)).join(', ')})`;
    throw new Error('value parameters are scalars or vectors');
  }
}

const uniformWord = (word: number): string => `rk_params[${u32Text(word >> 2)}].${'xyzw'[word & 3]}`;

/** The kernel as a WGSL module. Throws `RK301` for what WGSL lacks. */
export function emitWgslGlobal(program: GlobalProgram): WgslGlobal {
  return new GlobalVisitor(programFor(program, 'wgsl')).print();
}
