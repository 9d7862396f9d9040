/**
 * Random programs on a CUDA device against the interpreter: state, reply, and whether there was a fault.
 * `cuda-programs [COUNT] [--first SEED] [--json FILE]`; exit code 1 when one differs.
 */
import { writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { cudaBackend } from '../src/backend/cuda/index.ts';
import type { DeviceEngine, EngineActor, EngineSink } from '../src/engine/contract.ts';
import { RingKernelError } from '../src/error/index.ts';
import type { ActorProgram } from '../src/kernel/ir.ts';
import { SlotHead } from '../src/layout/structures.ts';
import { codecOf, viewsOf } from '../src/message/codec.ts';
import { randomProgram, randomValue, type RandomProgramOptions } from '../src/testing/programs.ts';
import { Random } from '../src/testing/random.ts';
import { interpreted, type ActorInput, type Outcome } from '../src/testing/run-actor.ts';

/** Programs compiled together. */
const together = 16;
const inputs = 4;

export const programVariants = [
  { name: 'wrapping', exact: false, options: {} },
  { name: 'stray indices', exact: false, options: { stray: true, faults: true } },
  { name: 'exact', exact: true, options: { stray: true, faults: true } },
] as const satisfies readonly { readonly name: string; readonly exact: boolean; readonly options: Partial<RandomProgramOptions> }[];

export interface ProgramReport {
  readonly variant: string;
  readonly programs: number;
  readonly runs: number;
  readonly faults: number;
  readonly differences: readonly string[];
}

const inputFor = (program: ActorProgram, seed: number): ActorInput => {
  const random = new Random(seed);
  return { state: randomValue(program.state!, random), message: randomValue(program.handlers[0]!.message, random) } as ActorInput;
};
/** Which fault it was is another matter. */
const seen = (outcome: Outcome): Outcome => ('fault' in outcome ? { fault: 'some' } : outcome);
const bytesOf = (size: number): Uint8Array => new Uint8Array(Math.ceil(size / 8) * 8);
const shown = (value: unknown): string => JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v)).slice(0, 400);

/** One engine's answers. */
class Listener implements EngineSink {
  readonly replies = new Map<number, unknown>();
  readonly faults = new Map<number, string>();
  readonly #programs = new Map<number, ActorProgram>();

  watch(actor: EngineActor, program: ActorProgram): void {
    this.#programs.set(actor.id, program);
  }

  message(...[actor, views, at]: Parameters<EngineSink['message']>): boolean {
    const { reply } = this.#programs.get(actor)!.handlers[0]!;
    if (reply !== null) this.replies.set(actor, codecOf(reply).decode(views, at + SlotHead.size));
    return true;
  }

  fault(fault: Parameters<EngineSink['fault']>[0]): void {
    this.faults.set(fault.actor, fault.kind);
  }

  debug(): void {
    // They print what they like.
  }

  deadLetter(letter: Parameters<EngineSink['deadLetter']>[0]): void {
    throw new Error(`dead letter: ${letter.reason}`);
  }

  lost(cause: Error): void {
    throw cause;
  }
}

