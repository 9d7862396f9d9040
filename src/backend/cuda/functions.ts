/**
 * The driver's and the compiler's functions that are used, one row each: our name and the C prototype.
 *
 * Handles and device addresses travel as 64-bit integers; what a function writes goes into a typed array
 * passed as `void *`. `optional` rows may be missing from older drivers.
 */
export interface FunctionRow {
  readonly prototype: string;
  readonly optional?: true;
}

const row = (prototype: string): FunctionRow => ({ prototype });

export const driverFunctions = {
  init: row('int cuInit(uint flags)'),
  driverVersion: row('int cuDriverGetVersion(void *version)'),
  errorName: row('int cuGetErrorName(int code, void *text)'),
  errorText: row('int cuGetErrorString(int code, void *text)'),
  deviceCount: row('int cuDeviceGetCount(void *count)'),
  deviceGet: row('int cuDeviceGet(void *device, int ordinal)'),
  deviceName: row('int cuDeviceGetName(void *name, int length, int device)'),
  deviceAttribute: row('int cuDeviceGetAttribute(void *value, int attribute, int device)'),
  deviceMemory: row('int cuDeviceTotalMem_v2(void *bytes, int device)'),
  contextCreate: row('int cuCtxCreate_v2(void *context, uint flags, int device)'),
  contextDestroy: row('int cuCtxDestroy_v2(uint64_t context)'),
  contextSetCurrent: row('int cuCtxSetCurrent(uint64_t context)'),
  contextSynchronize: row('int cuCtxSynchronize()'),
  memoryInfo: row('int cuMemGetInfo_v2(void *free, void *total)'),
  memoryAllocate: row('int cuMemAlloc_v2(void *address, size_t bytes)'),
  memoryFree: row('int cuMemFree_v2(uint64_t address)'),
  memoryAllocateAsync: row('int cuMemAllocAsync(void *address, size_t bytes, uint64_t stream)'),
  memoryFreeAsync: row('int cuMemFreeAsync(uint64_t address, uint64_t stream)'),
  hostAllocate: row('int cuMemHostAlloc(void *pointer, size_t bytes, uint flags)'),
  hostFree: row('int cuMemFreeHost(uint64_t pointer)'),
  hostDevicePointer: row('int cuMemHostGetDevicePointer_v2(void *address, uint64_t pointer, uint flags)'),
  copyToDevice: row('int cuMemcpyHtoDAsync_v2(uint64_t to, void *from, size_t bytes, uint64_t stream)'),
  copyToHost: row('int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, uint64_t stream)'),
  copyOnDevice: row('int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, uint64_t stream)'),
  fill8: row('int cuMemsetD8Async(uint64_t address, uint8_t value, size_t count, uint64_t stream)'),
  streamCreate: row('int cuStreamCreate(void *stream, uint flags)'),
  streamDestroy: row('int cuStreamDestroy_v2(uint64_t stream)'),
  streamSynchronize: row('int cuStreamSynchronize(uint64_t stream)'),
  streamQuery: row('int cuStreamQuery(uint64_t stream)'),
  moduleLoad: row('int cuModuleLoadData(void *module, void *image)'),
  moduleUnload: row('int cuModuleUnload(uint64_t module)'),
  moduleFunction: row('int cuModuleGetFunction(void *function, uint64_t module, str name)'),
  functionAttribute: row('int cuFuncGetAttribute(void *value, int attribute, uint64_t function)'),
  functionSetAttribute: row('int cuFuncSetAttribute(uint64_t function, int attribute, int value)'),
  occupancy: row('int cuOccupancyMaxActiveBlocksPerMultiprocessor(void *blocks, uint64_t function, int threads, size_t shared)'),
  occupancyBlockSize: row('int cuOccupancyMaxPotentialBlockSize(void *minGrid, void *block, uint64_t function, void *sharedOf, size_t shared, int limit)'),
  launch: row('int cuLaunchKernel(uint64_t function, uint gx, uint gy, uint gz, uint bx, uint by, uint bz, uint shared, uint64_t stream, void *params, void *extra)'),
  launchCooperative: row('int cuLaunchCooperativeKernel(uint64_t function, uint gx, uint gy, uint gz, uint bx, uint by, uint bz, uint shared, uint64_t stream, void *params)'),
  peerAttribute: row('int cuDeviceGetP2PAttribute(void *value, int attribute, int from, int to)'),
  copyToPeer: row('int cuMemcpyPeerAsync(uint64_t to, uint64_t toContext, uint64_t from, uint64_t fromContext, size_t bytes, uint64_t stream)'),
  defaultPool: row('int cuDeviceGetDefaultMemPool(void *pool, int device)'),
  poolAccess: row('int cuMemPoolSetAccess(uint64_t pool, void *descriptions, size_t count)'),
  canAccessPeer: row('int cuDeviceCanAccessPeer(void *can, int device, int peer)'),
  enablePeerAccess: row('int cuCtxEnablePeerAccess(uint64_t peer, uint flags)'),
} as const satisfies Record<string, FunctionRow>;

