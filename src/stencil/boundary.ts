/** Boundary rules: what the ghost cells around a grid hold. */
export type Boundary<V = Readonly<Record<string, number>>> =
  /** The grid goes on at its other side. */
  | 'periodic'
  /** A mirror at the outer edge of the outermost cells: nothing flows through. */
  | 'reflecting'
  /** Ghosts hold this value for ever: a clamped edge. */
  | { readonly fixed: number }
  /** Waves leave (Mur's first-order condition). The number is their speed in cells per step, at most 1. */
  | { readonly absorbing: number | ((params: V) => number) };
