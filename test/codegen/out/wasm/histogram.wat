RK301: wasm has no 'barrier', which kernel 'histogram' needs for its code.
  Nothing is silently replaced by something less exact.
  Run it on the CPU backend, whose threads meet in JavaScript, or on a GPU.
