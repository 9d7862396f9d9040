/** `ringkernel/layout`: value descriptors, the fixed structures, and views over their bytes. */
export * from './types.ts';
export * from './structures.ts';
export * from './views.ts';
