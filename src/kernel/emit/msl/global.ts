import { struct, u32, type AnyType, type Struct } from '../../../layout/types.ts';
import type { BufferParam, Func, GlobalProgram, Local, Place } from '../../ir.ts';
import { entryArguments } from '../entry.ts';
import type { Line } from '../lines.ts';
import { legal } from '../names.ts';
import { code, type Code, type ExprOf, type PlaceOf, type StmtOf } from '../visitor.ts';
import { MslVisitor } from './visitor.ts';

/** Where a thread stands, by the name that spellings use; each is an argument of the kernel when it is used. */
const items = {
  rk_global: ['uint3', 'thread_position_in_grid'],
  rk_local: ['uint3', 'thread_position_in_threadgroup'],
  rk_local_index: ['uint', 'thread_index_in_threadgroup'],
  rk_group: ['uint3', 'threadgroup_position_in_grid'],
  rk_groups: ['uint3', 'threadgroups_per_grid'],
  rk_group_size: ['uint3', 'threads_per_threadgroup'],
  rk_lane: ['uint', 'thread_index_in_simdgroup'],
  rk_lanes: ['uint', 'threads_per_simdgroup'],
  rk_subgroup: ['uint', 'simdgroup_index_in_threadgroup'],
} as const;

export interface MslGlobalText {
  readonly declarations: readonly string[];
  readonly lines: readonly Line[];
  readonly entry: string;
  /** Bound as `[[buffer(i)]]` in this order. */
  readonly buffers: readonly BufferParam[];
  /** Extents and value parameters, one block behind the buffers; null: none. */
  readonly block: Struct | null;
}

export class MslGlobalVisitor extends MslVisitor {
  readonly #kernel: GlobalProgram;
  readonly #exact: boolean;

  constructor(program: GlobalProgram, exact: boolean) {
    super(program);
    this.#kernel = program;
    this.#exact = exact;
  }

  protected override root(p: PlaceOf<'state' | 'message' | 'constant' | 'buffer' | 'shared'>): Code {
    switch (p.kind) {
      case 'constant': return code(this.globalName(p.constant, p.constant.name));
      case 'buffer': return code(this.globalName(p.param, p.param.name));
      case 'shared': return code(this.globalName(p.shared, p.shared.name));
      default: throw new Error(`${p.kind} in a global kernel`);
    }
  }

  /** Accesses of buffers behind this are in range: with checks on, others read zero and store nothing. */
  protected override guards(p: Place): string[] {
    if (!this.#exact || p.kind === 'local') return [];
    if (p.kind === 'field' || p.kind === 'component') return this.guards(p.base);
    if (p.kind !== 'index') return [];
    return [...this.guards(p.base), ...(p.proven ? [] : [`u32(${this.text(p.index)}) < ${this.lengthOf(p.base)}`])];
  }

  protected override load(p: Place): Code {
    const guards = this.guards(p);
    if (guards.length === 0) return super.load(p);
    const type = this.typeName(p.kind === 'index' || p.kind === 'field' || p.kind === 'component' ? p.type : u32);
    return code(`(${guards.join(' && ')} ? ${super.load(p).text} : ${type}())`);
  }

  protected override send(_e: ExprOf<'send'>): void {
    throw new Error('a global kernel does not send');
  }

  protected override reply(_s: StmtOf<'reply'>): void {
    throw new Error('a global kernel does not reply');
  }

  protected override debug(_s: StmtOf<'debug'>): void {
    throw this.lacks('debug output of global kernels', '`g.debug`', 'Write to a buffer instead, or run this kernel on the CPU.');
  }

  #helper(fn: Func): void {
    const plain = this.plain(fn);
    this.enter(plain);
    const result = fn.result === null ? 'void' : this.typeName(fn.result);
    this.line(`inline ${result} ${this.functionName(fn)}(${this.parameters(plain).join(', ')}) {`);
    this.helperBody(plain);
    this.at = null;
    this.line('}');
    this.line('');
  }

  print(): MslGlobalText {
    const program = this.#kernel;
    const entry = this.globals.claim(legal(program.id));
    const constants = program.constants.map((c) => this.constantDeclaration(c, this.globalName(c, c.name)));
    for (const p of program.params) if (p.kind === 'buffer') this.globalName(p, p.name);
    for (const fn of program.functions) this.#helper(fn);

    const fn = this.plain(program.func);
    this.enter(fn);
    const args = entryArguments(program);
    const buffers = program.params.filter((p) => p.kind === 'buffer');
    const fields: Record<string, AnyType> = {};
    const reads: { local: Local | null; name: string; field: string }[] = [];
    for (const a of args) {
      if (a.kind === 'buffer') continue;
      const name = a.kind === 'value' ? this.localName(a.param.local) : `${this.globalName(a.param, a.param.name)}_${a.extent}`;
      // The host fills the block by the user's names, which MSL may not allow for its own.
      const field = a.kind === 'value' ? a.param.name : `${a.param.name}_${a.extent}`;
      fields[field] = a.kind === 'value' ? a.param.local.type : u32;
      reads.push({ local: a.kind === 'value' ? a.param.local : null, name, field });
    }
    const block = reads.length === 0 ? null : struct('Arguments', fields);
    const from = this.out.lines.length;
    this.at = null;
    this.body(fn.body);
    const body = this.out.lines.splice(from);
    const used = (name: string): boolean => body.some((l) => new RegExp(`\\b${name}\\b`).test(l.text));

    const params = buffers.map((p, i) =>
      `device ${p.access === 'read' ? 'const ' : ''}${this.storedName(p.elem)}* ${this.globalName(p, p.name)} [[buffer(${i})]]`);
    const blockName = block === null ? '' : this.structName(block);
    if (block !== null) params.push(`constant ${blockName}& arguments [[buffer(${buffers.length})]]`);
    for (const [name, [type, attribute]] of Object.entries(items)) if (used(name)) params.push(`${type} ${name} [[${attribute}]]`);
    this.at = program.func.pos ?? null;
    this.line(`kernel void ${entry}(${params.join(', ')}) {`);
    this.at = null;
    this.out.indent(() => {
      for (const s of program.shared) this.line(`threadgroup ${this.storedName(s.elem)} ${this.globalName(s, s.name)}[${s.length}];`);
      for (const r of reads) {
        if (!used(r.name)) continue;
        const field = code(`arguments.${this.fieldName(block!, r.field)}`);
        this.line(r.local === null ? `const u32 ${r.name} = ${field.text};` : this.declaration(r.local, this.unstore(r.local.type, field).text));
      }
    });
    this.out.lines.push(...body);
    this.line('}');
    return { declarations: [...this.declarations(), ...constants], lines: this.out.lines, entry, buffers, block };
  }
}
