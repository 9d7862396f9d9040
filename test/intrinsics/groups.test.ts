/** Rows that threads do together, on every backend that is here. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Context } from '../../src/backend/contract.ts';
import { groupChecks } from '../../src/testing/intrinsics/groups.ts';
import { places } from '../support/contexts.ts';

for (const place of places) {
  describe.skipIf(place.skip)(place.name, () => {
    let context: Context;
    beforeAll(async () => { context = await place.open(); }, 60_000);
    afterAll(() => context[Symbol.asyncDispose]());

    it.for(groupChecks)('$name', { timeout: 60_000 }, async (check, { skip }) => {
      const why = check.missing(context);
      if (why !== null) return skip(why);
      await check.run(context);
    });
  });
}
