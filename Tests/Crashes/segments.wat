(module
  (memory 3 5)
  (data (i32.const 0) "start")
  (data (i32.const 4090) "across a page of 4 KiB")
  (data (i32.const 65530) "across a page of 64 KiB")
  (data (i32.const 131072) "\00\00\00\00\01\00\00\00")
  (data (i32.const 196600) "the end\00")
  (func (export "run")
    unreachable))
