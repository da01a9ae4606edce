;; A cart that saves in every frame, for tools/kill-during-save.
;;
;; Frame n writes the file "slot": n as 32 bits, then 1,000 + n mod 5,000 bytes, byte i of which is n + i in 8 bits. The
;; number goes on where the last run stopped. "once" is written by the first run alone and says what it said for good.
(module
  (import "fs" "load_file" (func $load (param i32 i32 i32 i32) (result i32)))
  (import "fs" "dump_file" (func $dump (param i32 i32 i32 i32) (result i32)))
  (import "fs" "get_file_size" (func $size (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "slot")
  (data (i32.const 32) "once")
  (data (i32.const 48) "written by the first run")
  (global $frame (mut i32) (i32.const 0))

  (func (export "boot")
    (if (i32.eqz (call $size (i32.const 32) (i32.const 4)))
      (then
        (drop (call $dump (i32.const 32) (i32.const 4) (i32.const 48) (i32.const 24)))))
    (if (call $size (i32.const 16) (i32.const 4))
      (then
        (drop (call $load (i32.const 16) (i32.const 4) (i32.const 1024) (i32.const 4)))
        (global.set $frame (i32.load (i32.const 1024))))))

  (func (export "update") (local $i i32) (local $length i32)
    (global.set $frame (i32.add (global.get $frame) (i32.const 1)))
    (local.set $length (i32.add (i32.const 1000) (i32.rem_u (global.get $frame) (i32.const 5000))))
    (i32.store (i32.const 1024) (global.get $frame))
    (loop $next
      (i32.store8 offset=1028 (local.get $i) (i32.add (global.get $frame) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $length))))
    (drop
      (call $dump
        (i32.const 16) (i32.const 4) (i32.const 1024)
        (i32.add (local.get $length) (i32.const 4))))))
