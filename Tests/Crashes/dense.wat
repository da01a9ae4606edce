(module
  (memory 2)
  (func (export "run") (local $at i32)
    loop $next
      local.get $at
      local.get $at
      i32.const 1
      i32.or
      i32.store8
      local.get $at
      i32.const 1
      i32.add
      local.tee $at
      i32.const 131072
      i32.lt_u
      br_if $next
    end
    unreachable))
