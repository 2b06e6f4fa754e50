/// Text as it reads without the escapes of a JSON string.
enum JSONEscapes {
    /// The bytes with each escape replaced by what it stands for; what is not ASCII becomes a question mark. O(bytes).
    static func undone(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            let (byte, length) = character(bytes[position...])
            result.append(byte)
            position += length
        }
        return result
    }

    /// The first character and how many bytes it takes.
    private static func character(_ bytes: ArraySlice<UInt8>) -> (byte: UInt8, length: Int) {
        let first = bytes[bytes.startIndex]
        guard first == UInt8(ascii: "\\"), let kind = bytes.dropFirst().first else { return (first, 1) }
        switch kind {
        case UInt8(ascii: "u"):
            let digits = bytes.dropFirst(2).prefix(4)
            guard digits.count == 4, let code = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
                return (first, 1)
            }
            return (code < 0x80 ? UInt8(code) : UInt8(ascii: "?"), 6)
        case UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "\""): return (kind, 2)
        default: return (first, 1)
        }
    }
}
