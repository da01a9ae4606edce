(module
  (memory 256)
  (func (export "run") (local $at i32)
    loop $next
      local.get $at
      local.get $at
      i32.const 17
      i32.add
      i32.store offset=8
      local.get $at
      i32.const 70001
      i32.add
      local.tee $at
      i32.const 16000000
      i32.lt_u
      br_if $next
    end
    unreachable))
