import KernelIR
import Testing

@testable import Rendering

@Suite struct IndexTests {
    @Test func smallIndicesAreInt() throws {
        let source = try Printed.source([.set("y", [.axis("i")], .float(1))], grid: [Axis("i", 64)])
        #expect(source.contains("const int i = get_group_id(0);"))
    }

    /// 2³¹ elements: the last linear index still fits, with one row more it does not.
    @Test(arguments: [(1 << 15, "int"), ((1 << 15) + 1, "long")])
    func wideIndicesAreLong(_ rows: Int, _ type: String) throws {
        let columns = 1 << 16
        let big = Buffer("y", shape: [rows, columns], role: .output)
        let source = try Printed.source(
            [.serial("j", columns, [.set("y", [.axis("i"), .axis("j")], .float(1))])], grid: [Axis("i", rows)],
            buffers: [big])
        #expect(source.contains("const \(type) i = get_group_id(0);"))
        #expect(source.contains("for (\(type) j = 0; j < 65536; ++j)"))
    }

    @Test func termsStandInTheOrderOfTheLoops() throws {
        let i = Index.axis("i")
        let body = try Printed.body(
            [.serial("a", 2, [.set("y", [Index.axis("a") * 3 + i * 8 + 1], .load("x", [Index(63) - i]))])],
            grid: [Axis("i", 4)])
        #expect(body.contains("y[i * 8 + a * 3 + 1] = x[63 - i];"))
    }

    @Test func divisionRoundsDownwards() throws {
        let ranges = Ranges([Axis("i", 64)])
        let i = Index.axis("i")
        let positive = try Printed.body(
            [.set("y", [i], .load("x", [i.divided(by: 3, ranges)]))], grid: [Axis("i", 64)])
        #expect(positive == "y[i] = x[i / 3];")
        let shifted = i - Index(5)
        let load = Load(
            "x", [shifted.divided(by: 3, ranges)], bounds: [Bound(shifted.divided(by: 3, ranges), below: 9)])
        let source = try Printed.source([.set("y", [i], .load(load))], grid: [Axis("i", 64)])
        // i - 5 = i + 1 - 2·3, so C's division never sees a negative number.
        #expect(source.contains("(i + 1) / 3 - 2"))
        let reversed = (Index(2) - i).divided(by: 3, ranges)
        let guarded = Load("x", [reversed], bounds: [Bound(reversed, below: 64)])
        let negative = try Printed.source([.set("y", [i], .load(guarded))], grid: [Axis("i", 64)])
        #expect(negative.contains("kw_floor_quotient_int32(2 - i, 3)"))
        #expect(negative.contains("return a / b - (a % b < 0);"))
    }

    @Test func anAxisOutOfScopeIsAnError() {
        #expect(throws: KernelwrightError.self) {
            try Printed.source([.set("y", [Index(0)], .load("x", [.axis("nowhere")]))])
        }
    }
}
