;; A cart that never ends a frame.
(module
  (func (export "update") (loop $forever (br $forever))))
