/// The values of one launch's arguments, where the driver reads them.
final class CUDAArguments {
    /// One pointer to each value.
    let pointers: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let values: UnsafeMutableRawBufferPointer
    /// Bytes of the largest value: an address or a number of 64 bits.
    private static let slotBytes = 8

    /// - Parameter arguments: the bytes of each value, at most eight.
    init(_ arguments: [[UInt8]]) {
        let count = max(arguments.count, 1)
        values = .allocate(byteCount: count * Self.slotBytes, alignment: Self.slotBytes)
        values.initializeMemory(as: UInt8.self, repeating: 0)
        pointers = .allocate(capacity: count)
        pointers.initialize(repeating: nil, count: count)
        for (index, bytes) in arguments.enumerated() {
            let start = index * Self.slotBytes
            let slot = UnsafeMutableRawBufferPointer(rebasing: values[start..<start + Self.slotBytes])
            slot.copyBytes(from: bytes)
            pointers[index] = slot.baseAddress
        }
    }

    deinit {
        pointers.deallocate()
        values.deallocate()
    }
}
