(module
  (import "rk" "memory" (memory 1 65536 shared))
  (func $f16_from_bits (param $bits i32) (result f32)
    (local $magnitude i32)
    local.get $bits
    i32.const 32767
    i32.and
    local.tee $magnitude
    i32.const 31744
    i32.ge_u
    if $special (result f32)
      local.get $magnitude
      i32.const 13
      i32.shl
      i32.const 2139095040
      i32.or
      f32.reinterpret_i32
    else
      local.get $magnitude
      i32.const 13
      i32.shl
      f32.reinterpret_i32
      f32.const 5.192296858534828e+33
      f32.mul
    end
    local.get $bits
    i32.const 16
    i32.shl
    f32.reinterpret_i32
    f32.copysign)
  (func $f16_to_bits (param $x f64) (result i32)
    (local $sign i32) (local $a f64) (local $bits i64)
    local.get $x
    i64.reinterpret_f64
    i64.const 48
    i64.shr_u
    i32.wrap_i64
    i32.const 32768
    i32.and
    local.set $sign
    local.get $x
    f64.abs
    local.tee $a
    local.get $a
    f64.ne
    if $nan
      local.get $sign
      i32.const 32256
      i32.or
      return
    end
    local.get $a
    f64.const 65520
    f64.ge
    if $infinite
      local.get $sign
      i32.const 31744
      i32.or
      return
    end
    local.get $a
    f64.const 0.00006103515625
    f64.lt
    if $subnormal
      local.get $sign
      local.get $a
      f64.const 16777216
      f64.mul
      f64.nearest
      i32.trunc_sat_f64_u
      i32.or
      return
    end
    local.get $a
    i64.reinterpret_f64
    local.tee $bits
    i64.const 42
    i64.shr_u
    i64.const 1
    i64.and
    local.get $bits
    i64.add
    i64.const 2199023255551
    i64.add
    i64.const 42
    i64.shr_u
    i32.wrap_i64
    i32.const 1032192
    i32.sub
    local.get $sign
    i32.or)
  (func $handler0 (param $actor i32) (param $message i32) (param $reply i32) (result i32)
    (local $state i32) (local $replied i32) (local $t5 f64)
    local.get $actor
    i32.load offset=272
    local.set $state
    local.get $state
    local.get $state
    f64.load
    local.get $message
    f64.load
    local.get $message
    f64.load offset=8
    f64.mul
    local.get $message
    f64.load
    f64.sqrt
    f64.sub
    f64.add
    f64.store
    local.get $reply
    local.get $state
    f64.load
    f64.const 3
    f64.div
    f64.store
    local.get $reply
    local.get $message
    f64.load
    local.get $message
    i32.load16_u offset=16
    call $f16_from_bits
    f64.promote_f32
    f64.add
    call $f16_to_bits
    call $f16_from_bits
    f64.promote_f32
    call $f16_to_bits
    i32.store16 offset=8
    local.get $reply
    local.get $message
    f64.load offset=8
    f32.demote_f64
    f32.store offset=12
    local.get $reply
    local.get $message
    f64.load
    i32.trunc_sat_f64_s
    i32.store offset=16
    local.get $reply
    local.get $message
    f64.load offset=8
    f64.trunc
    local.set $t5
    local.get $t5
    local.get $t5
    f64.const 2.3283064365386963e-10
    f64.mul
    f64.floor
    f64.const 4294967296
    f64.mul
    f64.sub
    i32.trunc_sat_f64_u
    i32.store offset=20
    local.get $reply
    local.get $message
    f64.load
    i64.trunc_sat_f64_s
    local.get $message
    i64.load offset=24
    i64.add
    i64.store offset=24
    i32.const 1
    local.set $replied
    local.get $replied
    return
    local.get $replied)
  (export "handler0" (func $handler0)))
