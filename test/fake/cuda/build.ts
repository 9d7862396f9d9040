/** Builds the fake driver; null with the reason when there is no g++. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CudaLibraries } from '../../../src/backend/cuda/index.ts';
import { missing } from '../../support/tools.ts';

export interface FakeCuda {
  /** For `open({ backend: 'cuda', settings })`. */
  readonly settings: Required<CudaLibraries>;
  readonly library: string;
}

export function fakeCuda(): FakeCuda | { readonly missing: string } {
  if (missing('gxx')) return { missing: 'there is no g++' };
  if (process.platform !== 'linux') return { missing: 'the fake CUDA driver is built for Linux' };
  const source = fileURLToPath(new URL('driver.cpp', import.meta.url));
  const header = fileURLToPath(new URL('device.h', import.meta.url));
  const hash = createHash('sha256').update(readFileSync(source)).update(readFileSync(header)).digest('hex');
  const folder = join(tmpdir(), 'ringkernel-fake-cuda');
  const library = join(folder, `libcuda-${hash.slice(0, 16)}.so`);
  if (!existsSync(library)) {
    mkdirSync(folder, { recursive: true });
    const temporary = `${library}.${process.pid}`;
    execFileSync('g++', [
      '-O2', '-w', '-std=c++17', '-fPIC', '-shared', '-Wl,-z,nodelete', `-DRK_FAKE_VERSION=${parseInt(hash.slice(0, 7), 16)}`, `-DRK_FAKE_HEADER="${header}"`,
      '-o', temporary, source, '-lpthread', '-ldl',
    ], { stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(temporary, library);
  }
  return { library, settings: { driver: library, nvrtc: library, nvcc: null, cache: join(folder, 'code') } };
}
