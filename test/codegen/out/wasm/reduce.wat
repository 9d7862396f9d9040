RK301: wasm has no 'barrier', which kernel 'reduce' needs for its code.
