/**
 * CUDA C++ to machine code: NVRTC of whatever version is found, nvcc as a fallback, the disk cache before
 * either. Only release code is ever made: debug and release compiles in one NVRTC process corrupt each other.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fail, RingKernelError } from '../../error/index.ts';
import { CodeCache } from './cache.ts';
import { bind, hasDeepStack, loadKoffi, type Calls, type Koffi } from './driver.ts';
import { compilerFunctions, type CompilerFunction } from './functions.ts';

export interface CompilerOptions {
  /** Path of the NVRTC library, or null for none. Default: search. */
  readonly nvrtc?: string | null;
  /** Path of nvcc, or null for none. Default: the PATH, then /usr/local/cuda. */
  readonly nvcc?: string | null;
  readonly cache?: CodeCache;
}

const flags = ['-std=c++17', '--fmad=false'] as const;

interface Engine {
  /** For people and for the cache's key: `nvrtc 13.0`. */
  readonly name: string;
  readonly path: string;
  compile(source: string, architecture: string, label: string): Promise<Buffer>;
}

/** The compiler of this process, found at first use. */
export class Compiler {
  readonly cache: CodeCache;
  readonly #options: CompilerOptions;
  #engine: Engine | null | undefined;

  constructor(options: CompilerOptions = {}) {
    this.#options = options;
    this.cache = options.cache ?? new CodeCache();
  }

  /** What compiles here, for `doctor`; null when nothing does. */
  describe(): { readonly name: string; readonly path: string } | null {
    const engine = this.#find();
    return engine === null ? null : { name: engine.name, path: engine.path };
  }

  /**
   * Machine code for one architecture (`sm_90`); `label` names the source in errors. A source with an identity is
   * known by that, and put together only when it must be compiled.
   */
  async compile(source: string | { readonly identity: string; readonly text: () => string }, architecture: string, label: string): Promise<Buffer> {
    const engine = this.#find();
    const key = { source: typeof source === 'string' ? source : source.identity, architecture, compiler: engine === null ? null : [engine.name, ...flags].join(' ') };
    const known = this.cache.get(key);
    if (known !== null) return known;
    if (engine === null) throw fail('CompilerMissing', { reason: 'Neither NVRTC (libnvrtc) nor nvcc is there, and the code cache does not hold this kernel.' });
    const code = await engine.compile(typeof source === 'string' ? source : source.text(), architecture, label);
    this.cache.put(key, code);
    return code;
  }

  #find(): Engine | null {
    if (this.#engine === undefined) {
      this.#engine = (this.#options.nvrtc === null ? null : findNvrtc(this.#options.nvrtc))
        ?? (this.#options.nvcc === null ? null : findNvcc(this.#options.nvcc));
    }
    return this.#engine;
  }
}

// ---------------------------------------------------------------- NVRTC

/** Places NVRTC may lie, best first: the loader's own, toolkits, Python packages. */
function* nvrtcCandidates(): Iterable<string> {
  const names = ['libnvrtc.so.13', 'libnvrtc.so.12', 'libnvrtc.so.11.2', 'libnvrtc.so'];
  yield* names;
  const folders: string[] = [];
  for (const toolkit of [process.env['CUDA_PATH'] ?? '', ...listed('/usr/local', /^cuda/).sort().toReversed()]) {
    if (toolkit !== '') folders.push(join(toolkit, 'lib64'), join(toolkit, 'targets/x86_64-linux/lib'), join(toolkit, 'targets/sbsa-linux/lib'));
  }
  for (const packages of sitePackages()) {
    for (const part of listed(join(packages, 'nvidia'), /^(cu\d+|cuda_nvrtc)$/).sort().toReversed()) folders.push(join(part, 'lib'));
  }
  for (const folder of folders) yield* listed(folder, /^libnvrtc\.so\.\d+(\.\d+)?$/).sort().toReversed();
}

function sitePackages(): string[] {
  const prefixes = new Set<string>(['/usr', '/usr/local']);
  if (process.env['VIRTUAL_ENV'] !== undefined) prefixes.add(process.env['VIRTUAL_ENV']);
  if (process.env['HOME'] !== undefined) prefixes.add(join(process.env['HOME'], '.local'));
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) if (listed(folder, /^python3$/).length > 0) prefixes.add(dirname(folder));
  const out: string[] = [];
  for (const prefix of prefixes) {
    out.push(join(prefix, 'lib/python3/dist-packages'));
    for (const version of listed(join(prefix, 'lib'), /^python3\.\d+$/)) out.push(join(version, 'site-packages'), join(version, 'dist-packages'));
  }
  return out;
}

