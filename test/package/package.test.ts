/** The package as a user installs it: what `npm pack` ships, without the optional packages, in Node and in the eyes of the compiler. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../support/build.ts';

const root = join(import.meta.dirname, '../..');
const user = mkdtempSync(join(tmpdir(), 'ringkernel-user-'));
const installed = join(user, 'node_modules/ringkernel');
/** What stands beside it in the user's project: dependencies, and the packages whose types it shares. No koffi, no webgpu. */
const beside = ['@jridgewell', '@opentelemetry', '@types', 'prom-client', 'undici-types'];

interface Manifest {
  readonly exports: Record<string, string | Record<string, string>>;
  readonly bin: Record<string, string>;
}
const manifest = (): Manifest => JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest;
const entries = (): string[] => Object.keys(manifest().exports).filter((e) => !e.endsWith('.json'));

function run(...args: string[]): string {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return execFileSync(process.execPath, args, { cwd: user, env, encoding: 'utf8', timeout: 100_000 });
}

describe('the package', () => {
  beforeAll(() => {
    ensureBuilt();
    const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', user], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as [{ filename: string }];
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', join(user, packed.filename), '-C', installed, '--strip-components=1']);
    for (const name of beside) symlinkSync(join(root, 'node_modules', name), join(user, 'node_modules', name));
    writeFileSync(join(user, 'package.json'), '{ "type": "module" }');
  }, 120_000);
  afterAll(() => rmSync(user, { recursive: true, force: true }));

  test('holds every file that its exports and its command name', () => {
    const { exports, bin } = manifest();
    const named = [...Object.values(exports).flatMap((e) => (typeof e === 'string' ? [e] : Object.values(e))), ...Object.values(bin)];
    expect(named.filter((file) => !existsSync(join(installed, file)))).toEqual([]);
  });

  test('every entry is loaded by itself', () => {
    for (const entry of entries()) {
      const specifier = join('ringkernel', entry);
      expect(Number(run('--input-type=module', '-e', `console.log(Object.keys(await import(${JSON.stringify(specifier)})).length)`)), specifier).toBeGreaterThan(0);
    }
  });

  test('its declarations compile, strictly, and give types', () => {
    const imports = entries().map((entry, i) => `import * as m${i} from ${JSON.stringify(join('ringkernel', entry))};\nexport const k${i}: number = Object.keys(m${i}).length;`);
    const use = `
      import { RingKernel, f32, message, ringKernel } from 'ringkernel';
      const Add = message('Add', { a: f32, b: f32 });
      const Sum = message('Sum', { value: f32 });
      const adder = ringKernel({ id: 'adder', on: Add, reply: Sum }, (_, msg) => ({ value: msg.a + msg.b }));
      await using ring = await RingKernel.open({ backend: 'cpu' });
      const kernel = await ring.launch(adder);
      const { value }: { value: number } = await kernel.call({ a: 1, b: 2 });
      console.log(value);
      // @ts-expect-error A field is missing.
      export const wrong = () => kernel.call({ a: 1 });`;
    writeFileSync(join(user, 'use.ts'), `${imports.join('\n')}\n${use}`);
    writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext',
        lib: ['es2023', 'esnext.disposable'], types: ['node'], outDir: 'out', preserveSymlinks: true,
      },
      files: ['use.ts'],
    }));
    let said = '';
    try {
      run(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
    } catch (cause) {
      said = (cause as { stdout: string }).stdout;
    }
    expect(said).toBe('');
    expect(run('out/use.js').trim()).toBe('3');
  });

  test('its command names what is missing', () => {
    const { bin } = manifest();
    const said = JSON.parse(run(join(installed, bin['ringkernel']!), 'doctor', '--json')) as { backends: { backend: string; works: boolean; fix?: string }[] };
    expect(said.backends.find(({ backend }) => backend === 'cpu')).toMatchObject({ works: true });
    expect(said.backends.find(({ backend }) => backend === 'cuda')?.fix).toContain('npm install koffi');
  });
});
