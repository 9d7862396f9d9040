/** What a target cannot do is refused when it is compiled, with a code: nothing is replaced by something else. */
import { expect, it } from 'vitest';
import { RingKernelError } from '../../src/error/index.ts';
import { emitCuda } from '../../src/kernel/emit/cuda/index.ts';
import { emitMsl } from '../../src/kernel/emit/msl/index.ts';
import { emitWasm } from '../../src/kernel/emit/wasm/index.ts';
import { emitWgslGlobal } from '../../src/kernel/emit/wgsl/global.ts';
import type { Target } from '../../src/kernel/intrinsics/table.ts';
import type { GlobalProgram } from '../../src/kernel/ir.ts';
import { refusedRows } from './rows.ts';

const emitters: readonly (readonly [Target, (program: GlobalProgram) => unknown])[] = [['wasm', emitWasm], ['cuda', emitCuda], ['msl', emitMsl], ['wgsl', emitWgslGlobal]];

it.each(emitters)('%s', (target, emit) => {
  const wrong: string[] = [];
  for (const { program } of refusedRows(target)) {
    try {
      emit(program);
      wrong.push(`${program.id} is compiled`);
    } catch (error) {
      if (!(error instanceof RingKernelError) || error.code !== 'RK301') wrong.push(`${program.id}: ${String(error)}`);
    }
  }
  expect(wrong).toEqual([]);
});
