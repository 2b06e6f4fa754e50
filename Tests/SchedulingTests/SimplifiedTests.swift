import Foundation
import KernelIR
import Testing

@testable import Scheduling

/// Expressions by the laws that make them cheaper.
@Suite struct SimplifiedTests {
    private static let x = Expr.load("x", [.axis("i")])
    private static let one = Expr.float(1)

    /// As `softplus` is lowered.
    private static func softplus(_ z: Expr) -> Expr {
        .binary(.max, .float(0), z) + .unary(.log1p, .unary(.exp, .unary(.negate, .unary(.absolute, z))))
    }

    private static func softplus(_ z: Expr, threshold: Double) -> Expr {
        .select(.binary(.less, .float(threshold), z), z, softplus(z))
    }

    private static func geluByTanh(_ x: Expr) -> Expr {
        let inner = .float(0.7978845608028654) * (x + .float(0.044715) * (x * x * x))
        return .float(0.5) * x * (one + .unary(.tanh, inner))
    }

    /// The different operands that a function has in an expression.
    private func operands(of operation: UnaryOperator, in expression: Expr) -> Set<Expr> {
        var found: Set<Expr> = []
        expression.forEach { if case .unary(operation, let operand) = $0 { found.insert(operand) } }
        return found
    }

    private func values(_ expression: Expr, at points: [Double]) throws -> [Double] {
        let program = TensorProgram(
            name: "values",
            buffers: [
                Buffer("x", shape: [points.count], role: .input), Buffer("y", shape: [points.count], role: .output),
            ],
            stages: [.map("y", [Axis("i", points.count)], [expression], into: ["y"])])
        return try #require(try TensorProgramInterpreter.run(program, inputs: ["x": points])["y"])
    }

    private static let dear: [Expr] = [
        x * .unary(.tanh, softplus(x)), .unary(.tanh, softplus(x, threshold: 20)), one + .unary(.tanh, x),
        .unary(.tanh, x) + one, geluByTanh(x), x / .float(3), (x * .float(0.3)) * .float(7),
        .float(2) * (x / .float(8)),
        x * (.float(2) / (one + .unary(.absolute, x))),
    ]

    /// Wherever both sides are defined they agree, also far out, and so they do at infinities and NaN.
    @Test(arguments: dear.indices) func agree(_ number: Int) throws {
        let cheap = ExpressionLaw.simplified(Self.dear[number])
        #expect(cheap != Self.dear[number])
        let points = (-400...400).map { Double($0) / 8 } + [1e-30, -1e-30, 700, -700, .infinity, .nan]
        for (point, pair) in zip(points, zip(try values(Self.dear[number], at: points), try values(cheap, at: points)))
        {
            let (a, b) = pair
            #expect(a == b || (a.isNaN && b.isNaN) || abs(a - b) <= 1e-14 * (1 + abs(a)), "\(point): \(a), \(b)")
        }
    }

    @Test func mishTakesOneExponential() {
        let cheap = ExpressionLaw.simplified(Self.x * .unary(.tanh, Self.softplus(Self.x, threshold: 20)))
        #expect(operands(of: .tanh, in: cheap).isEmpty && operands(of: .log1p, in: cheap).isEmpty)
        #expect(operands(of: .exp, in: cheap).count == 1)
    }

    /// The numbers of a chain meet: 0.5 and 2 cancel.
    @Test func geluIsAQuotient() {
        let cheap = ExpressionLaw.simplified(Self.geluByTanh(Self.x))
        guard case .binary(.divide, Self.x, let denominator) = cheap else {
            Issue.record("\(cheap)")
            return
        }
        #expect(operands(of: .tanh, in: denominator).isEmpty)
        #expect(operands(of: .exp, in: denominator).count == 1)
    }

    /// A threshold at which the hyperbolic tangent is not 1 yet is part of the function.
    @Test func lowThresholdsStay() {
        let dear = Expr.unary(.tanh, Self.softplus(Self.x, threshold: 5))
        #expect(ExpressionLaw.simplified(dear) == dear)
    }

    @Test func whatIsNoNumberStays() {
        #expect(ExpressionLaw.simplified(Self.x / Self.one) == Self.x)
        for dear in [
            Self.x / Self.x, Self.x / .float(0), Self.x / .float(1e30), Self.x * .float(1e30) * .float(1e-30),
            Self.x / .constant(3, .int32), Expr.constant(1, .float32) / .float(3),
        ] {
            #expect(ExpressionLaw.simplified(dear) == dear)
        }
    }

    @Test func programsAreSimplified() throws {
        let program = TensorProgram(
            name: "mish", buffers: [Buffer("x", shape: [40], role: .input), Buffer("y", shape: [40], role: .output)],
            stages: [
                .map("y", [Axis("i", 40)], [Self.x * .unary(.tanh, Self.softplus(Self.x, threshold: 20))], into: ["y"])
            ])
        let target = TargetProfile.genericAVX512
        #expect(ProgramCPU.hasCheaperExpressions(program, target: target))
        #expect(!ProgramCPU.hasCheaperExpressions(SamplePrograms.softmax(4, 64), target: target))
        let schedule = try ProgramCPU().schedule(program, target: target)
        #expect(schedule.contains(.simplify(Simplify(stage: "y"))))
        try expectEquivalent(ScheduleState(program, target: target).applying(schedule), to: program)
        let plain = try ProgramCPU(simplifies: false).schedule(program, target: target)
        #expect(!plain.contains(.simplify(Simplify(stage: "y"))))
    }
}
