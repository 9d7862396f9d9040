import type { CodeRow } from '../codes.ts';

/** The kernel language: `RK1xx` syntax and names, `RK2xx` types, `RK3xx` capabilities of a target. */
export const languageCodes = {
  RK130: {
    what: "'{name}' is not a parameter or a local of the handler.",
    why: 'A kernel sees only what is passed to it: closures and imports are not reachable from the device.',
    fix: 'Add it to `uses: { {name} }` and take it from the third parameter.',
  },
} as const satisfies Record<string, CodeRow>;
