/** `ringkernel/memory`: typed device buffers, pools, limits and pressure. */
export { alignToCacheLine, alignToSegment, alignUp } from './align.ts';
export { cellsOf, DeviceGrid, type GridSize } from './grid.ts';
export { DeviceMemory, type AllocateOptions, type DeviceMemoryOptions, type Leak, type MemoryStats } from './device-memory.ts';
export { deviceAllocator, hostAllocator, MemoryPool, sizeBuckets, StratifiedPool, type Allocator, type Lease, type PoolOptions, type PoolStats } from './pool.ts';
export { defaultThresholds, MemoryPressure, pressureLevels, severity, type PressureLevel, type PressureReaction, type PressureThresholds } from './pressure.ts';
export { TypedBuffer, type RangeOptions } from './typed-buffer.ts';
