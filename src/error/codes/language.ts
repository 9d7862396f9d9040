import type { CodeRow } from '../codes.ts';

/** The kernel language: `RK1xx` syntax and names, `RK2xx` types, `RK3xx` capabilities of a target. */
export const languageCodes = {
  RK130: {
    what: "'{name}' is not a parameter or a local of the handler.",
    why: 'A kernel sees only what is passed to it: closures and imports are not reachable from the device.',
    fix: 'Add it to `uses: { {name} }` and take it from the third parameter.',
  },
  RK301: {
    what: "'{name}' of type {type} is not available on target {target}.",
    why: 'The target has no such operation, and replacing it silently would change results.',
    fix: 'Use another operation or type, or choose a backend whose capabilities include it.',
  },
} as const satisfies Record<string, CodeRow>;
