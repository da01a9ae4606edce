;; A cart that takes memory until it is refused, and then fails.
(module
  (memory (export "memory") 1)
  (func (export "update")
    (loop $more
      (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
    unreachable))
