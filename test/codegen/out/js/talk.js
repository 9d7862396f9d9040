RK301: js has no 'self' of u32, which kernel 'talk' needs for the call of self.