export type DriverFunction = keyof typeof driverFunctions;

/**
 * What waits for a running kernel to end. These are reachable only through a `Paused` capability
 * (`pause.ts`); the plain driver face leaves them out.
 */
export const blockingFunctions = ['moduleLoad', 'moduleUnload', 'moduleFunction', 'memoryFree', 'hostFree', 'contextDestroy', 'contextSynchronize', 'functionSetAttribute', 'enablePeerAccess'] as const satisfies readonly DriverFunction[];
export type BlockingFunction = (typeof blockingFunctions)[number];

/** Driver functions that never wait for a running kernel. */
export type FreeFunction = Exclude<DriverFunction, BlockingFunction>;

export const compilerFunctions = {
  version: row('int nvrtcVersion(void *major, void *minor)'),
  errorText: row('str nvrtcGetErrorString(int code)'),
  create: row('int nvrtcCreateProgram(void *program, str source, str name, int headers, void *texts, void *names)'),
  destroy: row('int nvrtcDestroyProgram(void *program)'),
  compile: row('int nvrtcCompileProgram(uint64_t program, int count, const char **options)'),
  logSize: row('int nvrtcGetProgramLogSize(uint64_t program, void *bytes)'),
  log: row('int nvrtcGetProgramLog(uint64_t program, void *text)'),
  cubinSize: row('int nvrtcGetCUBINSize(uint64_t program, void *bytes)'),
  cubin: row('int nvrtcGetCUBIN(uint64_t program, void *image)'),
} as const satisfies Record<string, FunctionRow>;

export type CompilerFunction = keyof typeof compilerFunctions;

/** `CUdevice_attribute` numbers. */
export const deviceAttributes = {
  maxThreadsPerBlock: 1, maxSharedPerBlock: 8, warpSize: 10, multiprocessors: 16, kernelTimeout: 17, canMapHost: 19,
  major: 75, minor: 76, cooperativeLaunch: 95, maxSharedOptIn: 97, concurrentManaged: 89, memoryPools: 115, pciBus: 33,
} as const;

/** `CUdevice_P2PAttribute` numbers. */
export const peerAttributes = { performanceRank: 1, access: 2, nativeAtomics: 3 } as const;

/** `CUfunction_attribute` numbers. */
export const functionAttributes = { maxThreads: 0, sharedBytes: 1, constBytes: 2, localBytes: 3, registers: 4, maxDynamicShared: 8 } as const;

/** `CUresult` numbers that mean something to us. */
export const result = {
  success: 0, invalidValue: 1, outOfMemory: 2, deinitialized: 4, noDevice: 100, notReady: 600, illegalAddress: 700,
  launchOutOfResources: 701, launchTimeout: 702, cooperativeTooLarge: 720, notFound: 500, peerAccessAlready: 704,
} as const;

/** Results after which the context answers nothing but errors. */
export const contextIsLost = (code: number): boolean => code === 700 || code === 702 || (code >= 709 && code <= 719 && code !== 712 && code !== 713) || code === 214 || code === 999;
