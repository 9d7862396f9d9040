/**
 * WGSL of an actor's handlers, for the pass engine (`engine/pass/loop.ts`), which provides `mem`, `rk_row`,
 * `rk_send`, `rk_debug`, `rk_at`, `rk_tick` and `rk_fault`.
 *
 *     fn PREFIX_handlerN(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32
 *
 * `rk_count` 0: `rk_in` and `rk_out` are the word addresses of message and reply in `mem`; else of the columns
 * of a batch of so many messages, of which `rk_i` is meant. Result 1: replied. Handlers whose batches many
 * invocations share have a loop of their own beside it, which finds the columns once:
 *
 *     fn PREFIX_batchN(rk_in: u32, rk_out: u32, rk_count: u32, rk_first: u32, rk_stride: u32) -> u32
 */
import type { FaultSite } from '../../../engine/pass/driver.ts';
import { PassRow, word } from '../../../engine/pass/layout.ts';
import type { AnyType, Struct } from '../../../layout/types.ts';
import type { ActorProgram, FieldValue, Func, Handler, Place, Pos } from '../../ir.ts';
import { plainExits } from '../../passes/exits.ts';
import { programFor } from '../../program.ts';
import { walkStmts } from '../../passes/walk.ts';
import type { Line } from '../lines.ts';
import { code, elemName, valueType, type Code, type ExprOf, type PlaceOf, type StmtOf } from '../visitor.ts';
import { u32Text, type Address, type Block } from './memory.ts';
import { is64 } from './base.ts';
import { WgslVisitor } from './visitor.ts';

const mem: Block = { name: 'mem', atomic: false };

export interface WgslActor {
  readonly lines: readonly Line[];
  /** Structs and accessors, to stand before the functions. */
  readonly declarations: readonly string[];
  readonly features: readonly string[];
  /** Names of the handlers' functions, and of their loops over batches. */
  readonly handlers: readonly { readonly single: string; readonly batch: string | null }[];
}

/** Messages and replies whose fields are whole words can travel as columns. */
export const columnar = (s: Struct | null): boolean => s === null || s.fields.every((f) => f.type.size % 4 === 0);

const words32 = { switchOn: (t: AnyType) => t.kind === 'scalar' && (t.name === 'i32' || t.name === 'u32') };

class ActorVisitor extends WgslVisitor {
  readonly #actor: ActorProgram;
  readonly #constantBase: number;
  #handler: Handler | null = null;
  /** The handler in hand has its message, its reply in columns or in one piece: fields have addresses of their own. */
  #columns = false;
  readonly #parallel: readonly boolean[];

  constructor(program: ActorProgram, prefix: string, kind: number, sites: FaultSite[], constantBase: number, parallel: readonly boolean[]) {
    super(program, { prefix, kind, sites, faults: true });
    this.#actor = program;
    this.#constantBase = constantBase;
    this.#parallel = parallel;
  }

  protected override addressOfRoot(root: Place, firstField: number | null): Address {
    switch (root.kind) {
      case 'state': return { block: mem, base: 'rk_state', bytes: 0, terms: [] };
      case 'constant': {
        let at = this.#constantBase;
        for (const c of this.#actor.constants) {
          if (c === root.constant) break;
          at += Math.ceil((c.length * c.elem.size) / 16) * 16;
        }
        return { block: { name: 'rk_constants', atomic: false }, base: '', bytes: at, terms: [] };
      }
      case 'message': {
        if (firstField === null) throw new Error('a message is read by field');
        const field = root.type.fields[firstField]!;
        if (!this.#columns) return { block: mem, base: 'rk_in', bytes: field.offset, terms: [] };
        return { block: mem, base: `rk_c${firstField}`, bytes: 0, terms: [] };
      }
      default: throw new Error(`${root.kind} in a handler`);
    }
  }

  protected override root(p: PlaceOf<'state' | 'message' | 'constant' | 'buffer' | 'shared'>): Code {
    throw new Error(`${p.kind} as a variable`);
  }

  protected override returnText(): string {
    return this.#handler === null ? 'return;' : 'return rk_result;';
  }

  // ---------------------------------------------------------------- effects

  #fields(fields: readonly FieldValue[]): { field: FieldValue; text: string }[] {
    return fields.map((field) => ({ field, text: this.settled(field.value) }));
  }

  protected override send(e: ExprOf<'send'>, result: Place | null): void {
    const values = this.#fields(e.fields);
    const slot = this.fresh('slot');
    this.line(`let ${slot} = rk_send(${u32Text(e.port.index)});`);
    this.line(`if (${slot} != 0u) {`);
    this.out.indent(() => {
      for (const { field, text } of values) {
        this.line(`${this.memory.store({ block: mem, base: slot, bytes: field.offset, terms: [] }, valueType(field.value), text)};`);
      }
    });
    this.line('}');
    if (result !== null) this.storeChecked(result, code(`${slot} != 0u`, 10));
  }

