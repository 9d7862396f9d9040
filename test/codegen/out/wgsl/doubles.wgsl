RK301: wgsl has no f64, which kernel 'doubles' needs for a value of type f64.
  Nothing is silently replaced by something less exact.
  Use f32; WGSL has no double precision.
