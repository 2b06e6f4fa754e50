import KernelIR
import Testing

@testable import Devices

/// The greater and the lesser of two values on a device: NaN where either is.
@Suite struct ExtremumTests {
    private static let values: [Float] = [.nan, -.nan, .infinity, -.infinity, 0, 1, -2.5, Float.leastNonzeroMagnitude]
    /// Every pair of values: the left ones, then the right ones.
    private static let left = values.flatMap { value in values.map { _ in value } }
    private static let right = values.flatMap { _ in values }

    private func computed(_ operation: BinaryOperator, width: Int) throws -> [Float] {
        let device = try OpenCLDevice.named("opencl:0")
        let count = Self.left.count
        let index = Index.axis("o") * width + .axis("l")
        let value = Expr.binary(operation, .load("x", [index]), .load("x", [index + count]))
        let store = Statement.store([Store("y", [index], value)])
        let program = LoopProgram(
            name: "extremum",
            buffers: [
                Buffer("x", shape: [2 * count], role: .input), Buffer("y", shape: [count], role: .output),
            ],
            kernels: [
                Kernel(
                    name: "f", grid: [Axis("o", count / width)],
                    body: [.loop(axis: "l", start: 0, end: width, kind: width == 1 ? .serial : .lanes, body: [store])])
            ])
        return try device.output(of: device.rendered(program), for: Self.left + Self.right, count: count)
    }

    @Test(arguments: [BinaryOperator.max, .min], [1, 4, 16]) func notANumberWins(
        _ operation: BinaryOperator, _ width: Int
    ) throws {
        let found = try computed(operation, width: width)
        #expect(found.count == Self.left.count)
        for (position, (a, b)) in zip(Self.left, Self.right).enumerated() {
            if a.isNaN || b.isNaN {
                #expect(found[position].isNaN, "\(operation)(\(a), \(b)) is \(found[position])")
            } else {
                let expected = operation == .max ? Swift.max(a, b) : Swift.min(a, b)
                #expect(found[position] == expected, "\(operation)(\(a), \(b)) is \(found[position])")
            }
        }
    }
}
