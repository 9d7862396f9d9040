/** Many messages at once as typed arrays, and their answers as typed arrays. */
import { RingKernel, f32, message, ringKernel, u32 } from '../src/index.ts';

const Option = message('Option', { spot: f32, strike: f32, years: f32 });
const Price = message('Price', { call: f32 });

/** Price of a European call by a binomial tree, with the rate and the volatility given. */
const pricer = ringKernel({ id: 'pricer', on: Option, reply: Price, state: { priced: u32 }, uses: { RATE: 0.03, VOLATILITY: 0.2, STEPS: 32 } },
  (ctx, msg, { RATE, VOLATILITY, STEPS }) => {
    const dt = msg.years / STEPS;
    const up = Math.exp(VOLATILITY * Math.sqrt(dt));
    const down = 1 / up;
    const discount = Math.exp(-RATE * dt);
    const p = (1 / discount - down) / (up - down);
    const value = new Float32Array(33);
    let price = msg.spot * Math.pow(down, STEPS);
    for (let i = 0; i <= STEPS; i++) {
      value[i] = Math.max(price - msg.strike, 0);
      price *= up * up;
    }
    for (let step = STEPS; step > 0; step--) {
      for (let i = 0; i < step; i++) value[i] = discount * (p * value[i + 1]! + (1 - p) * value[i]!);
    }
    ctx.state.priced += 1;
    return { call: value[0]! };
  });

export async function main(options = {}, count = 10_000): Promise<{ first: number; last: number; count: number }> {
  await using ring = await RingKernel.open(options);
  const kernel = await ring.launch(pricer);
  const { call } = await kernel.callBatch({
    spot: new Float32Array(count).fill(100),
    strike: Float32Array.from({ length: count }, (_, i) => 80 + (40 * i) / count),
    years: new Float32Array(count).fill(1),
  });
  return { first: call[0]!, last: call[count - 1]!, count: call.length };
}

if (process.argv[1] === import.meta.filename) console.log(await main());
