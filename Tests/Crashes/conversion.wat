(module
  (global $number (mut f64) (f64.const nan:0x8000000000001))
  (func $whole (param f64) (result i32)
    local.get 0
    i32.trunc_f64_s)
  (func (export "run") (result i32)
    global.get $number
    call $whole))
