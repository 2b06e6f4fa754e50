import CSIMT

/// Copies of what the loop over instructions reads, at places that stay; whoever makes them gives them back.
struct LaunchTables {
    private var places: [UnsafeMutableRawPointer] = []

    /// A copy of some elements, aligned to 256 bytes and as long at least.
    mutating func keep<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
        let byteCount = max(elements.count * MemoryLayout<Element>.stride, 256)
        let place = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 256)
        place.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        elements.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { place.copyMemory(from: base, byteCount: bytes.count) }
        }
        places.append(place)
        return UnsafePointer(place.assumingMemoryBound(to: Element.self))
    }

    /// A window onto an allocation, once something is kept.
    ///
    /// - Parameters:
    ///   - base: the generic address of the first byte.
    ///   - count: the bytes that may be accessed.
    ///   - number: the allocation's.
    func window(
        _ base: UInt64, _ bytes: UnsafeMutableRawBufferPointer, count: Int, isWritable: Bool, _ number: Int
    ) -> kw_window {
        // An empty allocation has no place; no access passes the check of its size.
        let host = bytes.baseAddress ?? UnsafeMutableRawPointer(places[0])
        return kw_window(
            base: base, bytes: UInt64(count), host: host.assumingMemoryBound(to: CChar.self), laneStride: 0,
            isWritable: isWritable ? 1 : 0, allocation: UInt32(number))
    }

    /// Gives the memory back.
    func deallocate() {
        for place in places { place.deallocate() }
    }
}
