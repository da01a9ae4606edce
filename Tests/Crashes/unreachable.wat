(module
  (memory 0)
  (func (export "run") (local f32)
    f32.const nan:0x1
    local.set 0
    i32.const 3
    i64.const 4
    unreachable))
