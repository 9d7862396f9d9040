(module
  (import "rk" "memory" (memory 1 65536 shared))
  (import "rk" "scratch" (global $rk.scratch i32))
  (import "math" "sin" (func $math.sin (param f64) (result f64)))
  (import "math" "cos" (func $math.cos (param f64) (result f64)))
  (func $rk_quat_toMatrix (param $result i32) (param $q.x f32) (param $q.y f32) (param $q.z f32) (param $q.w f32)
    (local $shared f32) (local $shared.2 f32) (local $shared.3 f32) (local $shared.4 f32) (local $shared.5 f32) (local $shared.6 f32) (local $shared.7 f32) (local $shared.8 f32) (local $shared.9 f32) (local $t14 f32) (local $t15 f32) (local $t16 f32) (local $t17 i32) (local $t18 f32) (local $t19 f32) (local $t20 f32) (local $t21 i32) (local $t22 f32) (local $t23 f32) (local $t24 f32) (local $t25 i32)
    local.get $q.y
    local.get $q.y
    f32.mul
    local.set $shared
    local.get $q.z
    local.get $q.z
    f32.mul
    local.set $shared.2
    local.get $q.x
    local.get $q.y
    f32.mul
    local.set $shared.3
    local.get $q.w
    local.get $q.z
    f32.mul
    local.set $shared.4
    local.get $q.x
    local.get $q.z
    f32.mul
    local.set $shared.5
    local.get $q.w
    local.get $q.y
    f32.mul
    local.set $shared.6
    local.get $q.x
    local.get $q.x
    f32.mul
    local.set $shared.7
    local.get $q.y
    local.get $q.z
    f32.mul
    local.set $shared.8
    local.get $q.w
    local.get $q.x
    f32.mul
    local.set $shared.9
    local.get $result
    f32.const 1
    f32.const 2
    local.get $shared
    local.get $shared.2
    f32.add
    f32.mul
    f32.sub
    local.set $t14
    f32.const 2
    local.get $shared.3
    local.get $shared.4
    f32.add
    f32.mul
    local.set $t15
    f32.const 2
    local.get $shared.5
    local.get $shared.6
    f32.sub
    f32.mul
    local.set $t16
    global.get $rk.scratch
    local.set $t17
    local.get $t17
    local.get $t14
    f32.store
    local.get $t17
    local.get $t15
    f32.store offset=4
    local.get $t17
    local.get $t16
    f32.store offset=8
    f32.const 2
    local.get $shared.3
    local.get $shared.4
    f32.sub
    f32.mul
    local.set $t18
    f32.const 1
    f32.const 2
    local.get $shared.7
    local.get $shared.2
    f32.add
    f32.mul
    f32.sub
    local.set $t19
    f32.const 2
    local.get $shared.8
    local.get $shared.9
    f32.add
    f32.mul
    local.set $t20
    global.get $rk.scratch
    local.set $t21
    local.get $t21
    local.get $t18
    f32.store offset=12
    local.get $t21
    local.get $t19
    f32.store offset=16
    local.get $t21
    local.get $t20
    f32.store offset=20
    f32.const 2
    local.get $shared.5
    local.get $shared.6
    f32.add
    f32.mul
    local.set $t22
    f32.const 2
    local.get $shared.8
    local.get $shared.9
    f32.sub
    f32.mul
    local.set $t23
    f32.const 1
    f32.const 2
    local.get $shared.7
    local.get $shared
    f32.add
    f32.mul
    f32.sub
    local.set $t24
    global.get $rk.scratch
    local.set $t25
    local.get $t25
    local.get $t22
    f32.store offset=24
    local.get $t25
    local.get $t23
    f32.store offset=28
    local.get $t25
    local.get $t24
    f32.store offset=32
    global.get $rk.scratch
    i32.const 36
    memory.copy
    return)
  (func $rk_mat3_timesMatrix (param $result i32) (param $m i32) (param $n i32)
    (local $v.x f32) (local $v.y f32) (local $v.z f32) (local $t6 i32) (local $t f32) (local $t.2 f32) (local $t.3 f32) (local $t.4 f32) (local $t.5 f32) (local $t.6 f32) (local $t.7 f32) (local $t.8 f32) (local $t.9 f32) (local $t.10 f32) (local $t.11 f32) (local $t.12 f32) (local $t.13 f32) (local $t.14 f32) (local $t.15 f32) (local $v.x.2 f32) (local $v.y.2 f32) (local $v.z.2 f32) (local $t25 i32) (local $t.16 f32) (local $t.17 f32) (local $t.18 f32) (local $t.19 f32) (local $t.20 f32) (local $t.21 f32) (local $t.22 f32) (local $t.23 f32) (local $t.24 f32) (local $t.25 f32) (local $t.26 f32) (local $t.27 f32) (local $t.28 f32) (local $t.29 f32) (local $t.30 f32) (local $v.x.3 f32) (local $v.y.3 f32) (local $v.z.3 f32) (local $t44 i32) (local $t.31 f32) (local $t.32 f32) (local $t.33 f32) (local $t.34 f32) (local $t.35 f32) (local $t.36 f32) (local $t.37 f32) (local $t.38 f32) (local $t.39 f32) (local $t.40 f32) (local $t.41 f32) (local $t.42 f32) (local $t.43 f32) (local $t.44 f32) (local $t.45 f32) (local $t60 f32) (local $t61 f32) (local $t62 f32) (local $t63 i32) (local $t64 f32) (local $t65 f32) (local $t66 f32) (local $t67 i32) (local $t68 f32) (local $t69 f32) (local $t70 f32) (local $t71 i32)
    local.get $n
    local.set $t6
    local.get $t6
    f32.load
    local.get $t6
    f32.load offset=4
    local.get $t6
    f32.load offset=8
    local.set $v.z
    local.set $v.y
    local.set $v.x
    local.get $v.x
    local.set $t
    local.get $v.y
    local.set $t.2
    local.get $m
    f32.load
    local.get $t
    f32.mul
    local.set $t.3
    local.get $m
    f32.load offset=4
    local.get $t
    f32.mul
    local.set $t.4
    local.get $m
    f32.load offset=8
    local.get $t
    f32.mul
    local.set $t.5
    local.get $m
    f32.load offset=12
    local.get $t.2
    f32.mul
    local.set $t.6
    local.get $m
    f32.load offset=16
    local.get $t.2
    f32.mul
    local.set $t.7
    local.get $m
    f32.load offset=20
    local.get $t.2
    f32.mul
    local.set $t.8
    local.get $v.z
    local.set $t.9
    local.get $t.3
    local.get $t.6
    f32.add
    local.set $t.10
    local.get $t.4
    local.get $t.7
    f32.add
    local.set $t.11
    local.get $t.5
    local.get $t.8
    f32.add
    local.set $t.12
    local.get $m
    f32.load offset=24
    local.get $t.9
    f32.mul
    local.set $t.13
    local.get $m
    f32.load offset=28
    local.get $t.9
    f32.mul
    local.set $t.14
    local.get $m
    f32.load offset=32
    local.get $t.9
    f32.mul
    local.set $t.15
    local.get $n
    local.set $t25
    local.get $t25
    f32.load offset=12
    local.get $t25
    f32.load offset=16
    local.get $t25
    f32.load offset=20
    local.set $v.z.2
    local.set $v.y.2
    local.set $v.x.2
    local.get $v.x.2
    local.set $t.16
    local.get $v.y.2
    local.set $t.17
    local.get $m
    f32.load
    local.get $t.16
    f32.mul
    local.set $t.18
    local.get $m
    f32.load offset=4
    local.get $t.16
    f32.mul
    local.set $t.19
    local.get $m
    f32.load offset=8
    local.get $t.16
    f32.mul
    local.set $t.20
    local.get $m
    f32.load offset=12
    local.get $t.17
    f32.mul
    local.set $t.21
    local.get $m
    f32.load offset=16
    local.get $t.17
    f32.mul
    local.set $t.22
    local.get $m
    f32.load offset=20
    local.get $t.17
    f32.mul
    local.set $t.23
    local.get $v.z.2
    local.set $t.24
    local.get $t.18
    local.get $t.21
    f32.add
    local.set $t.25
    local.get $t.19
    local.get $t.22
    f32.add
    local.set $t.26
    local.get $t.20
    local.get $t.23
    f32.add
    local.set $t.27
    local.get $m
    f32.load offset=24
    local.get $t.24
    f32.mul
    local.set $t.28
    local.get $m
    f32.load offset=28
    local.get $t.24
    f32.mul
    local.set $t.29
    local.get $m
    f32.load offset=32
    local.get $t.24
    f32.mul
    local.set $t.30
    local.get $n
    local.set $t44
    local.get $t44
    f32.load offset=24
    local.get $t44
    f32.load offset=28
    local.get $t44
    f32.load offset=32
    local.set $v.z.3
    local.set $v.y.3
    local.set $v.x.3
    local.get $v.x.3
    local.set $t.31
    local.get $v.y.3
    local.set $t.32
    local.get $m
    f32.load
    local.get $t.31
    f32.mul
    local.set $t.33
    local.get $m
    f32.load offset=4
    local.get $t.31
    f32.mul
    local.set $t.34
    local.get $m
    f32.load offset=8
    local.get $t.31
    f32.mul
    local.set $t.35
    local.get $m
    f32.load offset=12
    local.get $t.32
    f32.mul
    local.set $t.36
    local.get $m
    f32.load offset=16
    local.get $t.32
    f32.mul
    local.set $t.37
    local.get $m
    f32.load offset=20
    local.get $t.32
    f32.mul
    local.set $t.38
    local.get $v.z.3
    local.set $t.39
    local.get $t.33
    local.get $t.36
    f32.add
    local.set $t.40
    local.get $t.34
    local.get $t.37
    f32.add
    local.set $t.41
    local.get $t.35
    local.get $t.38
    f32.add
    local.set $t.42
    local.get $m
    f32.load offset=24
    local.get $t.39
    f32.mul
    local.set $t.43
    local.get $m
    f32.load offset=28
    local.get $t.39
    f32.mul
    local.set $t.44
    local.get $m
    f32.load offset=32
    local.get $t.39
    f32.mul
    local.set $t.45
    local.get $result
    local.get $t.10
    local.get $t.13
    f32.add
    local.set $t60
    local.get $t.11
    local.get $t.14
    f32.add
    local.set $t61
    local.get $t.12
    local.get $t.15
    f32.add
    local.set $t62
    global.get $rk.scratch
    local.set $t63
    local.get $t63
    local.get $t60
    f32.store
    local.get $t63
    local.get $t61
    f32.store offset=4
    local.get $t63
    local.get $t62
    f32.store offset=8
    local.get $t.25
    local.get $t.28
    f32.add
    local.set $t64
    local.get $t.26
    local.get $t.29
    f32.add
    local.set $t65
    local.get $t.27
    local.get $t.30
    f32.add
    local.set $t66
    global.get $rk.scratch
    local.set $t67
    local.get $t67
    local.get $t64
    f32.store offset=12
    local.get $t67
    local.get $t65
    f32.store offset=16
    local.get $t67
    local.get $t66
    f32.store offset=20
    local.get $t.40
    local.get $t.43
    f32.add
    local.set $t68
    local.get $t.41
    local.get $t.44
    f32.add
    local.set $t69
    local.get $t.42
    local.get $t.45
    f32.add
    local.set $t70
    global.get $rk.scratch
    local.set $t71
    local.get $t71
    local.get $t68
    f32.store offset=24
    local.get $t71
    local.get $t69
    f32.store offset=28
    local.get $t71
    local.get $t70
    f32.store offset=32
    global.get $rk.scratch
    i32.const 36
    memory.copy
    return)
  (func $rk_mat3_transpose (param $result i32) (param $m i32)
    (local $t2 f32) (local $t3 f32) (local $t4 f32) (local $t5 i32) (local $t6 f32) (local $t7 f32) (local $t8 f32) (local $t9 i32) (local $t10 f32) (local $t11 f32) (local $t12 f32) (local $t13 i32)
    local.get $result
    local.get $m
    f32.load
    local.set $t2
    local.get $m
    f32.load offset=12
    local.set $t3
    local.get $m
    f32.load offset=24
    local.set $t4
    global.get $rk.scratch
    local.set $t5
    local.get $t5
    local.get $t2
    f32.store
    local.get $t5
    local.get $t3
    f32.store offset=4
    local.get $t5
    local.get $t4
    f32.store offset=8
    local.get $m
    f32.load offset=4
    local.set $t6
    local.get $m
    f32.load offset=16
    local.set $t7
    local.get $m
    f32.load offset=28
    local.set $t8
    global.get $rk.scratch
    local.set $t9
    local.get $t9
    local.get $t6
    f32.store offset=12
    local.get $t9
    local.get $t7
    f32.store offset=16
    local.get $t9
    local.get $t8
    f32.store offset=20
    local.get $m
    f32.load offset=8
    local.set $t10
    local.get $m
    f32.load offset=20
    local.set $t11
    local.get $m
    f32.load offset=32
    local.set $t12
    global.get $rk.scratch
    local.set $t13
    local.get $t13
    local.get $t10
    f32.store offset=24
    local.get $t13
    local.get $t11
    f32.store offset=28
    local.get $t13
    local.get $t12
    f32.store offset=32
    global.get $rk.scratch
    i32.const 36
    memory.copy
    return)
  (func $rk_mat3_inverse (param $result i32) (param $m i32)
    (local $shared f32) (local $shared.2 f32) (local $shared.3 f32) (local $shared.4 f32) (local $shared.5 f32) (local $shared.6 f32) (local $a.x f32) (local $a.y f32) (local $a.z f32) (local $shared.7 f32) (local $shared.8 f32) (local $shared.9 f32) (local $shared.10 f32) (local $shared.11 f32) (local $shared.12 f32) (local $b.x f32) (local $b.y f32) (local $b.z f32) (local $shared.13 f32) (local $shared.14 f32) (local $shared.15 f32) (local $shared.16 f32) (local $shared.17 f32) (local $shared.18 f32) (local $c.x f32) (local $c.y f32) (local $c.z f32) (local $d f32) (local $t30 f32) (local $t31 f32) (local $t32 f32) (local $t33 i32) (local $t34 f32) (local $t35 f32) (local $t36 f32) (local $t37 i32) (local $t38 f32) (local $t39 f32) (local $t40 f32) (local $t41 i32)
    local.get $m
    f32.load offset=16
    local.set $shared
    local.get $m
    f32.load offset=32
    local.set $shared.2
    local.get $m
    f32.load offset=20
    local.set $shared.3
    local.get $m
    f32.load offset=28
    local.set $shared.4
    local.get $m
    f32.load offset=24
    local.set $shared.5
    local.get $m
    f32.load offset=12
    local.set $shared.6
    local.get $shared
    local.get $shared.2
    f32.mul
    local.get $shared.3
    local.get $shared.4
    f32.mul
    f32.sub
    local.get $shared.3
    local.get $shared.5
    f32.mul
    local.get $shared.6
    local.get $shared.2
    f32.mul
    f32.sub
    local.get $shared.6
    local.get $shared.4
    f32.mul
    local.get $shared
    local.get $shared.5
    f32.mul
    f32.sub
    local.set $a.z
    local.set $a.y
    local.set $a.x
    local.get $m
    f32.load offset=28
    local.set $shared.7
    local.get $m
    f32.load offset=8
    local.set $shared.8
    local.get $m
    f32.load offset=32
    local.set $shared.9
    local.get $m
    f32.load offset=4
    local.set $shared.10
    local.get $m
    f32.load
    local.set $shared.11
    local.get $m
    f32.load offset=24
    local.set $shared.12
    local.get $shared.7
    local.get $shared.8
    f32.mul
    local.get $shared.9
    local.get $shared.10
    f32.mul
    f32.sub
    local.get $shared.9
    local.get $shared.11
    f32.mul
    local.get $shared.12
    local.get $shared.8
    f32.mul
    f32.sub
    local.get $shared.12
    local.get $shared.10
    f32.mul
    local.get $shared.7
    local.get $shared.11
    f32.mul
    f32.sub
    local.set $b.z
    local.set $b.y
    local.set $b.x
    local.get $m
    f32.load offset=4
    local.set $shared.13
    local.get $m
    f32.load offset=20
    local.set $shared.14
    local.get $m
    f32.load offset=8
    local.set $shared.15
    local.get $m
    f32.load offset=16
    local.set $shared.16
    local.get $m
    f32.load offset=12
    local.set $shared.17
    local.get $m
    f32.load
    local.set $shared.18
    local.get $shared.13
    local.get $shared.14
    f32.mul
    local.get $shared.15
    local.get $shared.16
    f32.mul
    f32.sub
    local.get $shared.15
    local.get $shared.17
    f32.mul
    local.get $shared.18
    local.get $shared.14
    f32.mul
    f32.sub
    local.get $shared.18
    local.get $shared.16
    f32.mul
    local.get $shared.13
    local.get $shared.17
    f32.mul
    f32.sub
    local.set $c.z
    local.set $c.y
    local.set $c.x
    local.get $m
    f32.load
    local.get $a.x
    f32.mul
    local.get $m
    f32.load offset=4
    local.get $a.y
    f32.mul
    f32.add
    local.get $m
    f32.load offset=8
    local.get $a.z
    f32.mul
    f32.add
    local.set $d
    local.get $result
    local.get $a.x
    local.get $d
    f32.div
    local.set $t30
    local.get $b.x
    local.get $d
    f32.div
    local.set $t31
    local.get $c.x
    local.get $d
    f32.div
    local.set $t32
    global.get $rk.scratch
    local.set $t33
    local.get $t33
    local.get $t30
    f32.store
    local.get $t33
    local.get $t31
    f32.store offset=4
    local.get $t33
    local.get $t32
    f32.store offset=8
    local.get $a.y
    local.get $d
    f32.div
    local.set $t34
    local.get $b.y
    local.get $d
    f32.div
    local.set $t35
    local.get $c.y
    local.get $d
    f32.div
    local.set $t36
    global.get $rk.scratch
    local.set $t37
    local.get $t37
    local.get $t34
    f32.store offset=12
    local.get $t37
    local.get $t35
    f32.store offset=16
    local.get $t37
    local.get $t36
    f32.store offset=20
    local.get $a.z
    local.get $d
    f32.div
    local.set $t38
    local.get $b.z
    local.get $d
    f32.div
    local.set $t39
    local.get $c.z
    local.get $d
    f32.div
    local.set $t40
    global.get $rk.scratch
    local.set $t41
    local.get $t41
    local.get $t38
    f32.store offset=24
    local.get $t41
    local.get $t39
    f32.store offset=28
    local.get $t41
    local.get $t40
    f32.store offset=32
    global.get $rk.scratch
    i32.const 36
    memory.copy
    return)
  (func $rk_mat3_timesVector (param $m i32) (param $v.x f32) (param $v.y f32) (param $v.z f32) (result f32 f32 f32)
    (local $t f32) (local $t.2 f32) (local $t.3 f32) (local $t.4 f32) (local $t.5 f32) (local $t.6 f32) (local $t.7 f32) (local $t.8 f32) (local $t.9 f32) (local $t.10 f32) (local $t.11 f32) (local $t.12 f32)
    local.get $m
    f32.load
    local.get $v.x
    f32.mul
    local.set $t
    local.get $m
    f32.load offset=4
    local.get $v.x
    f32.mul
    local.set $t.2
    local.get $m
    f32.load offset=8
    local.get $v.x
    f32.mul
    local.set $t.3
    local.get $m
    f32.load offset=12
    local.get $v.y
    f32.mul
    local.set $t.4
    local.get $m
    f32.load offset=16
    local.get $v.y
    f32.mul
    local.set $t.5
    local.get $m
    f32.load offset=20
    local.get $v.y
    f32.mul
    local.set $t.6
    local.get $t
    local.get $t.4
    f32.add
    local.set $t.7
    local.get $t.2
    local.get $t.5
    f32.add
    local.set $t.8
    local.get $t.3
    local.get $t.6
    f32.add
    local.set $t.9
    local.get $m
    f32.load offset=24
    local.get $v.z
    f32.mul
    local.set $t.10
    local.get $m
    f32.load offset=28
    local.get $v.z
    f32.mul
    local.set $t.11
    local.get $m
    f32.load offset=32
    local.get $v.z
    f32.mul
    local.set $t.12
    local.get $t.7
    local.get $t.10
    f32.add
    local.get $t.8
    local.get $t.11
    f32.add
    local.get $t.9
    local.get $t.12
    f32.add
    return
    unreachable)
  (func $rk_quat (param $axis.x f32) (param $axis.y f32) (param $axis.z f32) (param $angle f32) (result f32 f32 f32 f32)
    (local $s f32)
    local.get $angle
    f32.const 2
    f32.div
    f64.promote_f32
    call $math.sin
    f32.demote_f64
    local.set $s
    local.get $axis.x
    local.get $s
    f32.mul
    local.get $axis.y
    local.get $s
    f32.mul
    local.get $axis.z
    local.get $s
    f32.mul
    local.get $angle
    f32.const 2
    f32.div
    f64.promote_f32
    call $math.cos
    f32.demote_f64
    return
    unreachable)
  (func $rk_quat_qmul (param $a.x f32) (param $a.y f32) (param $a.z f32) (param $a.w f32) (param $b.x f32) (param $b.y f32) (param $b.z f32) (param $b.w f32) (result f32 f32 f32 f32)
    local.get $a.w
    local.get $b.x
    f32.mul
    local.get $a.x
    local.get $b.w
    f32.mul
    f32.add
    local.get $a.y
    local.get $b.z
    f32.mul
    f32.add
    local.get $a.z
    local.get $b.y
    f32.mul
    f32.sub
    local.get $a.w
    local.get $b.y
    f32.mul
    local.get $a.x
    local.get $b.z
    f32.mul
    f32.sub
    local.get $a.y
    local.get $b.w
    f32.mul
    f32.add
    local.get $a.z
    local.get $b.x
    f32.mul
    f32.add
    local.get $a.w
    local.get $b.z
    f32.mul
    local.get $a.x
    local.get $b.y
    f32.mul
    f32.add
    local.get $a.y
    local.get $b.x
    f32.mul
    f32.sub
    local.get $a.z
    local.get $b.w
    f32.mul
    f32.add
    local.get $a.w
    local.get $b.w
    f32.mul
    local.get $a.x
    local.get $b.x
    f32.mul
    f32.sub
    local.get $a.y
    local.get $b.y
    f32.mul
    f32.sub
    local.get $a.z
    local.get $b.z
    f32.mul
    f32.sub
    return
    unreachable)
  (func $rk_quat_rotate (param $q.x f32) (param $q.y f32) (param $q.z f32) (param $q.w f32) (param $v.x f32) (param $v.y f32) (param $v.z f32) (result f32 f32 f32)
    (local $u.x f32) (local $u.y f32) (local $u.z f32) (local $t f32) (local $t.2 f32) (local $t.3 f32) (local $t.x f32) (local $t.y f32) (local $t.z f32) (local $t.4 f32) (local $t.5 f32) (local $t.6 f32) (local $t.7 f32) (local $t.8 f32) (local $t.9 f32) (local $t.10 f32) (local $t.11 f32) (local $t.12 f32)
    local.get $q.x
    local.get $q.y
    local.get $q.z
    local.set $u.z
    local.set $u.y
    local.set $u.x
    local.get $u.y
    local.get $v.z
    f32.mul
    local.get $u.z
    local.get $v.y
    f32.mul
    f32.sub
    local.set $t
    local.get $u.z
    local.get $v.x
    f32.mul
    local.get $u.x
    local.get $v.z
    f32.mul
    f32.sub
    local.set $t.2
    local.get $u.x
    local.get $v.y
    f32.mul
    local.get $u.y
    local.get $v.x
    f32.mul
    f32.sub
    local.set $t.3
    local.get $t
    f32.const 2
    f32.mul
    local.get $t.2
    f32.const 2
    f32.mul
    local.get $t.3
    f32.const 2
    f32.mul
    local.set $t.z
    local.set $t.y
    local.set $t.x
    local.get $t.x
    local.get $q.w
    f32.mul
    local.set $t.4
    local.get $t.y
    local.get $q.w
    f32.mul
    local.set $t.5
    local.get $t.z
    local.get $q.w
    f32.mul
    local.set $t.6
    local.get $v.x
    local.get $t.4
    f32.add
    local.set $t.7
    local.get $v.y
    local.get $t.5
    f32.add
    local.set $t.8
    local.get $v.z
    local.get $t.6
    f32.add
    local.set $t.9
    local.get $u.y
    local.get $t.z
    f32.mul
    local.get $u.z
    local.get $t.y
    f32.mul
    f32.sub
    local.set $t.10
    local.get $u.z
    local.get $t.x
    f32.mul
    local.get $u.x
    local.get $t.z
    f32.mul
    f32.sub
    local.set $t.11
    local.get $u.x
    local.get $t.y
    f32.mul
    local.get $u.y
    local.get $t.x
    f32.mul
    f32.sub
    local.set $t.12
    local.get $t.7
    local.get $t.10
    f32.add
    local.get $t.8
    local.get $t.11
    f32.add
    local.get $t.9
    local.get $t.12
    f32.add
    return
    unreachable)
  (func $rk_mat3_determinant (param $m i32) (result f32)
    (local $t f32) (local $t.2 f32) (local $t.3 f32)
    local.get $m
    f32.load offset=16
    local.get $m
    f32.load offset=32
    f32.mul
    local.get $m
    f32.load offset=20
    local.get $m
    f32.load offset=28
    f32.mul
    f32.sub
    local.set $t
    local.get $m
    f32.load offset=20
    local.get $m
    f32.load offset=24
    f32.mul
    local.get $m
    f32.load offset=12
    local.get $m
    f32.load offset=32
    f32.mul
    f32.sub
    local.set $t.2
    local.get $m
    f32.load offset=12
    local.get $m
    f32.load offset=28
    f32.mul
    local.get $m
    f32.load offset=16
    local.get $m
    f32.load offset=24
    f32.mul
    f32.sub
    local.set $t.3
    local.get $m
    f32.load
    local.get $t
    f32.mul
    local.get $m
    f32.load offset=4
    local.get $t.2
    f32.mul
    f32.add
    local.get $m
    f32.load offset=8
    local.get $t.3
    f32.mul
    f32.add
    return
    unreachable)
  (func $handler0 (param $actor i32) (param $message i32) (param $reply i32) (result i32)
    (local $state i32) (local $replied i32) (local $t5 i32) (local $t6 f32) (local $t7 f32) (local $t8 i32) (local $v.x f32) (local $v.y f32) (local $v.z f32) (local $t12 i32) (local $t13 f32) (local $t14 f32) (local $t15 f32) (local $at.x f32) (local $at.y f32) (local $at.z f32) (local $at.w f32) (local $v.x.2 f32) (local $v.y.2 f32) (local $colour.x f32) (local $colour.y f32) (local $colour.z f32) (local $colour.w f32) (local $t f32) (local $t.2 f32) (local $t.3 f32) (local $t.4 f32) (local $t30 f32) (local $t.5 f32) (local $t32 f32) (local $t.6 f32) (local $t34 f32) (local $v.x.3 f32) (local $v.y.3 f32) (local $v.z.2 f32) (local $t38 i32) (local $t39 f32) (local $t40 f32) (local $t41 f32) (local $t42 f32) (local $t43 f32) (local $t44 f32) (local $t45 f32) (local $t46 f32) (local $t47 f32) (local $t48 f32) (local $t49 f32) (local $t50 f32) (local $t51 f32) (local $t52 f32) (local $t53 i32) (local $t54 f32) (local $t55 f32) (local $t56 f32) (local $t57 i32) (local $t58 f32) (local $t59 f32) (local $t60 f32) (local $t61 f32) (local $t62 i32)
    local.get $actor
    i32.load offset=272
    local.set $state
    global.get $rk.scratch
    i32.const 48
    i32.add
    global.get $rk.scratch
    i32.const 96
    i32.add
    global.get $rk.scratch
    i32.const 144
    i32.add
    local.get $message
    global.get $rk.scratch
    i32.const 192
    i32.add
    local.get $message
    local.set $t5
    local.get $t5
    f32.load offset=48
    local.get $t5
    f32.load offset=52
    local.get $t5
    f32.load offset=56
    local.get $t5
    f32.load offset=60
    call $rk_quat_toMatrix
    global.get $rk.scratch
    i32.const 192
    i32.add
    call $rk_mat3_timesMatrix
    global.get $rk.scratch
    i32.const 144
    i32.add
    call $rk_mat3_transpose
    global.get $rk.scratch
    i32.const 96
    i32.add
    i32.const 36
    memory.copy
    local.get $state
    global.get $rk.scratch
    i32.const 240
    i32.add
    global.get $rk.scratch
    i32.const 48
    i32.add
    call $rk_mat3_inverse
    global.get $rk.scratch
    i32.const 240
    i32.add
    i32.const 36
    memory.copy
    local.get $message
    f32.load offset=36
    f32.const 2
    f32.mul
    local.set $t6
    local.get $message
    f32.load offset=40
    f32.const 2
    f32.mul
    local.set $t7
    local.get $state
    local.set $t8
    local.get $t8
    local.get $t6
    f32.store offset=44
    local.get $t8
    local.get $t7
    f32.store offset=48
    global.get $rk.scratch
    i32.const 48
    i32.add
    local.get $message
    local.set $t12
    local.get $t12
    f32.load offset=36
    local.get $t12
    f32.load offset=40
    local.get $t12
    f32.load offset=44
    call $rk_mat3_timesVector
    local.set $t15
    local.set $t14
    local.set $t13
    local.get $t13
    local.get $t14
    local.get $t15
    local.set $v.z
    local.set $v.y
    local.set $v.x
    local.get $v.x
    local.get $v.y
    local.get $v.z
    f32.const 1
    local.set $at.w
    local.set $at.z
    local.set $at.y
    local.set $at.x
    local.get $at.x
    local.get $at.y
    local.set $v.y.2
    local.set $v.x.2
    local.get $v.x.2
    local.set $at.z
    local.get $v.y.2
    local.set $at.x
    local.get $message
    f32.load offset=72
    local.get $message
    f32.load offset=68
    local.get $message
    f32.load offset=64
    local.get $message
    f32.load offset=76
    local.set $colour.w
    local.set $colour.z
    local.set $colour.y
    local.set $colour.x
    local.get $colour.x
    f32.const 255
    f32.mul
    local.set $t
    local.get $colour.y
    f32.const 255
    f32.mul
    local.set $t.2
    local.get $colour.z
    f32.const 255
    f32.mul
    local.set $t.3
    local.get $t
    local.set $t30
    local.get $t30
    f32.floor
    f32.const 1
    f32.const 0
    local.get $t30
    local.get $t30
    f32.floor
    f32.sub
    f32.const 0.5
    f32.ge
    select
    f32.add
    local.set $t.4
    local.get $t.2
    local.set $t32
    local.get $t32
    f32.floor
    f32.const 1
    f32.const 0
    local.get $t32
    local.get $t32
    f32.floor
    f32.sub
    f32.const 0.5
    f32.ge
    select
    f32.add
    local.set $t.5
    local.get $t.3
    local.set $t34
    local.get $t34
    f32.floor
    f32.const 1
    f32.const 0
    local.get $t34
    local.get $t34
    f32.floor
    f32.sub
    f32.const 0.5
    f32.ge
    select
    f32.add
    local.set $t.6
    local.get $t.4
    i32.trunc_sat_f32_s
    f32.convert_i32_s
    f32.const 255
    f32.div
    local.get $t.5
    i32.trunc_sat_f32_s
    f32.convert_i32_s
    f32.const 255
    f32.div
    local.get $t.6
    i32.trunc_sat_f32_s
    f32.convert_i32_s
    f32.const 255
    f32.div
    local.set $v.z.2
    local.set $v.y.3
    local.set $v.x.3
    local.get $v.x.3
    local.set $colour.x
    local.get $v.y.3
    local.set $colour.y
    local.get $v.z.2
    local.set $colour.z
    local.get $message
    local.set $t38
    local.get $t38
    f32.load offset=48
    local.get $t38
    f32.load offset=52
    local.get $t38
    f32.load offset=56
    local.get $t38
    f32.load offset=60
    f32.const 0
    f32.const 0
    f32.const 1
    local.get $state
    f32.load offset=100
    call $rk_quat
    local.set $t42
    local.set $t41
    local.set $t40
    local.set $t39
    local.get $t39
    local.get $t40
    local.get $t41
    local.get $t42
    call $rk_quat_qmul
    local.set $t46
    local.set $t45
    local.set $t44
    local.set $t43
    local.get $t43
    local.get $t44
    local.get $t45
    local.get $t46
    local.get $at.x
    local.get $at.y
    local.get $at.z
    call $rk_quat_rotate
    local.set $t49
    local.set $t48
    local.set $t47
    local.get $t47
    local.set $t50
    local.get $t48
    local.set $t51
    local.get $t49
    local.set $t52
    local.get $state
    local.set $t53
    local.get $t53
    local.get $t50
    f32.store offset=76
    local.get $t53
    local.get $t51
    f32.store offset=80
    local.get $t53
    local.get $t52
    f32.store offset=84
    local.get $reply
    global.get $rk.scratch
    i32.const 48
    i32.add
    i32.const 36
    memory.copy
    local.get $at.x
    local.set $t54
    local.get $at.y
    local.set $t55
    local.get $at.z
    local.set $t56
    local.get $reply
    local.set $t57
    local.get $t57
    local.get $t54
    f32.store offset=36
    local.get $t57
    local.get $t55
    f32.store offset=40
    local.get $t57
    local.get $t56
    f32.store offset=44
    local.get $colour.x
    local.set $t58
    local.get $colour.y
    local.set $t59
    local.get $colour.z
    local.set $t60
    local.get $colour.w
    local.set $t61
    local.get $reply
    local.set $t62
    local.get $t62
    local.get $t58
    f32.store offset=48
    local.get $t62
    local.get $t59
    f32.store offset=52
    local.get $t62
    local.get $t60
    f32.store offset=56
    local.get $t62
    local.get $t61
    f32.store offset=60
    local.get $reply
    global.get $rk.scratch
    i32.const 48
    i32.add
    call $rk_mat3_determinant
    f32.store offset=64
    i32.const 1
    local.set $replied
    local.get $replied
    return
    local.get $replied)
  (export "handler0" (func $handler0)))
