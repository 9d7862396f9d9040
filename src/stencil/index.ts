/** `ringkernel/stencil`: grids that evolve step by step, as actors; halo exchange between tiles. */
export { previous, still, stencilKernel, type FieldView, type Measure, type PreviousField, type StencilDefinition, type StencilFields, type StencilOptions, type StencilParams, type StencilValues, type StillField } from './define.ts';
export type { Boundary } from './boundary.ts';
export { Simulation, type CommandOptions, type Done, type ImpulseOptions, type Progress, type SimulationOptions, type Snapshot } from './simulation.ts';
export type { Cell, FieldArray, Source } from './state.ts';
export { directions, Tiles, type Direction, type ExchangeStats, type Tile, type TileArray, type TilesOptions } from './halo.ts';
