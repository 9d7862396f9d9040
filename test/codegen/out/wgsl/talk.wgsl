RK301: wgsl has no self, which kernel 'talk' needs for 'self'.
