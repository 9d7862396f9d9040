import type { IntrinsicRow, Target } from './table.ts';

const axes = ['x', 'y', 'z'] as const;
type Axis = (typeof axes)[number];

/** A property of the context of a global kernel. The emitters for the CPU compute it; others have a variable for it. */
const index = (name: string, doc: string, cuda: string, gpu: string, cpu: string, msl = gpu): IntrinsicRow => ({
  name, category: 'index', doc, on: ['global'], property: true, types: [], params: [], result: 'u32', alone: /Size/.test(name) ? 1 : 0,
  emit: { js: cpu, wasm: `@${cpu}`, cuda, msl, wgsl: gpu } satisfies { [K in Target]: string },
});

const perAxis = (name: (axis: Axis) => string, doc: (axis: Axis) => string, cuda: (axis: Axis) => string, gpu: string, cpu: string): IntrinsicRow[] =>
  axes.map((a) => index(name(a), doc(a), cuda(a), `${gpu}.${a}`, `${cpu}${a.toUpperCase()}`));

/** Index of a thread or workgroup counted row by row. */
const linear = (at: string, size: string): string => `((${at}.z * ${size}.y + ${at}.y) * ${size}.x + ${at}.x)`;
const cudaGlobal = (a: Axis): string => `(blockIdx.${a} * blockDim.${a} + threadIdx.${a})`;

/** Where a thread of a global kernel stands. */
export const indexRows: readonly IntrinsicRow[] = [
  ...perAxis((a) => a, (a) => `The thread's ${a} in the whole grid.`, cudaGlobal, 'rk_global', 'global'),
  ...perAxis((a) => `local${a.toUpperCase()}`, (a) => `The thread's ${a} in its workgroup.`, (a) => `threadIdx.${a}`, 'rk_local', 'local'),
  ...perAxis((a) => `group${a.toUpperCase()}`, (a) => `The workgroup's ${a}.`, (a) => `blockIdx.${a}`, 'rk_group', 'group'),
  ...perAxis((a) => `groupSize${a.toUpperCase()}`, (a) => `Threads of a workgroup along ${a}.`, (a) => `blockDim.${a}`, 'rk_group_size', 'size'),
  ...perAxis((a) => `gridSize${a.toUpperCase()}`, (a) => `Workgroups along ${a}.`, (a) => `gridDim.${a}`, 'rk_groups', 'groups'),
  index('id', 'The thread, counted row by row through the whole grid.',
    'rk_global_id()', '((rk_global.z * (rk_groups.y * rk_group_size.y) + rk_global.y) * (rk_groups.x * rk_group_size.x) + rk_global.x)', 'globalId',
    'rk_linear(rk_global, rk_groups * rk_group_size)'),
  index('localId', 'The thread, counted row by row through its workgroup.', 'rk_local_id()', linear('rk_local', 'rk_group_size'), 'localId', 'rk_local_index'),
  index('groupId', 'The workgroup, counted row by row.', 'rk_group_id()', linear('rk_group', 'rk_groups'), 'groupId', 'rk_linear(rk_group, rk_groups)'),
];

export const barrierRows: readonly IntrinsicRow[] = [
  {
    name: 'gridBarrier', category: 'sync', doc: 'Waits until every thread of the launch is here; what any of them has written is visible after. All workgroups are on the device at once.',
    on: ['global'], types: [], params: [], result: null, effects: true, need: 'gridBarrier',
    emit: { cuda: 'rk_grid_barrier()' },
  },
  {
    name: 'barrier', category: 'sync', doc: 'Waits until every thread of the workgroup is here; shared memory written before is visible after.',
    on: ['global'], types: [], params: [], result: null, effects: true, need: 'barrier', alone: 'nothing',
    emit: { js: 'yield', cuda: '__syncthreads()', msl: 'threadgroup_barrier(mem_flags::mem_threadgroup)', wgsl: 'workgroupBarrier()' },
  },
];
