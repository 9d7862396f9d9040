/**
 * The whole contract of a backend. Two faces: the low-level hierarchy (backend, context, compiled kernel,
 * function), public and usable by itself; and `engine()`, which runs actors. Validation stands above this
 * line; a backend reports only what its caller could not foresee.
 */
import type { DeviceEngine } from '../engine/contract.ts';
import type { GridSpec, PersistentGrid } from '../engine/grid.ts';
import type { ActorProgram, Need, Program } from '../kernel/ir.ts';

export type BackendName = 'cpu' | 'cuda' | 'metal' | 'webgpu' | 'null';

export type Availability =
  | { readonly available: true; readonly devices: readonly DeviceInfo[] }
  /** Why not, and what to do about it. */
  | { readonly available: false; readonly reason: string; readonly fix: string };

export interface DeviceInfo {
  readonly backend: BackendName;
  readonly index: number;
  readonly name: string;
  /** Bytes; 0 when unknown. */
  readonly memory: number;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
  /** Indices of this backend's devices whose memory it reaches without the host. Absent where the backend does not report it. */
  readonly peers?: readonly number[];
  /** What the driver says of the ways to those, in their order. */
  readonly peerFacts?: readonly PeerFacts[];
}

/** What a driver reports of the way from one device to another. */
export interface PeerFacts {
  /** Atomic operations of the one on the other's memory. */
  readonly nativeAtomics: boolean;
  /** Beside the machine's other ways; 0 is the fastest. */
  readonly performanceRank: number;
}

/** Answers per feature; asked instead of the backend's name. */
export interface Capabilities {
  readonly needs: ReadonlySet<Need>;
  /** Actors run without the host starting each pass. */
  readonly persistent: boolean;
  /** What is sent to another actor arrives without a host step in between. */
  readonly deviceDelivery: boolean;
  readonly dropOldest: boolean;
  /** Grids step by themselves and take commands meanwhile: `Context.openGrid` is there. */
  readonly persistentGrid: boolean;
  /** Global kernels can be compiled `exact`. Default false. */
  readonly exactKernels?: boolean;
  readonly maxWorkgroup: number;
  readonly maxSharedBytes: number;
  /** Threads that run in lockstep; 1 where there are none, 0 when it varies. */
  readonly subgroupSize: number;
}

export interface Backend {
  readonly name: BackendName;
  /** Loads what it needs and looks for devices, with the settings a context would be opened with. Never throws for "not there". */
  probe(options?: ContextOptions): Promise<Availability>;
  createContext(options?: ContextOptions): Promise<Context>;
  /** Text of the whole device program that serves one kind of actor, on backends that generate source. Needs no device. */
  engineSource?(program: ActorProgram): string | Promise<string>;
}

export interface ContextOptions {
  /** Index into the probe's devices. Default 0. */
  readonly device?: number;
  /** Backend-specific settings, checked by the backend. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Context extends AsyncDisposable {
  readonly device: DeviceInfo;
  readonly capabilities: Capabilities;
  /** Device memory, zeroed. */
  allocate(bytes: number, options?: { readonly label?: string; readonly pinned?: boolean }): DeviceBuffer;
  /** Host to device. Resolves when `source` may be reused. Offsets in bytes. */
  write(buffer: DeviceBuffer, source: ArrayBufferView, offset?: number, stream?: Stream): Promise<void>;
  /** Device to host. */
  read(buffer: DeviceBuffer, target: ArrayBufferView, offset?: number, stream?: Stream): Promise<void>;
  /** Device to device. */
  copy(from: DeviceBuffer, to: DeviceBuffer, bytes: number, fromOffset?: number, toOffset?: number, stream?: Stream): Promise<void>;
  /** To memory of another device of this backend, without the host; resolves to false, having copied nothing, where that does not go. Absent: it never does. */
  copyToPeer?(from: DeviceBuffer, other: Context, to: DeviceBuffer, bytes: number, fromOffset?: number, toOffset?: number): Promise<boolean>;
  /** Compiles a program (or, where the backend has a source language, that source). */
  compile(program: Program | { readonly source: string; readonly entries: readonly string[] }, options?: CompileOptions): Promise<CompiledKernel>;
  createStream(): Stream;
  /** Everything submitted so far has finished. */
  synchronize(stream?: Stream): Promise<void>;
  /** The engine that runs actors on this device; one per context, made at first use. */
  engine(options?: Readonly<Record<string, unknown>>): Promise<DeviceEngine>;
  /** A grid that steps on the device by itself. Where `capabilities.persistentGrid` says so. */
  openGrid?(spec: GridSpec): Promise<PersistentGrid>;
}

export interface DeviceBuffer extends Disposable {
  readonly bytes: number;
  readonly label: string;
  readonly released: boolean;
}

export interface Stream extends Disposable {
  readonly id: number;
}

export interface CompileOptions {
  /** Fault on indices out of bounds, integer overflow and division by zero. Only where `capabilities.exactKernels` says so. Default false. */
  readonly exact?: boolean;
}

export interface CompiledKernel extends Disposable {
  /** Readable generated code: CUDA C++, MSL, WGSL, or a WebAssembly listing. */
  readonly source: string;
  readonly entries: readonly string[];
  getFunction(name: string): KernelFunction;
}

export type LaunchArgument = DeviceBuffer | number | bigint | boolean | readonly number[] | GridArgument;

/** A buffer seen as a 2-D or 3-D grid. */
export interface GridArgument {
  readonly buffer: DeviceBuffer;
  readonly size: readonly [number, number, number?];
}

export interface LaunchConfig {
  /** Workgroups (blocks) in x, y, z. */
  readonly grid: number | readonly [number, number?, number?];
  /** Threads per workgroup. Default: the program's. */
  readonly block?: number | readonly [number, number?, number?];
  /** Bytes of dynamic shared memory. Default 0. */
  readonly shared?: number;
  readonly stream?: Stream;
  /** All workgroups resident at once, so that a grid barrier is legal. Default false. */
  readonly cooperative?: boolean;
}

export interface KernelFunction {
  readonly name: string;
  /** Submits; resolves when submitted. `context.synchronize()` waits for the end. */
  launch(config: LaunchConfig, args: readonly LaunchArgument[]): Promise<void>;
}
