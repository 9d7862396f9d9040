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
import type { GlobalProgram, Place, Stmt } from '../../ir.ts';
import { intrinsics } from '../../intrinsics/table.ts';
import { offsetsOf, reachOf, type Reached } from '../../passes/reach.ts';
import { programFor } from '../../program.ts';
import { ownLines, type Line } from '../lines.ts';
import { code, type Code, type ExprOf } from '../visitor.ts';
import { CudaVisitor } from './visitor.ts';

export interface CellPart extends Pick<Reached, 'reach' | 'computed'> {
  readonly lines: readonly Line[];
  /** Qualified name of the function. */
  readonly name: string;
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
  const reached = reachOf(program, halo);
  if ('refusal' in reached) return reached;
  const { reach, computed, body } = reached;
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
