(module
  (import "rk" "memory" (memory 1 65536 shared))
  (import "rk" "scratch" (global $rk.scratch i32))
  (import "rk" "fault" (global $rk.fault i32))
  (import "rk" "constants" (global $rk.constants i32))
  (func $energy (param $mass f32) (param $speed f32) (result f32)
    local.get $speed
    f32.const 0
    f32.lt
    if $then
      f32.const 0
      return
    end
    f32.const 0.5
    local.get $mass
    f32.mul
    local.get $speed
    f32.mul
    local.get $speed
    f32.mul
    return
    unreachable)
  (func $fault (param $kind i32) (param $source i32) (param $start i32) (param $end i32)
    global.get $rk.fault
    local.get $kind
    i32.store
    global.get $rk.fault
    local.get $source
    i32.store offset=4
    global.get $rk.fault
    local.get $start
    i32.store offset=8
    global.get $rk.fault
    local.get $end
    i32.store offset=12
    unreachable)
  (func $handler0 (param $actor i32) (param $message i32) (param $reply i32) (result i32)
    (local $state i32) (local $replied i32) (local $mean f32) (local $i i32) (local $index i32) (local $t8 i32) (local $t f32) (local $t.2 f32) (local $t.3 f32) (local $moved.x f32) (local $moved.y f32) (local $moved.z f32) (local $index.2 i32) (local $t16 f32) (local $t17 f32) (local $t18 f32) (local $t19 f32) (local $t20 i32) (local $t21 i32) (local $t22 i32) (local $t23 i32) (local $t24 i32) (local $t25 f32) (local $t26 f32) (local $t27 f32) (local $t28 f32) (local $t29 i32) (local $t30 i32) (local $t31 i32) (local $t32 i32) (local $t33 i32) (local $t34 i32) (local $t35 i32)
    local.get $actor
    i32.load offset=272
    local.set $state
    f32.const 0
    local.set $mean
    global.get $rk.scratch
    i32.const 0
    i32.const 16
    memory.fill
    i32.const 0
    local.set $i
    block $break0
      loop $loop0
        local.get $i
        i32.const 4
        i32.lt_s
        i32.eqz
        br_if $break0
        block $continue0
          local.get $i
          local.set $index
          global.get $rk.scratch
          local.get $index
          local.tee $t8
          i32.const 4
          i32.ge_u
          if $outOfBounds
            i32.const 2
            i32.const 0
            i32.const 173
            i32.const 183
            call $fault
            unreachable
          end
          local.get $t8
          i32.const 2
          i32.shl
          i32.add
          local.get $message
          local.get $i
          i32.const 2
          i32.shl
          i32.add
          f32.load offset=28
          global.get $rk.constants
          local.get $i
          i32.const 2
          i32.shl
          i32.add
          f32.load
          f32.mul
          f32.store
          local.get $mean
          global.get $rk.scratch
          local.get $i
          i32.const 2
          i32.shl
          i32.add
          f32.load
          f32.add
          local.set $mean
        end
        local.get $i
        i32.const 1
        i32.add
        local.set $i
        br $loop0
      end
    end
    f32.const 0
    local.set $t
    f32.const -4.90500020980835
    local.set $t.2
    f32.const 0
    local.set $t.3
    local.get $message
    f32.load
    local.get $t
    f32.add
    local.get $message
    f32.load offset=4
    local.get $t.2
    f32.add
    local.get $message
    f32.load offset=8
    local.get $t.3
    f32.add
    local.set $moved.z
    local.set $moved.y
    local.set $moved.x
    local.get $state
    i32.load offset=52
    i32.const 7
    i32.and
    local.set $index.2
    local.get $state
    local.get $index.2
    i32.const 2
    i32.shl
    i32.add
    local.get $mean
    local.get $message
    f32.load offset=12
    local.get $moved.y
    call $energy
    f32.add
    f32.store offset=20
    local.get $state
    local.get $state
    i32.load offset=52
    i32.const 1
    i32.add
    i32.store offset=52
    local.get $moved.x
    local.set $t16
    local.get $moved.y
    local.set $t17
    local.get $moved.z
    local.set $t18
    local.get $message
    f32.load offset=12
    local.set $t19
    local.get $message
    i32.load offset=16
    if $and (result i32)
      local.get $mean
      f32.const 0
      f32.gt
    else
      i32.const 0
    end
    local.set $t8
    local.get $state
    local.set $t20
    local.get $t20
    local.get $t16
    f32.store
    local.get $t20
    local.get $t17
    f32.store offset=4
    local.get $t20
    local.get $t18
    f32.store offset=8
    local.get $t20
    local.get $t19
    f32.store offset=12
    local.get $t20
    local.get $t8
    i32.store offset=16
    local.get $message
    i32.load offset=20
    i32.const 1
    i32.add
    local.set $t21
    local.get $message
    i32.load offset=24
    i32.const -1
    i32.add
    local.set $t22
    local.get $state
    local.set $t23
    local.get $t23
    local.get $t21
    i32.store offset=56
    local.get $t23
    local.get $t22
    i32.store offset=60
    local.get $state
    local.set $t24
    local.get $t24
    f32.load
    local.set $t25
    local.get $t24
    f32.load offset=4
    local.set $t26
    local.get $t24
    f32.load offset=8
    local.set $t27
    local.get $t24
    f32.load offset=12
    local.set $t28
    local.get $t24
    i32.load offset=16
    local.set $t29
    local.get $reply
    local.set $t30
    local.get $t30
    local.get $t25
    f32.store
    local.get $t30
    local.get $t26
    f32.store offset=4
    local.get $t30
    local.get $t27
    f32.store offset=8
    local.get $t30
    local.get $t28
    f32.store offset=12
    local.get $t30
    local.get $t29
    i32.store offset=16
    local.get $reply
    local.get $mean
    f32.store offset=20
    local.get $state
    local.set $t31
    local.get $t31
    i32.load offset=56
    local.set $t32
    local.get $t31
    i32.load offset=60
    local.set $t33
    local.get $reply
    local.set $t34
    local.get $t34
    local.get $t32
    i32.store offset=24
    local.get $t34
    local.get $t33
    i32.store offset=28
    local.get $reply
    global.get $rk.scratch
    local.get $message
    i32.load offset=44
    local.tee $t35
    i32.const 4
    i32.ge_u
    if $outOfBounds
      i32.const 2
      i32.const 0
      i32.const 628
      i32.const 646
      call $fault
      unreachable
    end
    local.get $t35
    i32.const 2
    i32.shl
    i32.add
    f32.load
    local.get $state
    local.get $message
    i32.load offset=44
    local.tee $t35
    i32.const 8
    i32.ge_u
    if $outOfBounds
      i32.const 2
      i32.const 0
      i32.const 649
      i32.const 677
      call $fault
      unreachable
    end
    local.get $t35
    i32.const 2
    i32.shl
    i32.add
    f32.load offset=20
    f32.add
    f32.store offset=32
    i32.const 1
    local.set $replied
    local.get $replied
    return
    local.get $replied)
  (export "handler0" (func $handler0)))
