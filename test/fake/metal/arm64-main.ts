/**
 * What the test of the same name runs on an arm64 Node: the Metal backend, through koffi's arm64 binary, on a fake that was built
 * for arm64. Takes the fake's files as JSON, prints what it saw as JSON in its last line.
 */
import { metalBackend } from '../../../src/backend/metal/index.ts';
import { globalKernel, read, write } from '../../../src/kernel/define.ts';
import { f32 } from '../../../src/layout/types.ts';
import { conformanceCases, runConformance } from '../../../src/testing/conformance/index.ts';
import { conformanceTargets } from '../../../src/testing/conformance/targets.ts';
import { openFakeMetal, type FakeFiles } from './library.ts';

export interface Arm64Report {
  readonly arch: string;
  readonly device: Readonly<Record<string, unknown>>;
  readonly scaled: readonly number[];
  /** What the compiler says to text that is not MSL. */
  readonly refusal: string;
  /** Failed cases with their reason; passed ones with null. */
  readonly cases: Readonly<Record<string, string | null>>;
  readonly living: Readonly<Record<string, number>>;
}

const [files, ...names] = JSON.parse(process.argv[2]!) as [FakeFiles, ...string[]];
const fake = openFakeMetal(files);
const backend = metalBackend({ libraries: fake.libraries });

const scale = globalKernel({ id: 'scale', params: { x: read(f32), y: write(f32), k: f32 }, workgroup: 32 }, (g, { x, y, k }) => {
  if (g.x < x.length) y[g.x] = x[g.x]! * k;
});

const scaled = new Float32Array(40);
let refusal = '';
let device: Readonly<Record<string, unknown>> = {};
{
  await using context = await backend.createContext();
  device = context.device.detail;
  using kernel = await context.compile(scale.program);
  using x = context.allocate(160);
  using y = context.allocate(160);
  await context.write(x, Float32Array.from({ length: 40 }, (_, i) => i));
  await kernel.getFunction('scale').launch({ grid: 2 }, [x, y, 1.5]);
  await context.read(y, scaled);
  try {
    await context.compile({ source: 'kernel void f(', entries: ['f'] });
  } catch (error) {
    refusal = String(error);
  }
}

const cases: Record<string, string | null> = {};
const target = {
  ...conformanceTargets.metal, load: 200, actors: 20,
  open: { backend: 'metal' as const, settings: { libraries: fake.libraries }, engine: { watchdog: 1 << 16 } },
};
for await (const result of runConformance(target, conformanceCases.filter((c) => names.includes(c.name)))) {
  cases[result.name] = result.outcome === 'failed' ? String(result.error) : result.outcome === 'passed' ? null : result.outcome;
}
const report: Arm64Report = { arch: process.arch, device, scaled: [...scaled], refusal, cases, living: fake.living() };
console.log(JSON.stringify(report));
