(module
  (import "rk" "memory" (memory 1 65536 shared))
  (import "rk" "reserve" (func $rk.reserve (param i32 i32) (result i32)))
  (import "rk" "commit" (func $rk.commit (param i32 i32)))
  (import "rk" "debugReserve" (func $rk.debugReserve (param i32 i32) (result i32)))
  (import "rk" "debugCommit" (func $rk.debugCommit (param i32)))
  (func $handler0 (param $actor i32) (param $message i32) (param $reply i32) (result i32)
    (local $state i32) (local $replied i32) (local $sum f32) (local $i i32) (local $sent i32) (local $t8 f32) (local $t9 i32) (local $t10 i32) (local $t11 i32) (local $t12 i64) (local $t13 i64) (local $t14 i64)
    local.get $actor
    i32.load offset=272
    local.set $state
    f32.const 0
    local.set $sum
    i32.const 0
    local.set $i
    block $break0
      loop $loop0
        local.get $i
        local.get $message
        i32.load
        i32.lt_u
        i32.eqz
        br_if $break0
        block $continue0
          local.get $sum
          local.get $message
          f32.load offset=4
          local.get $i
          f32.convert_i32_s
          f32.mul
          f32.add
          local.set $sum
          local.get $sum
          local.set $t8
          local.get $actor
          i32.load offset=256
          local.set $t9
          local.get $i
          i32.const 1
          i32.add
          local.get $message
          i32.load
          i32.eq
          local.set $t10
          local.get $actor
          i32.const 0
          call $rk.reserve
          local.tee $t11
          if $taken (result i32)
            local.get $t11
            local.get $t8
            f32.store
            local.get $t11
            local.get $t9
            i32.store offset=4
            local.get $t11
            local.get $t10
            i32.store offset=8
            local.get $actor
            i32.const 0
            call $rk.commit
            i32.const 1
          else
            i32.const 0
          end
          local.set $sent
          local.get $sent
          i32.eqz
          if $then
            local.get $state
            local.get $state
            i32.load offset=4
            i32.const 1
            i32.add
            i32.store offset=4
          end
        end
        local.get $i
        i32.const 1
        i32.add
        local.set $i
        br $loop0
      end
    end
    local.get $state
    local.get $state
    i32.load
    i32.const 1
    i32.add
    i32.store
    local.get $message
    i32.load
    f64.convert_i32_u
    i64.reinterpret_f64
    local.set $t12
    local.get $actor
    i32.load offset=320
    i32.load offset=12
    f64.convert_i32_u
    i64.reinterpret_f64
    local.set $t13
    local.get $sum
    f64.promote_f32
    i64.reinterpret_f64
    local.set $t14
    local.get $actor
    i32.const 3
    call $rk.debugReserve
    local.tee $t11
    if $room
      local.get $t11
      i32.const 0
      i32.store
      local.get $t11
      i32.const 3
      i32.store offset=4
      local.get $t11
      i64.const 0
      i64.store offset=8
      local.get $t11
      local.get $t12
      i64.store offset=16
      local.get $t11
      local.get $t13
      i64.store offset=24
      local.get $t11
      local.get $t14
      i64.store offset=32
      local.get $actor
      call $rk.debugCommit
    end
    local.get $reply
    local.get $state
    i32.load
    i32.store
    local.get $reply
    local.get $state
    i32.load offset=4
    i32.store offset=4
    local.get $reply
    local.get $actor
    i32.load offset=320
    i64.load offset=16
    i64.store offset=8
    i32.const 1
    local.set $replied
    local.get $replied
    return
    local.get $replied)
  (func $handler1 (param $actor i32) (param $message i32) (param $reply i32) (result i32)
    (local $state i32) (local $replied i32) (local $t5 i32) (local $t6 i32) (local $t7 i64) (local $t8 i32)
    local.get $actor
    i32.load offset=272
    local.set $state
    local.get $state
    i32.load
    local.set $t5
    local.get $state
    i32.load offset=4
    local.set $t6
    local.get $actor
    i32.load offset=320
    i64.load offset=16
    local.set $t7
    local.get $actor
    i32.const 1
    call $rk.reserve
    local.tee $t8
    if $taken (result i32)
      local.get $t8
      local.get $t5
      i32.store
      local.get $t8
      local.get $t6
      i32.store offset=4
      local.get $t8
      local.get $t7
      i64.store offset=8
      local.get $actor
      i32.const 1
      call $rk.commit
      i32.const 1
    else
      i32.const 0
    end
    drop
    local.get $state
    i32.const 0
    i32.store
    local.get $state
    i32.const 0
    i32.store offset=4
    local.get $replied)
  (export "handler0" (func $handler0))
  (export "handler1" (func $handler1)))
