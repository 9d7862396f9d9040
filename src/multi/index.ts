/** `ringkernel/multi`: kernels on several devices. */
export { DeviceGroup, type DeviceChoice, type GroupLaunchOptions, type GroupOptions } from './group.ts';
export type { MeasuredLink, MeasureOptions } from './measure.ts';
export type { Migration } from './migrate.ts';
export type { Candidate, CustomPlacement, Placement, PlacementName } from './placement.ts';
export { Slabs, type Slab, type SlabOptions, type SlabStats } from './slabs.ts';
export type { Access, Link } from './topology.ts';
