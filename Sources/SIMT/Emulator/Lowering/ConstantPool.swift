/// Collects the constants of a kernel, each spread over the lanes.
struct ConstantPool {
    private enum Key: Hashable {
        case word(UInt32), double(UInt64), predicate(UInt32), lanes([UInt32])
    }

    private var slots: [Key: Slot] = [:]
    /// The entries, latest first.
    private var chunks: [[UInt8]] = []
    private(set) var byteCount = 0

    /// Bytes at most; a slot counts them in 32 bits.
    static let byteLimit = 1 << 28

    /// A 32-bit or narrower constant.
    mutating func word(_ bits: UInt32) -> Slot {
        slot(.word(bits)) { Self.bytes(Array(repeating: bits, count: 32)) }
    }

    mutating func double(_ bits: UInt64) -> Slot {
        slot(.double(bits)) { Self.bytes(Array(repeating: bits, count: 32)) }
    }

    /// The predicate that is true in the lanes of the mask.
    mutating func predicate(_ mask: UInt32) -> Slot {
        slot(.predicate(mask)) { Self.bytes([mask] + Array(repeating: 0, count: 31)) }
    }

    /// A 32-bit value of its own for each lane.
    mutating func lanes(_ values: [UInt32]) -> Slot {
        slot(.lanes(values)) { Self.bytes(values) }
    }

    /// The bytes, ordered so that slots count from their end.
    var contents: [UInt8] { Array(chunks.reversed().joined()) }

    private mutating func slot(_ key: Key, _ make: () -> [UInt8]) -> Slot {
        if let known = slots[key] { return known }
        let bytes = make()
        chunks.append(bytes)
        byteCount += bytes.count
        let slot = Slot(-byteCount)
        slots[key] = slot
        return slot
    }

    private static func bytes<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    }
}
