import Foundation
import KernelIR

/// How input values are drawn. A correct kernel is right under all of them; a shortcut tuned to one is not.
public enum InputDistribution: String, Sendable, Hashable, Codable, CaseIterable {
    /// Uniform in [0, 1): KernelBench's own.
    case uniform
    /// Standard normal.
    case normal
    /// Three quarters zeros, the others standard normal.
    case zeroRich
    /// Standard normal times 100.
    case largeMagnitude
    /// Symmetric with Pareto tails (exponent 3), cut at 10⁴.
    case heavyTailed
    /// Normal with a scale and an offset that are drawn anew at every power of two of an element's row and column, so that
    /// no part of a tensor stands for the rest and no mean is known beforehand.
    case drifting
    /// A fair sign times exp(z / 16) for normal z: the only one under which a long product neither vanishes nor
    /// overflows.
    case nearOne

    /// Zeros but for one element in 1024, whose size is 2ᵘ with u uniform in 0 ..< 6, and whose sign is fair: in long sums
    /// a few terms decide, so that their rounding shows instead of averaging out.
    case sparse

    /// Fills a row-major tensor; equal spec names and seeds give equal bytes.
    ///
    /// Integers are uniform in 0 ..< 8 and booleans fair coins under every distribution.
    /// - Precondition: `buffer` holds at least `spec.byteCount` bytes.
    public func fill(_ spec: TensorSpec, seed: Seed, into buffer: UnsafeMutableRawBufferPointer) {
        let writer = TensorWriter(dtype: spec.dtype, count: spec.elementCount, buffer: buffer)
        let stream = RandomStream(seed: seed, name: spec.name)
        guard spec.dtype.isFloatingPoint else { return writer.writeIntegers(stream) }
        switch self {
        case .uniform: writer.write(stream, isNormal: false)
        case .normal: writer.write(stream, isNormal: true)
        case .largeMagnitude:
            writer.write { position in
                let pair = stream.normalPair(position)
                return (pair.0 * 100, pair.1 * 100)
            }
        case .zeroRich:
            let mask = RandomStream(seed: seed, name: spec.name + "/zeros")
            writer.write { position in
                let (pair, coins) = (stream.normalPair(position), mask.bits(position))
                return (coins & 3 == 0 ? pair.0 : 0, coins & 12 == 0 ? pair.1 : 0)
            }
        case .heavyTailed:
            writer.write { position in
                let pair = stream.uniformPair(position)
                return (Self.pareto(pair.0), Self.pareto(pair.1))
            }
        case .nearOne:
            let signs = RandomStream(seed: seed, name: spec.name + "/signs")
            writer.write { position in
                let (pair, coins) = (stream.normalPair(position), signs.bits(position))
                return (
                    Foundation.exp(pair.0 / 16) * (coins & 1 == 0 ? 1 : -1),
                    Foundation.exp(pair.1 / 16) * (coins & 2 == 0 ? 1 : -1)
                )
            }
        case .sparse:
            let lots = RandomStream(seed: seed, name: spec.name + "/lots")
            writer.write { position in
                let (pair, bits) = (stream.uniformPair(position), lots.bits(position))
                return (Self.spike(pair.0, bits & 0xFFFF), Self.spike(pair.1, bits >> 16 & 0xFFFF))
            }
        case .drifting: drift(writer, width: max(spec.shape.last ?? 1, 1), seed: seed, name: spec.name)
        }
    }

    /// Scale and offset belong to the powers of two between which an element's row and column lie.
    private func drift(_ writer: TensorWriter, width: Int, seed: Seed, name: String) {
        let stream = RandomStream(seed: seed, name: name)
        let octaves = RandomStream(seed: seed, name: name + "/octaves")
        let drifts = (0...Int.bitWidth).map { octaves.uniformPair($0) }
        writer.write { position in
            let pair = stream.normalPair(position)
            let (row, column) = (2 * position).quotientAndRemainder(dividingBy: width)
            let down = drifts[Int.bitWidth - row.leadingZeroBitCount].0
            let across = drifts[Int.bitWidth - column.leadingZeroBitCount].1
            let (scale, offset) = (0.5 + down + across, 4 * (down + across) - 4)
            return (scale * pair.0 + offset, scale * pair.1 + offset)
        }
    }

    /// 0, or ±2ᵘ for one of 1024 lots, of which there are 2¹⁶ with a sign.
    @inline(__always)
    private static func spike(_ unit: Float, _ lot: UInt64) -> Float {
        guard lot & 0x3FF == 0 else { return 0 }
        return (lot & 0x400 == 0 ? 1 : -1) * Foundation.exp2(6 * unit)
    }

    /// Maps [0, 1) to a symmetric distribution with P(|x| > t) = (1 + t)⁻³.
    @inline(__always)
    private static func pareto(_ unit: Float) -> Float {
        let centred = 2 * unit - 1
        let size = Float(Foundation.pow(Double(max(1 - abs(centred), 0x1p-40)), -1.0 / 3)) - 1
        return centred < 0 ? -min(size, 1e4) : min(size, 1e4)
    }
}
