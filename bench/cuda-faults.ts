/**
 * What a GPU does when things go wrong: each case in a process of its own with a time limit.
 * `cuda-faults [--json FILE]` prints one line per case; exit code 1 when one fails.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { array, message, rawFunction, RingKernel, RingKernelError, ringKernel, u32 } from '../src/index.ts';

const limitMs = 60_000;
const Ask = message('FaultAsk', { n: u32 });
const Answer = message('FaultAnswer', { n: u32 });
const plusOne = ringKernel({ id: 'plus_one', on: Ask, reply: Answer }, (_, msg) => ({ n: msg.n + 1 }));
/** Loops for 7. */
const endless = ringKernel({ id: 'endless', on: Ask, reply: Answer, state: { turns: u32 } }, (ctx, msg) => {
  while (msg.n === 7) ctx.state.turns += 1;
  return { n: msg.n };
});
/** Looks beyond its eight elements for 8 or more. */
const prober = ringKernel({ id: 'prober', on: Ask, reply: Answer, state: { data: array(u32, 8) } }, (ctx, msg) => ({ n: msg.n + ctx.state.data[msg.n]! }));
/** Reads memory that is nobody's for 7: what no handler can do, and a raw function can. */
const poke = rawFunction({ name: 'poke', params: { a: u32 }, returns: u32, cuda: 'return a == 7u ? *(volatile u32*)(u64)16 : a;', reference: (a) => a });
const poker = ringKernel({ id: 'poker', on: Ask, reply: Answer, uses: { poke } }, (_, msg, { poke }) => ({ n: poke(msg.n) }));

const settings = JSON.parse(process.env['RK_CUDA'] ?? '{}') as Record<string, unknown>;
const open = (engine: Record<string, unknown> = {}): ReturnType<typeof RingKernel.open> => RingKernel.open({ backend: 'cuda', settings, engine });
/** What a promise rejects with, in words. */
async function rejection(promise: Promise<unknown>): Promise<{ readonly code: string; readonly text: string; readonly ms: number }> {
  const start = performance.now();
  try {
    const value = await promise;
    throw new Error(`resolved to ${JSON.stringify(value)}`);
  } catch (error) {
    if (!(error instanceof RingKernelError)) throw error;
    const cause = error.cause instanceof RingKernelError ? ` <- ${error.cause.message} ${error.cause.why}` : '';
    return { code: error.code, text: `${error.message}${cause}`, ms: Math.round(performance.now() - start) };
  }
}
/** Told to the parent beside the outcome. */
const note = (text: string): void => console.log(`  ${text}`);

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

async function answers(): Promise<void> {
  await using ring = await open();
  const kernel = await ring.launch(plusOne);
  demand((await kernel.call({ n: 41 })).n === 42, 'a new ring does not answer');
}

/** Every call that waits when the context dies rejects with the reason; `late` is what a launch says then. */
async function poison(ring: RingKernel): Promise<void> {
  const kernel = await ring.launch(poker);
  const slow = await ring.launch(endless);
  demand((await kernel.call({ n: 3 })).n === 3, 'it does not answer at first');
  const pending = [slow.call({ n: 7 }), slow.call({ n: 8 }), kernel.call({ n: 7 }), kernel.call({ n: 9 })];
  const told = await Promise.all(pending.map(rejection));
  note(`${told[0]!.text} (after ${told.map(({ ms }) => ms).join(', ')} ms)`);
  for (const { code, text } of told) demand(code === 'EngineLost' && /CUDA_ERROR_ILLEGAL_ADDRESS/.test(text), `a call rejected with ${text}`);
  const late = await rejection(ring.launch(plusOne, { id: 'late' }));
  demand(['EngineLost', 'ContextLost', 'RingClosed'].includes(late.code), `a launch afterwards: ${late.text}`);
  await ring.close();
}

const cases: Readonly<Record<string, () => Promise<void>>> = {
  async outOfBounds() {
    await using ring = await open();
    const kernel = await ring.launch(plusOne);
    const victim = await ring.launch(prober);
    demand((await victim.call({ n: 3 })).n === 3, 'an index within bounds');
    const told = await rejection(victim.call({ n: 8 }));
    note(told.text);
    demand(told.code === 'KernelFault', told.text);
    demand((await kernel.call({ n: 1 })).n === 2, 'the other kernel has stopped');
  },
  async endlessHandler() {
    await using ring = await open({ watchdog: 300 });
    const kernel = await ring.launch(plusOne);
    const victim = await ring.launch(endless);
    const stuck = rejection(victim.call({ n: 7 }));
    let others = 0;
    let ended = false;
    void stuck.then(() => { ended = true; });
    while (!ended) { demand((await kernel.call({ n: others })).n === others + 1, 'the other kernel'); others++; }
    const told = await stuck;
    note(`${told.text} (after ${told.ms} ms; ${others} calls of another kernel were answered meanwhile)`);
    demand(told.code === 'KernelFault' && others > 100, told.text);
    demand((await (await ring.launch(plusOne, { id: 'after' })).call({ n: 1 })).n === 2, 'a launch afterwards');
  },
  async launchWhileHandlerIsEndless() {
    await using ring = await open({ watchdog: 300 });
    const victim = await ring.launch(endless);
    const stuck = rejection(victim.call({ n: 7 }));
    const after = await ring.launch(plusOne);
    demand((await after.call({ n: 1 })).n === 2, 'what was launched meanwhile');
    demand((await stuck).code === 'KernelFault', 'the endless call');
  },
  async illegalAddress() {
    await poison(await open());
  },
  /** Says whether this process can go on; no promise is made. */
  async illegalAddressThenOpenAgain() {
    await poison(await open());
    try {
      await answers();
      note('reopening in the same process works');
    } catch (error) {
      note(`reopening in the same process does not work: ${error instanceof RingKernelError ? `${error.message} ${error.why}` : String(error)}`);
    }
  },
  async newProcessAfterIllegalAddress() {
    await answers();
  },
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

async function main(json: string | undefined): Promise<void> {
  const results: { readonly name: string; readonly passed: boolean; readonly seconds: number; readonly said: readonly string[] }[] = [];
  for (const name of Object.keys(cases)) {
    const start = performance.now();
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name], { stdio: ['ignore', 'pipe', 'inherit'], timeout: limitMs, killSignal: 'SIGKILL' });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
    const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
    if (code !== 0) process.exitCode = 1;
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    console.log(`${code === 0 ? 'pass' : 'fail'} ${name}, ${seconds} s${code === null ? ': ended at its limit' : ''}\n${said.trimEnd()}`);
    results.push({ name, passed: code === 0, seconds, said: said.split('\n').map((line) => line.trim()).filter((line) => line !== '') });
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 1)}\n`);
}

const wanted = process.argv[2];
if (wanted === undefined) await main(undefined);
else if (wanted === '--json') await main(process.argv[3]);
else if (wanted === 'victim') await victim();
else await cases[wanted]!();
