/** `ringkernel/layout`: value descriptors, the fixed structures, and views over their bytes. */
export * from './types.ts';
export * from './structures.ts';
export * from './views.ts';
export { moveView, offsetOf, view, type ArrayView, type StructView } from './access.ts';
export { declareStructs, wgslMembers, type DeclarationTarget, type WgslMember } from './declare.ts';
