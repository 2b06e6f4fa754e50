import KernelIR

/// The elements of a buffer that a group reads while the body of a loop runs once, as a dense box in local memory.
struct StagedTile {
    /// One dimension of the box.
    struct Dimension {
        /// What stands for the place along it in `element`.
        var name: String
        var extent: Int
        /// Where along it a work-item reads.
        var read: Index
    }

    let staging: Staging
    /// The local buffer's name.
    let name: String
    let type: DType
    /// What local memory holds in place of the type: float32 for 16-bit types, but for operands of matrix products,
    /// which are taken as they lie in memory.
    let stored: DType
    /// Of the buffer in device memory.
    let shape: [Int]
    /// The read that the box serves, over loops.
    let source: Load
    /// As they lie in device memory, the slowest first; each has two places or more.
    let dimensions: [Dimension]
    /// The element at a place of the box, over the loops outside and the names of the dimensions.
    let element: Load
    /// Conditions of the read that no place of the box decides.
    let kept: [Bound]

    /// The box of a read, given the loops in which one element serves all work-items, and all others; nil where it
    /// would be one element.
    ///
    /// Of two boxes the smaller one is taken: the range of each dimension of the buffer, where it is one; else, as for
    /// windows over several dimensions at once, a matrix of the points of the reduced loops and the other ones.
    init?(
        _ source: Load, _ staging: Staging, name: String, _ buffer: Buffer, stored: DType, outside: Set<String>,
        inside: [Nest.Loop], _ ranges: Ranges
    ) {
        let parts = [
            StagedPart(boxOf: source, buffer, name, outside: outside, ranges),
            StagedPart(matrixOf: source, buffer, name, inside: inside, ranges),
        ]
        let smallest = parts.compactMap { $0 }.min { $0.count < $1.count }
        guard let part = smallest, !part.dimensions.isEmpty else { return nil }
        self.staging = staging
        self.name = name
        type = buffer.type
        self.stored = stored
        shape = buffer.shape
        self.source = source
        dimensions = part.dimensions
        element = part.element
        kept = part.kept
    }

    /// The local buffer; with several stages, one box behind the other.
    var buffer: LocalBuffer {
        var shape = extents
        if case .padded(let elements) = staging.copy.layout, let row = shape.popLast() { shape.append(row + elements) }
        return LocalBuffer(name, type, shape: staging.stages > 1 ? [staging.stages] + shape : shape, space: .local)
    }

    /// Bytes of the local buffer, up to where the next one may begin.
    var byteCount: Int { (([stored.byteCount] + buffer.shape).clippedProduct + 15) / 16 * 16 }

    /// The extents in the order of the local buffer.
    var extents: [Int] { inLocalOrder(dimensions.map(\.extent)) }

    /// The read of the box in place of the source.
    func read(_ ranges: Ranges) -> Load {
        let indices = place(dimensions.map(\.read), iteration: .axis(staging.copy.loop), ranges)
        return Load(name, indices, bounds: kept, fill: source.fill)
    }

    /// Where a place of the box, by dimension, lies in the local buffer.
    func place(_ places: [Index], iteration: Index, _ ranges: Ranges) -> [Index] {
        var indices = inLocalOrder(places)
        if case .swizzled = staging.copy.layout, let column = indices.popLast() {
            let row = RowMajor(Array(extents.dropLast())).position(of: indices)
            indices.append(
                column.exchangingGroups(
                    of: groupExtent, by: row.divided(by: rowsPerCycle, ranges), bits: swizzledBits, ranges))
        }
        return staging.stages > 1 ? [iteration.remainder(by: staging.stages, ranges)] + indices : indices
    }

    /// Elements of a group that swizzling leaves together: 16 bytes.
    var groupExtent: Int { max(1, 16 / stored.byteCount) }

    /// How many bits of a group's number a swizzled row can exchange: at most three, for eight groups of 16 bytes are
    /// all banks.
    var swizzledBits: Int {
        guard dimensions.count > 1, let columns = extents.last, columns % groupExtent == 0 else { return 0 }
        return min(3, (columns / groupExtent).trailingZeroBitCount)
    }

    /// Short rows of which so many, one behind the other, pass all banks; these exchange groups alike.
    private var rowsPerCycle: Int { max(1, 128 / ((extents.last ?? 1) * stored.byteCount)) }

    private func inLocalOrder<Element>(_ elements: [Element]) -> [Element] {
        guard staging.copy.transposed, let first = elements.first else { return elements }
        return Array(elements.dropFirst()) + [first]
    }
}

extension Index {
    /// The column in a row of elements whose groups change places: the lowest bits of a group's number are combined by
    /// exclusive or with those of the row's, digit by digit.
    fileprivate func exchangingGroups(of extent: Int, by row: Index, bits: Int, _ ranges: Ranges) -> Index {
        let digits = (0..<bits).map { bit in
            let sum = divided(by: extent << bit, ranges) + row.divided(by: 1 << bit, ranges)
            return sum.remainder(by: 2, ranges) * (extent << bit)
        }
        let period = extent << bits
        return digits.reduce(remainder(by: extent, ranges) + divided(by: period, ranges) * period, +).recombined()
    }
}