  protected override reply(s: StmtOf<'reply'>): void {
    for (const { field, text } of this.#fields(s.fields)) {
      const type = valueType(field.value);
      const at = s.message.fields.findIndex((f) => f.name === field.name);
      const address: Address = this.#columns
        ? { block: mem, base: `rk_o${at}`, bytes: 0, terms: [] }
        : { block: mem, base: 'rk_out', bytes: field.offset, terms: [] };
      this.line(`${this.memory.store(address, type, text)};`);
    }
    this.line('rk_result = 1u;');
  }

  protected override debug(s: StmtOf<'debug'>): void {
    // Two bits an argument: f32, signed, unsigned, bool.
    const kinds = s.args.reduce((bits, a, i) => {
      const t = elemName(valueType(a))!;
      const kind = t === 'bool' ? 3 : t === 'i32' || t === 'i64' ? 1 : t === 'u32' || t === 'u64' ? 2 : 0;
      return bits | (kind << (2 * i));
    }, 0);
    const values = s.args.map((a) => ({ type: elemName(valueType(a))!, text: this.settled(a) }));
    const slot = this.fresh('slot');
    this.line(`let ${slot} = rk_debug(${u32Text(s.format)}, ${u32Text(s.args.length)}, ${u32Text(kinds)});`);
    this.line(`if (${slot} != 0u) {`);
    this.out.indent(() => values.forEach(({ type, text }, i) => {
      const wide = is64(type) ? text : type === 'i32' ? `rk_extend(${text})`
        : `vec2<u32>(${type === 'bool' ? `u32(${text})` : type === 'u32' ? text : `bitcast<u32>(f32(${text}))`}, 0u)`;
      this.line(`${this.memory.store({ block: mem, base: slot, bytes: i * 8, terms: [] }, { kind: 'scalar', name: 'u64', size: 8, align: 8 }, wide)};`);
    }));
    this.line('}');
  }

  protected override call(e: ExprOf<'call'>): Code {
    // An actor's memory is its own while it runs: what is atomic elsewhere is a plain update here.
    if (e.places.length > 0 && this.isMemory(e.places[0]!)) {
      const type = elemName(valueType(e))!;
      if (is64(type)) return super.call(e);
      const name = e.name.replace(/[^A-Za-z]/g, '');
      return code(`rk_own_${name}_${type}(${[this.#placeAddress(e.places[0]!), ...e.args.map((a) => this.text(a))].join(', ')})`);
    }
    return super.call(e);
  }

