(module
  (import "rk" "memory" (memory 1 65536 shared))
  (import "math" "rem" (func $math.rem (param f64 f64) (result f64)))
  (func $handler0 (param $actor i32) (param $message i32) (param $reply i32) (result i32)
    (local $state i32) (local $replied i32) (local $value f32) (local $truth i32) (local $t7 f32) (local $t8 f64)
    local.get $actor
    i32.load offset=272
    local.set $state
    local.get $message
    f32.load
    local.get $message
    f32.load offset=4
    f32.add
    f32.const 0.1
    f32.mul
    local.get $message
    f32.load
    local.get $message
    f32.load offset=4
    f32.div
    f32.sub
    local.get $message
    f32.load
    f64.promote_f32
    local.get $message
    f32.load offset=4
    f64.promote_f32
    call $math.rem
    f32.demote_f64
    f32.add
    local.set $value
    local.get $value
    local.get $message
    f32.load
    f32.abs
    f32.sqrt
    local.get $message
    f32.load offset=4
    f32.neg
    f32.add
    f32.add
    local.set $value
    local.get $value
    local.get $state
    f32.load
    f32.gt
    if $or (result i32)
      i32.const 1
    else
      local.get $state
      i32.load offset=4
      i32.eqz
    end
    if $then
      local.get $state
      local.get $value
      f32.store
      local.get $state
      i32.const 1
      i32.store offset=4
    end
    local.get $message
    i32.load offset=16
    if $and (result i32)
      local.get $message
      f32.load
      local.get $message
      f32.load offset=4
      f32.lt
      if $or (result i32)
        i32.const 1
      else
        local.get $message
        i32.load offset=8
        i32.const 3
        i32.ne
      end
    else
      i32.const 0
    end
    local.set $truth
    local.get $reply
    local.get $value
    f32.const 1000000000
    f32.min
    f32.const -0.001
    f32.max
    local.get $value
    f32.floor
    f32.add
    local.get $message
    f32.load
    local.set $t7
    local.get $t7
    f32.floor
    f32.const 1
    f32.const 0
    local.get $t7
    local.get $t7
    f32.floor
    f32.sub
    f32.const 0.5
    f32.ge
    select
    f32.add
    f32.add
    local.get $message
    f32.load offset=4
    f32.trunc
    f32.add
    local.get $message
    f32.load
    f32.ceil
    f32.add
    f32.store
    local.get $reply
    local.get $message
    f32.load
    i32.trunc_sat_f32_s
    i32.store offset=4
    local.get $reply
    local.get $message
    f32.load offset=4
    i32.trunc_sat_f32_u
    i32.store offset=8
    local.get $reply
    local.get $message
    f32.load
    f32.const 1000000
    f32.mul
    f64.promote_f32
    f64.trunc
    local.set $t8
    local.get $t8
    local.get $t8
    f64.const 2.3283064365386963e-10
    f64.mul
    f64.floor
    f64.const 4294967296
    f64.mul
    f64.sub
    i32.trunc_sat_f64_u
    i32.store offset=12
    local.get $reply
    local.get $truth
    i32.store offset=16
    local.get $reply
    local.get $message
    i32.load offset=12
    i32.const 2147483648
    i32.gt_u
    if $select (result f32)
      f32.const inf
    else
      local.get $message
      i32.load offset=8
      f32.convert_i32_s
    end
    f32.store offset=20
    i32.const 1
    local.set $replied
    local.get $replied
    return
    local.get $replied)
  (export "handler0" (func $handler0)))
