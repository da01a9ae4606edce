(module
  (memory 1)
  (data (i32.const 65532) "\01\02\03\04")
  (global $index (mut i32) (i32.const 65530))
  (func (export "run") (result i64)
    global.get $index
    i64.load offset=3))
