import KernelIR

/// The arrays that the work-items of a kernel's groups share, one behind another.
struct LocalArrays: Sendable {
    let buffers: [LocalBuffer]
    /// Where each begins when they are parts of one array, in bytes; multiples of 16.
    let offsets: [Int]
    /// Bytes in all.
    let byteCount: Int

    init(_ kernel: Kernel) {
        buffers = kernel.body.flattened.compactMap { statement in
            if case .allocate(let buffer) = statement, buffer.space == .local { buffer } else { nil }
        }
        var (end, starts): (Int, [Int]) = (0, [])
        for buffer in buffers {
            starts.append(end)
            end += (buffer.count * buffer.type.inRegisters.byteCount + 15) / 16 * 16
        }
        (offsets, byteCount) = (starts, end)
    }
}

extension Dialect {
    func declarations(_ arrays: LocalArrays, _ names: [String]) -> [String] {
        zip(arrays.buffers, names).map { buffer, name in
            array(name, buffer.type.inRegisters, count: buffer.count, isShared: true) + ";"
        }
    }

    func dynamicBytes(_ arrays: LocalArrays) -> Int { 0 }
}
