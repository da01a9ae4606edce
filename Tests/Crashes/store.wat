(module
  (memory 2)
  (global $index (mut i32) (i32.const -1))
  (func $poke (param i32 f64)
    local.get 0
    local.get 1
    f64.store offset=4294967295)
  (func (export "run")
    i32.const 100
    i64.const -2
    i64.store
    global.get $index
    f64.const 2.5
    call $poke))
