import Testing
import TrapAnywhere

/// Each way of making an i32, with dirt above its 32 bits, times each use in an address or an index.
///
/// The class of defects behind most escapes from compiled code. `tools/fuzz matrix` plays all cells.
@Suite struct AddressMatrixTests {
  /// Some of the cells, others in each mode.
  @Test(arguments: Mode.exact)
  func `What is above an i32 reaches no address and no index`(mode: Mode) throws {
    let stride = 67
    let shift = Mode.exact.firstIndex(of: mode) ?? 0
    let cells = AddressMatrix.cells.filter { ($0.producer + $0.consumer + shift) % stride == 0 }
    let comparison = try MatrixComparison(cells, mode: mode)
    #expect(comparison.differences == [])
    #expect(comparison.traps > 100)
    #expect(comparison.calls > 2000)
  }
}
