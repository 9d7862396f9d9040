import { expect, test } from 'vitest';
import { RingKernelError } from '../error/index.ts';
import { autoOrder, availability, availabilityOf, backendNames, loadBackend, openBackend } from './select.ts';

test('every backend says whether it is there, and if not, why and what to do', async () => {
  const all = await availability();
  expect([...all.keys()]).toEqual([...backendNames]);
  for (const [name, found] of all) {
    if (found.available) expect(found.devices.every((device) => device.backend === name)).toBe(true);
    else expect([found.reason, found.fix].every((text) => text.length > 0)).toBe(true);
  }
  expect(all.get('cpu')).toMatchObject({ available: true });
});

test('auto takes the first that works and keeps why others did not', async () => {
  const { backend, context, skipped } = await openBackend('auto');
  try {
    expect(skipped.map((one) => one.backend)).toEqual(autoOrder.slice(0, autoOrder.indexOf(backend.name)));
  } finally {
    await context[Symbol.asyncDispose]();
  }
});

test('asking for one that is not there is an error that says why', async () => {
  for (const name of autoOrder) {
    const found = await availabilityOf(name);
    if (found.available) continue;
    const error = await openBackend(name).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(RingKernelError);
    expect(error).toMatchObject({ code: 'BackendUnavailable', why: found.reason, fix: found.fix });
  }
  await expect(loadBackend('abacus' as 'cpu')).rejects.toThrow(/abacus/);
});
