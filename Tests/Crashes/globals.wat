(module
  (global i32 (i32.const -2147483648))
  (global (mut i32) (i32.const 63))
  (global i64 (i64.const -9223372036854775808))
  (global (mut i64) (i64.const 64))
  (global f32 (f32.const nan:0x200001))
  (global (mut f32) (f32.const -0))
  (global f64 (f64.const nan:0x4000000000001))
  (global (mut f64) (f64.const inf))
  (global funcref (ref.null func))
  (global (mut funcref) (ref.func $work))
  (global (mut externref) (ref.null extern))
  (func $work
    i64.const -65
    global.set 3
    f64.const -1.5
    global.set 7
    unreachable)
  (func (export "run")
    call $work))
