import KernelIR
import Testing

@testable import Rendering

/// Vectors that reach beyond the end of a work-item's own array, into its padding.
@Suite struct PaddingTests {
    private let bound = Bound(.l + 32, below: 37)

    private func body(_ statements: [Statement], shape: [Int] = [37]) throws -> String {
        try Printed.body([.allocate(LocalBuffer("s", .float32, shape: shape, space: .memory))] + statements)
    }

    @Test func arraysAreRoundedUp() throws {
        #expect(try body([]).hasPrefix("float s[48] "))
        #expect(try body([], shape: [48]).hasPrefix("float s[48] "))
        #expect(try body([], shape: [3, 15]).hasPrefix("float s[48] "))
        #expect(try body([], shape: [7]).hasPrefix("float s[7] "))
    }

    @Test func storesGoIntoThePadding() throws {
        let body = try body([.lanes("l", 16, [.set("s", [.l + 32], .float(1), [bound, bound])])])
        #expect(body.hasSuffix("vstore16((float16)(1.0f), 0, s + 32);"))
    }

    @Test func loadsAreMasked() throws {
        let load = Load("s", [.l + 32], bounds: [bound], fill: 3)
        let body = try body([.lanes("l", 16, [.set("y", [.l], .load(load))])])
        #expect(body.contains("select((float16)(3.0f), vload16(0, s + 32), 32 + (int16)("))
        #expect(!body.contains("for"))
    }

    /// Behind a row that is not the last one lie elements, not padding: they may be read, but not written.
    @Test func rowsInsideAnArrayKeepTheirNeighbours() throws {
        let inside = [Index(0), .l + 32]
        let written = try body([.lanes("l", 16, [.set("s", inside, .float(1), [bound])])], shape: [2, 37])
        #expect(written.contains("if (l + 32 < 37) {"))
        let read = try body(
            [.lanes("l", 16, [.set("y", [.l], .load(Load("s", inside, bounds: [bound])))])], shape: [2, 37])
        #expect(read.contains("vload16(0, s + 32)"))
    }

    /// A bound that ends before the array does leaves the elements behind it as they are.
    @Test func boundsThatEndBeforeTheArray() throws {
        let bound = Bound(.l + 32, below: 36)
        let body = try body([.lanes("l", 16, [.set("s", [.l + 32], .float(1), [bound])])])
        #expect(body.contains("if (l + 32 < 36) {"))
    }

    @Test func beyondThePadding() throws {
        let bound = Bound(.l + 33, below: 37)
        let body = try body([.lanes("l", 16, [.set("s", [.l + 33], .float(1), [bound])])])
        #expect(body.contains("if (l + 33 < 37) {"))
    }
}
