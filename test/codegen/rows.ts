/** One global kernel for each row of the intrinsics table and type it takes: reads its operands, stores its result. */
import { spelling, intrinsics, type IntrinsicRow, type Target } from '../../src/kernel/intrinsics/table.ts';
import type { BufferParam, Expr, GlobalProgram, Place, Stmt } from '../../src/kernel/ir.ts';
import { scalars, type Scalar, type ScalarName } from '../../src/layout/types.ts';

export interface RowKernel {
  readonly row: IntrinsicRow;
  /** What `T` is; null for rows without. */
  readonly type: ScalarName | null;
  readonly program: GlobalProgram;
  readonly operands: readonly ScalarName[];
  readonly result: ScalarName | null;
}

const buffer = (name: string, index: number, elem: Scalar, access: BufferParam['access']): BufferParam =>
  ({ kind: 'buffer', name, index, elem, access, grid: 0 });

function kernelOf(row: IntrinsicRow, type: ScalarName | null): RowKernel {
  const named = (operand: ScalarName | 'T'): ScalarName => (operand === 'T' ? type! : operand);
  const operands = row.params.map(named);
  const result = row.result === null ? null : named(row.result);
  const places = row.places ?? 0;
  const inputs = operands.map((t, i) => buffer(`a${i}`, i, scalars[t], 'read'));
  const target: BufferParam[] = places > 0 ? [{ ...buffer('place', operands.length, scalars[type ?? 'f32'], 'readwrite'), grid: row.category === 'stencil' ? 3 : 0 }] : [];
  const out = result === null ? [] : [buffer('out', operands.length + target.length, scalars[result], 'write')];
  const thread: Expr = { kind: 'call', name: 'x', args: [], places: [], type: scalars.u32 };
  const element = (param: BufferParam): Place => ({ kind: 'index', base: { kind: 'buffer', param }, index: thread, type: param.elem, proven: true });
  const call: Expr = {
    kind: 'call', name: row.name, type: result === null ? null : scalars[result],
    args: inputs.map((p) => ({ kind: 'load', place: element(p), type: p.elem })),
    // Extents take the bare buffer.
    places: target.map((p) => (row.category === 'stencil' ? { kind: 'buffer', param: p } : element(p))),
  };
  const local = { id: 1, name: 'result', type: scalars[result ?? 'u32'] };
  const body: Stmt[] = result === null ? [{ kind: 'exec', value: call }] : [
    { kind: 'let', local, init: call },
    { kind: 'assign', place: element(out[0]!), value: { kind: 'load', place: { kind: 'local', local }, type: local.type } },
  ];
  const params = [...inputs, ...target, ...out];
  return {
    row, type, operands, result,
    program: {
      kind: 'global', id: `row_${row.name}${type === null ? '' : `_${type}`}`, functions: [], constants: [], shared: [], formats: [], needs: new Set(), sources: [],
      params, workgroup: [32, 1, 1], func: { name: 'main', params: [], result: null, effects: true, body },
    },
  };
}

/** A row that target and type do not go together with has no spelling, or is of a type the target lacks. */
const has = (row: IntrinsicRow, target: Target, type: ScalarName | null): boolean =>
  spelling(row, target, type) !== undefined && !(type === 'f64' && (target === 'msl' || target === 'wgsl'));

function rowsOf(keep: (row: IntrinsicRow, type: ScalarName | null) => boolean): RowKernel[] {
  return [...intrinsics.values()].filter((row) => !row.on.includes('mem') && !row.on.every((o) => o === 'actor') || row.on.length === 0).flatMap((row) => {
    const types: readonly (ScalarName | null)[] = row.types.length === 0 ? [null] : row.types;
    return types.filter((t) => keep(row, t)).map((t) => kernelOf(row, t));
  });
}

/** What a target claims, except what only handlers and device functions see. */
export const claimedRows = (target: Target): RowKernel[] => rowsOf((row, type) => has(row, target, type));
/** What it does not. Rows in the kernel language are everywhere. */
export const refusedRows = (target: Target): RowKernel[] => rowsOf((row, type) => row.written === undefined && !has(row, target, type));
