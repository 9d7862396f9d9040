/**
 * A stencil's program as a function of one cell, for kernels that decide themselves where cells lie: tiles in
 * shared memory, columns in registers.
 *
 *   template <...> void CELL(const G& rk_g, const F0& u, f32& u_next, const F1& prev, f32 c2)
 *
 * One parameter for each parameter of the program, in order. A grid that is read is an object with
 * `at(dx, dy[, dz])`, offsets from the own cell; one that is written is a reference to the own cell's value.
 * `rk_g` has the cell's `x`, `y`, `z` without ghosts and the grid's `width`, `height`, `depth` with them.
 */
import type { BufferParam, Expr, GlobalProgram, Place, Stmt } from '../../ir.ts';
import { intrinsics } from '../../intrinsics/table.ts';
import { walkStmts } from '../../passes/walk.ts';
import { programFor } from '../../program.ts';
import { ownLines, type Line } from '../lines.ts';
import { code, type Code, type ExprOf } from '../visitor.ts';
import { CudaVisitor } from './visitor.ts';

/** How far a grid is read from the own cell: along x, y, z. */
export type Reach = readonly [number, number, number];

export interface CellPart {
  readonly lines: readonly Line[];
  /** Qualified name of the function. */
  readonly name: string;
  /** For each parameter of the program that is a grid and read: how far. */
  readonly reach: ReadonlyMap<BufferParam, Reach>;
  /** Grids that are read at offsets the kernel computes; their reach is the halo. */
  readonly computed: ReadonlySet<BufferParam>;
}

/** Offsets of a cell from the own one, as far as they are constants. */
interface Offset {
  readonly known: number | null;
  readonly text: Expr | null;
}

const axes = ['x', 'y', 'z'] as const;

/** The coordinate's offset from the own cell, of a coordinate that counts ghosts; null: it is not relative. */
function relative(e: Expr, axis: string, halo: number): Offset | null {
  const isOwn = (x: Expr): boolean => x.kind === 'convert' && x.mode === 'bits' && x.value.kind === 'call' && x.value.name === axis;
  if (isOwn(e)) return { known: -halo, text: null };
  if (e.kind !== 'binary' || e.op !== 'add' || !isOwn(e.left)) return null;
  const { right } = e;
  if (right.kind === 'const') return { known: Number(right.value) - halo, text: null };
  if (right.kind === 'binary' && right.op === 'add' && right.right.kind === 'const' && Number(right.right.value) === halo) return { known: null, text: right.left };
  return null;
}

/** Takes `a * extent + b` apart. */
function rowOf(e: Expr, extent: 'width' | 'height', param: BufferParam): readonly [Expr, Expr] | null {
  if (e.kind !== 'binary' || e.op !== 'add' || e.left.kind !== 'binary' || e.left.op !== 'mul') return null;
  const size = e.left.right;
  const call = size.kind === 'convert' && size.mode === 'bits' ? size.value : size;
  if (call.kind !== 'call' || call.name !== extent || call.places[0]?.kind !== 'buffer' || call.places[0].param !== param) return null;
  return [e.left.left, e.right];
}

/** Offsets along x, y[, z] of the cell at an index into a grid; null where it does not stand relative to the own cell. */
function offsetsOf(index: Expr, param: BufferParam, halo: number): readonly Offset[] | null {
  const outer = rowOf(index, 'width', param);
  if (outer === null) return null;
  const inner = param.grid === 3 ? rowOf(outer[0], 'height', param) : null;
  if (param.grid === 3 && inner === null) return null;
  const coordinates = inner === null ? [outer[1], outer[0]] : [outer[1], inner[1], inner[0]];
  const offsets = coordinates.map((c, k) => relative(c, axes[k]!, halo));
  return offsets.every((o) => o !== null) ? offsets : null;
}

/** The program without the test for threads beyond the grid, which is its first statement. */
function bodyOf(program: GlobalProgram): readonly Stmt[] | null {
  const [first, ...rest] = program.func.body;
  return first?.kind === 'if' && first.then.length === 1 && first.then[0]!.kind === 'return' && first.else.length === 0 ? rest : null;
}

