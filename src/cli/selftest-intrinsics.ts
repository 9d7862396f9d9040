/** `ringkernel selftest --intrinsics`: every row of the table of intrinsics on this machine's devices, against arithmetic of 240 bits. */
import { loadBackend } from '../backend/select.ts';
import type { BackendName } from '../backend/contract.ts';
import { RingKernelError } from '../error/index.ts';
import type { Target } from '../kernel/intrinsics/table.ts';
import { accuracyBatches, runAccuracy } from '../testing/intrinsics/accuracy.ts';
import { groupChecks } from '../testing/intrinsics/groups.ts';
import type { Leniency } from '../testing/intrinsics/judge.ts';

/** The language of each backend, and what it does not promise about numbers. */
const targets: Readonly<Partial<Record<BackendName, { readonly target: Target; readonly leniency: Leniency }>>> = {
  cpu: { target: 'wasm', leniency: { flush: false, finiteOnly: false } },
  cuda: { target: 'cuda', leniency: { flush: false, finiteOnly: false } },
  metal: { target: 'msl', leniency: { flush: true, finiteOnly: false } },
  webgpu: { target: 'wgsl', leniency: { flush: true, finiteOnly: true } },
};

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

const reason = (error: unknown): string => (error instanceof RingKernelError ? `${error.message} ${error.why}` : error instanceof Error ? error.message : String(error));

/** `every`: one line for each row, with its largest error; else only for those that fail, and the five nearest their bounds. */
export async function checkIntrinsics(backend: BackendName, totals: Totals, every: boolean): Promise<void> {
  const here = targets[backend];
  if (here === undefined) return;
  await using context = await (await loadBackend(backend)).createContext();
  const measured: { readonly label: string; readonly ulp: number; readonly bound: number }[] = [];
  const fails = (label: string, why: string): void => {
    totals.failed++;
    console.log(`  FAILED   ${label}: ${why}`);
  };
  for (const batch of accuracyBatches(here.target)) {
    try {
      for (const result of await runAccuracy(context, batch, here.leniency)) {
        if (!result.passed) fails(result.label, `${result.text}, ${result.bound} allowed`);
        else totals.passed++;
        measured.push(result);
        if (every) console.log(`  ${result.label}: ${result.ulp.toFixed(2)} of ${result.bound} ulp`);
      }
    } catch (error) {
      fails(batch.cases.map((c) => c.label).join(', '), reason(error));
    }
  }
  for (const check of groupChecks) {
    const why = check.missing(context);
    if (why !== null) {
      totals.skipped++;
      console.log(`  skipped  ${check.name}: ${why}`);
      continue;
    }
    try {
      await check.run(context);
      totals.passed++;
    } catch (error) {
      fails(check.name, reason(error));
    }
  }
  const near = measured.filter((m) => m.bound > 0 && m.ulp <= m.bound).toSorted((a, b) => b.ulp / b.bound - a.ulp / a.bound).slice(0, 5);
  console.log(`  nearest their bounds: ${near.map((m) => `${m.label} ${m.ulp.toFixed(2)} of ${m.bound} ulp`).join(', ')}`);
}
