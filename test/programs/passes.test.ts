import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { array, i32, u32 } from '../../src/layout/types.ts';
import { message } from '../../src/message/message.ts';
import { ringKernel } from '../../src/kernel/define.ts';
import { canonicalText, fold, normalise, optimise, proveBounds, shareSubexpressions } from '../../src/kernel/passes/index.ts';
import { printIr } from '../../src/kernel/print.ts';
import { problemsOf } from '../../src/kernel/validate.ts';
import { compiledToWasm, interpreted, type Outcome } from '../../src/testing/run-actor.ts';
import { randomProgram, randomValue } from '../../src/testing/programs.ts';
import { Random } from '../../src/testing/random.ts';

const numRuns = Number(process.env['RK_PROGRAMS'] ?? 100);
const seen = (outcome: Outcome): Outcome => ('fault' in outcome ? { fault: 'some' } : outcome);

for (const exact of [false, true]) {
  it(`passes keep the meaning of random programs, ${exact ? 'exact' : 'wrapping'}`, { timeout: 120_000 }, () => {
    fc.assert(fc.property(fc.record({ size: fc.integer({ min: 1, max: 12 }), seed: fc.nat() }), ({ size, seed }) => {
      const program = randomProgram(seed, { size, stray: true, faults: true });
      const random = new Random(seed + 1);
      const input = { state: randomValue(program.state!, random), message: randomValue(program.handlers[0]!.message, random) };
      const expected = seen(interpreted(program, input, exact));
      for (const pass of [fold, shareSubexpressions, proveBounds, optimise, normalise]) {
        const next = pass(program) as typeof program;
        expect(problemsOf(next)).toEqual([]);
        // What nobody reads may go, and its overflow with it; no pass may add a fault.
        if (exact && 'fault' in expected) continue;
        expect(seen(interpreted(next, input, exact))).toEqual(expected);
      }
      if (exact && 'fault' in expected) return;
      expect(seen(compiledToWasm(optimise(program) as typeof program, input, { exact }))).toEqual(expected);
    }), { numRuns });
  });
}

const Query = message('Query', { n: u32, k: i32, list: array(u32, 8) });
const Answer = message('Answer', { sum: u32 });

describe('bounds', () => {
  it('are proven for counted loops, masks and constants, and for nothing else', () => {
    const kernel = ringKernel({ id: 'bounds', on: Query, reply: Answer, state: { seen: array(u32, 16) } }, (ctx, msg) => {
      let sum = 0;
      for (let i = 0; i < 8; i++) sum += msg.list[i]! + ctx.state.seen[i + 8]!;
      for (let i = 0; i < 4; i++) sum += msg.list[i * 2 + 1]!;
      sum += msg.list[msg.n & 7]! + msg.list[msg.n % 8]! + msg.list[msg.n >>> 29]!;
      sum += msg.list[msg.n % 9]! + msg.list[msg.k]!;
      for (let i = 0; i < 9; i++) sum += msg.list[i]!;
      return { sum };
    });
    const tests = (text: string): number => text.split('[?').length - 1;
    expect(tests(printIr(kernel.program))).toBe(9);
    expect(tests(printIr(proveBounds(kernel.program)))).toBe(3);
  });
});

describe('shareSubexpressions', () => {
  it('computes once what a statement computes twice, and nothing that might not be computed', () => {
    const kernel = ringKernel({ id: 'shared', on: Query, reply: Answer, state: { a: u32 } }, (ctx, msg) => {
      ctx.state.a = Math.imul(msg.n ^ 5, 3) >>> 0 > 9 ? (msg.n ^ 5) * 2 : (msg.n ^ 5) * 2 + ((msg.n ^ 7) + (msg.n ^ 7));
      return { sum: (msg.n + 1) * (msg.n + 1) };
    });
    const text = printIr(shareSubexpressions(kernel.program));
    expect(text.split('(message.n ^ 5').length - 1).toBe(1);
    expect(text.split('(message.n ^ 7').length - 1).toBe(2);
    expect(text.split('(message.n + 1').length - 1).toBe(1);
  });
});

describe('fold', () => {
  it('computes constants and drops what nobody reads', () => {
    const kernel = ringKernel({ id: 'fold', on: Query, reply: Answer, uses: { debugging: false, scale: 4 } }, (ctx, msg, { debugging, scale }) => {
      const _unused = msg.n ^ 5;
      let sum = msg.n * scale;
      if (debugging) sum += 1000;
      return { sum: sum + 0 };
    });
    const text = printIr(fold(kernel.program));
    expect(text).not.toMatch(/_unused|1000|if/);
  });
});

describe('normalise', () => {
  it('makes one of programs that differ in names and places', () => {
    const one = ringKernel({ id: 'same', on: Query, reply: Answer }, (ctx, msg) => { let total = 0; for (let i = 0; i < msg.n; i++) total += i; return { sum: ctx.u32(total) }; });
    const two = ringKernel({ id: 'same', on: Query, reply: Answer }, (c, m) => {
      let t = 0;
      for (let k = 0; k < m.n; k++) t += k;
      return { sum: c.u32(t) };
    });
    expect(canonicalText(one.program)).toBe(canonicalText(two.program));
    const other = message('Query', { n: u32, k: i32, list: array(u32, 4) });
    const three = ringKernel({ id: 'same', on: other, reply: Answer }, (c, m) => { let t = 0; for (let k = 0; k < m.n; k++) t += k; return { sum: c.u32(t) }; });
    expect(canonicalText(three.program)).not.toBe(canonicalText(one.program));
  });
});
