(module
  (memory 1)
  (func (export "run")
    i32.const 20
    memory.grow
    drop
    i32.const 1300000
    i32.const 77
    i32.store
    i32.const 65535
    i32.const 255
    i32.store8
    i32.const -4
    i32.load
    drop))
