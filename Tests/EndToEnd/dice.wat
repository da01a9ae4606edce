;; A cart that throws dice in frame 100 and shows what they say.
(module
  (import "misc" "get_random" (func $random (result i32)))
  (import "graphics" "clear_screen" (func $clear (param i32)))
  (memory (export "memory") 1)
  (func (export "update")
    (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))
    (if (i32.eq (i32.load (i32.const 64)) (i32.const 100))
      (then (i32.store (i32.const 68) (i32.rem_u (call $random) (i32.const 16))))))
  (func (export "render") (call $clear (i32.add (i32.load (i32.const 68)) (i32.const 1)))))
