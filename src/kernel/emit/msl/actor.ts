/**
 * MSL of an actor's handlers, for the pass engine (`engine/pass/loop.ts`).
 *
 *     u32 NAMESPACE::handlerN(thread RkContext& ctx, u32 rk_message, u32 rk_answer)
 *     u32 NAMESPACE::batchN(thread RkContext& ctx, u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i)
 *
 * Arguments are word addresses in `ctx.mem`; payloads are aligned to 8 bytes. The second form reads and writes
 * columns. Result 1: replied. Faults are recorded by the engine's routines; the handler runs on harmlessly,
 * and its loops end.
 */
import type { FaultSite } from '../../../engine/pass/driver.ts';
import { PassRow, word } from '../../../engine/pass/layout.ts';
import { debugKinds } from '../../../engine/abi.ts';
import type { AnyType, Struct } from '../../../layout/types.ts';
import type { ActorProgram, Expr, FieldValue, Func, Handler, Place, Pos, Stmt } from '../../ir.ts';
import { endsByItself } from '../bounds.ts';
import { ownLines, type Line } from '../lines.ts';
import { binding, code, elemName, ends, valueType, type Code, type ExprOf, type PlaceOf, type StmtOf } from '../visitor.ts';
import { MslVisitor } from './visitor.ts';

export interface MslActorText {
  /** Everything, in its namespace. */
  readonly lines: readonly Line[];
  readonly handlers: readonly { readonly index: number; readonly single: string; readonly batch: string | null }[];
}

/** Messages and replies whose fields are whole words can travel as columns. */
const columnar = (s: Struct | null): boolean => s === null || s.fields.every((f) => f.type.size % 4 === 0);

export class MslActorVisitor extends MslVisitor {
  readonly #actor: ActorProgram;
  readonly #kind: number;
  readonly #sites: FaultSite[];
  #handler: Handler | null = null;
  #columns = false;
  #watch: Pos | null | undefined;
  #bail = '';
  readonly #takesContext = new Set<string>();

  constructor(program: ActorProgram, kind: number, sites: FaultSite[]) {
    super(program);
    this.#actor = program;
    this.#kind = kind;
    this.#sites = sites;
  }

