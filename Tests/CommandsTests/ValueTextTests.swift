import Engine
import Runtime
import Testing

@testable import Commands

@Suite("Values on the command line") struct ValueTextTests {
  @Test(
    "Integers are decimal with or without a sign, or hexadecimal",
    arguments: [
      ("5", UInt32(5)), ("-5", 0xFFFF_FFFB), ("4294967295", .max), ("-2147483648", 0x8000_0000),
      ("0xfF", 255), ("-0x1", .max), ("-0", 0),
    ])
  func integers(_ text: String, _ bits: UInt32) {
    #expect(Value(.i32, parsing: text) == .i32(bits))
  }

  @Test(
    "Words that are no i32 are refused",
    arguments: [
      "", "-", "4294967296", "-2147483649", "0x", "1.5", "5a", "--5", "-+5", "+5", " 5", "0x1_0",
      "nan", "0x100000000", "٣",
    ])
  func noInteger(_ text: String) { #expect(Value(.i32, parsing: text) == nil) }

  @Test("An i64 has its whole range") func wide() {
    #expect(Value(.i64, parsing: "18446744073709551615") == .i64(.max))
    #expect(Value(.i64, parsing: "-9223372036854775808") == .i64(1 << 63))
    #expect(Value(.i64, parsing: "-9223372036854775809") == nil)
  }

  @Test(
    "Floats are decimal, hexadecimal, infinite, NaNs or bit patterns",
    arguments: [
      ("1.5", UInt32(0x3FC0_0000)), ("-.5", 0xBF00_0000), ("1e2", 0x42C8_0000), ("-0", 0x8000_0000),
      ("0x1.8p3", 0x4140_0000), ("inf", 0x7F80_0000), ("-inf", 0xFF80_0000), ("nan", 0x7FC0_0000),
      ("-nan", 0xFFC0_0000), ("nan:0x200001", 0x7FA0_0001), ("-nan:0x1", 0xFF80_0001),
      ("bits:0x7fc00001", 0x7FC0_0001), ("bits:1", 1), ("1e99", 0x7F80_0000),
    ])
  func floats(_ text: String, _ bits: UInt32) {
    #expect(Value(.f32, parsing: text) == .f32(bits))
  }

  @Test(
    "Words that are no f32 are refused",
    arguments: [
      "", "-", "--1", "nan:0x0", "nan:0x800000", "nan:5", "bits:", "bits:-1", "bits:0x100000000",
      "1,5", "nan(0x5)", "one",
    ])
  func noFloat(_ text: String) { #expect(Value(.f32, parsing: text) == nil) }

  @Test("References are null or, for a host's, a number") func references() {
    #expect(Value(.funcref, parsing: "null") == .funcref(nil))
    #expect(Value(.funcref, parsing: "1") == nil)
    #expect(Value(.externref, parsing: "7") == .externref(7))
    #expect(Value(.externref, parsing: "18446744073709551615") == nil)
  }

  @Test(
    "Vectors are lanes of one type, lowest first, or all bits at once",
    arguments: [
      ("i32x4:1,2,-1,0x10", 0x0000_0010_FFFF_FFFF_0000_0002_0000_0001 as UInt128),
      ("i64x2:1,2", 0x0000_0000_0000_0002_0000_0000_0000_0001),
      ("i16x8:1,2,3,4,5,6,7,8", 0x0008_0007_0006_0005_0004_0003_0002_0001),
      ("f32x4:1,nan,-0,0.5", 0x3F00_0000_8000_0000_7FC0_0000_3F80_0000),
      ("f64x2:1,-inf", 0xFFF0_0000_0000_0000_3FF0_0000_0000_0000),
      ("18446744073709551616", 1 << 64), ("0x10000000000000000", 1 << 64),
      ("i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", 0x0F0E_0D0C_0B0A_0908_0706_0504_0302_0100),
    ])
  func vectors(_ text: String, _ bits: UInt128) {
    #expect(Value(.v128, parsing: text) == .v128(bits))
    #expect(Value(.v128, parsing: Value.v128(bits).displayText) == .v128(bits))
    #expect(Value(.v128, parsing: Value.v128(bits).dataText) == .v128(bits))
  }

  @Test(
    "Words that are no vector are refused",
    arguments: [
      "", "-1", "i32x4", "i32x4:1,2,3", "i32x4:1,2,3,4,5", "i8x4:1,2,3,4", "f32x4:1,2,3,x",
    ])
  func noVector(_ text: String) { #expect(Value(.v128, parsing: text) == nil) }

  @Test("Data shows bits without a sign, displays show numbers") func printing() {
    #expect(Value.i32(.max).dataText == "4294967295")
    #expect(Value.i32(.max).displayText == "-1")
    #expect(Value.f64((0.1).bitPattern).dataText == "4591870180066957722")
    #expect(Value.f64((0.1).bitPattern).displayText == "0.1")
    #expect(Value.f32(0xFFC0_0000).displayText == "-nan")
    #expect(Value.f32(0x7FA0_0001).displayText == "nan:0x200001")
  }

  @Test(
    "What is displayed can be typed in again",
    arguments: [0, 1, 0x7F80_0001, 0xFFC0_0000, 0x4049_0FDB])
  func roundTrip(_ bits: UInt32) {
    #expect(Value(.f32, parsing: Value.f32(bits).displayText) == .f32(bits))
  }
}
