import type { CodeRow } from '../codes.ts';

/** Devices, drivers, compilation, launches, memory. */
export const backendCodes = {
  BackendUnavailable: {
    what: 'Backend {backend} is not available here.',
    why: '{reason}',
    fix: '{hint}',
  },
  CudaError: {
    what: '{call} failed with {name} ({code}): {text}',
    why: 'The NVIDIA driver refused the call.',
    fix: '{hint}',
  },
  OutOfMemory: {
    what: 'Out of memory in {call}: {text}',
    why: 'The device or the host has no room left for what was asked.',
    fix: '{hint}',
  },
  ContextLost: {
    what: 'The GPU context is lost: {call} reports {name}: {text}',
    why: 'A fault on the device ends everything that ran in its context; every pending call is rejected with this error.',
    fix: '{hint} If opening fails again, start a new process.',
  },
  TooManyBlocks: {
    what: '{call} failed with {name}: {text}',
    why: 'The blocks do not all fit on the device at once.',
    fix: '{hint}',
  },
  TooManyActors: {
    what: '{actors} kernels do not fit on the device: it runs {blocks} blocks at once, {warps} warps for kernels.',
    why: 'A kernel served by a warp or a block keeps it as long as it is active.',
    fix: "Leave `placement.serve` to 'auto' (kernels then share warps), deactivate kernels, or use a larger device.",
  },
  EngineEnded: {
    what: 'The device engine ({blocks} blocks, after {pauses} pauses) ended without being asked to.',
    why: 'Something outside the engine ended its kernel; what it held is gone.',
    fix: 'Open a new ring; if it happens again, please report it with the output of `ringkernel doctor`.',
  },
  EngineStuck: {
    what: 'The device engine did not leave its loop within {ms} ms.',
    why: 'A handler runs without end in a loop that the watchdog cannot reach, or waits for something that never comes.',
    fix: 'Close the ring and open a new one; find the handler with `debug: "exact"` on the CPU backend.',
  },
  CompilationFailed: {
    what: 'The device compiler refused the generated code of {kernel}.',
    why: '{log}',
    fix: 'Look at the generated code with `ringkernel codegen`; if the kernel is legal TypeScript for devices, this is a defect of ringkernel: please report it.',
  },
  CompilerMissing: {
    what: 'No CUDA compiler was found.',
    why: '{reason}',
    fix: 'Install the CUDA toolkit or `pip install nvidia-cuda-nvrtc`, put nvcc on the PATH, or bring a filled code cache.',
  },
  CapabilityMissing: {
    what: "Kernel '{kernel}' cannot run on {backend}: it needs {missing}.",
    why: 'The device or its language has no such thing, and nothing is silently replaced by something less exact.',
    fix: 'Open another backend, or write the kernel without it.',
  },
  DeviceLost: {
    what: 'The {backend} device is lost: {reason}',
    why: 'The driver was reset, the device was unplugged, or work on it took too long.',
    fix: 'Open a new ring; pending calls have been rejected. If it happens again, give each message less work.',
  },
  DeviceError: {
    what: '{call} failed on the {backend} device: {text}',
    why: 'The device refused the call.',
    fix: '{hint}',
  },
  LimitExceeded: {
    what: '{what} needs {needed}, and this device allows {limit}.',
    why: 'Devices limit how much one kernel may use at once.',
    fix: '{hint}',
  },
} as const satisfies Record<string, CodeRow>;
