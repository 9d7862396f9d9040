(module
  (import "rk" "memory" (memory 1 65536 shared))
  (func $slotOf (param $base i32) (param $position i32) (param $mask i32) (result i32)
    local.get $base
    local.get $position
    local.get $mask
    i32.and
    i32.const 64
    i32.mul
    i32.add
    return
    unreachable)
  (func $ring_take (param $ring i32) (param $mask i32) (result i32)
    (local $load i32) (local $slot i32) (local $loadAcquire i32) (local $load.2 i32)
    local.get $ring
    i32.load
    local.set $load
    local.get $ring
    i32.const 128
    i32.add
    local.get $load
    local.get $mask
    call $slotOf
    local.set $slot
    local.get $slot
    i32.atomic.load
    local.set $loadAcquire
    local.get $loadAcquire
    local.get $load
    i32.const 1
    i32.add
    i32.ne
    if $then
      i32.const 0
      return
    end
    local.get $slot
    i32.const 4
    i32.add
    i32.load
    local.set $load.2
    local.get $slot
    local.get $load
    local.get $mask
    i32.add
    i32.const 1
    i32.add
    i32.atomic.store
    local.get $ring
    local.get $load
    i32.const 1
    i32.add
    i32.store
    local.get $ring
    i32.const 8
    i32.add
    i32.const 1
    i32.atomic.rmw.add
    drop
    local.get $load.2
    return
    unreachable)
  (export "ring_take" (func $ring_take)))
