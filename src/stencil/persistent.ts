/** A stencil as a persistent grid of its device: the description that `Context.openGrid` takes. */
import type { Context } from '../backend/contract.ts';
import { checkNeeds } from '../backend/capabilities.ts';
import type { GridBoundary, GridField, GridSpec, PersistentGrid } from '../engine/grid.ts';
import { fail } from '../error/index.ts';
import type { Boundary } from './boundary.ts';
import { elementOf, type StencilDefinition } from './define.ts';

export type { GridAnswer, GridCommand, GridOrder, GridSpec, PersistentGrid } from '../engine/grid.ts';

export interface PersistentOptions {
  readonly size: readonly number[];
  readonly params: Readonly<Record<string, number>>;
  readonly boundary: Boundary;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Cells per step at which waves leave; 0 where they do not. */
export const speedOf = (boundary: Boundary, params: Readonly<Record<string, number>>): number =>
  typeof boundary === 'string' || !('absorbing' in boundary) ? 0 : typeof boundary.absorbing === 'number' ? boundary.absorbing : boundary.absorbing(params);

const boundaryOf = (boundary: Boundary): GridBoundary =>
  typeof boundary === 'string' ? { rule: boundary } : 'fixed' in boundary ? { rule: 'fixed', value: boundary.fixed } : { rule: 'absorbing' };

/** The description of a stencil on a grid of this size. */
export function gridSpec(definition: StencilDefinition, { size, params, boundary, settings }: PersistentOptions): GridSpec {
  const { id, dims, halo, fields, program, measures } = definition;
  if (size.length !== dims || size.some((n) => !Number.isInteger(n) || n < halo)) {
    throw fail('InvalidConfig', { option: 'size', value: size.join(' x '), reason: `'${id}' has ${dims} dimensions of at least ${halo} cells.` });
  }
  const names = Object.keys(fields);
  return {
    id, dims, halo, size, program, measures,
    fields: Object.entries(fields).map(([name, kind]): GridField => ({
      name, elem: elementOf(fields, name), role: kind.kind === 'scalar' ? 'evolving' : kind.kind, of: kind.kind === 'previous' ? names.indexOf(kind.of) : -1,
    })),
    boundary: boundaryOf(boundary),
    params: Object.entries(definition.params).map(([name, type]) => ({ name, type })),
    values: Object.keys(definition.params).map((name) => params[name]!),
    speed: speedOf(boundary, params),
    ...(settings === undefined ? {} : { settings }),
  };
}

/** Opens the grid, or says why this device cannot. */
export async function openPersistent(context: Context, definition: StencilDefinition, options: PersistentOptions): Promise<PersistentGrid> {
  const { backend } = context.device;
  if (!context.capabilities.persistentGrid || context.openGrid === undefined) throw fail('CapabilityMissing', { kernel: definition.id, backend, missing: 'grids that step by themselves' });
  for (const program of [definition.program, ...Object.values(definition.measures)]) checkNeeds(program, context.capabilities, backend);
  return context.openGrid(gridSpec(definition, options));
}
