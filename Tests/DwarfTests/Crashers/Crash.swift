// swift-format-ignore-file
// Embedded Swift shapes: optionals, enums, generics, closures, overflow and index checks.
struct Point {
  var x: Int32
  var y: Int32
}

enum Mood: UInt8 {
  case calm
  case angry
}

struct Enemy {
  var position: Point
  var mood: Mood
  var health: Int
  var speed: Float
}

nonisolated(unsafe) var zero: Int32 = 0

@inline(never) func divide(_ a: Int32, _ b: Int32) -> Int32 { a / b }

@inline(never) func damage(_ enemy: inout Enemy, by amount: Int) -> Int {
  let before = enemy.health
  enemy.health -= amount
  let after = enemy.health
  return before + Int(divide(Int32(truncatingIfNeeded: after), zero))
}

@inline(never) func most<T: Comparable>(_ a: T, _ b: T, _ less: (T, T) -> Bool) -> T {
  less(a, b) ? b : a
}

@_cdecl("crash_divide") public func crashDivide() -> Int32 {
  var enemy = Enemy(position: Point(x: 3, y: 4), mood: .angry, health: 20, speed: 1.5)
  return Int32(truncatingIfNeeded: damage(&enemy, by: 5))
}

@_cdecl("crash_overflow") public func crashOverflow() -> Int32 {
  let big = Int32.max - zero
  return most(big, 3) { $0 + 1 < $1 }
}

@_cdecl("crash_optional") public func crashOptional() -> Int32 {
  let nothing: Int32? = zero == 0 ? nil : 4
  return nothing!
}

@_cdecl("crash_fatal") public func crashFatal() -> Int32 {
  guard zero == 1 else { fatalError("no such level") }
  return 0
}
