RK301: msl has no 'sqrt' of f64, which kernel 'doubles' needs for the call of sqrt.
