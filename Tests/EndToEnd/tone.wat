;; A sine of 441 Hz at half of full scale, from the first sample on. S traps, E makes the frame late.
(module
  (import "audio" "add_gain" (func $add_gain (param i32 f32) (result i32)))
  (import "audio" "add_sine" (func $add_sine (param i32 f32 f32) (result i32)))
  (import "graphics" "clear_screen" (func $clear_screen (param i32)))
  (import "input" "read_buttons" (func $read_buttons (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "boot")
    (drop (call $add_sine (call $add_gain (i32.const 0) (f32.const 0.5)) (f32.const 441) (f32.const 0.25))))
  (func (export "update")
    (local $buttons i32) (local $count i32)
    (local.set $buttons (call $read_buttons (i32.const 255)))
    (if (i32.and (local.get $buttons) (i32.const 1)) (then unreachable))
    (if (i32.and (local.get $buttons) (i32.const 2))
      (then
        (local.set $count (i32.const 500000000))
        (loop $again
          (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
    (call $clear_screen (select (i32.const 5) (i32.const 12) (local.get $buttons)))))