/** Runs some programs, each on several inputs, side by side. */
async function run(engine: DeviceEngine, programs: readonly ActorProgram[], seeds: readonly number[], exact: boolean): Promise<readonly { readonly label: string; readonly got: Outcome; readonly wanted: Outcome }[]> {
  const cases = programs.flatMap((program, i) => Array.from({ length: inputs }, (_, n) => ({ program, label: `seed ${seeds[i]}, input ${n}`, input: inputFor(program, seeds[i]! * 100 + n) })));
  const sink = new Listener();
  const actors = await Promise.all(cases.map(async ({ program, label, input }) => {
    const initial = bytesOf(program.state!.size);
    codecOf(program.state!).encode(viewsOf(initial.buffer as ArrayBuffer), 0, input.state as never);
    return engine.launch({
      name: label, program, initialState: initial.subarray(0, program.state!.size), inboxCapacity: 2, outboxCapacity: 16, priorities: false,
      overflow: 'refuse', envelope: 'compact', placement: {}, arithmetic: exact ? 'exact' : 'fast',
    });
  }));
  actors.forEach((actor, i) => {
    sink.watch(actor, cases[i]!.program);
    const { message } = cases[i]!.program.handlers[0]!;
    if (!actor.trySend(0, codecOf(message) as never, cases[i]!.input.message, { correlation: 1, lane: 2, deadline: 0n })) throw new Error('an empty inbox has no room');
  });
  const end = performance.now() + 60_000;
  const done = (actor: EngineActor): boolean => sink.faults.has(actor.id) || engine.counters(actor.id).processed > 0;
  while (!actors.every(done)) {
    if (performance.now() > end) throw new Error(`no end after a minute: ${actors.flatMap((a, i) => (done(a) ? [] : [cases[i]!.label])).join('; ')}`);
    engine.poll(sink);
    await new Promise<void>((resolve) => { setImmediate(resolve); });
  }
  const states = await Promise.all(actors.map((actor) => engine.readState(actor.id)));
  engine.poll(sink);
  const out = cases.map(({ program, label, input }, i) => {
    const { id } = actors[i]!;
    const fault = sink.faults.get(id);
    const after = bytesOf(program.state!.size);
    after.set(states[i]!);
    const got: Outcome = fault !== undefined ? { fault } : { state: codecOf(program.state!).decode(viewsOf(after.buffer as ArrayBuffer), 0), reply: sink.replies.get(id) ?? null } as Outcome;
    return { label, got: seen(got), wanted: seen(interpreted(program, input, exact)) };
  });
  await Promise.all(actors.map(({ id }) => engine.remove(id)));
  engine.poll(sink);
  return out;
}

export async function comparePrograms(engine: DeviceEngine, { name, exact, options }: (typeof programVariants)[number], first: number, count: number): Promise<ProgramReport> {
  const differences: string[] = [];
  let runs = 0;
  let faults = 0;
  for (let from = first; from < first + count; from += together) {
    const seeds = Array.from({ length: Math.min(together, first + count - from) }, (_, i) => from + i);
    const programs = seeds.map((seed) => randomProgram(seed, { size: 1 + (seed % 14), ...options }));
    for (const { label, got, wanted } of await run(engine, programs, seeds, exact)) {
      runs++;
      if ('fault' in wanted) faults++;
      if (!isDeepStrictEqual(got, wanted)) differences.push(`${label}: got ${shown(got)}, expected ${shown(wanted)}`);
    }
  }
  return { variant: name, programs: count, runs, faults, differences };
}

async function main(args: string[]): Promise<void> {
  const option = (name: string): string | undefined => { const i = args.indexOf(name); return i < 0 ? undefined : args.splice(i, 2)[1]; };
  const json = option('--json');
  const first = Number(option('--first') ?? 1);
  const count = Number(args[0] ?? 100);
  await using context = await cudaBackend(JSON.parse(process.env['RK_CUDA'] ?? '{}') as object).createContext();
  const engine = await context.engine({});
  const reports: (ProgramReport & { readonly seconds: number })[] = [];
  for (const variant of programVariants) {
    const start = performance.now();
    const report = await comparePrograms(engine, variant, first, count);
    reports.push({ ...report, seconds: Math.round((performance.now() - start) / 100) / 10 });
    console.log(`${report.variant}: ${report.programs} programs, ${report.runs} runs, ${report.faults} faults, ${report.differences.length} differences, ${reports.at(-1)!.seconds} s`);
    for (const d of report.differences.slice(0, 10)) console.log(`  ${d}`);
    if (report.differences.length > 0) process.exitCode = 1;
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ device: context.device.name, first, reports }, null, 1)}\n`);
}

if (process.argv[1]?.includes('cuda-programs') === true) {
  await main(process.argv.slice(2)).catch((cause: unknown) => { console.log(cause instanceof RingKernelError ? `${cause.message} ${cause.why}` : cause); process.exit(1); });
}
