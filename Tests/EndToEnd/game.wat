;; A cart whose player walks by the pad; what it finds in the file "level" is where the world ends. At its end it divides by
;; zero, unless it has been mended: then it stands still there.
(module
  (import "input" "read_pad" (func $pad (param i32) (result i32)))
  (import "fs" "load_file" (func $load (param i32 i32 i32 i32) (result i32)))
  (import "graphics" "clear_screen" (func $clear (param i32)))
  (import "graphics" "draw_point" (func $point (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "level")
  (global $x (mut i32) (i32.const 10))
  (func (export "boot")
    (drop (call $load (i32.const 16) (i32.const 5) (i32.const 64) (i32.const 1))))
  (func $walk
    (global.set $x (i32.add (global.get $x) (i32.const 1)))
    (if (i32.eq (global.get $x) (i32.load8_u (i32.const 64)))
      (then (global.set $x (i32.div_u (global.get $x) (i32.const 0)))))) ;; MEND
  (func (export "update")
    (if (i32.ne (call $pad (i32.const 255)) (i32.const 0xffff)) (then (call $walk))))
  (func (export "render")
    (call $clear (i32.const 2))
    (call $point (global.get $x) (i32.const 20) (i32.const 3))))
