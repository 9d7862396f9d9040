RK301: wgsl has no f64, which kernel 'doubles' needs for a value of type f64.
