RK301: wasm has no {need}, which kernel '{id}' needs for {where}.
