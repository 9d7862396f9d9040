import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { TraceMap, originalPositionFor } from '@jridgewell/trace-mapping';
import { expect, test } from 'vitest';
import { f32, u32 } from '../../../layout/types.ts';
import { message } from '../../../message/message.ts';
import { ringKernel } from '../../define.ts';
import { emitJs, sourceMapOf } from './index.ts';

const Ask = message('Ask', { n: u32 });
const Answer = message('Answer', { value: f32 });

test('every mapped line leads to a line of the handler that it comes from', () => {
  const kernel = ringKernel({ id: 'mapped', on: Ask, reply: Answer }, (_, msg) => {
    let acc = 0;
    for (let i = 0; i < msg.n; i++) acc += msg.n * 17_011;
    return { value: acc };
  });
  const result = emitJs(kernel.program);
  const trace = new TraceMap(JSON.parse(JSON.stringify(sourceMapOf(kernel.program, result))) as never);
  const line = result.source.split('\n').findIndex((text) => text.includes('17011'));
  const original = originalPositionFor(trace, { line: line + 1, column: 80 });
  expect(original.source).toMatch(/source-map\.test\.ts$/);
  expect(readFileSync(original.source!, 'utf8').split('\n')[original.line! - 1]).toContain('17_011');
});

test("a fault's stack trace names the user's line", () => {
  const root = new URL('../../../../', import.meta.url).pathname;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const stack = execFileSync(process.execPath, ['--enable-source-maps', '--import', 'tsx', 'test/fixtures/exact-fault.ts'], { cwd: root, env, encoding: 'utf8' });
  const lines = readFileSync(`${root}test/fixtures/exact-fault.ts`, 'utf8').split('\n');
  const expected = lines.findIndex((text) => text.includes('overflows here')) + 1;
  expect(stack).toContain('JsFault: overflow');
  expect(stack).toContain(`exact-fault.ts:${expected}`);
});
