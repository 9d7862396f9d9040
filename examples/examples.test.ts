import { expect, test } from 'vitest';
import { main as batches } from './batches.ts';
import { main as counter } from './counter.ts';
import { main as pipeline } from './pipeline.ts';
import { main as quickstart } from './quickstart.ts';

const debug = { debug: 'source' } as const;

for (const options of [debug, { backend: 'cpu' }] as const) {
  const name = JSON.stringify(options);

  test(`quick start ${name}`, async () => {
    const report = await quickstart(options, 100);
    expect(report.backend).toBe('cpu');
    expect(report.reply).toEqual({ value: 3 });
    expect(report.handled).toBe(126);
    expect(report.p99).toBeGreaterThanOrEqual(report.p50);
  });

  test(`counter ${name}`, async () => {
    expect(await counter(options)).toEqual({ value: 1060, changes: 3 });
  });

  test(`pipeline ${name}`, async () => {
    const alarm = await pipeline(options);
    expect(alarm.time).toBe(18);
    expect(alarm.level).toBeCloseTo(10 - 9 * 0.75 ** 3, 5);
  });

  test(`batches ${name}`, async () => {
    const { first, last, count } = await batches(options, 100);
    expect(count).toBe(100);
    // Black-Scholes gives 23.03 and 3.62.
    expect(first).toBeCloseTo(23.0, 0);
    expect(last).toBeCloseTo(3.6, 0);
  });
}
