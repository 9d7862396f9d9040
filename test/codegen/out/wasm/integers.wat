(module
  (import "rk" "memory" (memory 1 65536 shared))
  (func $floordiv_i32 (param $a i32) (param $b i32) (result i32)
    local.get $b
    i32.eqz
    if $zero
      i32.const 0
      return
    end
    local.get $b
    i32.const -1
    i32.eq
    if $minusOne
      i32.const 0
      local.get $a
      i32.sub
      return
    end
    local.get $a
    local.get $b
    i32.div_s
    local.get $a
    local.get $b
    i32.rem_s
    i32.const 0
    i32.ne
    local.get $a
    local.get $b
    i32.xor
    i32.const 0
    i32.lt_s
    i32.and
    i32.sub)
  (func $ceildiv_i32 (param $a i32) (param $b i32) (result i32)
    local.get $b
    i32.eqz
    if $zero
      i32.const 0
      return
    end
    local.get $b
    i32.const -1
    i32.eq
    if $minusOne
      i32.const 0
      local.get $a
      i32.sub
      return
    end
    local.get $a
    local.get $b
    i32.div_s
    local.get $a
    local.get $b
    i32.rem_s
    i32.const 0
    i32.ne
    local.get $a
    local.get $b
    i32.xor
    i32.const 0
    i32.ge_s
    i32.and
    i32.add)
  (func $handler0 (param $actor i32) (param $message i32) (param $reply i32) (result i32)
    (local $state i32) (local $replied i32) (local $quotient i32) (local $t6 i32) (local $t7 i32) (local $rest i32) (local $bits i32) (local $wide i64) (local $t11 i64) (local $t12 i64) (local $big i64)
    local.get $actor
    i32.load offset=272
    local.set $state
    local.get $state
    local.get $state
    i32.load
    i32.const 1
    i32.add
    i32.store
    local.get $message
    i32.load
    local.set $t6
    local.get $message
    i32.load offset=4
    local.set $t7
    local.get $t7
    i32.const 1
    i32.add
    i32.const 1
    i32.gt_u
    if $idiv (result i32)
      local.get $t6
      local.get $t7
      i32.div_s
    else
      local.get $t6
      local.get $t7
      i32.mul
    end
    local.get $message
    i32.load
    i32.const 7
    i32.div_s
    i32.add
    local.get $message
    i32.load
    local.set $t7
    local.get $message
    i32.load offset=4
    local.set $t6
    local.get $t7
    local.get $t6
    call $floordiv_i32
    i32.add
    local.get $message
    i32.load
    local.set $t6
    local.get $message
    i32.load offset=4
    local.set $t7
    local.get $t6
    local.get $t7
    call $ceildiv_i32
    i32.add
    local.set $quotient
    local.get $message
    i32.load
    local.set $t7
    local.get $message
    i32.load offset=4
    local.set $t6
    local.get $t6
    i32.eqz
    i32.eqz
    if $imod (result i32)
      local.get $t7
      local.get $t6
      i32.rem_s
    else
      i32.const 0
    end
    local.set $rest
    local.get $message
    i32.load offset=8
    i32.const 255
    i32.and
    local.get $message
    i32.load offset=12
    i32.const 3
    i32.or
    i32.const -1
    i32.xor
    i32.xor
    local.set $bits
    local.get $bits
    local.get $message
    i32.load offset=12
    i32.const 63
    i32.and
    i32.shl
    local.get $message
    i32.load offset=8
    i32.const 3
    i32.shr_u
    i32.add
    local.set $bits
    local.get $message
    i64.load offset=16
    local.get $message
    i64.load offset=24
    i64.mul
    local.get $message
    i64.load offset=16
    local.set $t11
    local.get $message
    i64.load offset=24
    local.set $t12
    local.get $t12
    i64.const 1
    i64.add
    i64.const 1
    i64.gt_u
    if $idiv (result i64)
      local.get $t11
      local.get $t12
      i64.div_s
    else
      local.get $t11
      local.get $t12
      i64.mul
    end
    i64.sub
    local.get $message
    i64.load offset=16
    local.set $t12
    local.get $message
    i64.load offset=24
    local.set $t11
    local.get $t11
    i64.eqz
    i32.eqz
    if $imod (result i64)
      local.get $t12
      local.get $t11
      i64.rem_s
    else
      i64.const 0
    end
    i64.add
    local.get $message
    i64.load offset=16
    i64.const 3
    i64.shl
    i64.add
    local.get $message
    i64.load offset=24
    i64.const 1
    i64.shr_s
    i64.add
    local.set $wide
    local.get $message
    i64.load offset=32
    i64.const 1
    i64.add
    local.get $message
    i64.load offset=40
    i64.mul
    local.get $message
    i64.load offset=32
    i64.const 255
    i64.and
    i64.xor
    local.set $big
    local.get $state
    local.get $state
    i64.load offset=8
    local.get $wide
    i64.add
    i64.store offset=8
    local.get $reply
    i32.const 0
    local.get $quotient
    i32.sub
    local.get $rest
    local.get $message
    i32.load
    local.get $message
    i32.load offset=4
    i32.sub
    i32.mul
    i32.add
    local.get $message
    i32.load
    i32.const 3
    i32.mul
    i32.add
    local.get $message
    i32.load
    i32.const 2
    i32.shr_s
    i32.add
    local.get $message
    i32.load
    i32.clz
    i32.add
    i32.store
    local.get $reply
    local.get $bits
    i32.store offset=4
    local.get $reply
    local.get $wide
    i64.store offset=8
    local.get $reply
    local.get $big
    i64.store offset=16
    local.get $reply
    local.get $message
    i32.load
    f32.convert_i32_s
    local.get $message
    i32.load offset=4
    f32.convert_i32_s
    f32.div
    f32.store offset=24
    i32.const 1
    local.set $replied
    local.get $replied
    return
    local.get $replied)
  (export "handler0" (func $handler0)))