  #site(pos: Pos | undefined | null): string {
    const p = pos ?? this.at;
    this.#sites.push({ kind: this.#kind, source: p?.source ?? 0, start: p?.start ?? 0, end: p?.end ?? 0 });
    return `${this.#sites.length - 1}u`;
  }

  // ---------------------------------------------------------------- places

  protected override root(p: PlaceOf<'state' | 'message' | 'constant' | 'buffer' | 'shared'>): Code {
    switch (p.kind) {
      case 'state': return code('*state', binding.unary);
      case 'message': return code('*msg', binding.unary);
      case 'constant': return code(this.globalName(p.constant, p.constant.name));
      default: throw new Error(`${p.kind} in a handler`);
    }
  }

  protected override place(p: Place): Code {
    if (p.kind === 'field' && p.base.kind === 'message' && this.#columns) {
      return code(`rk_in_${this.fieldOf(p)}[rk_i]`);
    }
    return super.place(p);
  }

  protected override indexText(p: PlaceOf<'index'>): string {
    if (p.proven) return super.indexText(p);
    return `rk_at(ctx, ${this.unsigned(p.index).text}, ${this.lengthOf(p.base)}, ${this.#site(p.pos)})`;
  }

  protected override expr(e: Expr): Code {
    if (e.kind !== 'invoke') return super.expr(e);
    const args = [...(this.#takesContext.has(e.fn.name) ? ['ctx'] : []), ...e.args.map((a) => this.text(a))];
    return code(`${this.functionName(e.fn)}(${args.join(', ')})`);
  }

  // ---------------------------------------------------------------- effects

  protected override send(e: ExprOf<'send'>, result: Place | null): void {
    const slot = this.names.claim(e.port.name, 'slot');
    this.line(`const u32 ${slot} = rk_send(ctx, ${e.port.index}u);`);
    this.line(`if (${slot} != 0u) {`);
    this.out.indent(() => {
      const type = this.structName(e.port.message);
      const to = this.names.claim(e.port.name);
      this.line(`device ${type}* const ${to} = (device ${type}*)(ctx.mem + ${slot});`);
      for (const f of e.fields) this.#put(`${to}->${this.fieldName(e.port.message, f.name)}`, f);
    });
    this.line('}');
    if (result !== null) this.line(`${this.store(result, code(`${slot} != 0u`, binding.compare))};`);
  }

  /** Stores a field of a message in device memory. */
  #put(to: string, f: FieldValue): void {
    this.line(`${this.storeText(valueType(f.value), 'device', to, this.expr(f.value))};`);
  }

  protected override reply(s: StmtOf<'reply'>): void {
    for (const f of s.fields) {
      const name = this.fieldName(s.message, f.name);
      this.#put(this.#columns ? `rk_out_${name}[rk_i]` : `reply->${name}`, f);
    }
    this.line('return 1u;');
  }

  protected override debug(s: StmtOf<'debug'>): void {
    const kinds = s.args.reduce((bits, a, i) => bits | (kindOf(valueType(a)) << (2 * i)), 0);
    const slot = this.names.claim('record');
    this.line(`const u32 ${slot} = rk_debug(ctx, ${s.format}u, ${s.args.length}u, ${kinds}u);`);
    this.line(`if (${slot} != 0u) {`);
    this.out.indent(() => s.args.forEach((a, i) => {
      const type = elemName(valueType(a))!;
      const text = this.text(a);
      const [low, high] = type === 'i64' || type === 'u64' ? [`u32(${text})`, `u32(u64(${text}) >> 32)`]
        : type === 'i32' ? [`u32(${text})`, `(${text}) < 0 ? 4294967295u : 0u`]
          : type === 'f16' || type === 'bf16' || type === 'f32' ? [`as_type<u32>(f32(${text}))`, '0u'] : [`u32(${text})`, '0u'];
      this.line(`ctx.mem[${slot} + ${2 * i}u] = ${low};`);
      this.line(`ctx.mem[${slot} + ${2 * i + 1}u] = ${high};`);
    }));
    this.line('}');
  }

  // ---------------------------------------------------------------- statements

  protected override body(statements: readonly Stmt[]): void {
    if (this.#watch !== undefined) {
      const pos = this.#watch;
      this.#watch = undefined;
      this.out.indent(() => this.line(`if (rk_tick(ctx, ${this.#site(pos)})) return${this.#bail};`));
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

  protected override loop(s: StmtOf<'loop'>): void {
    if (!endsByItself(s)) this.#watch = s.pos ?? null;
    super.loop(s);
  }

  // ---------------------------------------------------------------- functions

  #helper(source: Func): void {
    this.#handler = null;
    const fn = this.plain(source);
    this.enter(fn);
    this.#bail = fn.result === null ? '' : ` ${this.typeName(fn.result)}${fn.result.kind === 'scalar' ? '(0)' : '{}'}`;
    const params = this.parameters(fn);
    const from = this.out.lines.length;
    this.at = null;
    this.helperBody(fn);
    if (this.out.lines.slice(from).some((l) => l.raw === undefined && /\bctx\b/.test(l.text))) {
      params.unshift('thread RkContext& ctx');
      this.#takesContext.add(fn.name);
    }
    const result = fn.result === null ? 'void' : this.typeName(fn.result);
    this.out.lines.splice(from, 0, { text: `inline ${result} ${this.functionName(fn)}(${params.join(', ')}) {`, pos: fn.pos ?? null });
    this.at = null;
    this.line('}');
    this.line('');
  }

  #print(h: Handler, name: string, columns: boolean): void {
    this.#handler = h;
    this.#columns = columns;
    this.#bail = ' 0u';
    const fn = this.plain(h.func);
    this.enter(fn);
    const from = this.out.lines.length;
    this.at = null;
    this.body(fn.body);
    if (!ends(fn.body) && fn.body.at(-1)?.kind !== 'reply') this.out.indent(() => this.line('return 0u;'));
    const body = this.out.lines.splice(from);
    const text = body.map((l) => l.text).join('\n');
    const params = columns ? 'u32 rk_input, u32 rk_output, u32 rk_count, u32 rk_i' : 'u32 rk_message, u32 rk_answer';
    this.at = fn.pos ?? null;
    this.line(`inline u32 ${name}(thread RkContext& ctx, ${params}) {`);
    this.at = null;
    this.out.indent(() => {
      if (/\bstate\b/.test(text)) {
        const type = this.structName(this.#actor.state!);
        this.line(`device ${type}* const state = (device ${type}*)(ctx.mem + ctx.mem[ctx.row + ${word(PassRow, 'state')}u]);`);
      }
      if (columns) {
        this.#columnPointers('rk_in_', 'rk_input', h.message, 'const ', text);
        if (h.reply !== null) this.#columnPointers('rk_out_', 'rk_output', h.reply, '', text);
      } else {
        const message = this.structName(h.message);
        if (/\bmsg\b/.test(text)) this.line(`device const ${message}* const msg = (device const ${message}*)(ctx.mem + rk_message);`);
        if (h.reply !== null && /\breply\b/.test(text)) {
          const reply = this.structName(h.reply);
          this.line(`device ${reply}* const reply = (device ${reply}*)(ctx.mem + rk_answer);`);
        }
      }
    });
    this.out.lines.push(...body);
    this.line('}');
    this.line('');
    this.#handler = null;
  }

  /** Columns follow each other, each starting at a multiple of 16 bytes behind the one before it. */
  #columnPointers(prefix: string, first: string, s: Struct, qualifier: string, text: string): void {
    let offset = first;
    for (const f of s.fields) {
      const name = prefix + this.fieldName(s, f.name);
      const type = this.storedName(f.type);
      if (new RegExp(`\\b${name}\\b`).test(text)) {
        this.line(`device ${qualifier}${type}* const ${name} = (device ${qualifier}${type}*)(ctx.mem + ${offset});`);
      }
      offset += ` + ((rk_count * ${f.type.size / 4}u + 3u) & ~3u)`;
    }
  }

  print(namespace: string): MslActorText {
    const constants = this.#actor.constants.map((c) => this.constantDeclaration(c, this.globalName(c, c.name)));
    for (const fn of this.#actor.functions) this.#helper(fn);
    const handlers = this.#actor.handlers.map((h) => {
      const single = `handler${h.index}`;
      this.#print(h, single, false);
      if (!columnar(h.message) || !columnar(h.reply)) return { index: h.index, single: `${namespace}::${single}`, batch: null };
      const batch = `batch${h.index}`;
      this.#print(h, batch, true);
      return { index: h.index, single: `${namespace}::${single}`, batch: `${namespace}::${batch}` };
    });
    const lines = [
      ...ownLines(`namespace ${namespace} {\n`), ...[...this.declarations(), ...constants].flatMap((d) => ownLines(`${d}\n`)),
      ...this.out.lines, ...ownLines(`}  // namespace ${namespace}\n`),
    ];
    return { lines, handlers };
  }
}

const kindOf = (t: AnyType): number => {
  switch (elemName(t)) {
    case 'bool': return debugKinds.bool;
    case 'i32': case 'i64': return debugKinds.signed;
    case 'u32': case 'u64': return debugKinds.unsigned;
    default: return debugKinds.number;
  }
};
