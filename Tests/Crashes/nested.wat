(module $nested
  (memory 1)
  (type $step (func (param i32 i64) (result i64)))
  (table 4 8 funcref)
  (elem (i32.const 1) $even $odd)
  (func $even (type $step)
    local.get 0
    i32.eqz
    if
      unreachable
    end
    local.get 0
    i32.const 8
    i32.mul
    local.get 1
    i64.store
    local.get 0
    i32.const 1
    i32.sub
    local.get 1
    i64.const 3
    i64.mul
    i32.const 2
    call_indirect (type $step)
    i64.const 1
    i64.add)
  (func $odd (type $step)
    local.get 1
    local.get 0
    i32.const 1
    i32.sub
    local.get 1
    i64.const -1
    i64.xor
    i32.const 1
    call_indirect (type $step)
    i64.add)
  (func (export "run") (result i64)
    i32.const 12
    i64.const 1
    call $even))