  #placeAddress(p: Place): string {
    const a = this.addressOf(p);
    return [...(a.base === '' ? [] : [a.base]), ...a.terms.map((t) => `${t.index} * ${u32Text(t.stride / 4)}`), u32Text(a.bytes / 4)].join(' + ');
  }

  // ---------------------------------------------------------------- functions

  print(): WgslActor {
    for (const fn of this.#actor.functions) this.#helper(plainExits(fn, words32));
    const handlers = this.#actor.handlers.map((h) => {
      const single = `${this.options.prefix}handler${h.index}`;
      const batch = this.#parallel[h.index] === true ? `${this.options.prefix}batch${h.index}` : null;
      this.#print(h, single, batch);
      return { single, batch };
    });
    return {
      lines: this.out.lines, declarations: [...this.structTexts, ...this.memory.text], handlers,
      features: [],
    };
  }

  #helper(fn: Func): void {
    this.#handler = null;
    this.enter(fn);
    const zero = fn.result === null ? '' : ` ${this.#zero(fn.result)}`;
    this.bail = `return${zero};`;
    this.printHelper(fn);
  }

  #zero(t: AnyType): string {
    return t.kind === 'scalar' && !is64(t.name) ? (t.name === 'bool' ? 'false' : `${this.typeName(t)}(0)`) : `${this.typeName(t)}()`;
  }

  #print(h: Handler, name: string, batch: string | null): void {
    this.#handler = h;
    this.#columns = columnar(h.message) && columnar(h.reply);
    const fn = plainExits(h.func, words32);
    this.enter(fn);
    this.bail = 'return 0u;';
    const read = fieldsRead(fn);
    const bases = (): void => {
      if (!this.#columns) return;
      this.#bases('rk_c', 'rk_in', h.message, read);
      if (h.reply !== null) this.#bases('rk_o', 'rk_out', h.reply, null);
    };
    const single = `fn ${name}(rk_in: u32, rk_out: u32, rk_count: u32, rk_i: u32) -> u32 {`;
    const columns = [...columnsOf('rk_c', 'rk_in', h.message, read), ...(h.reply === null ? [] : columnsOf('rk_o', 'rk_out', h.reply, null))];
    const body = `${name}_body`;
    this.line(batch === null ? single : `fn ${body}(${columns.map((c) => `${c.name}: u32`).join(', ')}) -> u32 {`);
    this.out.indent(() => {
      if (touches(fn, 'state')) this.line(`let rk_state = mem[rk_row + ${u32Text(word(PassRow, 'state'))}];`);
      if (batch === null) bases();
      this.line('var rk_result = 0u;');
    });
    this.body(fn.body);
    this.out.indent(() => { if (fn.body.at(-1)?.kind !== 'return') this.line('return rk_result;'); });
    this.line('}');
    if (batch === null) return;
    this.line(single);
    this.out.indent(() => {
      bases();
      this.line(`return ${body}(${columns.map((c) => c.name).join(', ')});`);
    });
    this.line('}');
    this.line(`fn ${batch}(rk_in: u32, rk_out: u32, rk_count: u32, rk_first: u32, rk_stride: u32) -> u32 {`);
    this.out.indent(() => {
      for (const c of columns) this.line(`let ${c.name} = ${c.first};`);
      this.line('var answered = 0u;');
      const at = (size: number): string => (size === 1 ? ' + i' : ` + i * ${u32Text(size)}`);
      this.line(`for (var i = rk_first; i < rk_count; i += rk_stride) { answered = ${body}(${columns.map((c) => `${c.name}${at(c.size)}`).join(', ')}); }`);
      this.line('return answered;');
    });
    this.line('}');
  }

  /** Addresses of the fields: in one piece, or in columns of which each starts at a multiple of 4 words. */
  #bases(name: string, first: string, s: Struct, used: ReadonlySet<string> | null): void {
    const wanted = s.fields.map((f) => used === null || used.has(f.name));
    const last = wanted.lastIndexOf(true);
    if (last < 0) return;
    s.fields.forEach((f, i) => {
      if (wanted[i]) this.line(`var ${name}${i} = ${first}${f.offset === 0 ? '' : ` + ${u32Text(f.offset / 4)}`};`);
    });
    this.line('if (rk_count != 0u) {');
    this.out.indent(() => {
      if (last > 0) this.line(`var column = ${first};`);
      s.fields.slice(0, last + 1).forEach((f, i) => {
        const size = f.type.size / 4;
        if (wanted[i]) this.line(`${name}${i} = ${last > 0 ? 'column' : first} + rk_i${size === 1 ? '' : ` * ${u32Text(size)}`};`);
        if (i < last) this.line(`column += (rk_count${size === 1 ? '' : ` * ${u32Text(size)}`} + 3u) & ~3u;`);
      });
    });
    this.line('}');
  }
}

/** Where the columns begin that are used (null: all), and the words of one element. */
function columnsOf(name: string, base: string, s: Struct, used: ReadonlySet<string> | null): { readonly name: string; readonly first: string; readonly size: number }[] {
  const before: string[] = [];
  return s.fields.flatMap((f, i) => {
    const size = f.type.size / 4;
    const column = { name: `${name}${i}`, first: [base, ...before].join(' + '), size };
    before.push(`((rk_count${size === 1 ? '' : ` * ${u32Text(size)}`} + 3u) & ~3u)`);
    return used === null || used.has(f.name) ? [column] : [];
  });
}

/** Names of the message's fields that a handler reads; null: all. */
function fieldsRead(fn: Func): ReadonlySet<string> | null {
  const found = new Set<string>();
  let whole = false;
  walkStmts(fn.body, {
    place: (p) => { if (p.kind === 'field' && p.base.kind === 'message') found.add(p.name); },
    expr: (e) => { if (e.kind === 'load' && e.place.kind === 'message') whole = true; },
  });
  return whole ? null : found;
}

function touches(fn: Func, kind: 'state' | 'message'): boolean {
  let found = false;
  walkStmts(fn.body, { place: (p) => { if (p.kind === kind) found = true; } });
  return found;
}

/** `parallel`: per handler, whether many invocations may share a batch; its fields are whole words then. */
export function emitWgslActor(program: ActorProgram, prefix: string, kind: number, sites: FaultSite[], constantBase: number, parallel: readonly boolean[] = []): WgslActor {
  return new ActorVisitor(programFor(program, 'wgsl'), prefix, kind, sites, constantBase, parallel).print();
}

export type { Pos };
