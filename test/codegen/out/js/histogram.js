RK301: js has no 'atomicAdd' of u32, which kernel 'histogram' needs for the call of atomicAdd.
