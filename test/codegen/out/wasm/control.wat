(module
  (import "rk" "memory" (memory 1 65536 shared))
  (func $handler0 (param $actor i32) (param $message i32) (param $reply i32) (result i32)
    (local $state i32) (local $replied i32) (local $count i32) (local $last i32) (local $i i32) (local $j i32) (local $k i32) (local $entry i32)
    local.get $actor
    i32.load offset=272
    local.set $state
    i32.const 0
    local.set $count
    i32.const -1
    local.set $last
    local.get $message
    i32.load
    i32.const 0
    i32.lt_s
    if $then
      local.get $reply
      i32.const 0
      i32.store
      local.get $reply
      local.get $message
      i32.load
      i32.store offset=4
      i32.const 1
      local.set $replied
      local.get $replied
      return
    end
    i32.const 0
    local.set $i
    block $break0
      loop $loop0
        local.get $i
        local.get $message
        i32.load
        i32.lt_s
        i32.eqz
        br_if $break0
        block $continue0
          i32.const 0
          local.set $j
          block $break1
            loop $loop1
              local.get $j
              i32.const 8
              i32.lt_s
              i32.eqz
              br_if $break1
              block $continue1
                local.get $j
                local.get $i
                i32.eq
                if $then
                  br $continue0
                end
                local.get $count
                i32.const 100
                i32.gt_u
                if $then
                  br $break0
                end
                local.get $count
                i32.const 1
                i32.add
                local.set $count
                local.get $j
                local.get $i
                i32.mul
                i32.const 12
                i32.eq
                if $then
                  br $break1
                end
              end
              local.get $j
              i32.const 1
              i32.add
              local.set $j
              br $loop1
            end
          end
          local.get $i
          local.set $last
        end
        local.get $i
        i32.const 1
        i32.add
        local.set $i
        br $loop0
      end
    end
    i32.const 0
    local.set $k
    block $break2
      loop $loop2
        local.get $k
        i32.const 20
        i32.lt_s
        i32.eqz
        br_if $break2
        block $continue2
          local.get $k
          i32.const 3
          i32.add
          local.set $k
          local.get $k
          i32.const 2
          i32.rem_s
          i32.const 0
          i32.eq
          if $then
            br $continue2
          end
          local.get $last
          local.get $k
          i32.sub
          local.set $last
        end
        br $loop2
      end
    end
    block $break3
      loop $loop3
        block $continue3
          local.get $count
          i32.const 2
          i32.add
          local.set $count
          local.get $k
          i32.const 1
          i32.sub
          local.set $k
        end
        local.get $k
        i32.const 0
        i32.gt_s
        if $and (result i32)
          local.get $count
          i32.const 50
          i32.lt_u
        else
          i32.const 0
        end
        br_if $loop3
      end
    end
    i32.const 4
    local.set $entry
    local.get $message
    i32.load offset=4
    i32.const 0
    i32.eq
    if $then
      i32.const 0
      local.set $entry
    else
      local.get $message
      i32.load offset=4
      i32.const 1
      i32.eq
      if $then
        i32.const 1
        local.set $entry
      else
        local.get $message
        i32.load offset=4
        i32.const 2
        i32.eq
        if $then
          i32.const 2
          local.set $entry
        else
          local.get $message
          i32.load offset=4
          i32.const 7
          i32.eq
          if $then
            i32.const 3
            local.set $entry
          end
        end
      end
    end
    block $block4
      local.get $entry
      i32.const 0
      i32.le_s
      if $then
        i32.const 10
        local.set $last
        br $block4
      end
      local.get $entry
      i32.const 1
      i32.le_s
      if $then
        i32.const 11
        local.set $last
      end
      local.get $entry
      i32.const 2
      i32.le_s
      if $then
        local.get $last
        i32.const 5
        i32.add
        local.set $last
        br $block4
      end
      local.get $entry
      i32.const 3
      i32.le_s
      if $then
        local.get $reply
        i32.const 7
        i32.store
        local.get $reply
        local.get $last
        i32.store offset=4
        i32.const 1
        local.set $replied
        local.get $replied
        return
      end
      local.get $last
      i32.const 0
      i32.gt_s
      if $select (result i32)
        local.get $last
      else
        i32.const 0
        local.get $last
        i32.sub
      end
      local.set $last
    end
    block $block5
      local.get $last
      i32.const 3
      i32.eq
      if $then
        br $block5
      end
      block $break6
        loop $loop6
          block $continue6
            local.get $last
            i32.const 1
            i32.add
            local.set $last
            local.get $last
            i32.const 12
            i32.gt_s
            if $then
              br $block5
            end
            local.get $last
            i32.const 11
            i32.eq
            if $then
              br $break6
            end
          end
          br $loop6
        end
      end
      local.get $count
      i32.const 1000
      i32.add
      local.set $count
    end
    local.get $state
    local.get $state
    i32.load
    i32.const 1
    i32.add
    i32.store
    local.get $reply
    local.get $count
    i32.store
    local.get $reply
    local.get $last
    i32.store offset=4
    i32.const 1
    local.set $replied
    local.get $replied
    return
    local.get $replied)
  (export "handler0" (func $handler0)))
