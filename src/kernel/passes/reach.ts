/**
 * What a stencil's program touches around its cell: the offsets at which it reads, and why it is no function of one
 * cell, where it is none. Whoever places cells himself, or lets tiles wait for their neighbours alone, asks this.
 */
import type { BufferParam, Expr, GlobalProgram, Stmt } from '../ir.ts';
import { intrinsics } from '../intrinsics/table.ts';
import { walkStmts } from './walk.ts';

/** How far a grid is read from the own cell: along x, y, z. */
export type Reach = readonly [number, number, number];

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

/** Takes `a * extent + b` apart; fields are alike, so any field's extent will do. */
function rowOf(e: Expr, extent: 'width' | 'height', param: BufferParam): readonly [Expr, Expr] | null {
  if (e.kind !== 'binary' || e.op !== 'add' || e.left.kind !== 'binary' || e.left.op !== 'mul') return null;
  const size = e.left.right;
  const call = size.kind === 'convert' && size.mode === 'bits' ? size.value : size;
  if (call.kind !== 'call' || call.name !== extent || call.places[0]?.kind !== 'buffer' || call.places[0].param.grid !== param.grid) return null;
  return [e.left.left, e.right];
}

/** Offsets along x, y[, z] of the cell at an index into a grid; null where it does not stand relative to the own cell. */
export function offsetsOf(index: Expr, param: BufferParam, halo: number): readonly Offset[] | null {
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

export interface Reached {
  /** For each parameter of the program that is a grid and read: how far. */
  readonly reach: ReadonlyMap<BufferParam, Reach>;
  /** Grids that are read at offsets the kernel computes; their reach is the halo. */
  readonly computed: ReadonlySet<BufferParam>;
  /** The program without the test for threads beyond the grid. */
  readonly body: readonly Stmt[];
}

/** What a stencil's program reads around its cell, or why it is no function of one cell. `halo`: ghosts around its grids. */
export function reachOf(program: GlobalProgram, halo: number): Reached | { readonly refusal: string } {
  const body = bodyOf(program);
  if (body === null) return { refusal: 'it is no stencil' };
  const reach = new Map<BufferParam, Reach>();
  const computed = new Set<BufferParam>();
  const why = refusal(program, body, halo, reach, computed);
  return why === null ? { reach, computed, body } : { refusal: why };
}
