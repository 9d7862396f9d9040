/** The same rules in oxlint, which reads TypeScript: types are in the text, and the places stay right. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'ringkernel-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await build({ entryPoints: [join(root, 'src/lint/index.ts')], bundle: true, format: 'esm', platform: 'neutral', external: ['node:*', '@jridgewell/*'], outfile: join(folder, 'plugin.mjs'), logLevel: 'error' });
  const rules = Object.fromEntries(['no-closures', 'no-unsupported-syntax', 'no-type-errors'].map((r) => [`ringkernel/${r}`, 'error']));
  writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify({ jsPlugins: ['./plugin.mjs'], categories: { correctness: 'off' }, rules }));
});

it('underlines in TypeScript', () => {
  const text = `import { ringKernel, message, u32, f32, type Vector } from 'ringkernel';
const Job = message('Job', { n: u32, x: f32 });
const K: number = 3;
const square = (x: number, _unused?: Vector<3>): number => x * x;
interface Unrelated { readonly a: number }
export const kernel = ringKernel({ id: 'k', on: Job, state: { n: u32 } as const, uses: { square } }, (ctx, msg, { square }): void => {
  const a: number = (msg.x! as unknown as number);
  const same = <T extends number>(v: T): T => v;
  ctx.state.n = square(a, undefined) satisfies number;
  const b = (a as Unrelated['a']) * K + same<number>(a);
  const c = ({ x: (b)! }) as { x: number };
  const d = (<T,>(v: T) => ({ v }) as { v: T })(c.x).v as number satisfies number;
  if (d > 1) return;
});
`;
  writeFileSync(join(folder, 'kernels.ts'), text);
  const run = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '-c', '.oxlintrc.json', '--format', 'json', 'kernels.ts'], { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { code: string; message: string; labels: { span: { offset: number; length: number } }[] }[] };
  const found = diagnostics.map((d) => `${d.code} ${d.message.slice(0, 5)} ${text.slice(d.labels[0]!.span.offset, d.labels[0]!.span.offset + d.labels[0]!.span.length)}`).sort();
  expect(found).toEqual([
    'ringkernel(no-closures) RK130 K',
    'ringkernel(no-type-errors) RK202 ctx.state.n = square(a, undefined)',
  ]);
});
