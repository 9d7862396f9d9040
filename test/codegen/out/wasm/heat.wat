(module
  (import "rk" "memory" (memory 1 65536 shared))
  (import "rk" "fault" (global $rk.fault i32))
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
  (func $run (param $arguments i32) (param $groupsX i32) (param $groupsY i32) (param $groupsZ i32) (param $first i32) (param $count i32)
    (local $u.address i32) (local $u.length i32) (local $u.width i32) (local $u.height i32) (local $u.depth i32) (local $out.address i32) (local $out.length i32) (local $out.width i32) (local $out.height i32) (local $out.depth i32) (local $k f32) (local $groupX i32) (local $groupY i32) (local $groupZ i32) (local $x i32) (local $y i32) (local $z i32) (local $end i32) (local $spanX i32) (local $spanY i32) (local $xStart i32) (local $xLimit i32) (local $xEnd i32) (local $yEnd i32) (local $zEnd i32) (local $rows i32) (local $t32 i32) (local $xFull i32) (local $xEndFull i32) (local $count.2 i32) (local $vectorEnd i32) (local $u.at0 i32) (local $u.lanes v128) (local $c.lanes v128) (local $out.at1 i32) (local $steady0 v128) (local $u.lanes.2 v128) (local $u.lanes.3 v128) (local $u.at2 i32) (local $u.lanes.4 v128) (local $u.at3 i32) (local $u.lanes.5 v128) (local $c.lanes.2 v128) (local $out.at4 i32) (local $u.lanes.6 v128) (local $u.lanes.7 v128) (local $u.at5 i32) (local $u.lanes.8 v128) (local $c.lanes.3 v128) (local $out.at6 i32) (local $u.lanes.9 v128) (local $u.lanes.10 v128) (local $u.at7 i32) (local $u.lanes.11 v128) (local $xFull.2 i32) (local $xEndFull.2 i32) (local $count.3 i32) (local $vectorEnd.2 i32) (local $u.at0.2 i32) (local $u.lanes.12 v128) (local $c.lanes.4 v128) (local $out.at1.2 i32) (local $steady0.2 v128) (local $u.lanes.13 v128) (local $u.lanes.14 v128) (local $u.at2.2 i32) (local $u.lanes.15 v128) (local $u.at3.2 i32) (local $u.lanes.16 v128) (local $u.lanes.17 v128) (local $u.lanes.18 v128) (local $u.lanes.19 v128) (local $u.lanes.20 v128) (local $u.lanes.21 v128) (local $u.lanes.22 v128) (local $u.lanes.23 v128) (local $u.lanes.24 v128) (local $u.lanes.25 v128) (local $u.lanes.26 v128) (local $u.lanes.27 v128) (local $u.lanes.28 v128) (local $u.lanes.29 v128) (local $u.lanes.30 v128) (local $u.lanes.31 v128) (local $u.lanes.32 v128) (local $u.lanes.33 v128) (local $u.lanes.34 v128) (local $u.lanes.35 v128) (local $u.lanes.36 v128) (local $c f32)
    local.get $arguments
    i32.load
    local.set $u.address
    local.get $arguments
    i32.load offset=4
    local.set $u.length
    local.get $arguments
    i32.load offset=8
    local.set $u.width
    local.get $arguments
    i32.load offset=12
    local.set $u.height
    local.get $arguments
    i32.load offset=16
    local.set $u.depth
    local.get $arguments
    i32.load offset=20
    local.set $out.address
    local.get $arguments
    i32.load offset=24
    local.set $out.length
    local.get $arguments
    i32.load offset=28
    local.set $out.width
    local.get $arguments
    i32.load offset=32
    local.set $out.height
    local.get $arguments
    i32.load offset=36
    local.set $out.depth
    local.get $arguments
    f32.load offset=40
    local.set $k
    local.get $first
    local.get $count
    i32.add
    local.set $end
    block $done
      loop $each
        local.get $first
        local.get $end
        i32.ge_u
        br_if $done
        local.get $first
        local.get $groupsX
        i32.rem_u
        local.set $groupX
        local.get $first
        local.get $groupsX
        i32.div_u
        local.get $groupsY
        i32.rem_u
        local.set $groupY
        local.get $first
        local.get $groupsX
        i32.div_u
        local.get $groupsY
        i32.div_u
        local.set $groupZ
        local.get $end
        local.get $first
        i32.sub
        local.get $groupsX
        i32.div_u
        local.set $spanY
        local.get $groupX
        i32.eqz
        local.get $spanY
        i32.const 0
        i32.ne
        i32.and
        if $wholeRows
          local.get $groupsX
          local.set $spanX
          local.get $groupsY
          local.get $groupY
          i32.sub
          local.set $t32
          local.get $spanY
          local.get $t32
          local.get $spanY
          local.get $t32
          i32.lt_u
          select
          local.set $spanY
        else
          i32.const 1
          local.set $spanY
          local.get $groupsX
          local.get $groupX
          i32.sub
          local.set $spanX
          local.get $end
          local.get $first
          i32.sub
          local.set $t32
          local.get $spanX
          local.get $t32
          local.get $spanX
          local.get $t32
          i32.lt_u
          select
          local.set $spanX
        end
        local.get $groupX
        i32.const 16
        i32.mul
        local.set $xStart
        local.get $groupX
        local.get $spanX
        i32.add
        i32.const 16
        i32.mul
        local.set $xLimit
        local.get $groupY
        local.get $spanY
        i32.add
        i32.const 16
        i32.mul
        local.set $yEnd
        local.get $groupZ
        i32.const 1
        i32.mul
        local.tee $z
        i32.const 1
        i32.add
        local.set $zEnd
        block $done
          loop $each
            local.get $z
            local.get $zEnd
            i32.ge_u
            br_if $done
            local.get $groupY
            i32.const 16
            i32.mul
            local.set $y
            block $done
              loop $each
                local.get $y
                local.get $yEnd
                i32.ge_u
                br_if $done
                i32.const 1
                local.set $rows
                local.get $xStart
                local.set $x
                local.get $xLimit
                local.set $xEnd
                block $inLanes
                  block $not3
                    local.get $x
                    local.set $xFull
                    local.get $xEnd
                    local.set $xEndFull
                    local.get $yEnd
                    local.get $y
                    i32.sub
                    i32.const 3
                    i32.lt_u
                    br_if $not3
                    local.get $x
                    local.get $xEnd
                    i32.or
                    i32.const 0
                    i32.lt_s
                    br_if $not3
                    block $lanesDone
                      block $oneByOne
                        local.get $y
                        i32.const 1
                        i32.lt_u
                        br_if $oneByOne
                        local.get $y
                        i32.const 1
                        i32.add
                        i32.const 1
                        i32.lt_u
                        br_if $oneByOne
                        local.get $y
                        i32.const 2
                        i32.add
                        i32.const 1
                        i32.lt_u
                        br_if $oneByOne
                        local.get $y
                        local.get $u.height
                        i32.const 1
                        i32.sub
                        i32.ge_u
                        br_if $oneByOne
                        local.get $y
                        i32.const 1
                        i32.add
                        local.get $u.height
                        i32.const 1
                        i32.sub
                        i32.ge_u
                        br_if $oneByOne
                        local.get $y
                        i32.const 2
                        i32.add
                        local.get $u.height
                        i32.const 1
                        i32.sub
                        i32.ge_u
                        br_if $oneByOne
                        i32.const 1
                        local.set $t32
                        local.get $x
                        local.get $t32
                        local.get $x
                        local.get $t32
                        i32.gt_u
                        select
                        local.set $x
                        local.get $u.width
                        i32.const 1
                        i32.sub
                        local.set $t32
                        local.get $xEnd
                        local.get $t32
                        local.get $xEnd
                        local.get $t32
                        i32.lt_u
                        select
                        local.set $xEnd
                        local.get $x
                        local.get $xEnd
                        i32.ge_u
                        if $nobody
                          local.get $xEnd
                          local.set $x
                          br $lanesDone
                        end
                        local.get $xEnd
                        local.get $x
                        i32.sub
                        local.set $count.2
                        local.get $y
                        local.get $u.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $u.at0
                        local.get $y
                        local.get $out.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $out.at1
                        local.get $k
                        f32x4.splat
                        local.set $steady0
                        local.get $y
                        i32.const -1
                        i32.add
                        local.get $u.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $u.at2
                        local.get $y
                        i32.const 1
                        i32.add
                        local.get $u.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $u.at3
                        local.get $y
                        i32.const 1
                        i32.add
                        local.get $out.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $out.at4
                        local.get $y
                        i32.const 1
                        i32.add
                        i32.const 1
                        i32.add
                        local.get $u.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $u.at5
                        local.get $y
                        i32.const 2
                        i32.add
                        local.get $out.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $out.at6
                        local.get $y
                        i32.const 2
                        i32.add
                        i32.const 1
                        i32.add
                        local.get $u.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $u.at7
                        local.get $u.at0
                        i32.const -1
                        i32.add
                        local.tee $u.at0
                        local.tee $t32
                        local.get $u.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $u.length
                        local.get $t32
                        i32.sub
                        local.get $count.2
                        i32.const 2
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $u.at0
                        i32.const 2
                        i32.shl
                        local.get $u.address
                        i32.add
                        local.set $u.at0
                        local.get $out.at1
                        i32.const 0
                        i32.add
                        local.tee $out.at1
                        local.tee $t32
                        local.get $out.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $out.length
                        local.get $t32
                        i32.sub
                        local.get $count.2
                        i32.const 0
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $out.at1
                        i32.const 2
                        i32.shl
                        local.get $out.address
                        i32.add
                        local.set $out.at1
                        local.get $u.at2
                        i32.const 0
                        i32.add
                        local.tee $u.at2
                        local.tee $t32
                        local.get $u.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $u.length
                        local.get $t32
                        i32.sub
                        local.get $count.2
                        i32.const 0
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $u.at2
                        i32.const 2
                        i32.shl
                        local.get $u.address
                        i32.add
                        local.set $u.at2
                        local.get $u.at3
                        i32.const -1
                        i32.add
                        local.tee $u.at3
                        local.tee $t32
                        local.get $u.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $u.length
                        local.get $t32
                        i32.sub
                        local.get $count.2
                        i32.const 2
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $u.at3
                        i32.const 2
                        i32.shl
                        local.get $u.address
                        i32.add
                        local.set $u.at3
                        local.get $out.at4
                        i32.const 0
                        i32.add
                        local.tee $out.at4
                        local.tee $t32
                        local.get $out.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $out.length
                        local.get $t32
                        i32.sub
                        local.get $count.2
                        i32.const 0
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $out.at4
                        i32.const 2
                        i32.shl
                        local.get $out.address
                        i32.add
                        local.set $out.at4
                        local.get $u.at5
                        i32.const -1
                        i32.add
                        local.tee $u.at5
                        local.tee $t32
                        local.get $u.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $u.length
                        local.get $t32
                        i32.sub
                        local.get $count.2
                        i32.const 2
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $u.at5
                        i32.const 2
                        i32.shl
                        local.get $u.address
                        i32.add
                        local.set $u.at5
                        local.get $out.at6
                        i32.const 0
                        i32.add
                        local.tee $out.at6
                        local.tee $t32
                        local.get $out.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $out.length
                        local.get $t32
                        i32.sub
                        local.get $count.2
                        i32.const 0
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $out.at6
                        i32.const 2
                        i32.shl
                        local.get $out.address
                        i32.add
                        local.set $out.at6
                        local.get $u.at7
                        i32.const 0
                        i32.add
                        local.tee $u.at7
                        local.tee $t32
                        local.get $u.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $u.length
                        local.get $t32
                        i32.sub
                        local.get $count.2
                        i32.const 0
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $u.at7
                        i32.const 2
                        i32.shl
                        local.get $u.address
                        i32.add
                        local.set $u.at7
                        local.get $xEnd
                        local.get $x
                        i32.sub
                        i32.const -4
                        i32.and
                        local.get $x
                        i32.add
                        local.set $vectorEnd
                        local.get $x
                        local.get $vectorEnd
                        i32.lt_u
                        if $lanes
                          loop $turn
                            local.get $u.at0
                            v128.load offset=4
                            local.tee $u.lanes
                            local.set $c.lanes
                            local.get $out.at1
                            local.get $c.lanes
                            local.get $steady0
                            local.get $u.at0
                            v128.load
                            local.tee $u.lanes.2
                            local.get $u.at0
                            v128.load offset=8
                            local.tee $u.lanes.3
                            f32x4.add
                            local.get $u.at2
                            v128.load
                            local.tee $u.lanes.4
                            f32x4.add
                            local.get $u.at3
                            v128.load offset=4
                            local.tee $u.lanes.5
                            f32x4.add
                            v128.const i32x4 1082130432 1082130432 1082130432 1082130432
                            local.get $c.lanes
                            f32x4.mul
                            f32x4.sub
                            f32x4.mul
                            f32x4.add
                            v128.store
                            local.get $u.lanes.5
                            local.set $c.lanes.2
                            local.get $out.at4
                            local.get $c.lanes.2
                            local.get $steady0
                            local.get $u.at3
                            v128.load
                            local.tee $u.lanes.6
                            local.get $u.at3
                            v128.load offset=8
                            local.tee $u.lanes.7
                            f32x4.add
                            local.get $u.lanes
                            f32x4.add
                            local.get $u.at5
                            v128.load offset=4
                            local.tee $u.lanes.8
                            f32x4.add
                            v128.const i32x4 1082130432 1082130432 1082130432 1082130432
                            local.get $c.lanes.2
                            f32x4.mul
                            f32x4.sub
                            f32x4.mul
                            f32x4.add
                            v128.store
                            local.get $u.lanes.8
                            local.set $c.lanes.3
                            local.get $out.at6
                            local.get $c.lanes.3
                            local.get $steady0
                            local.get $u.at5
                            v128.load
                            local.tee $u.lanes.9
                            local.get $u.at5
                            v128.load offset=8
                            local.tee $u.lanes.10
                            f32x4.add
                            local.get $u.lanes.5
                            f32x4.add
                            local.get $u.at7
                            v128.load
                            local.tee $u.lanes.11
                            f32x4.add
                            v128.const i32x4 1082130432 1082130432 1082130432 1082130432
                            local.get $c.lanes.3
                            f32x4.mul
                            f32x4.sub
                            f32x4.mul
                            f32x4.add
                            v128.store
                            local.get $x
                            i32.const 4
                            i32.add
                            local.set $x
                            local.get $u.at0
                            i32.const 16
                            i32.add
                            local.set $u.at0
                            local.get $out.at1
                            i32.const 16
                            i32.add
                            local.set $out.at1
                            local.get $u.at2
                            i32.const 16
                            i32.add
                            local.set $u.at2
                            local.get $u.at3
                            i32.const 16
                            i32.add
                            local.set $u.at3
                            local.get $out.at4
                            i32.const 16
                            i32.add
                            local.set $out.at4
                            local.get $u.at5
                            i32.const 16
                            i32.add
                            local.set $u.at5
                            local.get $out.at6
                            i32.const 16
                            i32.add
                            local.set $out.at6
                            local.get $u.at7
                            i32.const 16
                            i32.add
                            local.set $u.at7
                            local.get $x
                            local.get $vectorEnd
                            i32.lt_u
                            br_if $turn
                          end
                        end
                        br $lanesDone
                      end
                      local.get $xFull
                      local.set $x
                      local.get $xEndFull
                      local.set $xEnd
                      br $not3
                    end
                    i32.const 3
                    local.set $rows
                    br $inLanes
                  end
                  block $not1
                    local.get $x
                    local.set $xFull.2
                    local.get $xEnd
                    local.set $xEndFull.2
                    local.get $x
                    local.get $xEnd
                    i32.or
                    i32.const 0
                    i32.lt_s
                    br_if $not1
                    block $lanesDone
                      block $oneByOne
                        local.get $y
                        i32.const 1
                        i32.lt_u
                        if $nobody
                          local.get $xEnd
                          local.set $x
                          br $lanesDone
                        end
                        local.get $y
                        local.get $u.height
                        i32.const 1
                        i32.sub
                        i32.ge_u
                        if $nobody
                          local.get $xEnd
                          local.set $x
                          br $lanesDone
                        end
                        i32.const 1
                        local.set $t32
                        local.get $x
                        local.get $t32
                        local.get $x
                        local.get $t32
                        i32.gt_u
                        select
                        local.set $x
                        local.get $u.width
                        i32.const 1
                        i32.sub
                        local.set $t32
                        local.get $xEnd
                        local.get $t32
                        local.get $xEnd
                        local.get $t32
                        i32.lt_u
                        select
                        local.set $xEnd
                        local.get $x
                        local.get $xEnd
                        i32.ge_u
                        if $nobody
                          local.get $xEnd
                          local.set $x
                          br $lanesDone
                        end
                        local.get $xEnd
                        local.get $x
                        i32.sub
                        local.set $count.3
                        local.get $y
                        local.get $u.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $u.at0.2
                        local.get $y
                        local.get $out.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $out.at1.2
                        local.get $k
                        f32x4.splat
                        local.set $steady0.2
                        local.get $y
                        i32.const -1
                        i32.add
                        local.get $u.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $u.at2.2
                        local.get $y
                        i32.const 1
                        i32.add
                        local.get $u.width
                        i32.mul
                        local.get $x
                        i32.add
                        local.set $u.at3.2
                        local.get $u.at0.2
                        i32.const -1
                        i32.add
                        local.tee $u.at0.2
                        local.tee $t32
                        local.get $u.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $u.length
                        local.get $t32
                        i32.sub
                        local.get $count.3
                        i32.const 2
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $u.at0.2
                        i32.const 2
                        i32.shl
                        local.get $u.address
                        i32.add
                        local.set $u.at0.2
                        local.get $out.at1.2
                        i32.const 0
                        i32.add
                        local.tee $out.at1.2
                        local.tee $t32
                        local.get $out.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $out.length
                        local.get $t32
                        i32.sub
                        local.get $count.3
                        i32.const 0
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $out.at1.2
                        i32.const 2
                        i32.shl
                        local.get $out.address
                        i32.add
                        local.set $out.at1.2
                        local.get $u.at2.2
                        i32.const 0
                        i32.add
                        local.tee $u.at2.2
                        local.tee $t32
                        local.get $u.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $u.length
                        local.get $t32
                        i32.sub
                        local.get $count.3
                        i32.const 0
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $u.at2.2
                        i32.const 2
                        i32.shl
                        local.get $u.address
                        i32.add
                        local.set $u.at2.2
                        local.get $u.at3.2
                        i32.const 0
                        i32.add
                        local.tee $u.at3.2
                        local.tee $t32
                        local.get $u.length
                        i32.gt_u
                        br_if $oneByOne
                        local.get $u.length
                        local.get $t32
                        i32.sub
                        local.get $count.3
                        i32.const 0
                        i32.add
                        i32.lt_u
                        br_if $oneByOne
                        local.get $u.at3.2
                        i32.const 2
                        i32.shl
                        local.get $u.address
                        i32.add
                        local.set $u.at3.2
                        local.get $xEnd
                        local.get $x
                        i32.sub
                        i32.const -16
                        i32.and
                        local.get $x
                        i32.add
                        local.set $vectorEnd.2
                        local.get $x
                        local.get $vectorEnd.2
                        i32.lt_u
                        if $lanes
                          loop $turn
                            local.get $u.at0.2
                            v128.load offset=4
                            local.tee $u.lanes.12
                            local.set $c.lanes.4
                            local.get $out.at1.2
                            local.get $c.lanes.4
                            local.get $steady0.2
                            local.get $u.at0.2
                            v128.load
                            local.tee $u.lanes.13
                            local.get $u.at0.2
                            v128.load offset=8
                            local.tee $u.lanes.14
                            f32x4.add
                            local.get $u.at2.2
                            v128.load
                            local.tee $u.lanes.15
                            f32x4.add
                            local.get $u.at3.2
                            v128.load
                            local.tee $u.lanes.16
                            f32x4.add
                            v128.const i32x4 1082130432 1082130432 1082130432 1082130432
                            local.get $c.lanes.4
                            f32x4.mul
                            f32x4.sub
                            f32x4.mul
                            f32x4.add
                            v128.store
                            local.get $x
                            i32.const 4
                            i32.add
                            local.set $x
                            local.get $u.at0.2
                            v128.load offset=20
                            local.tee $u.lanes.17
                            local.set $c.lanes.4
                            local.get $out.at1.2
                            local.get $c.lanes.4
                            local.get $steady0.2
                            local.get $u.at0.2
                            v128.load offset=16
                            local.tee $u.lanes.18
                            local.get $u.at0.2
                            v128.load offset=24
                            local.tee $u.lanes.19
                            f32x4.add
                            local.get $u.at2.2
                            v128.load offset=16
                            local.tee $u.lanes.20
                            f32x4.add
                            local.get $u.at3.2
                            v128.load offset=16
                            local.tee $u.lanes.21
                            f32x4.add
                            v128.const i32x4 1082130432 1082130432 1082130432 1082130432
                            local.get $c.lanes.4
                            f32x4.mul
                            f32x4.sub
                            f32x4.mul
                            f32x4.add
                            v128.store offset=16
                            local.get $x
                            i32.const 4
                            i32.add
                            local.set $x
                            local.get $u.at0.2
                            v128.load offset=36
                            local.tee $u.lanes.22
                            local.set $c.lanes.4
                            local.get $out.at1.2
                            local.get $c.lanes.4
                            local.get $steady0.2
                            local.get $u.at0.2
                            v128.load offset=32
                            local.tee $u.lanes.23
                            local.get $u.at0.2
                            v128.load offset=40
                            local.tee $u.lanes.24
                            f32x4.add
                            local.get $u.at2.2
                            v128.load offset=32
                            local.tee $u.lanes.25
                            f32x4.add
                            local.get $u.at3.2
                            v128.load offset=32
                            local.tee $u.lanes.26
                            f32x4.add
                            v128.const i32x4 1082130432 1082130432 1082130432 1082130432
                            local.get $c.lanes.4
                            f32x4.mul
                            f32x4.sub
                            f32x4.mul
                            f32x4.add
                            v128.store offset=32
                            local.get $x
                            i32.const 4
                            i32.add
                            local.set $x
                            local.get $u.at0.2
                            v128.load offset=52
                            local.tee $u.lanes.27
                            local.set $c.lanes.4
                            local.get $out.at1.2
                            local.get $c.lanes.4
                            local.get $steady0.2
                            local.get $u.at0.2
                            v128.load offset=48
                            local.tee $u.lanes.28
                            local.get $u.at0.2
                            v128.load offset=56
                            local.tee $u.lanes.29
                            f32x4.add
                            local.get $u.at2.2
                            v128.load offset=48
                            local.tee $u.lanes.30
                            f32x4.add
                            local.get $u.at3.2
                            v128.load offset=48
                            local.tee $u.lanes.31
                            f32x4.add
                            v128.const i32x4 1082130432 1082130432 1082130432 1082130432
                            local.get $c.lanes.4
                            f32x4.mul
                            f32x4.sub
                            f32x4.mul
                            f32x4.add
                            v128.store offset=48
                            local.get $x
                            i32.const 4
                            i32.add
                            local.set $x
                            local.get $u.at0.2
                            i32.const 64
                            i32.add
                            local.set $u.at0.2
                            local.get $out.at1.2
                            i32.const 64
                            i32.add
                            local.set $out.at1.2
                            local.get $u.at2.2
                            i32.const 64
                            i32.add
                            local.set $u.at2.2
                            local.get $u.at3.2
                            i32.const 64
                            i32.add
                            local.set $u.at3.2
                            local.get $x
                            local.get $vectorEnd.2
                            i32.lt_u
                            br_if $turn
                          end
                        end
                        local.get $xEnd
                        local.get $x
                        i32.sub
                        i32.const -4
                        i32.and
                        local.get $x
                        i32.add
                        local.set $vectorEnd.2
                        local.get $x
                        local.get $vectorEnd.2
                        i32.lt_u
                        if $lanes
                          loop $turn
                            local.get $u.at0.2
                            v128.load offset=4
                            local.tee $u.lanes.32
                            local.set $c.lanes.4
                            local.get $out.at1.2
                            local.get $c.lanes.4
                            local.get $steady0.2
                            local.get $u.at0.2
                            v128.load
                            local.tee $u.lanes.33
                            local.get $u.at0.2
                            v128.load offset=8
                            local.tee $u.lanes.34
                            f32x4.add
                            local.get $u.at2.2
                            v128.load
                            local.tee $u.lanes.35
                            f32x4.add
                            local.get $u.at3.2
                            v128.load
                            local.tee $u.lanes.36
                            f32x4.add
                            v128.const i32x4 1082130432 1082130432 1082130432 1082130432
                            local.get $c.lanes.4
                            f32x4.mul
                            f32x4.sub
                            f32x4.mul
                            f32x4.add
                            v128.store
                            local.get $x
                            i32.const 4
                            i32.add
                            local.set $x
                            local.get $u.at0.2
                            i32.const 16
                            i32.add
                            local.set $u.at0.2
                            local.get $out.at1.2
                            i32.const 16
                            i32.add
                            local.set $out.at1.2
                            local.get $u.at2.2
                            i32.const 16
                            i32.add
                            local.set $u.at2.2
                            local.get $u.at3.2
                            i32.const 16
                            i32.add
                            local.set $u.at3.2
                            local.get $x
                            local.get $vectorEnd.2
                            i32.lt_u
                            br_if $turn
                          end
                        end
                        br $lanesDone
                      end
                      local.get $xFull.2
                      local.set $x
                      local.get $xEndFull.2
                      local.set $xEnd
                      br $not1
                    end
                    i32.const 1
                    local.set $rows
                    br $inLanes
                  end
                end
                local.get $x
                local.set $xStart
                local.get $rows
                local.get $y
                i32.add
                local.set $rows
                block $done
                  loop $each
                    local.get $y
                    local.get $rows
                    i32.ge_u
                    br_if $done
                    local.get $xStart
                    local.set $x
                    block $done
                      loop $each
                        local.get $x
                        local.get $xEnd
                        i32.ge_u
                        br_if $done
                        block $thread
                          local.get $x
                          i32.const 1
                          i32.lt_u
                          if $or (result i32)
                            i32.const 1
                          else
                            local.get $y
                            i32.const 1
                            i32.lt_u
                          end
                          if $or (result i32)
                            i32.const 1
                          else
                            local.get $x
                            local.get $u.width
                            i32.const 1
                            i32.sub
                            i32.ge_u
                          end
                          if $or (result i32)
                            i32.const 1
                          else
                            local.get $y
                            local.get $u.height
                            i32.const 1
                            i32.sub
                            i32.ge_u
                          end
                          if $then
                            br $thread
                          end
                          local.get $u.address
                          local.get $y
                          local.get $u.width
                          i32.mul
                          local.get $x
                          i32.add
                          local.tee $t32
                          local.get $u.length
                          i32.ge_u
                          if $outOfBounds
                            i32.const 2
                            i32.const 0
                            i32.const 104
                            i32.const 114
                            call $fault
                            unreachable
                          end
                          local.get $t32
                          i32.const 2
                          i32.shl
                          i32.add
                          f32.load
                          local.set $c
                          local.get $out.address
                          local.get $y
                          local.get $out.width
                          i32.mul
                          local.get $x
                          i32.add
                          local.tee $t32
                          local.get $out.length
                          i32.ge_u
                          if $outOfBounds
                            i32.const 2
                            i32.const 0
                            i32.const 117
                            i32.const 195
                            call $fault
                            unreachable
                          end
                          local.get $t32
                          i32.const 2
                          i32.shl
                          i32.add
                          local.get $c
                          local.get $k
                          local.get $u.address
                          local.get $y
                          local.get $u.width
                          i32.mul
                          local.get $x
                          i32.const -1
                          i32.add
                          i32.add
                          local.tee $t32
                          local.get $u.length
                          i32.ge_u
                          if $outOfBounds
                            i32.const 2
                            i32.const 0
                            i32.const 134
                            i32.const 145
                            call $fault
                            unreachable
                          end
                          local.get $t32
                          i32.const 2
                          i32.shl
                          i32.add
                          f32.load
                          local.get $u.address
                          local.get $y
                          local.get $u.width
                          i32.mul
                          local.get $x
                          i32.const 1
                          i32.add
                          i32.add
                          local.tee $t32
                          local.get $u.length
                          i32.ge_u
                          if $outOfBounds
                            i32.const 2
                            i32.const 0
                            i32.const 148
                            i32.const 158
                            call $fault
                            unreachable
                          end
                          local.get $t32
                          i32.const 2
                          i32.shl
                          i32.add
                          f32.load
                          f32.add
                          local.get $u.address
                          local.get $y
                          i32.const -1
                          i32.add
                          local.get $u.width
                          i32.mul
                          local.get $x
                          i32.add
                          local.tee $t32
                          local.get $u.length
                          i32.ge_u
                          if $outOfBounds
                            i32.const 2
                            i32.const 0
                            i32.const 161
                            i32.const 172
                            call $fault
                            unreachable
                          end
                          local.get $t32
                          i32.const 2
                          i32.shl
                          i32.add
                          f32.load
                          f32.add
                          local.get $u.address
                          local.get $y
                          i32.const 1
                          i32.add
                          local.get $u.width
                          i32.mul
                          local.get $x
                          i32.add
                          local.tee $t32
                          local.get $u.length
                          i32.ge_u
                          if $outOfBounds
                            i32.const 2
                            i32.const 0
                            i32.const 175
                            i32.const 185
                            call $fault
                            unreachable
                          end
                          local.get $t32
                          i32.const 2
                          i32.shl
                          i32.add
                          f32.load
                          f32.add
                          f32.const 4
                          local.get $c
                          f32.mul
                          f32.sub
                          f32.mul
                          f32.add
                          f32.store
                        end
                        local.get $x
                        i32.const 1
                        i32.add
                        local.set $x
                        br $each
                      end
                    end
                    local.get $y
                    i32.const 1
                    i32.add
                    local.set $y
                    br $each
                  end
                end
                local.get $groupX
                i32.const 16
                i32.mul
                local.set $xStart
                br $each
              end
            end
            local.get $z
            i32.const 1
            i32.add
            local.set $z
            br $each
          end
        end
        local.get $spanX
        local.get $spanY
        i32.mul
        local.get $first
        i32.add
        local.set $first
        br $each
      end
    end)
  (export "run" (func $run)))
