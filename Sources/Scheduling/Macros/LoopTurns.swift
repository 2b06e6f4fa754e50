import KernelIR

/// How often what stands inside the first so many loops of a nest is computed.
struct LoopTurns {
    /// By the number of loops around it, none first.
    let counts: [Double]
    private let places: [String: Int]

    /// - Parameter axes: the loops, outermost first.
    init(_ axes: [Axis]) {
        var counts = [1.0]
        var places: [String: Int] = [:]
        for axis in axes {
            places[axis.name] = counts.count
            counts.append(counts[counts.count - 1] * Double(axis.extent))
        }
        self.counts = counts
        self.places = places
    }

    /// The loops down to the innermost one that indices depend on.
    func depth(of indices: [Index]) -> Int { indices.flatMap(\.axes).compactMap { places[$0] }.max() ?? 0 }
}
