/**
 * Every message that is sent to an Objective-C object: the selector and the C types of result and arguments.
 * `id` is an object, `nil` may come back where the name says so; an object whose selector begins with `new`,
 * `alloc` or `copy` is owned by the caller, every other one belongs to the autorelease pool.
 */
export type CType = 'id' | 'void' | 'bool' | 'u64' | 'i64' | 'u32' | 'text' | 'bytes' | 'out' | 'size' | 'range';

export interface SelectorRow {
  readonly selector: string;
  readonly result: CType;
  readonly args: readonly CType[];
}

const row = <R extends CType, A extends readonly CType[]>(selector: string, result: R, ...args: A) => ({ selector, result, args });

export const selectors = {
  // NSObject, NSString, NSArray, NSError
  alloc: row('alloc', 'id'),
  init: row('init', 'id'),
  retain: row('retain', 'id'),
  release: row('release', 'void'),
  respondsTo: row('respondsToSelector:', 'bool', 'id'),
  stringWithText: row('stringWithUTF8String:', 'id', 'text'),
  text: row('UTF8String', 'text'),
  count: row('count', 'u64'),
  objectAt: row('objectAtIndex:', 'id', 'u64'),
  localizedDescription: row('localizedDescription', 'id'),
  code: row('code', 'i64'),

  // MTLDevice
  name: row('name', 'id'),
  unifiedMemory: row('hasUnifiedMemory', 'bool'),
  lowPower: row('isLowPower', 'bool'),
  maxBufferLength: row('maxBufferLength', 'u64'),
  maxThreadgroupMemory: row('maxThreadgroupMemoryLength', 'u64'),
  workingSet: row('recommendedMaxWorkingSetSize', 'u64'),
  supportsFamily: row('supportsFamily:', 'bool', 'i64'),
  newCommandQueue: row('newCommandQueue', 'id'),
  newBuffer: row('newBufferWithLength:options:', 'id', 'u64', 'u64'),
  newLibrary: row('newLibraryWithSource:options:error:', 'id', 'id', 'id', 'out'),
  newPipeline: row('newComputePipelineStateWithFunction:error:', 'id', 'id', 'out'),
  newSharedEvent: row('newSharedEvent', 'id'),

  // MTLCompileOptions, MTLLibrary, MTLComputePipelineState
  setLanguageVersion: row('setLanguageVersion:', 'void', 'u64'),
  setMathMode: row('setMathMode:', 'void', 'i64'),
  setFastMath: row('setFastMathEnabled:', 'void', 'bool'),
  newFunction: row('newFunctionWithName:', 'id', 'id'),
  maxThreads: row('maxTotalThreadsPerThreadgroup', 'u64'),
  simdWidth: row('threadExecutionWidth', 'u64'),

  // MTLBuffer
  contents: row('contents', 'u64'),

  // MTLCommandQueue, MTLCommandBuffer
  commandBuffer: row('commandBuffer', 'id'),
  computeEncoder: row('computeCommandEncoder', 'id'),
  blitEncoder: row('blitCommandEncoder', 'id'),
  encodeSignal: row('encodeSignalEvent:value:', 'void', 'id', 'u64'),
  commit: row('commit', 'void'),
  status: row('status', 'u64'),
  error: row('error', 'id'),

  // MTLSharedEvent
  waitUntilSignaled: row('waitUntilSignaledValue:timeoutMS:', 'bool', 'u64', 'u64'),

  // encoders
  setPipeline: row('setComputePipelineState:', 'void', 'id'),
  setBuffer: row('setBuffer:offset:atIndex:', 'void', 'id', 'u64', 'u64'),
  setBytes: row('setBytes:length:atIndex:', 'void', 'bytes', 'u64', 'u64'),
  dispatch: row('dispatchThreadgroups:threadsPerThreadgroup:', 'void', 'size', 'size'),
  fill: row('fillBuffer:range:value:', 'void', 'id', 'range', 'u32'),
  copy: row('copyFromBuffer:sourceOffset:toBuffer:destinationOffset:size:', 'void', 'id', 'u64', 'id', 'u64', 'u64'),
  endEncoding: row('endEncoding', 'void'),
} as const satisfies Record<string, SelectorRow>;

export type SelectorName = keyof typeof selectors;

/** Values of MTLCommandBufferStatus. */
export const commandStatus = { completed: 4, error: 5 } as const;
/** MTLResourceStorageModeShared: memory that host and device see alike. */
export const storageShared = 0;
/** MTLMathModeSafe. */
export const mathSafe = 0;
/** `setBytes` takes at most this much. */
export const maxInlineBytes = 4096;
/** MTLGPUFamily numbers that matter to us. */
export const families = { apple7: 1007, apple8: 1008, apple9: 1009, mac2: 2002, metal3: 5001 } as const;
