import { expect, test } from 'vitest';
import { main as batches } from './batches.ts';
import { main as counter } from './counter.ts';
import { main as pipeline } from './pipeline.ts';
import { main as quickstart } from './quickstart.ts';

/** What the binomial tree approaches. */
function blackScholes(spot: number, strike: number, years: number, rate: number, volatility: number): number {
  const spread = volatility * Math.sqrt(years);
  const d1 = (Math.log(spot / strike) + (rate + volatility ** 2 / 2) * years) / spread;
  return spot * normal(d1) - strike * Math.exp(-rate * years) * normal(d1 - spread);
}

/** Distribution of the normal law, by Simpson's rule. */
function normal(x: number): number {
  const density = (t: number): number => Math.exp(-t * t / 2) / Math.sqrt(2 * Math.PI);
  const step = (x + 8) / 1000;
  let sum = density(-8) + density(x);
  for (let i = 1; i < 1000; i++) sum += (i % 2 === 1 ? 4 : 2) * density(-8 + i * step);
  return sum * step / 3;
}

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
    expect(Math.abs(first - blackScholes(100, 80, 1, 0.03, 0.2))).toBeLessThan(0.05);
    expect(Math.abs(last - blackScholes(100, 119.6, 1, 0.03, 0.2))).toBeLessThan(0.05);
  });
}
