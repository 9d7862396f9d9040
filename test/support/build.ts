import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** For tests that use the package as a user would: builds it, unless `npm test` has already done so. */
export function ensureBuilt(): void {
  if (process.env['RINGKERNEL_BUILT'] === '1') return;
  const root = join(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/build.ts')], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}
