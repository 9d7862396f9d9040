/** The strict pass: does clang, over the shim, with real address spaces, take this text as Metal would? Nothing runs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findTool } from '../../support/tools.ts';

export const shim = join(import.meta.dirname, 'shim');

/** Variables of threadgroup memory are locals in MSL; C++ takes an address space only on statics. */
export const asCpp = (source: string): string => source.replace(/^(\s+)threadgroup (?=[\w<])/gm, '$1static threadgroup ');

/** Versions of MSL, as `__METAL_VERSION__` counts: those of macOS 13, 14, 15 and 26. */
export const mslVersions = [300, 310, 320, 400] as const;

/** What clang has to say; empty when it takes the text. Up to 3.2 MSL is C++14. */
export function compileStrict(source: string, version: number): string {
  const run = spawnSync(findTool('clang')!, [
    '-x', 'c++', `-std=c++${version < 400 ? 14 : 17}`, '-fsyntax-only', '-DRK_STRICT', `-DRK_METAL_VERSION=${version}`, `-I${shim}`, '-Wall', '-Werror',
    '-Wno-unknown-attributes', '-Wno-unknown-pragmas', '-Wno-unused', '-Wno-undefined-inline', '-Wno-undefined-internal', '-',
  ], { input: asCpp(source), encoding: 'utf8' });
  if (run.error !== undefined) throw run.error;
  return run.stdout + run.stderr;
}
