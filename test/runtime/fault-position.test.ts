import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RingKernel, RingKernelError, array, i32, message, ringKernel } from '../../src/index.ts';

const Pair = message('Pair', { a: i32, b: i32 });
const Result = message('Result', { value: i32 });

const divider = ringKernel({ id: 'divider', on: Pair, reply: Result }, (ctx, msg) => {
  const first = msg.a + 1;
  return { value: ctx.idiv(first, msg.b) }; // divides
});

const picker = ringKernel({ id: 'picker', on: Pair, reply: Result, state: { values: array(i32, 4) } }, (ctx, msg) => ({
  value: ctx.state.values[msg.a]!, // picks
}));

const lines = readFileSync(import.meta.filename, 'utf8').split('\n');
const lineOf = (marker: string): number => lines.findIndex((line) => line.endsWith(`// ${marker}`)) + 1;

test.each([
  [divider, { a: 1, b: 0 }, 'divisionByZero', 'divides'],
  [picker, { a: 4, b: 0 }, 'outOfBounds', 'picks'],
] as const)('a fault points at the line of TypeScript that failed (%#)', async (definition, input, fault, marker) => {
  await using ring = await RingKernel.open({ debug: 'exact' });
  const kernel = await ring.launch(definition, { supervision: 'resume' });
  for (let i = 0; i < 2; i++) {
    const error: unknown = await kernel.call(input).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(RingKernelError);
    const { code, detail, fix } = error as RingKernelError;
    expect([code, detail['fault'], detail['file'], detail['line']]).toEqual(['KernelFault', fault, import.meta.filename, lineOf(marker)]);
    expect(fix).toContain(`fault-position.test.ts:${lineOf(marker)}`);
  }
});
