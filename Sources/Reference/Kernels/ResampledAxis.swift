import KernelIR
import Workloads

/// How the positions of a resampled axis lie in the original one, as PyTorch's `interpolate` places them.
struct ResampledAxis {
    /// For each new position an old one and its weight; no weights are ones.
    struct Tap {
        var positions: [Int]
        var weights: [Double]?
    }

    let input: Int
    let output: Int
    /// Old positions per new one.
    let step: Double
    let alignsCorners: Bool

    /// The axes behind batch and channels, from `output_size` (argument 1) and the scale factors.
    static func all<Scalar: ReferenceScalar>(
        _ call: OperatorCall<Scalar>, _ shape: [Int], scales position: Int, isVector: Bool, _ alignsCorners: Bool
    ) throws -> [ResampledAxis] {
        guard let declared = call.node.outputs.first?.shape, declared.count == shape.count,
            declared.allSatisfy({ $0 > 0 })
        else { throw call.error("declares no size", hint: "declare a non-empty \(shape.count)-dimensional result") }
        var factors: [Double?] = shape.dropFirst(2).map { _ in nil }
        if isVector, case .list(let items)? = call.node.argument(position, "scale_factors") {
            for (axis, item) in items.enumerated() where factors.indices.contains(axis) {
                factors[axis] = item.doubleValue
            }
        } else if !isVector {
            let names = shape.count == 3 ? ["scales"] : ["scales_d", "scales_h", "scales_w"].suffix(factors.count)
            for (axis, name) in names.enumerated() {
                factors[axis] = call.node.argument(position + axis, name)?.doubleValue
            }
        }
        return factors.indices.map { axis in
            let (input, output) = (shape[axis + 2], declared[axis + 2])
            var step = Double(input) / Double(output)
            if alignsCorners {
                step = output > 1 ? Double(input - 1) / Double(output - 1) : 0
            } else if let factor = factors[axis], factor > 0 {
                step = 1 / factor
            }
            return ResampledAxis(input: input, output: output, step: step, alignsCorners: alignsCorners)
        }
    }

    /// The old position below each new one, from single precision as in PyTorch.
    func nearest(offset: Float) -> [Tap] {
        let step = Float(step)
        return [
            Tap(
                positions: (0..<output).map {
                    min(max(Int(((Float($0) + offset) * step).rounded(.down)), 0), input - 1)
                })
        ]
    }

    /// The two neighbours of each new position.
    var linear: [Tap] {
        let places = (0..<output).map { max(place($0), 0) }
        let lower = places.map { min(Int($0), input - 1) }
        let fractions = zip(places, lower).map { min(max($0 - Double($1), 0), 1) }
        return [
            Tap(positions: lower, weights: fractions.map { 1 - $0 }),
            Tap(positions: lower.map { min($0 + 1, input - 1) }, weights: fractions),
        ]
    }

    /// The four neighbours of each new position under cubic convolution (Keys, 1981) with the coefficient −0.75.
    var cubic: [Tap] {
        let places = (0..<output).map(place)
        let lower = places.map { $0.rounded(.down) }
        return (-1...2).map { shift in
            Tap(
                positions: lower.map { min(max(Int($0) + shift, 0), input - 1) },
                weights: zip(places, lower).map { Self.cubicWeight(abs($0 - $1 - Double(shift))) })
        }
    }

    private func place(_ position: Int) -> Double {
        alignsCorners ? step * Double(position) : step * (Double(position) + 0.5) - 0.5
    }

    private static func cubicWeight(_ x: Double) -> Double {
        let a = -0.75
        return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    }
}