function listed(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function findNvrtc(path: string | undefined): Engine | null {
  let koffi: Koffi;
  try {
    koffi = loadKoffi();
  } catch {
    return null;
  }
  for (const candidate of path === undefined ? nvrtcCandidates() : [path]) {
    try {
      // NVRTC opens this one by its bare name, which the loader finds only when it is in memory already.
      if (candidate.includes('/')) for (const builtins of listed(dirname(candidate), /^libnvrtc-builtins\.so/)) koffi.load(builtins);
      return new Nvrtc(candidate, koffi, bind(koffi.load(candidate), compilerFunctions));
    } catch {
      continue;
    }
  }
  return null;
}

class Nvrtc implements Engine {
  readonly name: string;
  readonly path: string;
  readonly #koffi: Koffi;
  readonly #calls: Calls<CompilerFunction>;

  constructor(path: string, koffi: Koffi, calls: Calls<CompilerFunction>) {
    const version = new Int32Array(2);
    calls.version(version.subarray(0, 1), version.subarray(1, 2));
    this.name = `nvrtc ${version[0]}.${version[1]}`;
    this.path = path;
    this.#koffi = koffi;
    this.#calls = calls;
  }

  async compile(source: string, architecture: string, label: string): Promise<Buffer> {
    const c = this.#calls;
    const program = new BigUint64Array(1);
    // NVRTC has no offsetof; sizes are asserted all the same, and nvcc sees the offsets too.
    const text = source.replace(/^static_assert\(__builtin_offsetof.*$/gm, '');
    this.#check(c.create(program, text, `${label.replace(/[^\w.-]/g, '_')}.cu`, 0, null, null), label);
    try {
      const options = [`--gpu-architecture=${architecture}`, ...flags];
      // Without the stack for it elsewhere, it is done here, where there is one.
      const code = !hasDeepStack(this.#koffi) ? c.compile(program[0], options.length, options) as number : await new Promise<number>((resolve, reject) => {
        c.compile.async(program[0], options.length, options, (error: Error | null, value: number) => (error === null ? resolve(value) : reject(error)));
      });
      if (code !== 0) throw fail('CompilationFailed', { kernel: label, log: this.#log(program[0]!) || String(c.errorText(code)) });
      const size = new BigUint64Array(1);
      this.#check(c.cubinSize(program[0], size), label);
      const image = Buffer.alloc(Number(size[0]));
      this.#check(c.cubin(program[0], image), label);
      return image;
    } finally {
      c.destroy(program);
    }
  }

  #log(program: bigint): string {
    const size = new BigUint64Array(1);
    if (this.#calls.logSize(program, size) !== 0 || size[0]! <= 1n) return '';
    const text = Buffer.alloc(Number(size[0]));
    this.#calls.log(program, text);
    return text.toString('utf8', 0, text.length - 1).trim();
  }

  #check(code: unknown, label: string): void {
    if (code !== 0) throw fail('CompilationFailed', { kernel: label, log: `NVRTC: ${String(this.#calls.errorText(code))}` });
  }
}

// ---------------------------------------------------------------- nvcc

function findNvcc(path: string | undefined): Engine | null {
  const places = path === undefined ? [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/cuda/bin'].map((folder) => join(folder, 'nvcc')) : [path];
  for (const place of places) {
    try {
      if (statSync(place).isFile()) return new Nvcc(realpathSync(place));
    } catch {
      continue;
    }
  }
  return null;
}

class Nvcc implements Engine {
  readonly name: string;
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    this.name = `nvcc ${path} ${statSync(path).mtimeMs}`;
  }

  async compile(source: string, architecture: string, label: string): Promise<Buffer> {
    const folder = mkdtempSync(join(tmpdir(), 'ringkernel-'));
    try {
      const input = join(folder, 'kernel.cu');
      const output = join(folder, 'kernel.cubin');
      writeFileSync(input, source);
      await promisify(execFile)(this.path, ['-cubin', `-arch=${architecture}`, ...flags, '-O3', '-o', output, input]);
      return readFileSync(output);
    } catch (cause) {
      if (cause instanceof RingKernelError) throw cause;
      const log = (cause as { stderr?: string }).stderr ?? (cause as Error).message;
      throw fail('CompilationFailed', { kernel: label, log: log.trim() });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
