import Foundation
import KernelIR

extension InputDomain {
    /// Draws a tensor whose values lie in this domain; equal spec names and seeds give equal bytes.
    ///
    /// Numbers are drawn from `distribution` and moved into the domain: magnitudes, at least 2⁻²⁰, for positive ones, the
    /// softmax along the last axis for probabilities. Indices and signs are uniform under every distribution.
    /// - Precondition: `buffer` holds at least `spec.byteCount` bytes.
    func fill(
        _ spec: TensorSpec, from distribution: InputDistribution, seed: Seed, into buffer: UnsafeMutableRawBufferPointer
    ) {
        let stream = RandomStream(seed: seed, name: spec.name)
        let writer = TensorWriter(dtype: spec.dtype, count: spec.elementCount, buffer: buffer)
        switch self {
        case .indices(let bound) where !spec.dtype.isFloatingPoint: writer.writeIntegers(stream, below: bound)
        case .signs where spec.dtype.isFloatingPoint:
            writer.write { position in
                let coins = stream.bits(position)
                return (coins & 1 == 0 ? -1 : 1, coins & 2 == 0 ? -1 : 1)
            }
        case .positive where spec.dtype.isFloatingPoint:
            distribution.fill(spec, seed: seed, into: buffer)
            transform(spec, buffer) { row in
                for index in row.indices { row[index] = max(abs(row[index]), 0x1p-20) }
            }
        case .probabilities where spec.dtype.isFloatingPoint:
            distribution.fill(spec, seed: seed, into: buffer)
            transform(spec, buffer, Self.softmax)
        default: distribution.fill(spec, seed: seed, into: buffer)
        }
    }

    /// Changes a tensor row by row along its last axis, in single precision.
    private func transform(
        _ spec: TensorSpec, _ buffer: UnsafeMutableRawBufferPointer, _ body: (inout [Float]) -> Void
    ) {
        let length = max(spec.shape.last ?? 1, 1)
        for start in stride(from: 0, to: spec.elementCount, by: length) {
            var row = (start..<start + length).map { TensorWriter.read(spec.dtype, buffer, at: $0) }
            body(&row)
            let values = row
            let bytes = UnsafeMutableRawBufferPointer(
                rebasing: buffer[start * spec.dtype.byteCount..<(start + length) * spec.dtype.byteCount])
            TensorWriter(dtype: spec.dtype, count: length, buffer: bytes).write { position in
                (values[2 * position], 2 * position + 1 < length ? values[2 * position + 1] : 0)
            }
        }
    }

    /// exp(x − max) over its sum; at least 2⁻¹⁰⁰, so that logarithms stay finite.
    private static func softmax(_ row: inout [Float]) {
        let largest = row.max() ?? 0
        var sum = 0.0
        for index in row.indices {
            row[index] = max(exp(row[index] - largest), 0x1p-100)
            sum += Double(row[index])
        }
        let scale = Float(1 / sum)
        for index in row.indices { row[index] *= scale }
    }
}
