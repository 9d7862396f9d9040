/** Builds the fake Objective-C runtime and Metal, and opens the Metal backend on it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetalLibraries } from '../../../src/backend/metal/objc.ts';
import { findTool, tools } from '../../support/tools.ts';

const here = import.meta.dirname;
const sources = ['objc.cpp', 'objc.S'];
const parts = [...sources, 'emulator.h', 'emulator.cpp', 'shim/metal_stdlib'];

export interface FakeMetal {
  readonly libraries: MetalLibraries;
  /** `noDevice`, `failAllocations`, `failCommands`; `trace` records messages; `unfair`: one SIMD group keeps the others from running. */
  set(failure: string, on: boolean): void;
  /** Objects alive, by class; the device itself counts its references. */
  living(): Readonly<Record<string, number>>;
  /** Messages since the last call, as `Class selector`, while `trace` is set. */
  trace(): string[];
  /** Writes every dispatch from now on into this folder, with the memory it finds; null: no more. */
  record(folder: string | null): void;
}

/** What a process needs to open the fake: the library, where it keeps compiled shaders, and the compiler with its flags. */
export interface FakeFiles {
  readonly library: string;
  readonly folder: string;
  readonly compiler: string;
}

/** Builds the fake when its sources have changed. `triple`: another processor than this one, as clang names it. */
export function buildFakeMetal(triple: string | null = null): FakeFiles {
  const clang = findTool('clang')!;
  const target = triple === null ? [] : [`--target=${triple}`];
  const hash = createHash('sha256').update([clang, ...target].join(' '));
  for (const part of parts) hash.update(readFileSync(join(here, part)));
  const folder = join(tmpdir(), `ringkernel-fake-metal-${hash.digest('hex').slice(0, 16)}`);
  mkdirSync(folder, { recursive: true });
  const library = join(folder, 'libmetal.so');
  if (!existsSync(library)) {
    const made = join(folder, `libmetal.${process.pid}.so`);
    const run = spawnSync(clang.replace(/clang/, 'clang++'), [
      ...target, '-std=c++17', '-O1', '-fPIC', '-shared', '-Wall', '-Werror', '-o', made, ...sources.map((s) => join(here, s)), '-ldl', '-lpthread', '-lstdc++',
    ], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    renameSync(made, library);
  }
  return { library, folder, compiler: [clang, ...target].join(' ') };
}

/** Loads a fake that was built. */
export function openFakeMetal({ library, folder, compiler }: FakeFiles): FakeMetal {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const loaded = koffi.load(library);
  const path = loaded.func('void rk_fake_path(const char *name, const char *path)');
  for (const [name, value] of Object.entries({ cache: folder, clang: compiler, sources: here })) path(name, value);
  const set = loaded.func('void rk_fake_set(const char *name, uint64_t value)');
  const living = loaded.func('const char *rk_fake_living()');
  const references = loaded.func('long rk_fake_device_references()');
  const trace = loaded.func('const char *rk_fake_trace()');
  return {
    libraries: { objc: library, metal: library, frameworks: [] },
    set: (failure, on) => { set(failure, on ? 1 : 0); },
    living: () => {
      const counts = Object.fromEntries((living() as string).split('\n').filter((l) => l !== '').map((l) => [l.split(' ')[0]!, Number(l.split(' ')[1])]));
      return { ...counts, MTLDevice: Number(references()) };
    },
    record: (to) => { path('record', to ?? ''); },
    trace: () => (trace() as string).split('\n').filter((l) => l !== ''),
  };
}

let fake: FakeMetal | undefined;

const needsClang = (): never => { throw new Error(`the emulated Metal needs clang: ${tools.clang.install}`); };
/** Tests that are skipped are collected all the same, and get this. */
const absent: FakeMetal = { libraries: { objc: '', metal: '', frameworks: [] }, set: needsClang, living: needsClang, record: needsClang, trace: needsClang };

/** The fake of this process; where there is no clang, one that says so when it is used. */
export const fakeMetal = (): FakeMetal => fake ??= findTool('clang') === undefined ? absent : openFakeMetal(buildFakeMetal());
