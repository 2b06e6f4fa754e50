import KernelIR

/// Positions of elements in a dense tensor of some shape, the last index fastest.
struct RowMajor {
    let shape: [Int]

    init(_ shape: [Int]) { self.shape = shape }

    private var strides: [Int] { Buffer("", shape: shape, role: .temporary).strides }

    /// The position of an element.
    func position(of indices: [Index]) -> Index {
        zip(indices, strides).reduce(Index(0)) { $0 + $1.0 * $1.1 }.recombined()
    }

    /// The indices of the element at a position.
    func indices(at position: Index, _ ranges: Ranges) -> [Index] {
        zip(shape, strides).enumerated().map { dimension, item in
            let whole = position.divided(by: item.1, ranges)
            return dimension == 0 ? whole : whole.remainder(by: item.0, ranges)
        }
    }
}
