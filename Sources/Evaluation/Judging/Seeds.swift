/// The seeds of one run's input sets, drawn once so that the oracle is computed once.
///
/// They come from the system's entropy and have nothing to do with `--seed`; the record reveals them when the run is
/// over, and a resumed run is given them back.
public struct Seeds: Sendable, Hashable, Codable {
    /// One seed for each set that candidates are checked on.
    public var checking: [UInt64]
    /// The seed of the set that only certification uses.
    public var heldOut: UInt64
    /// Drives the places of spot checks and the resampling of intervals.
    public var measuring: UInt64

    public init(checking: [UInt64], heldOut: UInt64, measuring: UInt64) {
        self.checking = checking
        self.heldOut = heldOut
        self.measuring = measuring
    }

    /// Draws all seeds; give it a `SystemRandomNumberGenerator` outside of tests.
    public static func draw(using random: inout some RandomNumberGenerator) -> Seeds {
        Seeds(
            checking: [random.next(), random.next()], heldOut: random.next(), measuring: random.next())
    }

    /// The seeds by the name of their input set, as the record reveals them.
    public var revealed: [String: UInt64] {
        var all = ["heldOut": heldOut, "measuring": measuring]
        for (index, seed) in checking.enumerated() { all["checking\(index)"] = seed }
        return all
    }
}
