import KernelIR

/// The arrays that the work-items of a kernel's groups share, one behind another.
struct LocalArrays: Sendable {
    let buffers: [LocalBuffer]
    /// What each holds in memory: float32 for 16-bit types, but for operands of matrix products, which are taken as
    /// they lie there.
    let types: [DType]
    /// Where each begins when they are parts of one array, in bytes; multiples of 16.
    let offsets: [Int]
    /// Bytes in all.
    let byteCount: Int

    init(_ kernel: Kernel) {
        buffers = kernel.body.flattened.compactMap { statement in
            if case .allocate(let buffer) = statement, buffer.space == .local { buffer } else { nil }
        }
        let operands = Set(kernel.body.flattened.flatMap(\.matrixOperands))
        types = buffers.map { operands.contains($0.name) ? $0.type : $0.type.inRegisters }
        var (end, starts): (Int, [Int]) = (0, [])
        for (buffer, type) in zip(buffers, types) {
            starts.append(end)
            end += (buffer.count * type.byteCount + 15) / 16 * 16
        }
        (offsets, byteCount) = (starts, end)
    }

    /// What an array of that name holds in memory; nil where there is none.
    func type(of name: String) -> DType? { buffers.firstIndex { $0.name == name }.map { types[$0] } }
}

extension Statement {
    /// The buffers that a product of matrices multiplies.
    fileprivate var matrixOperands: [String] {
        if case .matrix(let product) = self { product.loads.map(\.buffer) } else { [] }
    }
}

extension Dialect {
    func declarations(_ arrays: LocalArrays, _ names: [String]) -> [String] {
        arrays.buffers.indices.map { number in
            array(names[number], arrays.types[number], count: arrays.buffers[number].count, isShared: true) + ";"
        }
    }

    func dynamicBytes(_ arrays: LocalArrays) -> Int { 0 }
}
