import KernelIR

/// Reads bits of a byte array, least significant first.
struct BitReader {
    let bytes: [UInt8]
    private var position: Int
    private var buffer: UInt64 = 0
    private var available = 0

    init(bytes: [UInt8], position: Int) { (self.bytes, self.position) = (bytes, position) }

    /// Takes `count` ≤ 16 bits.
    mutating func bits(_ count: Int) throws(KernelwrightError) -> Int {
        let value = peek(count)
        try skip(count)
        return value
    }

    /// The next `count` ≤ 16 bits, zeros past the end.
    mutating func peek(_ count: Int) -> Int {
        while available <= 48, position < bytes.count {
            buffer |= UInt64(bytes[position]) << UInt64(available)
            position += 1
            available += 8
        }
        return Int(buffer & (1 << UInt64(count) - 1))
    }

    /// Drops `count` bits that were peeked at.
    mutating func skip(_ count: Int) throws(KernelwrightError) {
        guard count <= available else { throw Inflate.damaged("ends too early") }
        buffer >>= UInt64(count)
        available -= count
    }

    /// Drops the rest of the current byte.
    mutating func align() {
        buffer >>= UInt64(available % 8)
        available -= available % 8
    }

    /// The next four whole bytes, most significant first.
    mutating func alignedBigEndian32() throws(KernelwrightError) -> UInt32 {
        align()
        var value: UInt32 = 0
        for _ in 0..<4 { value = value << 8 | UInt32(try bits(8)) }
        return value
    }
}

/// A canonical Huffman code as a table indexed by the next 15 bits.
struct HuffmanTable {
    /// `symbol << 4 | length` for every bit pattern; 0 where no code matches.
    private let entries: [UInt16]
    private let width: Int

    /// Builds the code in which `lengths[symbol]` bits stand for a symbol, 0 for none.
    init(lengths: [Int]) {
        width = max(lengths.max() ?? 0, 1)
        var entries = [UInt16](repeating: 0, count: 1 << width)
        var code = 0
        for length in 1...width {
            for (symbol, own) in lengths.enumerated() where own == length {
                guard code < 1 << length else { break }
                let reversed = Int(UInt16(code).bitReversed >> UInt16(16 - length))
                for pattern in stride(from: reversed, to: 1 << width, by: 1 << length) {
                    entries[pattern] = UInt16(symbol << 4 | length)
                }
                code += 1
            }
            code <<= 1
        }
        self.entries = entries
    }

    /// Takes the next symbol.
    func next(_ reader: inout BitReader) throws(KernelwrightError) -> Int {
        let entry = entries[reader.peek(width)]
        guard entry != 0 else { throw Inflate.damaged("has an undefined code") }
        try reader.skip(Int(entry & 15))
        return Int(entry >> 4)
    }
}

extension UInt16 {
    fileprivate var bitReversed: UInt16 {
        var (input, output) = (self, UInt16(0))
        for _ in 0..<16 {
            output = output << 1 | input & 1
            input >>= 1
        }
        return output
    }
}
