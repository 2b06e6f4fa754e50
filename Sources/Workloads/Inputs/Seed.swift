import Crypto
import Foundation

/// 256 bits that decide every value of a run's inputs and parameters.
public struct Seed: Sendable, Hashable, Codable {
    /// Four words, most significant first.
    public var words: [UInt64]

    /// Makes a seed of four words, e.g. from the system's entropy.
    public init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) { words = [a, b, c, d] }

    /// Makes a seed of one number, for tests and examples.
    public init(_ number: UInt64) { words = [0, 0, 0, number] }

    /// Draws a seed from a source of randomness.
    public init(using source: inout some RandomNumberGenerator) {
        words = (0..<4).map { _ in source.next() }
    }

    /// An independent seed for a purpose, e.g. for the third set of inputs.
    public func derived(for purpose: String) -> Seed {
        let digest = SHA256.hash(data: bytes + Data(purpose.utf8))
        var derived = self
        derived.words = digest.withUnsafeBytes { raw in
            (0..<4).map { UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
        }
        return derived
    }

    private var bytes: Data {
        words.reduce(into: Data()) { data, word in withUnsafeBytes(of: word.bigEndian) { data.append(contentsOf: $0) } }
    }
}
