/** Every kernel of this folder on every backend that is here. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Bench, places } from '../../test/support/contexts.ts';
import { kernelCases } from './cases.ts';

for (const place of places) {
  describe.skipIf(place.skip)(`kernels on ${place.name}`, { timeout: 60_000 }, () => {
    let bench: Bench;
    beforeAll(async () => { bench = new Bench(await place.open()); }, 60_000);
    afterAll(async () => { await bench[Symbol.asyncDispose](); });

    it.each(kernelCases)('$name', ({ run }) => run(bench));
  });
}