/** Why the program is no function of one cell; null: it is. Fills `reach` and `computed`. */
function refusal(program: GlobalProgram, body: readonly Stmt[], halo: number, reach: Map<BufferParam, Reach>, computed: Set<BufferParam>): string | null {
  let reason: string | null = null;
  const refuse = (why: string): void => { reason ??= why; };
  if (program.shared.length > 0) refuse('it uses shared memory');
  const look = (fn: readonly Stmt[], helper: boolean): void => walkStmts(fn, {
    expr: (e) => {
      if (e.kind !== 'call') return;
      const row = intrinsics.get(e.name);
      if (row?.category === 'index' && !(axes as readonly string[]).includes(e.name)) refuse(`it uses \`g.${e.name}\`, which counts threads`);
      else if (row?.category === 'index' && helper) refuse(`a function it calls uses \`g.${e.name}\``);
      else if (row?.effects === true || row?.category === 'subgroup' || row?.category === 'reduce') refuse(`it uses \`${e.name}\`, which concerns more than one cell`);
    },
    place: (p, access) => {
      if (p.kind === 'buffer' && helper) refuse(`a function it calls uses the grid '${p.param.name}'`);
      if (p.kind !== 'index' || p.base.kind !== 'buffer') return;
      const { param } = p.base;
      const offsets = offsetsOf(p.index, param, halo);
      if (offsets === null) return refuse(`it reads '${param.name}' at a place that does not lie relative to its own cell`);
      const far = [0, 1, 2].map((k) => { const o = offsets[k]; return o === undefined ? 0 : o.known === null ? halo : Math.abs(o.known); });
      if (access !== 'load') {
        if (param.access === 'read' || far.some((n) => n !== 0)) refuse(`it writes other cells of '${param.name}' than its own`);
        return;
      }
      if (param.access !== 'read') return refuse(`it reads the next generation of '${param.name}'`);
      if (far.some((n) => n > halo)) return refuse(`it reads '${param.name}' beyond its halo`);
      if (offsets.some((o) => o.known === null)) computed.add(param);
      const before = reach.get(param) ?? [0, 0, 0];
      reach.set(param, far.map((n, k) => Math.max(n, before[k]!)) as unknown as Reach);
    },
  });
  look(body, false);
  for (const f of program.functions) look(f.body, true);
  return reason;
}

class CellVisitor extends CudaVisitor {
  readonly #halo: number;

  constructor(program: GlobalProgram, halo: number) {
    super(program, { exact: false, scope: 'gpu' });
    this.#halo = halo;
  }

  protected override place(p: Place): Code {
    if (p.kind !== 'index' || p.base.kind !== 'buffer') return super.place(p);
    const { param } = p.base;
    const name = this.globalName(param, param.name);
    if (param.access !== 'read') return code(name);
    const offsets = offsetsOf(p.index, param, this.#halo)!;
    return code(`${name}.at(${offsets.map((o) => (o.known === null ? this.text(o.text!) : String(o.known))).join(', ')})`);
  }

  protected override call(e: ExprOf<'call'>): Code {
    const [place] = e.places;
    if (place?.kind === 'buffer') return code(e.name === 'length' ? '(rk_g.width * rk_g.height * rk_g.depth)' : `rk_g.${e.name}`);
    if (intrinsics.get(e.name)?.category === 'index') return code(`rk_g.${e.name}`);
    return super.call(e);
  }

  cell(program: GlobalProgram, body: readonly Stmt[], name: string): void {
    this.functionWith({ ...program.func, body }, () => {
      const types = ['typename RkG'];
      const params = program.params.map((p) => {
        if (p.kind === 'value') return `${this.typeName(p.local.type)} ${this.localName(p.local)}`;
        const grid = this.globalName(p, p.name);
        if (p.access !== 'read') return `${this.storedName(p.elem)}& ${grid}`;
        types.push(`typename RkF${p.index}`);
        return `const RkF${p.index}& ${grid}`;
      });
      return `template <${types.join(', ')}> __device__ __forceinline__ void ${name}(${['const RkG& rk_g', ...params].join(', ')}) {`;
    });
  }
}

/** The program as a function of one cell in a namespace of its own, or why it is none. `halo`: ghosts around its grids. */
export function cellPart(given: GlobalProgram, halo: number, namespace: string): CellPart | { readonly refusal: string } {
  const program = programFor(given, 'cuda');
  const body = bodyOf(program);
  if (body === null) return { refusal: 'it is no stencil' };
  const reach = new Map<BufferParam, Reach>();
  const computed = new Set<BufferParam>();
  const why = refusal(program, body, halo, reach, computed);
  if (why !== null) return { refusal: why };
  const visitor = new CellVisitor(program, halo);
  const constants = program.constants.map((c) => visitor.constant(c));
  for (const fn of program.functions) visitor.helper(fn);
  visitor.cell(program, body, 'cell');
  const declarations = [...visitor.structDeclarations(), ...constants].flatMap((d) => [...ownLines(d), ...ownLines('')]);
  return {
    name: `${namespace}::cell`, reach, computed,
    lines: [...ownLines(`namespace ${namespace} {\n`), ...declarations, ...visitor.printed, ...ownLines(`}  // namespace ${namespace}\n`)],
  };
}
