/**
 * RingKernel: GPU-native persistent actors. Define messages and kernels, open a ring, launch, call.
 * The lower layers have entries of their own.
 */
export { RingKernel, type RingMetrics } from './runtime/ring-kernel.ts';
export { KernelHandle, type KernelMetrics, type KernelStatus } from './runtime/handle.ts';
export { message, type MessageInput, type MessageType, type MessageValue } from './message/message.ts';
export {
  deviceFunction, globalKernel, gridRead, gridRead3, gridReadWrite, gridReadWrite3, gridWrite, gridWrite3, read, readwrite, ringKernel, write,
  type GlobalDefinition, type KernelDefinition,
} from './kernel/define.ts';
export { rawFunction, type RawFunction } from './kernel/raw.ts';
export type { Matrix, Vector } from './kernel/face.ts';
export { array, bf16, bool, f16, f32, f64, i32, i64, mat2, mat3, mat4, struct, u32, u64, vec2, vec3, vec4, type ValueOf } from './layout/types.ts';
export { Envelope } from './message/envelope.ts';
export { RingKernelError, codes as errorCodes, type ErrorCode } from './error/index.ts';

export type { Availability, BackendName, Capabilities, DeviceInfo } from './backend/contract.ts';
export type { DeadLetterReason, OverflowPolicy, Priority } from './engine/contract.ts';
export type { DeadLetter } from './runtime/dead-letters.ts';
export type { RingEvent } from './runtime/events.ts';
export type { KernelState } from './runtime/lifecycle.ts';
export type { LaunchOptions, MessageOptions, OpenOptions, WaitOptions } from './runtime/options.ts';
export type { Supervision, SupervisionOptions } from './runtime/supervision.ts';
export type { Termination } from './runtime/kernel-core.ts';
export type { ColumnsOf } from './message/columns.ts';
export type { TimeSource } from './clock/time.ts';
