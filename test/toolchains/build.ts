/** One entry per toolchain: builds the fixtures its own way and returns the command that runs the result. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTool, tools } from '../support/tools.ts';

export const root = join(import.meta.dirname, '..', '..');
export const fixtures = join(import.meta.dirname, 'fixtures');
const main = join(fixtures, 'main.ts');

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where the result is, when not on standard output. */
  readonly file?: string;
}

/** Inside the package, so that `import 'ringkernel'` finds the built package itself. */
function folder(name: string): string {
  const path = join(root, '.cache', 'toolchains', name);
  mkdirSync(path, { recursive: true });
  return path;
}

const node = (file: string, ...flags: string[]): Command => ({ program: process.execPath, args: [...flags, file] });

function tsc(name: string, target: string): string {
  const out = folder(name);
  writeFileSync(join(out, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      target, module: 'NodeNext', moduleResolution: 'NodeNext', rewriteRelativeImportExtensions: true,
      noCheck: true, outDir: out, rootDir: fixtures, types: [], skipLibCheck: true,
    },
    files: [main],
  }));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(out, 'tsconfig.json')], { stdio: 'pipe' });
  return join(out, 'main.js');
}

async function esbuild(name: string, options: Readonly<Record<string, unknown>>): Promise<Command> {
  const { build } = await import('esbuild');
  const outfile = join(folder(name), 'main.mjs');
  await build({ entryPoints: [main], bundle: true, format: 'esm', platform: 'node', target: 'es2022', external: ['ringkernel'], outfile, logLevel: 'silent', ...options });
  return node(outfile);
}

async function rolled(name: string): Promise<string> {
  const { rollup } = await import('rollup');
  const bundle = await rollup({ input: tsc(`${name}-in`, 'ES2022'), external: ['ringkernel'], logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  return output[0].code;
}

async function minifiedByTerser(name: string): Promise<Command> {
  const { minify } = await import('terser');
  const { code } = await minify(await rolled(name), { module: true, compress: { passes: 2 }, mangle: { toplevel: true } });
  const file = join(folder(name), 'main.mjs');
  writeFileSync(file, code!);
  return node(file);
}

async function swc(name: string, minify: boolean): Promise<Command> {
  const { transform } = await import('@swc/core');
  const { code } = await transform(await rolled(name), {
    module: { type: 'es6' }, minify, isModule: true,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' }, ...(minify ? { minify: { compress: true, mangle: { topLevel: true }, module: true } } : {}) },
  });
  const file = join(folder(name), 'main.mjs');
  writeFileSync(file, code);
  return node(file);
}

async function vite(): Promise<Command> {
  const { build } = await import('vite');
  const outDir = folder('vite');
  await build({
    root: fixtures, configFile: false, logLevel: 'silent',
    build: { ssr: main, outDir, emptyOutDir: true, minify: true, target: 'es2022', rollupOptions: { external: ['ringkernel'], output: { entryFileNames: 'main.mjs' } } },
    ssr: { external: ['ringkernel'] },
  });
  return node(join(outDir, 'main.mjs'));
}

async function webpack(): Promise<Command> {
  const { default: bundle } = await import('webpack');
  const path = folder('webpack');
  const compiler = bundle({
    mode: 'production', target: 'node20', entry: tsc('webpack-in', 'ES2022'),
    experiments: { outputModule: true }, output: { path, filename: 'main.mjs', module: true, library: { type: 'module' } },
    externalsType: 'module', externals: { ringkernel: 'ringkernel' },
  });
  await new Promise<void>((resolve, reject) => {
    compiler!.run((error, stats) => {
      if (error !== null) reject(error);
      else if (stats?.hasErrors() === true) reject(new Error(stats.toString()));
      else resolve();
    });
  });
  return node(join(path, 'main.mjs'));
}

function vitest(provider: 'v8' | 'istanbul'): Command {
  const out = folder(`vitest-${provider}`);
  return {
    program: process.execPath,
    args: [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', join(fixtures, 'vitest.config.ts'), '--coverage.enabled', `--coverage.provider=${provider}`],
    env: { RESULT_FILE: join(out, 'result.json'), COVERAGE_FOLDER: join(out, 'coverage'), VITEST: '', NODE_ENV: 'test' },
    file: join(out, 'result.json'),
  };
}

export interface Toolchain {
  readonly name: string;
  /** Reason why it cannot run here, or null. */
  readonly missing?: () => string | null;
  build(): Command | Promise<Command>;
}

export const toolchains: readonly Toolchain[] = [
  { name: 'tsx', build: () => node(main, '--import', 'tsx') },
  { name: 'tsc, ES2022', build: () => node(tsc('tsc-es2022', 'ES2022')) },
  { name: 'tsc, ES2017', build: () => node(tsc('tsc-es2017', 'ES2017')) },
  { name: 'vitest with v8 coverage', build: () => vitest('v8') },
  { name: 'vitest with istanbul coverage', build: () => vitest('istanbul') },
  { name: 'esbuild, bundled, names kept', build: () => esbuild('esbuild', { keepNames: true }) },
  { name: 'esbuild, minified', build: () => esbuild('esbuild-min', { minify: true }) },
  { name: 'vite, minified', build: vite },
  { name: 'swc', build: () => swc('swc', false) },
  { name: 'swc, minified', build: () => swc('swc-min', true) },
  { name: 'webpack with terser', build: webpack },
  { name: 'rollup', build: async () => {
    const file = join(folder('rollup'), 'main.mjs');
    writeFileSync(file, await rolled('rollup'));
    return node(file);
  } },
  { name: 'rollup with terser', build: () => minifiedByTerser('rollup-terser') },
  {
    name: 'type stripping of a newer Node',
    missing: () => (findTool('nodeNew') === undefined ? `needs nodeNew, which is not here: ${tools.nodeNew.install}` : null),
    build: () => ({ program: findTool('nodeNew')!, args: ['--disable-warning=ExperimentalWarning', main] }),
  },
];

export const readResult = (command: Command, stdout: string): { passed: number; wrong: string[] } =>
  JSON.parse(command.file === undefined ? stdout.trim().split('\n').at(-1)! : readFileSync(command.file, 'utf8')) as { passed: number; wrong: string[] };
