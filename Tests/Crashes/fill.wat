(module
  (memory 1)
  (data "passive bytes")
  (func (export "run")
    i32.const 100
    i32.const 0
    i32.const 13
    memory.init 0
    data.drop 0
    i32.const 65000
    i32.const 7
    i32.const 1000
    memory.fill))
