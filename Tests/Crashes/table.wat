(module
  (type $nothing (func))
  (table 10 funcref)
  (elem (i32.const 3) func $first $second)
  (elem func $first)
  (func $first)
  (func $second (param i32))
  (func (export "run") (local i32)
    i32.const 4
    local.set 0
    local.get 0
    call_indirect (type $nothing)))
