/** European call and put prices by Black and Scholes; the normal distribution by Abramowitz and Stegun 26.2.17. */
import { f32, globalKernel, read, u32, write } from '../../src/index.ts';

function normal(x: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail = 0.3989422804 * Math.exp(-0.5 * x * x) * k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return x < 0 ? tail : 1 - tail;
}

export const blackScholes = globalKernel(
  { id: 'black_scholes', params: { spot: read(f32), strike: read(f32), years: read(f32), call: write(f32), put: write(f32), rate: f32, volatility: f32, n: u32 }, workgroup: 64, uses: { normal } },
  (g, { spot, strike, years, call, put, rate, volatility, n }, { normal }) => {
    if (g.id >= n) return;
    const s = spot[g.id]!;
    const x = strike[g.id]!;
    const t = years[g.id]!;
    const spread = volatility * Math.sqrt(t);
    const d1 = (Math.log(s / x) + (rate + 0.5 * volatility * volatility) * t) / spread;
    const d2 = d1 - spread;
    const discounted = x * Math.exp(-rate * t);
    call[g.id] = s * normal(d1) - discounted * normal(d2);
    put[g.id] = discounted * normal(-d2) - s * normal(-d1);
  },
);
