import type { Program } from './ir.ts';

/** What every kind of definition has: actors, global kernels, functions. */
export interface Registered {
  readonly id: string;
  readonly program: Program;
}

const definitions = new Map<string, Registered>();

/** Remembers a definition; a later one of the same id takes its place. */
export function register(definition: Registered): void {
  definitions.set(definition.id, definition);
}

/** Every definition made so far, in the order of their ids' first appearance. */
export const registered = (): readonly Registered[] => [...definitions.values()];
