import Console
import Testing

@testable import Firefly

/// Small drawings whose expected pictures were drawn by the official console
/// (`../shared/oracles/firefly`); f is the fill, s the stroke.
@Suite("A drawing")
struct ShapeTests {
  @Test("a thin line steps where its error exceeds the threshold")
  func aThinLineStepsWhereItsErrorExceedsTheThreshold() {
    #expect(
      picture(line(1, 1, 12, 5, width: 1)) == """
        .............
        .ss..........
        ...sss.......
        ......ss.....
        ........sss..
        ...........ss
        """)
  }

  @Test("a line of width 3 is made of parallels without holes")
  func aLineOfWidth3IsMadeOfParallelsWithoutHoles() {
    #expect(
      picture(line(2, 3, 11, 8, width: 3)) == """
        .............
        .............
        ...ss........
        ..sssss......
        ..sssssss....
        ...ssssssss..
        .....sssssss.
        .......ssssss
        .........sss.
        """)
  }

  @Test("a line of even width leans to one side")
  func aLineOfEvenWidthLeansToOneSide() {
    #expect(
      picture(line(11, 2, 3, 10, width: 2)) == """
        ............
        ............
        ...........s
        ..........ss
        .........ss.
        ........ss..
        .......ss...
        ......ss....
        .....ss.....
        ....ss......
        ...ss.......
        """)
  }

  @Test("a horizontal line of even width drawn to the left lies a row lower")
  func aHorizontalLineOfEvenWidthDrawnToTheLeftLiesARowLower() {
    #expect(
      picture(line(8, 4, 2, 4, width: 2)) == """
        .........
        .........
        .........
        .........
        ..sssssss
        ..sssssss
        """)
  }

  @Test("a vertical line of even width drawn upward lies a column further right")
  func aVerticalLineOfEvenWidthDrawnUpwardLiesAColumnFurtherRight() {
    #expect(
      picture(line(5, 8, 5, 2, width: 4)) == """
        ........
        ........
        ....ssss
        ....ssss
        ....ssss
        ....ssss
        ....ssss
        ....ssss
        ....ssss
        """)
  }

  @Test("a stroke lies half inside and half outside of a rectangle")
  func aStrokeLiesHalfInsideAndHalfOutsideOfARectangle() {
    #expect(
      picture(RectangleShape(area: area(2, 2, 8, 6), style: both(3))) == """
        ...........
        .ssssssssss
        .ssssssssss
        .ssssssssss
        .sssffffsss
        .sssffffsss
        .ssssssssss
        .ssssssssss
        .ssssssssss
        """)
  }

  @Test("a filled circle of diameter 7 is round")
  func aFilledCircleOfDiameter7IsRound() {
    #expect(
      picture(Ellipse(area: area(1, 1, 7, 7), style: filled)) == """
        ........
        ...fff..
        ..fffff.
        .fffffff
        .fffffff
        .fffffff
        ..fffff.
        ...fff..
        """)
  }

  @Test("an ellipse whose first row is empty is not drawn at all")
  func anEllipseWhoseFirstRowIsEmptyIsNotDrawnAtAll() {
    #expect(picture(Ellipse(area: area(1, 1, 2, 9), style: filled)) == "")
  }

  @Test("an ellipse with a stroke of 2")
  func anEllipseWithAStrokeOf2() {
    #expect(
      picture(Ellipse(area: area(2, 2, 13, 8), style: both(2))) == """
        ................
        .....sssssss....
        ...sssssssssss..
        ..sssfffffffsss.
        .sssfffffffffsss
        .ssfffffffffffss
        .ssfffffffffffss
        .sssfffffffffsss
        ..sssfffffffsss.
        ...sssssssssss..
        .....sssssss....
        """)
  }

  @Test("a rounded rectangle with a stroke of 2")
  func aRoundedRectangleWithAStrokeOf2() {
    #expect(
      picture(RoundedRectangle(area: area(2, 2, 13, 9), corner: Point(x: 5, y: 3), style: both(2)))
        == """
        ................
        ....sssssssss...
        ..sssssssssssss.
        .sssfffffffffsss
        .ssfffffffffffss
        .ssfffffffffffss
        .ssfffffffffffss
        .ssfffffffffffss
        .ssfffffffffffss
        .sssfffffffffsss
        ..sssssssssssss.
        ....sssssssss...
        """)
  }

  @Test("corners larger than a rounded rectangle keep their shape")
  func cornersLargerThanARoundedRectangleKeepTheirShape() {
    #expect(
      picture(
        RoundedRectangle(area: area(1, 1, 4, 9), corner: Point(x: 8, y: 11), style: stroked(1)))
          == """
          .....
          .....
          ..s..
          .s..s
          .s..s
          .s..s
          .s..s
          .s..s
          ..s..
          """)
  }

  @Test("an arc turns clockwise from the right")
  func anArcTurnsClockwiseFromTheRight() {
    #expect(
      picture(Arc(area: area(1, 1, 13, 13), start: 0, sweep: 2, style: stroked(2))) == """
        ...............
        ...............
        ...............
        ...............
        ...............
        ...............
        ...............
        .............ss
        .............ss
        .............ss
        ............ss.
        ...........sss.
        ..........sss..
        .....sssssss...
        .....sssss.....
        """)
  }

  @Test("a negative sweep turns the other way")
  func aNegativeSweepTurnsTheOtherWay() {
    #expect(
      picture(Arc(area: area(1, 1, 13, 13), start: 0, sweep: -2, style: stroked(2))) == """
        .....sssss.....
        .....sssssss...
        ..........sss..
        ...........sss.
        ............ss.
        .............ss
        .............ss
        .............ss
        """)
  }

  @Test("a narrow sector has its tip cut off")
  func aNarrowSectorHasItsTipCutOff() {
    #expect(
      picture(Sector(area: area(2, 2, 17, 17), start: -0.25, sweep: 0.75, style: both(4))) == """
        .....................
        .....................
        .....................
        .....................
        .....................
        .....................
        ................ssss.
        ............sssssssss
        ........sssssssssssss
        .......ssssssssssssss
        ......sssssssssssssss
        .......ssssssssffssss
        .........ssssssssssss
        ...........ssssssssss
        .............sssssss.
        ..............ssssss.
        ................sss..
        """)
  }

  @Test("a sector of more than half a circle keeps the gap")
  func aSectorOfMoreThanHalfACircleKeepsTheGap() {
    #expect(
      picture(Sector(area: area(2, 2, 15, 15), start: 0.5, sweep: 5.5, style: both(2))) == """
        ..................
        .......sssss......
        .....sssssssss....
        ...ssssfffffssss..
        ...ssfffffffffss..
        ..ssfffffffffffss.
        ..ssfffffffffffss.
        .ssffffffffffffsss
        .ssffffffffsssssss
        .ssfffffsssssss...
        .ssfffffffssss....
        .ssfffffffffssss..
        ..ssffffffffffsss.
        ..ssfffffffffffss.
        ...ssfffffffffss..
        ...ssssfffffssss..
        .....sssssssss....
        .......sssss......
        """)
  }

  @Test("a filled triangle covers the pixels of its edges")
  func aFilledTriangleCoversThePixelsOfItsEdges() {
    #expect(
      picture(
        Triangle(a: Point(x: 1, y: 1), b: Point(x: 14, y: 4), c: Point(x: 5, y: 11), style: filled))
          == """
          ...............
          .fff...........
          .fffffff.......
          ..ffffffffff...
          ..fffffffffffff
          ...fffffffffff.
          ...ffffffffff..
          ...ffffffff....
          ....ffffff.....
          ....fffff......
          .....ff........
          .....f.........
          """)
  }

  @Test("a triangle with a stroke of 3 has mitred corners")
  func aTriangleWithAStrokeOf3HasMitredCorners() {
    #expect(
      picture(
        Triangle(a: Point(x: 3, y: 3), b: Point(x: 17, y: 6), c: Point(x: 6, y: 16), style: both(3))
      ) == """
        .....................
        .....................
        ..sss................
        ..sssssss............
        ..ssssssssssss.......
        ...ssfssssssssssss...
        ...sssffffsssssssssss
        ...sssffffffffssssss.
        ...sssffffffffsssss..
        ....sssffffffsssss...
        ....sssffffsssss.....
        ....sssfffsssss......
        ....sssffsssss.......
        .....ssssssss........
        .....sssssss.........
        .....ssssss..........
        .....ssss............
        ......ss.............
        ......s..............
        """)
  }

  @Test("a sharp corner is cut instead of mitred")
  func aSharpCornerIsCutInsteadOfMitred() {
    #expect(
      picture(
        Triangle(a: Point(x: 3, y: 4), b: Point(x: 22, y: 6), c: Point(x: 4, y: 9), style: both(3)))
          == """
          .......................
          .......................
          .......................
          ..sssss................
          ..sssssssssssssss......
          ..sssssssssssssssssssss
          ..sssfffffsssssssssssss
          ...sssffsssssssssssssss
          ...ssssssssssssssss....
          ...ssssssssss..........
          ...ssss................
          """)
  }

  @Test("a triangle without area is a line")
  func aTriangleWithoutAreaIsALine() {
    #expect(
      picture(
        Triangle(a: Point(x: 9, y: 5), b: Point(x: 1, y: 1), c: Point(x: 5, y: 3), style: filled))
          == """
          ..........
          .ff.......
          ...ff.....
          .....ff...
          .......ff.
          .........f
          """)
  }
}
