// Glowworm: a worm eats glowing berries in a dark garden, and grows. Pad: turn. S: start.

/// A field of the garden; the garden is `Garden.columns` x `Garden.rows` fields of 8 pixels.
struct Field: Equatable {
  var column: Int32
  var row: Int32

  /// The field next to this one.
  func neighbor(_ direction: Input.Direction) -> Field {
    switch direction {
    case .up: Field(column: column, row: row - 1)
    case .down: Field(column: column, row: row + 1)
    case .left: Field(column: column - 1, row: row)
    case .right: Field(column: column + 1, row: row)
    }
  }

  /// The middle of the field on the screen.
  var center: Point {
    Point(x: column * Garden.fieldSize + 4, y: Garden.top + row * Garden.fieldSize + 4)
  }
}

extension Input.Direction {
  var opposite: Input.Direction {
    switch self {
    case .up: .down
    case .down: .up
    case .left: .right
    case .right: .left
    }
  }
}

/// The garden: where the worm may go, and the stones in it.
struct Garden {
  static let columns: Int32 = 30
  static let rows: Int32 = 18
  static let fieldSize: Int32 = 8
  static let top: Int32 = 16

  private(set) var stones: [Field] = []

  init(stoneCount: Int, clearOf keep: Field) {
    while stones.count < stoneCount {
      let stone = Self.anyField()
      if stone.row != keep.row, !stones.contains(stone) { stones.append(stone) }
    }
  }

  static func anyField() -> Field {
    Field(
      column: Int32(get_random() % UInt32(columns)), row: Int32(get_random() % UInt32(rows)))
  }

  func isFree(_ field: Field) -> Bool {
    field.column >= 0 && field.column < Self.columns && field.row >= 0 && field.row < Self.rows
      && !stones.contains(field)
  }

  func draw() {
    for row in 0..<Self.rows {
      for column in 0..<Self.columns where (row + column) % 2 == 0 {
        let middle = Field(column: column, row: row).center
        Screen.rect(
          Rect(x: middle.x - 4, y: middle.y - 4, width: 8, height: 8), Paint(fill: .darkGray))
      }
    }
    for stone in stones {
      let middle = stone.center
      Screen.rect(
        Rect(x: middle.x - 4, y: middle.y - 4, width: 8, height: 8),
        Paint(fill: .gray, stroke: .lightGray), corner: 2)
    }
  }
}

/// What the worm may eat.
enum Berry: CaseIterable {
  case green, gold, blue

  var color: Color {
    switch self {
    case .green: .lightGreen
    case .gold: .yellow
    case .blue: .cyan
    }
  }

  var points: Int32 {
    switch self {
    case .green: 1
    case .gold: 5
    case .blue: 2
    }
  }
}

/// The worm: its fields from head to tail.
struct Worm {
  private(set) var body: [Field]
  private(set) var direction = Input.Direction.right
  private var growth = 0

  init(head: Field, length: Int32) {
    body = (0..<length).map { Field(column: head.column - $0, row: head.row) }
  }

  var head: Field { body[0] }

  /// Turns, but never back into its own neck.
  mutating func turn(_ wish: Input.Direction) {
    if body.count > 1, head.neighbor(wish) == body[1] { return }
    direction = wish
  }

  mutating func eat(_ berry: Berry) { growth += Int(berry.points) }

  /// Creeps one field on; false if it bites itself or hits what is not free.
  mutating func creep(in garden: borrowing Garden) -> Bool {
    let next = head.neighbor(direction)
    if growth > 0 {
      growth -= 1
    } else {
      body.removeLast()
    }
    guard garden.isFree(next), !body.contains(next) else { return false }
    body.insert(next, at: 0)
    return true
  }

  func draw(tick: Int32) {
    for (place, field) in body.enumerated().reversed() {
      let glow = (Int32(place) - tick / 4) % 6 == 0
      let skin: Color = place % 2 == 0 ? .green : .lightGreen
      let color: Color = place == 0 ? .white : glow ? .yellow : skin
      Screen.circle(field.center, diameter: place == 0 ? 9 : 7, Paint(fill: color))
    }
    let eyes = head.center
    Screen.point(Point(x: eyes.x - 2, y: eyes.y - 1), .black)
    Screen.point(Point(x: eyes.x + 1, y: eyes.y - 1), .black)
  }
}

/// One game from start to bite.
struct Game {
  static let firstHead = Field(column: 10, row: 9)

  private(set) var worm = Worm(head: firstHead, length: 4)
  private(set) var garden: Garden
  private(set) var berries: [(field: Field, berry: Berry)] = []
  private(set) var score: Int32 = 0
  private(set) var isOver = false
  private var wish: Input.Direction?

  init(stones: Int) {
    garden = Garden(stoneCount: stones, clearOf: Self.firstHead)
    while berries.count < 3 { plantBerry() }
  }

