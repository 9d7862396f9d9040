/**
 * The methods that the Metal backend calls, as Apple's headers declare them: kept apart from the backend's own table, so that
 * a slip in one of the two shows.
 */
export const prototypes = `
+ (instancetype)alloc;
- (instancetype)init;
- (instancetype)retain;
- (oneway void)release;
- (BOOL)respondsToSelector:(SEL)aSelector;
+ (instancetype)stringWithUTF8String:(const char *)nullTerminatedCString;
- (const char *)UTF8String;
- (NSUInteger)count;
- (ObjectType)objectAtIndex:(NSUInteger)index;
- (NSString *)localizedDescription;
- (NSInteger)code;
- (NSString *)name;
- (BOOL)hasUnifiedMemory;
- (BOOL)isLowPower;
- (NSUInteger)maxBufferLength;
- (NSUInteger)maxThreadgroupMemoryLength;
- (uint64_t)recommendedMaxWorkingSetSize;
- (BOOL)supportsFamily:(MTLGPUFamily)gpuFamily;
- (id<MTLCommandQueue>)newCommandQueue;
- (id<MTLBuffer>)newBufferWithLength:(NSUInteger)length options:(MTLResourceOptions)options;
- (id<MTLLibrary>)newLibraryWithSource:(NSString *)source options:(MTLCompileOptions *)options error:(NSError **)error;
- (id<MTLComputePipelineState>)newComputePipelineStateWithFunction:(id<MTLFunction>)computeFunction error:(NSError **)error;
- (id<MTLSharedEvent>)newSharedEvent;
- (void)setLanguageVersion:(MTLLanguageVersion)languageVersion;
- (void)setMathMode:(MTLMathMode)mathMode;
- (void)setFastMathEnabled:(BOOL)fastMathEnabled;
- (id<MTLFunction>)newFunctionWithName:(NSString *)functionName;
- (NSUInteger)maxTotalThreadsPerThreadgroup;
- (NSUInteger)threadExecutionWidth;
- (void *)contents;
- (id<MTLCommandBuffer>)commandBuffer;
- (id<MTLComputeCommandEncoder>)computeCommandEncoder;
- (id<MTLBlitCommandEncoder>)blitCommandEncoder;
- (void)encodeSignalEvent:(id<MTLEvent>)event value:(uint64_t)value;
- (void)commit;
- (MTLCommandBufferStatus)status;
- (NSError *)error;
- (BOOL)waitUntilSignaledValue:(uint64_t)value timeoutMS:(uint64_t)milliseconds;
- (void)setComputePipelineState:(id<MTLComputePipelineState>)state;
- (void)setBuffer:(id<MTLBuffer>)buffer offset:(NSUInteger)offset atIndex:(NSUInteger)index;
- (void)setBytes:(const void *)bytes length:(NSUInteger)length atIndex:(NSUInteger)index;
- (void)dispatchThreadgroups:(MTLSize)threadgroupsPerGrid threadsPerThreadgroup:(MTLSize)threadsPerThreadgroup;
- (void)fillBuffer:(id<MTLBuffer>)buffer range:(NSRange)range value:(uint8_t)value;
- (void)copyFromBuffer:(id<MTLBuffer>)sourceBuffer sourceOffset:(NSUInteger)sourceOffset toBuffer:(id<MTLBuffer>)destinationBuffer destinationOffset:(NSUInteger)destinationOffset size:(NSUInteger)size;
- (void)endEncoding;
`.trim().split('\n');

/** How the ABI of a 64-bit Apple system passes each type. A byte travels in a register, widened by its caller. */
const abi: readonly (readonly [RegExp, string])[] = [
  [/^(?:oneway )?void$/, 'void'], [/^BOOL$/, 'bool'], [/^(?:NSUInteger|uint64_t|MTLResourceOptions|MTLLanguageVersion|MTLCommandBufferStatus|void \*)$/, 'u64'],
  [/^(?:NSInteger|MTLGPUFamily|MTLMathMode)$/, 'i64'], [/^uint8_t$/, 'u32'], [/^const char \*$/, 'text'], [/^const void \*$/, 'bytes'], [/^NSError \*\*$/, 'out'],
  [/^MTLSize$/, 'size'], [/^NSRange$/, 'range'], [/^(?:id<\w+>|instancetype|ObjectType|SEL|(?:NS|MTL)\w+ \*)$/, 'id'],
];

/** Selector, result and arguments of a declaration. */
export function parsePrototype(text: string): { selector: string; result: string; args: string[] } {
  const [, result, rest] = /^[+-] \(([^)]+)\)(.*);$/.exec(text)!;
  const type = (name: string): string => {
    const found = abi.find(([pattern]) => pattern.test(name));
    if (found === undefined) throw new Error(`type ${name} in ${text}`);
    return found[1];
  };
  const parts = [...rest!.matchAll(/(\w+:)\(([^)]+)\)\w+/g)];
  return { selector: parts.length === 0 ? rest! : parts.map((p) => p[1]).join(''), result: type(result!), args: parts.map((p) => type(p[2]!)) };
}
