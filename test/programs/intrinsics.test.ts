import { describe, expect, it } from 'vitest';
import { emitJs, instantiateJs } from '../../src/kernel/emit/js/index.ts';
import { intrinsics, spelling, ulpOf, type IntrinsicRow, type Operand } from '../../src/kernel/intrinsics/table.ts';
import type { Expr, Func, FunctionProgram, Local } from '../../src/kernel/ir.ts';
import { scalars, type Scalar, type ScalarName } from '../../src/layout/types.ts';
import { viewsOf } from '../../src/message/codec.ts';
import { runWasm } from '../../src/testing/run-wasm.ts';

const samples: Record<ScalarName, readonly (number | bigint | boolean)[]> = {
  bool: [false, true],
  i32: [0, 1, -1, 5, 31, -77, 0x7fff_ffff, -0x8000_0000], u32: [0, 1, 7, 31, 33, 0x8000_0000, 0xffff_ffff],
  i64: [0n, 1n, -1n, 2n ** 40n, -(2n ** 63n)], u64: [0n, 1n, 2n ** 33n, 2n ** 64n - 1n],
  f16: [0, 1, -2.5], bf16: [], f32: [0, -0, 0.25, -0.5, 0.75, 1, -1, 1.5, 2.5, -3.5, 10, 1e-20, 1e10, Infinity, -Infinity, NaN].map(Math.fround),
  f64: [0, -0, 0.3, -0.7, 1, -1, 1.5, 2.5, -3.5, 12.25, 1e-200, 1e10, Infinity, -Infinity, NaN],
};
const categories = new Set(['math', 'trigonometric', 'hyperbolic', 'exponential', 'special', 'classify', 'bits']);

/** `f(a, b, …)` that is one call of the row. */
function programOf(row: IntrinsicRow, type: ScalarName | null): FunctionProgram {
  const scalar = (o: Operand): Scalar => scalars[o === 'T' ? type! : o];
  const params = row.params.map((p, id): Local => ({ id, name: 'abc'[id]!, type: scalar(p) }));
  const result = scalar(row.result!);
  const args = params.map((p): Expr => ({ kind: 'load', place: { kind: 'local', local: p }, type: p.type }));
  const func: Func = { name: 'f', params, result, effects: false, body: [{ kind: 'return', value: { kind: 'call', name: row.name, args, places: [], type: result } }] };
  return { kind: 'function', id: row.name, functions: [], constants: [], shared: [], formats: [], needs: new Set(), sources: [], func };
}

/** The work of a Bessel function grows with its order. */
const orders = [0, 1, 2, 7, 40, -77];

function combinations(row: IntrinsicRow, types: readonly ScalarName[]): (number | bigint | boolean)[][] {
  const of = (t: ScalarName): readonly (number | bigint | boolean)[] => (t === 'i32' && /^[jy]n$/.test(row.name) ? orders : samples[t]);
  return types.reduce<(number | bigint | boolean)[][]>((rows, t) => rows.flatMap((r) => of(t).map((v) => [...r, v])), [[]]);
}

const spacing = (x: number, single: boolean): number => Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) - (single ? 23 : 52)), single ? 2 ** -149 : 2 ** -1074);

describe('WebAssembly and JavaScript spell every function alike', () => {
  for (const row of intrinsics.values()) {
    if (!categories.has(row.category) || row.result === null) continue;
    for (const type of row.types.length === 0 ? [null] : row.types) {
      if (spelling(row, 'wasm', type) === undefined && spelling(row, 'js', type) === undefined) continue;
      it(`${row.name}${type === null ? '' : ` of ${type}`}`, () => {
        const program = programOf(row, type);
        const wasm = runWasm(program).exports['f']!;
        const js = instantiateJs(program, emitJs(program), { views: viewsOf(new ArrayBuffer(64)) })['f']!;
        const result = row.result === 'T' ? type! : row.result as ScalarName;
        for (const args of combinations(row, row.params.map((p) => (p === 'T' ? type! : p as ScalarName)))) {
          const expected = js(...args);
          const raw = wasm(...args.map((a) => (typeof a === 'boolean' ? Number(a) : a)));
          const actual = result === 'u32' ? Number(raw) >>> 0 : result === 'u64' ? BigInt.asUintN(64, raw as bigint) : result === 'bool' ? raw !== 0 : raw;
          if (typeof expected === 'number' && typeof actual === 'number' && Number.isFinite(expected)) {
            const allowed = ulpOf(row, type) > 0 ? 1 : 0;
            expect(Math.abs(actual - expected) / spacing(expected, result === 'f32'), `${row.name}(${args.join()}) = ${actual}, not ${expected}`).toBeLessThanOrEqual(allowed);
          } else expect({ args, value: actual }).toEqual({ args, value: expected });
        }
      });
    }
  }
});
