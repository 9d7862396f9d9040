/**
 * A long soak on a CUDA device: rounds of random launches, ends, pauses and messages until the time is over.
 * `cuda-soak [SECONDS] [--seed N] [--json FILE]`; exit code 1 when a message is lost, doubled or out of order.
 */
import { writeFileSync } from 'node:fs';
import { RingKernel, RingKernelError } from '../src/index.ts';
import { cudaPlacements, soak, type SoakReport } from '../src/testing/soak/index.ts';

/** Rounds on one ring; then a new one, so that opening and closing are soaked too. */
const roundsPerRing = 10;

async function main(args: string[]): Promise<void> {
  const option = (name: string): string | undefined => { const i = args.indexOf(name); return i < 0 ? undefined : args.splice(i, 2)[1]; };
  const json = option('--json');
  let seed = Number(option('--seed') ?? 1);
  const end = performance.now() + Number(args[0] ?? 60) * 1000;
  const totals: Record<string, number> = {};
  const flaws: string[] = [];
  let rounds = 0;
  let device = '';
  while (performance.now() < end && flaws.length === 0) {
    await using ring = await RingKernel.open({ backend: 'cuda', settings: JSON.parse(process.env['RK_CUDA'] ?? '{}') as Record<string, unknown>, timeout: 30_000 });
    device = ring.context!.device.name;
    for (let i = 0; i < roundsPerRing && performance.now() < end && flaws.length === 0; i++, seed++) {
      const report: SoakReport = await soak(ring, { seed, operations: 400, hands: 6, kinds: 2, kernels: 40, burst: 4000, patience: 20_000, placements: cudaPlacements });
      rounds++;
      for (const [name, value] of Object.entries(report)) if (typeof value === 'number' && name !== 'seed') totals[name] = (totals[name] ?? 0) + value;
      for (const flaw of report.flaws) flaws.push(`seed ${seed}: ${flaw}`);
    }
  }
  console.log(`${device}: ${rounds} rounds, ${Object.entries(totals).map(([name, value]) => `${name} ${value.toLocaleString('en')}`).join(', ')}`);
  for (const flaw of flaws) console.log(`  ${flaw}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ device, rounds, totals, flaws }, null, 1)}\n`);
  if (flaws.length > 0 || rounds === 0) process.exitCode = 1;
}

await main(process.argv.slice(2)).catch((cause: unknown) => { console.log(cause instanceof RingKernelError ? `${cause.stack} ${cause.why}` : cause); process.exit(1); });
