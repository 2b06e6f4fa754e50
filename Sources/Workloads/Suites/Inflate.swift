import KernelIR

/// A decoder of zlib streams (RFC 1950, RFC 1951), so that reading the suite needs no system library.
enum Inflate {
    /// Decompresses a zlib stream and checks its Adler-32 sum; throws `badInput` for a damaged stream.
    static func zlib(_ bytes: some Sequence<UInt8>) throws(KernelwrightError) -> [UInt8] {
        let bytes = Array(bytes)
        guard bytes.count >= 6, bytes[0] & 15 == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0, bytes[1] & 32 == 0
        else { throw damaged("has no zlib header") }
        var reader = BitReader(bytes: bytes, position: 2)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 4)
        var last = false
        while !last {
            last = try reader.bits(1) == 1
            switch try reader.bits(2) {
            case 0: try copyStored(&reader, &output)
            case 1: try decode(&reader, &output, literals: fixedLiterals, distances: fixedDistances)
            case 2:
                let tables = try dynamicTables(&reader)
                try decode(&reader, &output, literals: tables.literals, distances: tables.distances)
            default: throw damaged("has an unknown block type")
            }
        }
        guard try reader.alignedBigEndian32() == adler32(output) else { throw damaged("fails its checksum") }
        return output
    }

    static func damaged(_ what: String) -> KernelwrightError {
        KernelwrightError(.badInput, "compressed data \(what)", hint: "give a complete zlib stream")
    }

    private static let lengthBase = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBase = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    /// The order in which code lengths of the code-length alphabet are stored.
    private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let fixedLiterals = HuffmanTable(
        lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    private static let fixedDistances = HuffmanTable(lengths: Array(repeating: 5, count: 30))

    private static func copyStored(_ reader: inout BitReader, _ output: inout [UInt8]) throws(KernelwrightError) {
        reader.align()
        let (length, complement) = (try reader.bits(16), try reader.bits(16))
        guard length == ~complement & 0xFFFF else { throw damaged("has a stored block of inconsistent length") }
        for _ in 0..<length { output.append(UInt8(try reader.bits(8))) }
    }

    private static func dynamicTables(
        _ reader: inout BitReader
    ) throws(KernelwrightError) -> (literals: HuffmanTable, distances: HuffmanTable) {
        let literalCount = try reader.bits(5) + 257
        let distanceCount = try reader.bits(5) + 1
        let codeCount = try reader.bits(4) + 4
        var codeLengths = [Int](repeating: 0, count: 19)
        for index in 0..<codeCount { codeLengths[lengthOrder[index]] = try reader.bits(3) }
        let codes = HuffmanTable(lengths: codeLengths)
        var lengths: [Int] = []
        while lengths.count < literalCount + distanceCount {
            let symbol = try codes.next(&reader)
            switch symbol {
            case 16:
                guard let previous = lengths.last else { throw damaged("repeats a code length before the first") }
                lengths += Array(repeating: previous, count: try reader.bits(2) + 3)
            case 17: lengths += Array(repeating: 0, count: try reader.bits(3) + 3)
            case 18: lengths += Array(repeating: 0, count: try reader.bits(7) + 11)
            default: lengths.append(symbol)
            }
        }
        return (
            HuffmanTable(lengths: Array(lengths[..<literalCount])),
            HuffmanTable(lengths: Array(lengths[literalCount..<(literalCount + distanceCount)]))
        )
    }

    private static func decode(
        _ reader: inout BitReader, _ output: inout [UInt8], literals: HuffmanTable, distances: HuffmanTable
    ) throws(KernelwrightError) {
        while true {
            let symbol = try literals.next(&reader)
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol - 257 < lengthBase.count else { throw damaged("has an unknown length code") }
            let length = lengthBase[symbol - 257] + (try reader.bits(lengthBits[symbol - 257]))
            let code = try distances.next(&reader)
            guard code < distanceBase.count else { throw damaged("has an unknown distance code") }
            let distance = distanceBase[code] + (try reader.bits(distanceBits[code]))
            guard distance <= output.count else { throw damaged("refers to bytes before its beginning") }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for start in stride(from: 0, to: bytes.count, by: 5552) {
            for byte in bytes[start..<min(start + 5552, bytes.count)] {
                a &+= UInt32(byte)
                b &+= a
            }
            (a, b) = (a % 65521, b % 65521)
        }
        return b << 16 | a
    }
}
