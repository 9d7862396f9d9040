/** Membranes on the server, over HTTP, with frames that come when the test says so. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeFrames } from '../wire.ts';
import { WaveServer } from './server.ts';

let tick: () => void = () => undefined;
/** Ends the wait for somebody who watches the membrane opened last; null: that wait was cancelled. */
let over: (() => void) | null = null;
const waves = new WaveServer({ backend: 'cpu', most: 2, grace: (given) => { over = given; return () => { over = null; }; }, ticker: (given) => { tick = given; return () => { tick = () => undefined; }; } });
const server = createServer((request, response) => { if (!waves.handle(request, response)) response.writeHead(404).end(); });
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await waves[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => { server.close(resolve); });
});

const params = { c2: 0.25, keep: 1 };
const post = async (path: string, body: unknown): Promise<{ status: number; body: Record<string, never> }> => {
  const response = await fetch(`${url}/wave/${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, body: await response.json() as Record<string, never> };
};
const until = async (done: () => boolean): Promise<void> => { while (!done()) await new Promise((resolve) => { setImmediate(resolve); }); };

test('a membrane is opened, commanded, watched and closed', async () => {
  const { body: { id, backend } } = await post('open', { n: 64, params });
  expect(backend).toBe('cpu');
  expect((await post(`${id}/command`, { op: 'pause' })).status).toBe(200);
  await post(`${id}/command`, { op: 'wall', at: [5, 60], radius: 1, value: 1 });
  const { body: { step } } = await post(`${id}/command`, { op: 'inject', at: [32, 32], radius: 4, amount: 0.3 });
  const response = await fetch(`${url}/wave/${id}/frames`);
  expect(over).toBeNull();
  const frames = decodeFrames(response.body as ReadableStream<Uint8Array>);
  tick();
  const { value: frame } = await frames.next();
  expect(frame).toMatchObject({ number: 1, step, dropped: 0 });
  expect(frame!.cells.length).toBe(64 * 64);
  expect(frame!.cells[32 * 64 + 32]).toBeGreaterThan(80);
  expect(frame!.cells[60 * 64 + 5]).toBe(-128);

  // Nobody says that the first frame was seen: one more goes out, and then none, however many are due.
  for (let k = 0; k < 20; k++) {
    tick();
    await until(() => waves.stats()[0]!.sent + waves.stats()[0]!.dropped === k + 2);
  }
  expect(waves.stats()).toMatchObject([{ due: 21, sent: 2, seen: 0, dropped: 19 }]);
  await post(`${id}/command`, { op: 'resume' });
  await post(`${id}/seen`, { number: 1 });
  tick();
  expect((await frames.next()).value).toMatchObject({ number: 2, step });
  expect((await frames.next()).value).toMatchObject({ number: 3, dropped: 19 });

  await frames.return!();
  await until(() => waves.membranes === 0);
  expect((await post(`${id}/command`, { op: 'pause' })).status).toBe(404);
});

test('what cannot be is refused', async () => {
  expect((await post('open', { n: 3, params })).status).toBe(400);
  expect((await post('open', 'no json')).status).toBe(400);
  const ids = [(await post('open', { n: 16, params })).body['id'], (await post('open', { n: 16, params })).body['id']];
  expect((await post('open', { n: 16, params })).status).toBe(503);
  const { status, body } = await post(`${ids[0]}/command`, { op: 'inject', at: [99, 0], radius: 1, amount: 1 });
  expect([status, body]).toMatchObject([500, { error: { code: 'InvalidConfig' } }]);
  over!();
  await until(() => waves.membranes === 1);
  expect((await post(`${ids[0]}/close`, {})).status).toBe(200);
  expect((await post(`${ids[1]}/command`, { op: 'pause' })).status).toBe(404);
  expect(waves.membranes).toBe(0);
  expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
});
