(module
  (global $minus (mut i64) (i64.const -1))
  (func (export "run") (result i64)
    i64.const -9223372036854775808
    global.get $minus
    i64.div_s))