  /// Ticks between two steps: the longer the worm, the faster it is.
  private var pace: Int32 { max(3, 9 - Int32(worm.body.count) / 6) }

  private mutating func plantBerry() {
    let kinds = Berry.allCases
    let kind = kinds[Int(get_random() % UInt32(kinds.count))]
    for _ in 0..<1000 {
      let field = Garden.anyField()
      if garden.isFree(field), !worm.body.contains(field),
        !berries.contains(where: { $0.field == field })
      {
        berries.append((field, kind))
        return
      }
    }
  }

  mutating func update(tick: Int32) {
    if let direction = Input.direction { wish = direction }
    guard tick % pace == 0 else { return }
    if let wish { worm.turn(wish) }
    wish = nil
    guard worm.creep(in: garden) else {
      isOver = true
      return
    }
    if let eaten = berries.firstIndex(where: { $0.field == worm.head }) {
      worm.eat(berries[eaten].berry)
      score += berries[eaten].berry.points
      berries.remove(at: eaten)
      plantBerry()
    }
  }

  func draw(tick: Int32) {
    garden.draw()
    for (field, berry) in berries {
      let size: Int32 = tick / 8 % 3 == 0 ? 7 : 5
      Screen.circle(field.center, diameter: size, Paint(fill: berry.color))
    }
    worm.draw(tick: tick)
  }
}

/// What is on the screen.
enum Scene {
  case title
  case playing(Game)
  case over(Game)
}

/// The state that lives between callbacks.
///
/// The console calls on one thread.
enum Glowworm {
  nonisolated(unsafe) static var scene = Scene.title
  nonisolated(unsafe) static var tick: Int32 = 0
  nonisolated(unsafe) static var best: Int32 = 0
  nonisolated(unsafe) static var held: Input.Buttons = []
  nonisolated(unsafe) static var font = Font(data: glowFontData(), size: glowFontSize())

  static func update() {
    tick += 1
    let buttons = Input.buttons
    let pressed = buttons.contains(.south) && !held.contains(.south)
    held = buttons
    switch scene {
    case .title, .over:
      guard pressed, tick > 20 else { return }
      set_seed(UInt32(tick))
      tick = 0
      scene = .playing(Game(stones: 12))
    case .playing(var game):
      game.update(tick: tick)
      if game.isOver {
        best = max(best, game.score)
        tick = 0
        scene = .over(game)
      } else {
        scene = .playing(game)
      }
    }
  }

  static func render() {
    Screen.clear(.black)
    switch scene {
    case .title:
      drawTitle()
    case .playing(let game):
      drawStatus(game.score)
      game.draw(tick: tick)
    case .over(let game):
      drawStatus(game.score)
      game.draw(tick: 0)
      Screen.rect(
        Rect(x: 50, y: 56, width: 140, height: 44),
        Paint(fill: .black, stroke: .orange, strokeWidth: 2), corner: 6)
      font.drawCentered("the worm has stopped", y: 74, .orange)
      font.drawCentered("S: again", y: 90, tick & 32 == 0 ? .white : .gray)
    }
  }

  private static func drawStatus(_ score: Int32) {
    font.draw("score", at: Point(x: 6, y: 10), .lightGray)
    font.draw(score, digits: 4, at: Point(x: 42, y: 10), .white)
    font.draw("best", at: Point(x: 180, y: 10), .lightGray)
    font.draw(best, digits: 4, at: Point(x: 210, y: 10), .white)
  }

  private static func drawTitle() {
    for place in (0..<24).reversed() {
      let step = Int32(place) * 5 - tick
      let y = 60 + triangleWave(step, period: 80) / 2
      let color: Color = (Int32(place) + tick / 8) % 6 == 0 ? .yellow : .green
      Screen.circle(
        Point(x: 216 - Int32(place) * 8, y: y), diameter: place == 0 ? 13 : 11,
        Paint(fill: place == 0 ? .white : color))
    }
    Screen.point(Point(x: 217, y: 60 + triangleWave(-tick, period: 80) / 2), .black)
    font.drawCentered("G L O W W O R M", y: 36, .lightGreen)
    font.drawCentered("eat the berries, mind the stones", y: 112, .white)
    font.drawCentered("pad: turn    S: start", y: 132, tick & 32 == 0 ? .yellow : .gray)
  }

  /// Rises and falls between 0 and half the period.
  private static func triangleWave(_ step: Int32, period: Int32) -> Int32 {
    let place = (step % period + period) % period
    return place < period / 2 ? place : period - place
  }
}

@_expose(wasm, "update")
@_cdecl("update")
func update() { Glowworm.update() }

@_expose(wasm, "render")
@_cdecl("render")
func render() { Glowworm.render() }

@_extern(c, "glow_font_data")
func glowFontData() -> UnsafePointer<UInt8>

@_extern(c, "glow_font_size")
func glowFontSize() -> UInt32
