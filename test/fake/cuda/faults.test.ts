/** What can go wrong with driver, device, compiler, memory and process, on the fake driver: an error that says so, and nobody left waiting. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { message, RingKernel, ringKernel, u32 } from '../../../src/index.ts';
import { cudaBackend } from '../../../src/backend/cuda/index.ts';
import { fakeCuda } from './build.ts';

const Ask = message('FaultAsk', { n: u32 });
const Answer = message('FaultAnswer', { n: u32 });
const plusOne = ringKernel({ id: 'fake_plus_one', on: Ask, reply: Answer }, (_, msg) => ({ n: msg.n + 1 }));
const endless = ringKernel({ id: 'fake_endless', on: Ask, reply: Answer, state: { turns: u32 } }, (ctx, msg) => {
  while (msg.n === 7) ctx.state.turns += 1;
  return { n: msg.n };
});

const fake = fakeCuda();

describe.skipIf('missing' in fake)(`faults on the fake driver${'missing' in fake ? ` (${fake.missing})` : ''}`, { timeout: 60_000 }, () => {
  if ('missing' in fake) return;
  const { settings } = fake;
  const library = koffi.load(fake.library);
  const poison = library.func('void rk_fake_poison(int)') as (code: number) => void;
  const devices = library.func('void rk_fake_devices(int)') as (count: number) => void;
  const room = library.func('void rk_fake_room(double)') as (bytes: number) => void;
  const folder = mkdtempSync(join(tmpdir(), 'ringkernel-faults-'));
  const open = (more: object = {}, engine: object = {}): ReturnType<typeof RingKernel.open> =>
    RingKernel.open({ backend: 'cuda', settings: { ...settings, ...more }, engine: { watchdog: Infinity, ...engine } });
  afterEach(() => { devices(1); room(4 * 2 ** 30); });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('without a driver', async () => {
    await expect(open({ driver: join(folder, 'none.so') })).rejects.toMatchObject({ code: 'BackendUnavailable', why: expect.stringContaining('driver library was not found') });
  });

  it('without a device', async () => {
    devices(0);
    const found = await cudaBackend(settings).probe();
    expect(found).toMatchObject({ available: false, reason: 'The driver sees no NVIDIA device.' });
    await expect(open()).rejects.toMatchObject({ code: 'BackendUnavailable', why: expect.stringContaining('The driver sees no NVIDIA device.') });
  });

  it('without a compiler, and with nothing in the cache', async () => {
    await using ring = await open({ nvrtc: null, nvcc: null, cache: join(folder, 'empty') });
    await expect(ring.launch(plusOne)).rejects.toMatchObject({ code: 'CompilerMissing' });
    // What `doctor` shows.
    expect(await cudaBackend({ ...settings, nvrtc: null, nvcc: null }).probe()).toMatchObject({ available: true, devices: [{ detail: { compiler: 'none: only cached kernels can run' } }] });
  });

  it('makes a damaged cache entry anew', async () => {
    const cache = join(folder, 'damaged');
    const ask = async (): Promise<unknown> => {
      await using ring = await open({ cache });
      const kernel = await ring.launch(plusOne);
      return await kernel.call({ n: 1 });
    };
    expect(await ask()).toEqual({ n: 2 });
    const [name] = readdirSync(cache);
    const path = join(cache, name!);
    const whole = readFileSync(path);
    const damaged = Buffer.from(whole);
    damaged[100]! ^= 1;
    writeFileSync(path, damaged);
    expect(await ask()).toEqual({ n: 2 });
    expect(readFileSync(path).length).toBe(whole.length);
    // What is intact needs no compiler.
    await using ring = await open({ cache, nvrtc: null, nvcc: null });
    expect(await (await ring.launch(plusOne)).call({ n: 2 })).toEqual({ n: 3 });
  });

  it('out of memory: that launch fails, others go on', async () => {
    await using ring = await open();
    const first = await ring.launch(plusOne);
    room(0);
    await expect(ring.launch(plusOne, { id: 'large', queueCapacity: 2 ** 20 })).rejects.toMatchObject({ code: 'OutOfMemory' });
    expect(await first.call({ n: 4 })).toEqual({ n: 5 });
    room(2 ** 30);
    expect(await (await ring.launch(plusOne, { id: 'second' })).call({ n: 5 })).toEqual({ n: 6 });
  });

  it('more blocks than the device holds: that launch fails, others go on', async () => {
    await using ring = await open();
    const first = await ring.launch(plusOne);
    let made = 0;
    const more = async (): Promise<void> => {
      for (; made < 64; made++) await ring.launch(plusOne, { id: `block ${made}`, placement: { serve: 'block' } });
    };
    await expect(more()).rejects.toMatchObject({ code: 'TooManyActors' });
    expect(made).toBeGreaterThan(0);
    expect(await first.call({ n: 1 })).toEqual({ n: 2 });
  });

  it('illegal address: every pending call rejects with the reason; this process has lost the device, a new one has it', async () => {
    const ring = await open();
    const stuck = await ring.launch(endless);
    const other = await ring.launch(plusOne);
    expect(await other.call({ n: 1 })).toEqual({ n: 2 });
    const pending = [stuck.call({ n: 7 }), stuck.call({ n: 8 })].map((p) => expect(p).rejects.toMatchObject({ code: 'EngineLost', cause: { code: 'ContextLost', message: expect.stringContaining('CUDA_ERROR_ILLEGAL_ADDRESS') } }));
    poison(700);
    await Promise.all(pending);
    await expect(ring.launch(plusOne, { id: 'late' })).rejects.toThrow();
    await ring[Symbol.asyncDispose]();
    // As on an H200.
    await expect(open()).rejects.toMatchObject({ code: 'ContextLost' });
    poison(0);
    await using again = await open();
    expect(await (await again.launch(plusOne)).call({ n: 9 })).toEqual({ n: 10 });
  });

  it('process killed in the midst of work: the next one finds everything in order', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'victim.ts')], { env: { ...process.env, RK_SETTINGS: JSON.stringify(settings) }, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using ring = await open();
    expect(await (await ring.launch(plusOne)).call({ n: 1 })).toEqual({ n: 2 });
  });
});
