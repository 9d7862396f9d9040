RK301: msl has no 'sqrt' of f64, which kernel 'doubles' needs for the call of sqrt.
  Nothing is silently replaced by something less exact.
  Use another operation or type, or a backend whose capabilities include it.
