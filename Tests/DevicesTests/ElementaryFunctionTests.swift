import Foundation
import KernelIR
import Testing

@testable import Devices

/// The project's own formulas keep the errors that `docs/rendering.md` states.
@Suite struct ElementaryFunctionTests {
    private static let count = 1 << 16

    /// Floats of all magnitudes and signs in a fixed order, and those at which formulas change.
    private static let arguments: [Float] = {
        let patterns = (0..<UInt32(count - 9)).map { Float(bitPattern: $0 &* 65_521 &+ 17) }
        return patterns + [0, -0.0, .infinity, -.infinity, 1, -1, 0.625, 3.925, 88]
    }()

    private func computed(
        _ operation: UnaryOperator, width: Int, at arguments: [Float] = Self.arguments
    ) throws -> [Float] {
        let device = try OpenCLDevice.named("opencl:0")
        let index = Index.axis("o") * width + .axis("l")
        let store = Statement.store([Store("y", [index], .unary(operation, .load("x", [index])))])
        let body =
            width == 1
            ? Statement.store([Store("y", [.axis("o")], .unary(operation, .load("x", [.axis("o")])))])
            : .loop(axis: "l", start: 0, end: width, kind: .lanes, body: [store])
        let program = LoopProgram(
            name: "functions",
            buffers: [
                Buffer("x", shape: [Self.count], role: .input), Buffer("y", shape: [Self.count], role: .output),
            ],
            kernels: [Kernel(name: "f", grid: [Axis("o", Self.count / width)], body: [body], math: .fast)])
        return try device.output(of: device.rendered(program), for: arguments, count: Self.count)
    }

    /// In units in the last place of the result; of a denormal one, those of the least normal number.
    private func error(_ found: Float, _ exact: Double) -> Double {
        if exact.isNaN { return found.isNaN ? 0 : .infinity }
        if found == Float(exact) { return 0 }
        let unit = Double(max(abs(Float(exact)), Float.leastNormalMagnitude).ulp)
        return abs(Double(found) - exact) / unit
    }

    @Test(arguments: [1, 16]) func errorsAreAsStated(_ width: Int) throws {
        let functions: [(UnaryOperator, Double, (Double) -> Double)] = [
            (.exp, 1.0, { Foundation.exp($0) }), (.expm1, 1.5, { Foundation.expm1($0) }),
            (.log, 1.0, { Foundation.log($0) }), (.log1p, 1.5, { Foundation.log1p($0) }),
            (.tanh, 2.5, { Foundation.tanh($0) }), (.erf, 2.5, { Foundation.erf($0) }),
        ]
        for (operation, limit, exact) in functions {
            let found = try computed(operation, width: width)
            var worst = (error: 0.0, at: Float(0))
            for (x, y) in zip(Self.arguments, found) {
                let truth = exact(Double(x))
                // Denormal results of exp are 0, as documented.
                if operation == .exp, truth < 0x1p-125, y == 0 { continue }
                let own = error(y, truth)
                if own > worst.error { worst = (own, x) }
            }
            #expect(worst.error <= limit, "\(operation) is \(worst.error) ulp off at \(worst.at)")
            #expect(worst.error > 0, "\(operation) was looked at")
        }
    }

    /// GELU multiplies what erf leaves of 1 by its argument: between 2 and 4 hardly more than a place may be missing.
    @Test(arguments: [1, 16]) func erfIsCloseToOneToTheLastPlace(_ width: Int) throws {
        let arguments = (0..<Self.count).map { Float($0) * (4.5 / Float(Self.count)) }
        for (x, y) in zip(arguments, try computed(.erf, width: width, at: arguments)) {
            #expect(error(y, Foundation.erf(Double(x))) <= (x < 2 ? 2.5 : 1.25), "at \(x)")
        }
    }

    /// What multiplies the rest by its argument, as GELU does, would show a last place that is missing.
    @Test(arguments: [1, 16]) func saturatedFunctionsAreExact(_ width: Int) throws {
        for (operation, limit) in [(UnaryOperator.erf, Float(3.925)), (.tanh, 10)] {
            let found = try computed(operation, width: width)
            for (x, y) in zip(Self.arguments, found) where abs(x) >= limit {
                #expect(y == (x < 0 ? -1 : 1), "\(operation) at \(x)")
            }
        }
    }
}
