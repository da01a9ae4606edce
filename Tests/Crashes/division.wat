(module $division
  (memory 1)
  (global $divisor (mut i32) (i32.const 0))
  (func $divide (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.div_s)
  (func (export "run") (local i64 f32 f64)
    i64.const -5
    local.set 0
    f64.const 0.5
    local.set 2
    i32.const 7
    i32.const 40
    global.get $divisor
    call $divide
    i32.add
    drop))
