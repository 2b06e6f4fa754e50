import Foundation
import Testing

@testable import Studies

/// The emulator's arithmetic beside the exact one, in small.
@Suite struct ArithmeticStudyTests {
    private func run(_ text: String, cases: Int) -> ArithmeticSummary {
        ArithmeticStudy(cases: cases, seed: 7, cores: 2).run(only: text) { _ in }
    }

    private func expectRight(_ summary: ArithmeticSummary, _ place: SourceLocation = #_sourceLocation) {
        #expect(!summary.operations.isEmpty, sourceLocation: place)
        for outcome in summary.wrong {
            Issue.record("\(outcome.operation): \(outcome.refusal ?? "\(outcome.first)")", sourceLocation: place)
        }
    }

    @Test(arguments: ["neg.f16", "cvt.f32.f16", "cvt.rzi.s32.bf16", "tanh.approx.f16"])
    func everyPattern(_ name: String) throws {
        let summary = run(name, cases: 65_536)
        expectRight(summary)
        let alone = try #require(summary.operations.first { $0.operation == name })
        #expect(alone.isExhaustive && alone.cases == 65_536)
    }

    @Test func fusedOperations() {
        let summary = run("fma.rn", cases: 20_000)
        expectRight(summary)
        #expect(summary.operations.contains { $0.operation == "fma.rn.relu.bf16x2" })
        #expect(summary.operations.contains { $0.operation == "fma.rn.ftz.sat.f32" })
    }

    @Test(arguments: ["x2", "cvt.rz", "approx", "mma", "rm.f64", "ftz.f32", "setp.geu", "xorsign"])
    func aFewOfMany(_ name: String) {
        expectRight(run(name, cases: 500))
    }

    @Test func namesAreUnlike() {
        let names = ArithmeticStudy.operations.map(\.name) + MatrixOperation.all.map(\.instruction)
        #expect(names.count > 800 && Set(names).count == names.count)
    }

    @Test func operandsRepeatFromTheSeed() {
        let study = { (seed: UInt64) in ArithmeticStudy(cases: 300, seed: seed, cores: 2).run(only: "add.rz") { _ in } }
        #expect(study(1) == study(1))
        let draw = { (seed: UInt64) in
            var source = OperandSource(seed: seed)
            return source.operands([.float(.half), .float(.half)], count: 50)
        }
        #expect(draw(1) == draw(1) && draw(1) != draw(2))
    }

    @Test func whatIsWrongIsCounted() throws {
        // A rule that takes the sum of halves for their difference.
        let sum = ArithmeticOperation.Rule.element(.half, FloatForm()) { a, b, _ in .sum(a, b, .nearestEven) }
        let operation = ArithmeticOperation("sub.rn.f16", [.float(.half), .float(.half)], .float(.half), .exact(sum))
        let kernel = try ElementwiseKernel(operation)
        let operands: [[UInt64]] = [[0x3c00, 0x3c00, 0x7e00], [0x3c00, 0x0000, 0x3c00]]
        var check = OperationCheck(operation)
        check.see(operands, try kernel.run(operands, threads: 32).results)
        #expect(check.cases == 3 && check.mismatches == 1)
        #expect(
            check.first == [
                ArithmeticOutcome.Mismatch(operands: ["0x3c00", "0x3c00"], made: "0x0000", wanted: "0x4000")
            ])
        #expect(!check.outcome.isRight)
    }

    @Test func approximationsAreMeasuredInUnits() {
        let bound = ErrorBound(text: "1 ulp", format: .single)
        let one = FloatFormat.single.one
        let near = bound.read(one + 1, .near(1, within: 0x1p-23))
        #expect(near.isWithin && near.ulps == 1 && near.share == 1)
        #expect(!bound.read(one + 2, .near(1, within: 0x1p-23)).isWithin)
        #expect(!bound.read(FloatFormat.single.canonicalNaN, .near(1, within: 1)).isWithin)
        #expect(bound.read(FloatFormat.single.infinity, .near(0x1p130, within: 0)).isWithin)
        var flushing = bound
        flushing.flushes = true
        #expect(!bound.read(0, .near(0x1p-130, within: 0)).isWithin)
        #expect(flushing.read(0, .near(0x1p-130, within: 0)).isWithin)
    }

    @Test func operationsThatAreNotKnownAreNotRight() {
        let operation = ArithmeticOperation("frob.f16", [.float(.half)], .float(.half), .exact { a, _, _ in a })
        #expect(throws: (any Error).self) { try ElementwiseKernel(operation) }
    }
}
