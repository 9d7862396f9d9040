/** How processes that hold a ring end: always, with the right code, and not before what they wait for is there. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(fixture: string, options: object): Promise<Run> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'fixtures', `${fixture}.ts`), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000, killSignal: 'SIGKILL',
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => { out += String(data); });
  child.stderr.on('data', (data) => { err += String(data); });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

describe.each([{ debug: 'source' }, { backend: 'cpu' }])('a process with %j', (options) => {
  test('ends by itself when a ring is left open', { timeout: 40_000 }, async () => {
    expect(await run('left-open', options)).toMatchObject({ code: 0, out: '7\nactive\n' });
  });

  test('ends after close', { timeout: 40_000 }, async () => {
    expect(await run('closed', options)).toMatchObject({ code: 0, out: '5\nclosed\n' });
  });

  test('ends with an error when user code throws', { timeout: 40_000 }, async () => {
    const { code, err } = await run('throws', options);
    expect(code).toBe(1);
    expect(err).toContain('user error');
  });

  test('ends with an error when a listener throws', { timeout: 40_000 }, async () => {
    const { code, err, out } = await run('listener-throws', options);
    expect(code).toBe(1);
    expect(err).toContain('listener error');
    expect(out).toBe('');
  });

  test('lives as long as something waits', { timeout: 40_000 }, async () => {
    expect(await run('pending', options)).toMatchObject({ code: 0, out: "Timeout: Receiving from 'echo' did not finish within 150 ms.\n" });
  });
});

test('a process that waits for two jobs does not end when the first is done', { timeout: 40_000 }, async () => {
  expect(await run('reads', {})).toMatchObject({ code: 0, out: 'both\n' });
});
