/**
 * What a GPU does when things go wrong: each case in a process of its own with a time limit.
 * `node --import tsx bench/cuda-faults.ts` prints one line per case; exit code 1 when one fails.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { message, RingKernel, ringKernel, u32 } from '../src/index.ts';

const limitMs = 60_000;
const Ask = message('FaultAsk', { n: u32 });
const Answer = message('FaultAnswer', { n: u32 });
const plusOne = ringKernel({ id: 'plus_one', on: Ask, reply: Answer }, (_, msg) => ({ n: msg.n + 1 }));
const open = (): ReturnType<typeof RingKernel.open> => RingKernel.open({ backend: 'cuda' });

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

async function answers(): Promise<void> {
  await using ring = await open();
  const kernel = await ring.launch(plusOne);
  demand((await kernel.call({ n: 41 })).n === 42, 'a new ring does not answer');
}

const cases: Readonly<Record<string, () => Promise<void>>> = {
  async outOfMemory() {
    await using ring = await open();
    const kernel = await ring.launch(plusOne);
    let refused: unknown = null;
    for (let i = 0; i < 4096 && refused === null; i++) {
      await ring.launch(plusOne, { id: `large ${i}`, queueCapacity: 2 ** 22, placement: { ring: 'shared' } }).catch((cause: unknown) => { refused = cause; });
    }
    demand((refused as { code?: string } | null)?.code === 'OutOfMemory', `refused with ${String(refused)}`);
    demand((await kernel.call({ n: 1 })).n === 2, 'the other kernel has stopped');
  },
  async tooManyBlocks() {
    await using ring = await open();
    const kernel = await ring.launch(plusOne);
    let refused: unknown = null;
    for (let i = 0; i < 4096 && refused === null; i++) {
      await ring.launch(plusOne, { id: `block ${i}`, placement: { serve: 'block' } }).catch((cause: unknown) => { refused = cause; });
    }
    demand((refused as { code?: string } | null)?.code === 'TooManyActors', `refused with ${String(refused)}`);
    demand((await kernel.call({ n: 1 })).n === 2, 'the other kernel has stopped');
  },
  async killedAndStartedAgain() {
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), 'victim'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => { child.stdout.once('data', resolve); });
    const gone = new Promise((resolve) => { child.once('exit', resolve); });
    child.kill('SIGKILL');
    await gone;
    await answers();
  },
};

/** Works until it is killed. */
async function victim(): Promise<never> {
  const ring = await open();
  const kernel = await ring.launch(plusOne);
  for (let n = 0; ; n++) {
    await kernel.call({ n });
    if (n === 100) process.stdout.write('working\n');
  }
}

async function main(): Promise<void> {
  for (const name of Object.keys(cases)) {
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name], { stdio: ['ignore', 'inherit', 'inherit'], timeout: limitMs, killSignal: 'SIGKILL' });
    const code = await new Promise<number | null>((resolve) => { child.once('exit', resolve); });
    if (code !== 0) process.exitCode = 1;
    console.log(`${code === 0 ? 'pass' : 'fail'} ${name}${code === null ? `: nothing within ${limitMs / 1000} s` : ''}`);
  }
}

const wanted = process.argv[2];
if (wanted === undefined) await main();
else if (wanted === 'victim') await victim();
else await cases[wanted]!();
