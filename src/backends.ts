/** `ringkernel/backend`: the hierarchy below the actors: backend, context, compiled kernel, function. */
export { autoOrder, availability, availabilityOf, backendNames, isMetalAvailable, loadBackend, openBackend } from './backend/select.ts';
export type {
  Availability, Backend, BackendName, Capabilities, CompiledKernel, Context, ContextOptions, DeviceBuffer, DeviceInfo,
  GridArgument, KernelFunction, LaunchArgument, LaunchConfig, Stream,
} from './backend/contract.ts';
