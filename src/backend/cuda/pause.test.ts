import { expect, it } from 'vitest';
import type { Driver } from './driver.ts';
import { blockingFunctions } from './functions.ts';
import { Gate, type Quiet, type Resident } from './pause.ts';

/** A driver that notes what it is asked for, and a resident that notes where it is. */
function setting(): { gate: Gate; log: string[]; resident: Resident } {
  const log: string[] = [];
  const driver = {
    unguarded: (name: string) => { log.push(name); },
    unguardedHandle: (name: string) => { log.push(name); return 7n; },
    unguardedCode: (name: string) => { log.push(name); return 0; },
    check: () => undefined,
  } as unknown as Driver;
  const resident: Resident = { leave: async () => { log.push('leave'); }, enter: async () => { log.push('enter'); } };
  const gate = new Gate(driver, () => undefined);
  gate.add(resident);
  return { gate, log, resident };
}

it('makes context-wide calls between leaving and entering', async () => {
  const { gate, log } = setting();
  expect(await gate.quiet((quiet) => quiet.handle('moduleLoad', null))).toBe(7n);
  expect(log).toEqual(['leave', 'moduleLoad', 'enter']);
  expect(gate.pauses).toBe(1);
});

it.each(blockingFunctions)('throws for %s once the pause is over', async (name) => {
  const { gate, log } = setting();
  const kept = await gate.quiet<Quiet>((quiet) => quiet);
  expect(() => kept.call(name)).toThrow('outside its quiet');
  expect(() => kept.handle(name)).toThrow('outside its quiet');
  expect(() => kept.attempt(name, [])).toThrow('outside its quiet');
  expect(log).toEqual(['leave', 'enter']);
});

it('has no other way to them: the driver\'s own face does not take their names', () => {
  const calls = (driver: Driver): void => {
    // @ts-expect-error waits for a running kernel
    driver.call('moduleLoad');
    // @ts-expect-error waits for a running kernel
    driver.handle('memoryFree');
    driver.call('memoryFreeAsync');
  };
  expect(calls).toBeTypeOf('function');
});

it('shares a pause among what is asked for together, each with its own outcome', async () => {
  const { gate, log } = setting();
  const outcomes = await Promise.allSettled([
    gate.quiet((quiet) => quiet.call('moduleLoad')),
    gate.quiet(() => { throw new Error('mine alone'); }),
    gate.quiet((quiet) => quiet.call('memoryFree')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(log).toEqual(['leave', 'moduleLoad', 'memoryFree', 'enter']);
});

it('tells everyone when the kernel does not come back, and refuses once closed', async () => {
  const { gate, log, resident } = setting();
  resident.enter = async () => { throw new Error('does not start'); };
  const outcomes = await Promise.allSettled([gate.quiet(() => 1), gate.quiet(() => 2)]);
  expect(outcomes.map((o) => (o.status === 'rejected' ? (o.reason as Error).message : 'fulfilled'))).toEqual(['does not start', 'does not start']);
  gate.close(new Error('lost'));
  log.length = 0;
  await expect(gate.quiet(() => 3)).rejects.toThrow('lost');
  expect(log).toEqual([]);
});
