RK301: wasm has no 'barrier', which kernel 'histogram' needs for its code.
